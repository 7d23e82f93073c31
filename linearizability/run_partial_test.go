package linearizability_test

import (
	"sync/atomic"
	"testing"

	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
)

// least returns what every map can do: most published ones lack some of
// sync.Map's methods.
func least(m model.Map[int, int]) model.Map[int, int] {
	return model.Adapt(model.Methods[int, int]{Load: m.Load, Store: m.Store, Delete: m.Delete, Range: m.Range})
}

// A map without most of sync.Map's methods is verified with those that it has,
// and not blamed for the others.
func TestPartialMapPasses(t *testing.T) {
	linearizability.Test(t, func() model.Map[int, int] { return least(model.NewMutex[int, int]()) }, linearizability.WithRounds(1))
}

// A map that has no more is rejected for what it does wrong with them.
func TestPartialMapFails(t *testing.T) {
	var stored atomic.Int64
	forgetful := func() model.Map[int, int] {
		m := model.NewMutex[int, int]()
		return model.Adapt(model.Methods[int, int]{Load: m.Load, Delete: m.Delete, Range: m.Range,
			Store: func(key, value int) {
				if stored.Add(1)%100 != 0 {
					m.Store(key, value)
				}
			}})
	}
	if _, err := linearizability.Run(t.Context(), forgetful, linearizability.WithRounds(1)); err == nil {
		t.Fatal("a map that forgets every hundredth Store passes")
	}
}
