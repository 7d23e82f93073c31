package stress_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/model/controls"
	"github.com/flatmap-go/flatmap/stress"
)

// least returns a map with the methods that every map has. Most published maps
// lack some of sync.Map's methods.
func least(m model.Map[int, int]) model.Map[int, int] {
	return model.Adapt(model.Methods[int, int]{Load: m.Load, Store: m.Store, Delete: m.Delete, Range: m.Range})
}

// A map without most of sync.Map's methods is verified with those that it has.
func TestPartialMapPasses(t *testing.T) {
	stress.Test(t, func() model.Map[int, int] { return least(model.NewMutex[int, int]()) }, brief...)
}

// The value that a function returns to Compute with Keep or Remove is ignored: a
// map that returns it from Compute is rejected.
func TestIgnoredValueReturned(t *testing.T) {
	var fired atomic.Int64
	_, err := stress.Run(t.Context(), func() model.Map[int, int] {
		m := model.NewMutex[int, int]()
		methods := model.Methods[int, int]{Load: m.Load, Store: m.Store, Delete: m.Delete, Range: m.Range}
		methods.Compute = func(key int, f func(int, bool) (int, flatmap.Op)) (int, bool) {
			var returned int
			actual, ok := m.Compute(key, func(old int, loaded bool) (int, flatmap.Op) {
				value, op := f(old, loaded)
				returned = value
				return value, op
			})
			if !ok {
				fired.Add(1)
				return returned, false
			}
			return actual, true
		}
		return model.Adapt(methods)
	}, stress.WithBudget(20*time.Second))
	require.Error(t, err)
	require.NotZero(t, fired.Load())
}

// A map that has only these methods is rejected for what it does wrong with them.
func TestPartialMapFails(t *testing.T) {
	b := controls.Break[int, int](controls.Resurrection)
	defer b.Close()
	_, err := stress.Run(t.Context(), func() model.Map[int, int] { return least(b.New()) }, stress.WithBudget(20*time.Second))
	require.Error(t, err)
	require.NotZero(t, b.Fired())
}
