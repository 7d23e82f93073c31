//go:build invariants

package flatmap

import (
	"strings"
	"testing"
)

// TestWriteFromCallback checks that with the build tag invariants every method
// that writes panics if a callback of the same map calls it, rather than wait
// for a lock that its own caller may hold; that another map may be written; and
// that the map is usable afterwards.
func TestWriteFromCallback(t *testing.T) {
	m, other := New[int, int](), New[int, int]()
	writes := map[string]func(*Map[int, int]){
		"Store":            func(m *Map[int, int]) { m.Store(2, 2) },
		"Delete":           func(m *Map[int, int]) { m.Delete(2) },
		"LoadAndDelete":    func(m *Map[int, int]) { m.LoadAndDelete(2) },
		"Swap":             func(m *Map[int, int]) { m.Swap(2, 2) },
		"CompareAndSwap":   func(m *Map[int, int]) { m.CompareAndSwap(2, 2, 2) },
		"LoadOrStore":      func(m *Map[int, int]) { m.LoadOrStore(3, 3) },
		"LoadOrCompute":    func(m *Map[int, int]) { m.LoadOrCompute(3, func() int { return 3 }) },
		"Compute":          func(m *Map[int, int]) { m.Compute(2, func(int, bool) (int, Op) { return 0, Keep }) },
		"Retain":           func(m *Map[int, int]) { m.Retain(func(int, *int) bool { return true }) },
		"Clear":            func(m *Map[int, int]) { m.Clear() },
		"CompareAndDelete": func(m *Map[int, int]) { m.CompareAndDelete(2, 2) },
	}
	callbacks := map[string]func(func()){
		"Compute":       func(f func()) { m.Compute(1, func(int, bool) (int, Op) { f(); return 0, Keep }) },
		"LoadOrCompute": func(f func()) { m.LoadOrCompute(9, func() int { f(); panic("not stored") }) },
		"Retain":        func(f func()) { m.Retain(func(int, *int) bool { f(); return true }) },
	}
	for inside, call := range callbacks {
		for name, write := range writes {
			m.Store(1, 1)
			m.Store(2, 2)
			other.Store(2, 2)
			called, said := false, ""
			func() {
				defer func() { recover() }()
				call(func() {
					called = true
					write(other)
					defer func() {
						if text, ok := recover().(string); ok {
							said = text
						}
					}()
					write(m)
				})
			}()
			if !called || !strings.Contains(said, "must not write the same map") {
				t.Errorf("%s inside %s: called %v, panicked with %q", name, inside, called, said)
			}
		}
	}
	Within(t, "a Store afterwards", func() { m.Store(1, 1) })
}
