// Package drive runs the workloads of packages linearizability and stress: in
// rounds, with every setting of GOMAXPROCS and GOGC, until a budget has passed.
// It watches for panics, for calls of [runtime.Goexit] and for hangs.
package drive

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// Options are the options that both packages have.
type Options struct {
	Names    []string      // of the workloads to run, all of them if empty
	Rounds   int           // how many at least
	Budget   time.Duration // further rounds start until it has passed
	Procs    []int         // values of GOMAXPROCS, as multiples of the number of cores
	GOGC     []int         // values of GOGC
	Watchdog time.Duration // how long a turn may take
	Seed     uint64
	Seeded   bool // whether Seed is set; it is random otherwise
}

// A Workload is one that a Runner can run.
type Workload struct {
	Name  string
	Unfit string // why the map cannot run it, empty if it can
}

// Totals are sums over turns.
type Totals struct {
	Turns, Histories, Operations int
	Elapsed                      time.Duration
}

// Progress is what a run has done so far.
type Progress struct {
	Workload         string // in progress, empty at the end
	GOMAXPROCS, GOGC int
	Totals
}

// A Runner runs workloads. Run fills its exported fields from Totals on.
type Runner struct {
	Options
	Package    string         // for errors
	SetsGOGC   bool           // whether the package has an option for GOGC
	Turn       func(t *Turn)  // runs workload number t.Workload once
	AfterRound func() error   // checks what must hold after a round, may be nil
	Progress   func(Progress) // may be nil

	Totals
	ByWorkload []Totals // as many as there are workloads
	Chosen     []int    // the workloads that run
	Skipped    []int    // those that were to run, but are unfit

	workloads  []Workload
	start      time.Time
	lastReport time.Time
}

// Run runs the workloads, and returns the error of the first turn that fails. If
// ctx is done it returns its error after the turn in progress.
//
// It sets GOMAXPROCS and GOGC, and sets them back when it returns.
func (r *Runner) Run(ctx context.Context, workloads []Workload) error {
	r.start, r.workloads, r.ByWorkload = time.Now(), workloads, make([]Totals, len(workloads))
	if !r.Seeded {
		r.Seed = rand.Uint64()
	}
	err := r.choose()
	if err == nil {
		err = r.rounds(ctx)
	}
	r.Elapsed = time.Since(r.start)
	r.report("")
	return err
}

// choose checks the options and chooses workloads.
func (r *Runner) choose() error {
	var names, unfit []string
	for i, w := range r.workloads {
		names = append(names, w.Name)
		switch {
		case len(r.Names) > 0 && !slices.Contains(r.Names, w.Name):
		case w.Unfit != "":
			r.Skipped = append(r.Skipped, i)
			unfit = append(unfit, w.Name+" ("+w.Unfit+")")
		default:
			r.Chosen = append(r.Chosen, i)
		}
	}
	for _, name := range r.Names {
		if !slices.Contains(names, name) {
			return fmt.Errorf("%s: WithWorkloads: unknown workload %q (have %s)", r.Package, name, strings.Join(names, ", "))
		}
	}
	why := ""
	switch {
	case len(r.Chosen) == 0:
		why = "no workload fits the map: " + strings.Join(unfit, ", ")
	case r.Rounds <= 0 && r.Budget <= 0:
		why = fmt.Sprintf("WithRounds(%d) without WithBudget", r.Rounds)
	case len(r.Procs) == 0:
		why = "WithProcs: no values"
	case len(r.GOGC) == 0:
		why = "WithGOGC: no values"
	default:
		return nil
	}
	return fmt.Errorf("%s: nothing to run: %s", r.Package, why)
}

// rounds runs rounds until there are enough, and the budget has passed.
func (r *Runner) rounds(ctx context.Context) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	defer debug.SetGCPercent(GOGC())
	for round := 0; !r.over(round); round++ {
		if err := r.round(ctx, round); err != nil {
			return err
		}
		if r.AfterRound == nil {
			continue
		}
		if err := r.AfterRound(); err != nil {
			return err
		}
	}
	return nil
}

// round runs every workload with every setting, or as many as there is time for.
func (r *Runner) round(ctx context.Context, round int) error {
	for _, gogc := range r.GOGC {
		for _, multiple := range r.Procs {
			runtime.GOMAXPROCS(max(1, multiple*runtime.NumCPU()))
			debug.SetGCPercent(gogc)
			for _, i := range r.Chosen {
				if err := ctx.Err(); err != nil || r.over(round) {
					return err
				}
				if err := r.turn(i, round, multiple); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// over reports whether no more turns are to start in a round.
func (r *Runner) over(round int) bool { return round >= r.Rounds && time.Since(r.start) >= r.Budget }

// turn runs workload number i once.
func (r *Runner) turn(i, round, multiple int) error {
	r.report(r.workloads[i].Name)
	begin, procs, gogc := time.Now(), runtime.GOMAXPROCS(0), GOGC()
	t := &Turn{driven: true, Workload: i, Procs: procs, GOGC: gogc,
		Seed: [2]uint64{r.Seed, uint64(round)<<32 | uint64(i)<<24 | uint64(procs)<<8 | uint64(uint8(gogc))}}
	// A goroutine that fails may leave others waiting: both errors matter.
	hung := t.within(r.Watchdog, func() { t.Guard(func() { r.Turn(t) }) })
	if hung == nil {
		done := Totals{1, int(t.Histories.Load()), int(t.Operations.Load()), time.Since(begin)}
		r.add(done)
		r.ByWorkload[i].add(done)
	}
	if err := errors.Join(t.Err(), hung); err != nil {
		return &turnError{r.Package, fmt.Sprintf("workload %s, seed %d, round %d, GOMAXPROCS %d, GOGC %d",
			r.workloads[i].Name, r.Seed, round, procs, gogc), r.options(i, round, multiple, gogc), err}
	}
	return nil
}

// options returns Go code of the options with which a turn that has failed runs again.
func (r *Runner) options(i, round, multiple, gogc int) string {
	s := fmt.Sprintf("%s.WithWorkloads(%q), %[1]s.WithSeed(%[3]d), %[1]s.WithProcs(%[4]d)", r.Package, r.workloads[i].Name, r.Seed, multiple)
	if r.SetsGOGC {
		s += fmt.Sprintf(", %s.WithGOGC(%d)", r.Package, gogc)
	}
	if round > 0 {
		s += fmt.Sprintf(", %s.WithBudget(time.Minute)", r.Package)
	}
	return s
}

// A turnError is the error of a turn.
type turnError struct {
	pkg, where, options string
	error
}

// Error returns the error with the package's name only in front.
func (e *turnError) Error() string {
	return e.pkg + ": " + e.where + ": " + strings.TrimRight(strings.TrimPrefix(e.error.Error(), e.pkg+": "), "\n") +
		"\nto run this workload again: " + e.options
}

func (e *turnError) Unwrap() error { return e.error }

func (t *Totals) add(o Totals) {
	t.Turns += o.Turns
	t.Histories += o.Histories
	t.Operations += o.Operations
	t.Elapsed += o.Elapsed
}

// report calls Progress, if it is time to.
func (r *Runner) report(workload string) {
	if r.Progress == nil || workload != "" && time.Since(r.lastReport) < time.Second {
		return
	}
	r.lastReport = time.Now()
	r.Elapsed = time.Since(r.start)
	r.Progress(Progress{workload, runtime.GOMAXPROCS(0), GOGC(), r.Totals})
}

// GOGC returns the value of GOGC.
func GOGC() int {
	gogc := debug.SetGCPercent(100)
	debug.SetGCPercent(gogc)
	return gogc
}
