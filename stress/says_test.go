package stress_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/stress"
)

// swapsBadly returns an older version from Swap than the one that was there.
type swapsBadly struct{ *model.Mutex[int, int] }

func (m swapsBadly) Swap(key, value int) (int, bool) {
	old, ok := m.Mutex.Swap(key, value)
	if ok {
		old -= 1 << 20
	}
	return old, ok
}

// A failure says what was returned and what was wanted, and which options to paste.
func TestFailureSays(t *testing.T) {
	_, err := stress.Run(t.Context(), func() model.Map[int, int] {
		m := swapsBadly{model.NewMutex[int, int]()}
		return model.Adapt(model.Methods[int, int]{Load: m.Load, Store: m.Store, Delete: m.Delete, Range: m.Range, Swap: m.Swap})
	}, stress.WithWorkloads("owners"), stress.WithSeed(7))
	require.Error(t, err)
	require.Regexp(t, `a key that only one goroutine writes: Swap\(\d+, \d+\) = -?\d+, true: want the value \d+`, err.Error())
	require.ErrorContains(t, err, "\nto run this workload again: stress.WithWorkloads(\"owners\"), stress.WithSeed(7), stress.WithProcs(1), stress.WithGOGC(100)")
	t.Log(err)
}
