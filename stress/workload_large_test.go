package stress_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/stress"
)

// forgetful returns maps that lose the entry with which they come to have n.
func forgetful(n int) func() model.Map[int, int] {
	return func() model.Map[int, int] {
		m := model.NewMutex[int, int]()
		var mu sync.Mutex
		return model.Adapt(model.Methods[int, int]{Load: m.Load, Delete: m.Delete, Range: m.Range, Len: m.Len,
			Store: func(key, value int) {
				mu.Lock()
				defer mu.Unlock()
				if m.Store(key, value); m.Len() == n {
					m.Delete(key)
				}
			}})
	}
}

// patient gives a map on a busy machine, or with the race detector, the time to grow.
var patient = stress.WithBurst(time.Second)

// A default run finds a map that loses an entry when it is large.
func TestLargeMapRejected(t *testing.T) {
	for _, n := range effort.Brief([]int{65536}, []int{4096, 65536, 300_000}) {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			_, err := stress.Run(t.Context(), forgetful(n), stress.WithWorkloads("large"), patient)
			require.ErrorContains(t, err, "is lost")
		})
	}
}

// A run has one large turn, in which a correct map passes.
func TestLargeOnce(t *testing.T) {
	report, err := stress.Run(t.Context(), func() model.Map[int, int] { return model.NewMutex[int, int]() }, stress.WithWorkloads("large"), patient)
	require.NoError(t, err)
	require.GreaterOrEqual(t, report.Operations, 3*65536)
	require.LessOrEqual(t, report.Operations, 4*1_000_000)
	t.Log(report)
}
