package stress

import (
	"context"
	"testing"

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
