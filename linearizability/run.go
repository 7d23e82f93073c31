package linearizability

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/model"
)

// A Report says what a run did.
type Report struct {
	Seed       uint64
	Histories  int           // checked
	Operations int           // in them, and those compared with a private map
	Elapsed    time.Duration // of the whole run
	Workloads  []WorkloadReport
	// Skipped are the workloads that need methods that the map lacks.
	Skipped []string
}

// A WorkloadReport is the part of a [Report] about one workload.
type WorkloadReport struct {
	Name       string
	Histories  int
	Operations int
	Elapsed    time.Duration
}

// String returns the report as one line.
func (r Report) String() string {
	s := fmt.Sprintf("%d histories, %d operations, %v, seed %d",
		r.Histories, r.Operations, r.Elapsed.Round(time.Millisecond), r.Seed)
	if len(r.Skipped) > 0 {
		s += ", skipped: " + strings.Join(r.Skipped, ", ")
	}
	return s
}

// Progress is what a run has done so far.
type Progress struct {
	Workload   string // that is under way, empty at the end
	GOMAXPROCS int
	Histories  int
	Operations int
	Elapsed    time.Duration
}

// ErrHung is wrapped by the error of [Run] if a history did not come to its end
// in time. Its goroutines are lost.
var ErrHung = errors.New("linearizability: the map hangs")

// ErrPanicked is wrapped by the error of [Run] if a method of the map panicked.
var ErrPanicked = errors.New("linearizability: the map panicked")

// ErrOwned is wrapped by the error of [Run] if a key that only one goroutine
// writes did not have the value that it wrote.
var ErrOwned = errors.New("linearizability: a key does not have what its only writer left")

// Run is [Test] for programs that are no tests. It returns an error if the map
// is wrong, and then which workload, seed and GOMAXPROCS showed it: one that
// wraps a *[Violation] (see [Visualizer]), [ErrOwned], [ErrPanicked] or
// [ErrHung], or both of the latter if the map hangs after a panic, or that says
// that the map has ended a goroutine. That no workload fits the map is an error,
// too. If ctx is done, Run returns its error after the history under way. The
// report tells how far the run came in any case.
//
// Run sets GOMAXPROCS, and sets it back when it returns.
func Run[K, V comparable](ctx context.Context, newMap func() model.Map[K, V], opts ...Option) (Report, error) {
	o := newOptions(opts)
	r := runner[K, V]{ctx: ctx, newMap: newMap, options: o, start: time.Now()}
	if r.report.Seed = o.seed; !o.seeded {
		r.report.Seed = rand.Uint64()
	}
	err := r.prepare()
	if err == nil {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
		err = r.run()
	}
	r.report.Elapsed = time.Since(r.start)
	r.tell("", true)
	return r.report, err
}

// runner is a run under way.
type runner[K, V comparable] struct {
	ctx       context.Context
	newMap    func() model.Map[K, V]
	options   options
	key       func(int) K
	value     func(int) V
	workloads []workload[K, V]
	report    Report
	start     time.Time
	told      time.Time
}

// prepare chooses keys, values and workloads.
func (r *runner[K, V]) prepare() (err error) {
	if r.key, err = makerOf[K](r.options.keys, "WithKeys"); err != nil {
		return err
	}
	if r.value, err = makerOf[V](r.options.values, "WithValues"); err != nil {
		return err
	}
	all := workloads[K, V]()
	for _, name := range r.options.workloads {
		if !slices.ContainsFunc(all, func(w workload[K, V]) bool { return w.name == name }) {
			return fmt.Errorf("linearizability: no workload is called %q", name)
		}
	}
	m := r.newMap()
	for _, w := range all {
		if len(r.options.workloads) > 0 && !slices.Contains(r.options.workloads, w.name) {
			continue
		}
		if slices.ContainsFunc(w.needs, func(k model.Kind) bool { return !model.Supports(m, k) }) {
			r.report.Skipped = append(r.report.Skipped, w.name)
			continue
		}
		r.workloads = append(r.workloads, w)
		r.report.Workloads = append(r.report.Workloads, WorkloadReport{Name: w.name})
	}
	switch {
	case len(r.workloads) == 0:
		return fmt.Errorf("linearizability: nothing to run: the map lacks methods that the workloads %q need", r.report.Skipped)
	case r.options.rounds <= 0 && r.options.budget <= 0:
		return fmt.Errorf("linearizability: nothing to run: WithRounds of %d without WithBudget", r.options.rounds)
	case len(r.options.procs) == 0:
		return errors.New("linearizability: nothing to run: WithProcs without a value")
	}
	return nil
}

func (r *runner[K, V]) run() error {
	for round := 0; round < r.options.rounds || time.Since(r.start) < r.options.budget; round++ {
		for _, multiple := range r.options.procs {
			runtime.GOMAXPROCS(max(1, multiple*runtime.NumCPU()))
			for i := range r.workloads {
				if round >= r.options.rounds && time.Since(r.start) >= r.options.budget {
					return nil
				}
				if err := r.ctx.Err(); err != nil {
					return err
				}
				r.tell(r.workloads[i].name, false)
				if err := r.history(i, uint64(round)); err != nil {
					return fmt.Errorf("workload %s, seed %d, round %d, GOMAXPROCS %d: %w",
						r.workloads[i].name, r.report.Seed, round, runtime.GOMAXPROCS(0), err)
				}
			}
		}
	}
	return nil
}

// history runs one workload once, and checks what happened.
func (r *runner[K, V]) history(i int, round uint64) error {
	begin := time.Now()
	s := &stage[K, V]{
		key: r.key, value: r.value, newMap: r.newMap, plain: r.options.plain,
		rng: rand.New(rand.NewPCG(r.report.Seed, round<<16|uint64(i)<<8|uint64(runtime.GOMAXPROCS(0)))),
	}
	s.check = func(h History[K, V]) error { return check(r.ctx, h, r.options) }
	done := make(chan error, 1)
	go func() {
		var err error
		defer func() { done <- cmp.Or(s.broken(), err) }()
		s.guard(func() { err = r.workloads[i].run(s) }) // it uses the map itself, too
	}()
	watchdog := time.NewTimer(r.options.hang)
	defer watchdog.Stop()
	var err error
	select {
	case err = <-done:
	case <-watchdog.C:
		stacks := make([]byte, 4<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		hung := fmt.Errorf("%w: no end after %v:\n%s", ErrHung, r.options.hang, stacks)
		return errors.Join(s.broken(), hung) // others may wait for the one that is gone
	}
	w := &r.report.Workloads[i]
	w.Histories += s.histories
	w.Operations += int(s.operations.Load())
	w.Elapsed += time.Since(begin)
	r.report.Histories += s.histories
	r.report.Operations += int(s.operations.Load())
	return err
}

// tell calls the progress function now and then.
func (r *runner[K, V]) tell(workload string, now bool) {
	if r.options.progress == nil || !now && time.Since(r.told) < r.options.every {
		return
	}
	r.told = time.Now()
	r.options.progress(Progress{workload, runtime.GOMAXPROCS(0), r.report.Histories, r.report.Operations, time.Since(r.start)})
}
