package stress

import (
	"context"
	"fmt"
	"strings"
	"time"

	"go.uber.org/goleak"

	"github.com/flatmap-go/flatmap/internal/drive"
	"github.com/flatmap-go/flatmap/model"
)

// A Report is what a run did.
type Report struct {
	Seed       uint64
	Operations int
	Elapsed    time.Duration
	Workloads  []WorkloadReport
	// Skipped are the workloads that did not run, each with the reason.
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
	Workload   string // in progress, empty at the end
	GOMAXPROCS int
	GOGC       int
	Operations int
	Elapsed    time.Duration
}

// ErrHung is wrapped by the error of [Run] if a workload did not end in time. Its
// goroutines are never stopped.
var ErrHung = drive.ErrHung

// Run does what [Test] does, outside of tests. If the map is wrong, the error
// names the workload, the seed and the settings, and wraps [ErrHung] if the map
// hangs. Run also fails if no workload fits the map. If ctx is done, Run returns
// the error of ctx after the workload in progress. The report covers what was
// done until then.
//
// Run sets GOMAXPROCS and GOGC, and restores them when it returns.
func Run[K comparable, V any](ctx context.Context, newMap func() model.Map[K, V], opts ...Option) (Report, error) {
	o := newOptions(opts)
	common, err := newSession(newMap, &o)
	if err != nil {
		return Report{}, err
	}
	all := workloads[K, V]()
	list := make([]drive.Workload, len(all))
	for i, w := range all {
		list[i].Name = w.name
		if w.unfit != nil {
			list[i].Unfit = w.unfit(&common)
		}
	}
	return run(ctx, o, list, func(t *drive.Turn) {
		s := common
		s.core = &core{t, time.Now().Add(o.burst)}
		all[t.Workload].run(&s)
	})
}

// run is the part of Run that does not depend on types.
func run(ctx context.Context, o options, list []drive.Workload, turn func(*drive.Turn)) (Report, error) {
	before := goleak.IgnoreCurrent()
	r := drive.Runner{Options: o.Options, Package: "stress", SetsGOGC: true, Turn: turn, AfterRound: func() error { return leaked(before) }}
	r.Watchdog += o.burst
	if o.progress != nil {
		r.Progress = func(p drive.Progress) {
			o.progress(Progress{p.Workload, p.GOMAXPROCS, p.GOGC, p.Operations, p.Elapsed})
		}
	}
	err := r.Run(ctx, list)
	report := Report{Seed: r.Seed, Operations: r.Operations, Elapsed: r.Elapsed}
	for _, i := range r.Chosen {
		w := r.ByWorkload[i]
		report.Workloads = append(report.Workloads, WorkloadReport{list[i].Name, w.Turns, w.Operations, w.Elapsed})
	}
	for _, i := range r.Skipped {
		report.Skipped = append(report.Skipped, list[i].Name+" ("+list[i].Unfit+")")
	}
	return report, err
}

// leaked returns an error if there are goroutines that did not exist before.
func leaked(before goleak.Option) error {
	err := goleak.Find(before, goleak.IgnoreAnyFunction("testing.(*T).Run"))
	if err == nil {
		return nil
	}
	all := strings.Split(err.Error(), "Goroutine ") // each with its stack
	return fmt.Errorf("stress: goroutines are left: %d, the first is goroutine %s", len(all)-1, strings.TrimSpace(all[min(1, len(all)-1)]))
}
