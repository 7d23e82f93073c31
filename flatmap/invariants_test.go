//go:build invariants

package flatmap

import (
	"fmt"
	"testing"
)

// TestWriteFromCallback checks that with the build tag invariants a callback that would
// wait for itself panics: one that writes its own key, clears the map, or has Retain
// come to its key. It checks that other keys and other maps may be written, and that
// the map is usable afterwards.
func TestWriteFromCallback(t *testing.T) {
	const present, absent = 2, 3
	m, other := New[int, int](), New[int, int]()
	writes := map[string]func(m *Map[int, int], key int){
		"Store":            func(m *Map[int, int], key int) { m.Store(key, 2) },
		"Delete":           func(m *Map[int, int], key int) { m.Delete(key) },
		"LoadAndDelete":    func(m *Map[int, int], key int) { m.LoadAndDelete(key) },
		"Swap":             func(m *Map[int, int], key int) { m.Swap(key, 2) },
		"CompareAndSwap":   func(m *Map[int, int], key int) { m.CompareAndSwap(key, 2, 2) },
		"LoadOrStore":      func(m *Map[int, int], key int) { m.LoadOrStore(key, 3) },
		"LoadOrCompute":    func(m *Map[int, int], key int) { m.LoadOrCompute(key, func() int { return 3 }) },
		"Compute":          func(m *Map[int, int], key int) { m.Compute(key, func(int, bool) (int, Op) { return 0, Keep }) },
		"Retain":           func(m *Map[int, int], key int) { m.Retain(func(k int, _ *int) bool { return k != key }) },
		"Clear":            func(m *Map[int, int], _ int) { m.Clear() },
		"CompareAndDelete": func(m *Map[int, int], key int) { m.CompareAndDelete(key, 2) },
	}
	callbacks := map[string]func(key int, f func()){
		"Compute":       func(key int, f func()) { m.Compute(key, func(v int, _ bool) (int, Op) { f(); return v, Set }) },
		"LoadOrCompute": func(key int, f func()) { m.LoadOrCompute(key, func() int { f(); return 1 }) },
		"Retain": func(key int, f func()) {
			m.Retain(func(k int, _ *int) bool {
				if k == key {
					f()
				}
				return true
			})
		},
	}
	for inside, call := range callbacks {
		for name, write := range writes {
			for _, key := range []int{present, absent} {
				m.Delete(absent)
				m.Store(present, 2)
				called, panicked := false, any(nil)
				func() {
					defer func() { panicked = recover() }()
					call(key, func() {
						called = true
						write(other, key)
						if name != "Clear" && name != "Retain" {
							write(m, key+10)
							m.Delete(key + 10)
						}
						write(m, key)
					})
				}()
				want := called
				switch {
				case key == present && (name == "LoadOrStore" || name == "LoadOrCompute"):
					want = false // they find it without a lock
				case name == "Retain" && key == absent:
					want = false // it does not come to the key
				}
				if called != (key == present && inside != "LoadOrCompute" || key == absent && inside != "Retain") || (panicked != nil) != want {
					t.Errorf("%s of key %d inside %s: called %v, panicked with %v", name, key, inside, called, panicked)
				}
				Within(t, fmt.Sprintf("a Store after %s", name), func() { m.Store(key, 1) })
			}
		}
	}
}
