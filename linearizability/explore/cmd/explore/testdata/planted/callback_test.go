package m

import (
	"sync"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// TestCallback has a callback that panics, which no client of explore.Map does.
func TestCallback(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		m := flatmap.New[uint64, uint64]()
		m.Store(word(0), 1)
		var wg sync.WaitGroup
		wg.Go(func() {
			defer func() { _ = recover() }()
			m.Compute(word(0), func(uint64, bool) (uint64, flatmap.Op) { panic("callback") })
		})
		m.Store(word(0), 2)
		wg.Wait()
		if v, ok := m.Load(word(0)); v != 2 || !ok {
			t.Errorf("Load returned %d, %t", v, ok)
		}
	})
}
