package stress

import (
	"context"
	"testing"

	"github.com/flatmap-go/flatmap/model"
)

// Test runs every workload on maps that newMap returns, which must be a new, empty
// map each time, and fails t if a map is wrong. It skips workloads that need
// methods which the map lacks, and logs their names.
//
// Test sets GOMAXPROCS and GOGC while it runs, and fails if goroutines are left,
// so other tests should not run in parallel with it.
func Test[K comparable, V any](t testing.TB, newMap func() model.Map[K, V], opts ...Option) {
	t.Helper()
	report, err := Run(context.Background(), newMap, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(report)
}
