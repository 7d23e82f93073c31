package linearizability

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/internal/drive"
	"github.com/flatmap-go/flatmap/model"
)

// A Report is what a run did.
type Report struct {
	Seed       uint64
	Histories  int           // checked
	Operations int           // in the histories, and compared with private maps
	Elapsed    time.Duration // of the whole run
	Workloads  []WorkloadReport
	// Skipped are the workloads that need methods which the map lacks.
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
	Workload   string // in progress, empty at the end
	GOMAXPROCS int
	Histories  int
	Operations int
	Elapsed    time.Duration
}

// ErrHung is wrapped by the error of [Run] if a workload did not end in time. Its
// goroutines are never stopped.
var ErrHung = drive.ErrHung

// ErrPanicked is wrapped by the error of [Run] if a method of the map panicked.
var ErrPanicked = drive.ErrPanicked

// ErrOwned is wrapped by the error of [Run] if a key that only one goroutine
// writes does not have the value that this goroutine wrote last.
var ErrOwned = errors.New("linearizability: a key does not have the value that its only writer left")

// Run does what [Test] does, outside of tests. If the map is wrong, the error
// names the workload, the seed and GOMAXPROCS, and wraps one of *[Violation] (see
// [Visualizer]), [ErrOwned], [ErrPanicked] and [ErrHung] (the last two together if
// the map hangs after a panic), or reports that the map called [runtime.Goexit].
// Run also fails if no workload applies to the map. If ctx is done, Run returns
// the error of ctx after the workload in progress. The report covers what was
// done until then.
//
// Run sets GOMAXPROCS, and restores it when it returns.
func Run[K, V comparable](ctx context.Context, newMap func() model.Map[K, V], opts ...Option) (Report, error) {
	o := newOptions(opts)
	unvaried := newMap
	newMap = func() model.Map[K, V] { return model.Vary(unvaried(), o.vary) }
	if err := model.Required(newMap()); err != nil {
		return Report{}, err
	}
	common := stage[K, V]{newMap: newMap, plain: o.plain}
	var err error
	if common.key, err = makerOf[K](o.keys, "WithKeys"); err != nil {
		return Report{}, err
	}
	if common.value, err = makerOf[V](o.values, "WithValues"); err != nil {
		return Report{}, err
	}
	all := workloads[K, V]()
	list := make([]drive.Workload, len(all))
	for i, m := 0, newMap(); i < len(all); i++ {
		list[i].Name = all[i].name
		for _, kind := range all[i].needs {
			if !model.Supports(m, kind) {
				list[i].Unfit = "no " + kind.String()
			}
		}
	}
	return run(ctx, o, list, func(t *drive.Turn) {
		s := common
		s.check = func(h History[K, V]) error {
			t.Judging.Store(true)
			defer t.Judging.Store(false)
			return check(ctx, h, o)
		}
		s.Turn, s.rng = t, rand.New(rand.NewPCG(t.Seed[0], t.Seed[1]))
		t.Fail(all[t.Workload].run(&s))
	})
}

// run is the part of Run that does not depend on types.
func run(ctx context.Context, o options, list []drive.Workload, turn func(*drive.Turn)) (Report, error) {
	r := drive.Runner{Options: o.Options, Package: "linearizability", Turn: turn}
	if o.progress != nil {
		r.Progress = func(p drive.Progress) {
			o.progress(Progress{p.Workload, p.GOMAXPROCS, p.Histories, p.Operations, p.Elapsed})
		}
	}
	err := r.Run(ctx, list)
	report := Report{Seed: r.Seed, Histories: r.Histories, Operations: r.Operations, Elapsed: r.Elapsed}
	for _, i := range r.Chosen {
		w := r.ByWorkload[i]
		report.Workloads = append(report.Workloads, WorkloadReport{list[i].Name, w.Histories, w.Operations, w.Elapsed})
	}
	for _, i := range r.Skipped {
		report.Skipped = append(report.Skipped, list[i].Name)
	}
	return report, err
}
