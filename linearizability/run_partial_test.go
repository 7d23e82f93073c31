package linearizability_test

import (
	"sync/atomic"
	"testing"

	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
)

// least returns a map with the methods that every map has. Most published maps
// lack some of sync.Map's methods.
func least(m model.Map[int, int]) model.Map[int, int] {
	return model.Adapt(model.Methods[int, int]{Load: m.Load, Store: m.Store, Delete: m.Delete, Range: m.Range})
}

// A map without most of sync.Map's methods is verified with those that it has.
func TestPartialMapPasses(t *testing.T) {
	linearizability.Test(t, func() model.Map[int, int] { return least(model.NewMutex[int, int]()) }, linearizability.WithRounds(1))
}

// A map that has only these methods is rejected for what it does wrong with them.
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
