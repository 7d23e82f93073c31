package flatmap_test

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// TestPublishes checks that a write synchronizes before what sees its effect: a
// Load or an iteration that finds what was stored, and one that does not find what
// was deleted or cleared. Method: plain memory is written before and read after,
// which the race detector watches; what else the two goroutines have in common goes
// the other way.
func TestPublishes(t *testing.T) {
	publishes(t, func(i int) int { return i })
	publishes(t, func(i int) string { return fmt.Sprint("value ", i) })
	publishes(t, func(i int) huge { return hugeOnes.make(i % len(pointees)) })
	publishes(t, func(i int) *int { return &i })
}

func publishes[V any](t *testing.T, value func(i int) V) {
	t.Helper()
	const last = 300
	finds := func(m *flatmap.Map[int, V], key int) bool { _, ok := m.Load(key); return ok }
	iterates := func(m *flatmap.Map[int, V], key int) bool {
		for k := range m.All() {
			if k == key {
				return true
			}
		}
		return false
	}
	for _, look := range []func(m *flatmap.Map[int, V], key int) bool{finds, iterates} {
		m := flatmap.New[int, V]()
		stored, deleted := make([]int, last), make([]int, last)
		var seen atomic.Int64
		done := make(chan struct{})
		go func() {
			defer close(done)
			for i := range last {
				for !look(m, i) {
					runtime.Gosched()
				}
				if stored[i] != i+1 {
					t.Errorf("%T: what was written before Store %d is not seen", m, i)
				}
				seen.Add(1)
				for look(m, i) {
					runtime.Gosched()
				}
				if deleted[i] != i+1 {
					t.Errorf("%T: what was written before Delete %d is not seen", m, i)
				}
			}
		}()
		for i := range last {
			stored[i] = i + 1
			m.Store(i, value(i)) // and the map grows
			m.Store(1000+i, value(i))
			for seen.Load() <= int64(i) {
				runtime.Gosched()
			}
			deleted[i] = i + 1
			if i%50 == 49 {
				m.Clear()
			} else {
				m.Delete(i)
			}
		}
		<-done
	}
}
