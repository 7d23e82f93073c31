package stress

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/flatmap-go/flatmap/model"
)

// Test runs every workload on maps that newMap returns, a new one each time,
// and fails t if one of them goes wrong. Workloads that need methods that the
// map lacks are left out, and logged.
//
// Test sets GOMAXPROCS and GOGC while it runs, and looks for goroutines that are
// left over, so tests beside it should not be parallel.
func Test[K comparable, V any](t testing.TB, newMap func() model.Map[K, V], opts ...Option) {
	t.Helper()
	report, err := Run(context.Background(), newMap, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(report)
}

// ErrHung is wrapped by the error of [Run] if a workload did not come to its end.
// Its goroutines are lost.
var ErrHung = errors.New("stress: the map hangs")

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
