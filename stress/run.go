package stress

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

	"go.uber.org/goleak"

	"github.com/flatmap-go/flatmap/model"
)

// A Report says what a run did.
type Report struct {
	Seed       uint64
	Operations int
	Elapsed    time.Duration
	Workloads  []WorkloadReport
	// Skipped are the workloads left out, and why.
	Skipped []string
}

// A WorkloadReport is the part of a [Report] about one workload.
type WorkloadReport struct {
	Name       string
	Runs       int
	Operations int
	Elapsed    time.Duration
}

// String returns the report as one line.
func (r Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d operations, %v, seed %d", r.Operations, r.Elapsed.Round(time.Millisecond), r.Seed)
	for _, w := range r.Workloads {
		fmt.Fprintf(&b, "; %s %d", w.Name, w.Operations)
	}
	if len(r.Skipped) > 0 {
		fmt.Fprintf(&b, "; skipped: %s", strings.Join(r.Skipped, ", "))
	}
	return b.String()
}

// Progress is what a run has done so far.
type Progress struct {
	Workload   string // that is under way, empty at the end
	GOMAXPROCS int
	GOGC       int
	Operations int
	Elapsed    time.Duration
}

// ErrHung is wrapped by the error of [Run] if a workload did not come to its end.
// Its goroutines are lost.
var ErrHung = errors.New("stress: the map hangs")

// Run is [Test] for programs that are no tests. It returns an error if the map is
// wrong, which says which workload, seed and settings showed it, and wraps
// [ErrHung] if the map hangs. That no workload fits the map is an error, too. If
// ctx is done, Run returns its error after the
// burst under way. The report tells how far the run came in any case.
//
// Run sets GOMAXPROCS and GOGC, and sets them back when it returns.
func Run[K comparable, V any](ctx context.Context, newMap func() model.Map[K, V], opts ...Option) (Report, error) {
	r := runner[K, V]{ctx: ctx, options: newOptions(opts), start: time.Now()}
	r.told = r.start
	if r.report.Seed = r.options.seed; !r.options.seeded {
		r.report.Seed = rand.Uint64()
	}
	err := r.prepare(newMap)
	if err == nil {
		err = r.run()
	}
	r.report.Elapsed = time.Since(r.start)
	r.tell("", true)
	return r.report, err
}

// leaked returns an error if there are goroutines that were not there before.
func leaked(before goleak.Option) error {
	if err := goleak.Find(before, goleak.IgnoreAnyFunction("testing.(*T).Run")); err != nil {
		return fmt.Errorf("stress: goroutines are left: %w", err)
	}
	return nil
}

// runner is a run under way.
type runner[K comparable, V any] struct {
	ctx       context.Context
	options   options
	proto     session[K, V] // what all sessions have in common
	workloads []workload[K, V]
	report    Report
	start     time.Time
	told      time.Time
}

// prepare chooses keys, values and workloads.
func (r *runner[K, V]) prepare(newMap func() model.Map[K, V]) (err error) {
	s := &r.proto
	if s.keys, err = makerOf[K](r.options.keys, "WithKeys", true); err != nil {
		return err
	}
	if s.values, err = makerOf[V](r.options.values, "WithValues", false); err != nil {
		return err
	}
	s.newMap, s.options, s.example = newMap, &r.options, newMap()
	all := workloads[K, V]()
	for _, name := range r.options.workloads {
		if !slices.ContainsFunc(all, func(w workload[K, V]) bool { return w.name == name }) {
			return fmt.Errorf("stress: no workload is called %q", name)
		}
	}
	for _, w := range all {
		if len(r.options.workloads) > 0 && !slices.Contains(r.options.workloads, w.name) {
			continue
		}
		if w.unfit != nil {
			if why := w.unfit(s); why != "" {
				r.report.Skipped = append(r.report.Skipped, w.name+" ("+why+")")
				continue
			}
		}
		r.workloads = append(r.workloads, w)
		r.report.Workloads = append(r.report.Workloads, WorkloadReport{Name: w.name})
	}
	switch {
	case len(r.workloads) == 0:
		return fmt.Errorf("stress: nothing to run: skipped %q", r.report.Skipped)
	case len(r.options.procs) == 0:
		return errors.New("stress: nothing to run: WithProcs without a value")
	case len(r.options.gogc) == 0:
		return errors.New("stress: nothing to run: WithGOGC without a value")
	}
	return nil
}

// run does rounds of all workloads with all settings.
func (r *runner[K, V]) run() error {
	before := goleak.IgnoreCurrent()
	for round := uint64(0); round == 0 || time.Since(r.start) < r.options.budget; round++ {
		if err := r.round(round); err != nil {
			return err
		}
		if err := leaked(before); err != nil {
			return err
		}
	}
	return nil
}

// round runs all workloads with all settings once, or for as long as there is
// time.
func (r *runner[K, V]) round(round uint64) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	for _, gogc := range r.options.gogc {
		for _, multiple := range r.options.procs {
			procs := max(1, multiple*runtime.NumCPU())
			runtime.GOMAXPROCS(procs)
			debug.SetGCPercent(gogc)
			for i, w := range r.workloads {
				if err := r.ctx.Err(); err != nil {
					return err
				}
				if round > 0 && time.Since(r.start) >= r.options.budget {
					return nil
				}
				if err := r.burst(i, round, procs, gogc); err != nil {
					return fmt.Errorf("stress: workload %s, seed %d, round %d, GOMAXPROCS %d, GOGC %d: %w",
						w.name, r.report.Seed, round, procs, gogc, err)
				}
				r.tell(w.name, false)
			}
		}
	}
	return nil
}

// burst runs one workload once.
func (r *runner[K, V]) burst(i int, round uint64, procs, gogc int) error {
	begin := time.Now()
	s := r.proto
	s.core = &core{deadline: begin.Add(r.options.burst), procs: procs, gogc: gogc,
		seed: [2]uint64{r.report.Seed, round<<32 | uint64(i)<<24 | uint64(procs)<<8 | uint64(gogc)}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.guard(func() { r.workloads[i].run(&s) })
	}()
	watchdog := time.NewTimer(r.options.burst + r.options.hang)
	defer watchdog.Stop()
	select {
	case <-done:
	case <-watchdog.C:
		if err := s.failure(); err != nil {
			return err // others wait for the goroutine that failed
		}
		return fmt.Errorf("%w: no end after %v\n%s", ErrHung, r.options.burst+r.options.hang, stacks())
	}
	n := int(s.operations.Load())
	r.report.Operations += n
	w := &r.report.Workloads[i]
	w.Runs, w.Operations, w.Elapsed = w.Runs+1, w.Operations+n, w.Elapsed+time.Since(begin)
	return s.failure()
}

// tell calls the progress function now and then.
func (r *runner[K, V]) tell(workload string, now bool) {
	if r.options.progress == nil || !now && time.Since(r.told) < r.options.every {
		return
	}
	r.told = time.Now()
	p := Progress{Workload: workload, GOMAXPROCS: runtime.GOMAXPROCS(0), Operations: r.report.Operations, Elapsed: time.Since(r.start)}
	if p.GOGC = debug.SetGCPercent(100); p.GOGC != 100 {
		debug.SetGCPercent(p.GOGC)
	}
	r.options.progress(p)
}

func stacks() string {
	b := make([]byte, 4<<20)
	return string(b[:runtime.Stack(b, true)])
}
