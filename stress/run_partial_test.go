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
func least(m model.Map[int, value]) model.Map[int, value] {
	return model.Adapt(model.Methods[int, value]{Load: m.Load, Store: m.Store, Delete: m.Delete, Range: m.Range})
}

// A map without most of sync.Map's methods is verified with those that it has.
func TestPartialMapPasses(t *testing.T) {
	stress.Test(t, func() model.Map[int, value] { return least(model.NewMutex[int, value]()) }, brief...)
}

// The value that a function returns to Compute with Keep or Remove is ignored: a
// map that returns it from Compute is rejected.
func TestIgnoredValueReturned(t *testing.T) {
	var fired atomic.Int64
	_, err := stress.Run(t.Context(), func() model.Map[int, value] {
		m := model.NewMutex[int, value]()
		methods := model.Methods[int, value]{Load: m.Load, Store: m.Store, Delete: m.Delete, Range: m.Range}
		methods.Compute = func(key int, f func(value, bool) (value, flatmap.Op)) (value, bool) {
			var returned value
			actual, ok := m.Compute(key, func(old value, loaded bool) (value, flatmap.Op) {
				v, op := f(old, loaded)
				returned = v
				return v, op
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
	b := controls.Break[int, value](controls.Resurrection)
	defer b.Close()
	_, err := stress.Run(t.Context(), func() model.Map[int, value] { return least(b.New()) }, stress.WithBudget(20*time.Second))
	require.Error(t, err)
	require.NotZero(t, b.Fired())
}
