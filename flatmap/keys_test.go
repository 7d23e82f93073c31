package flatmap_test

import (
	"hash/maphash"
	"math"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// unhashable reports whether f panics as Go's map does for a key which holds an
// uncomparable value.
func unhashable(f func()) (yes bool) {
	defer func() {
		err, ok := recover().(error)
		yes = ok && strings.Contains(err.Error(), "hash of unhashable type")
	}()
	f()
	return false
}

// TestUncomparableKeys checks that a key which is an interface holding an
// uncomparable value panics in every method, as it does in Go's map, and
// before a lock is taken: afterwards a writer gets through to every chain.
// That must hold for maps with and without a table, whatever hashes.
func TestUncomparableKeys(t *testing.T) {
	bad := []any{[]int{1}, map[int]int{}, func() {}, [1]any{[]int{}}, struct{ a any }{[]int{1}}}
	for name, hash := range map[string]func(maphash.Seed, any) uint64{
		"default":  nil,
		"constant": func(maphash.Seed, any) uint64 { return 1 },
	} {
		m := flatmap.New[any, any](hashWith(hash)...)
		for _, key := range bad {
			for method, f := range map[string]func(){
				"Load":             func() { m.Load(key) },
				"Contains":         func() { m.Contains(key) },
				"Store":            func() { m.Store(key, 1) },
				"Swap":             func() { m.Swap(key, 1) },
				"LoadOrStore":      func() { m.LoadOrStore(key, 1) },
				"LoadOrCompute":    func() { m.LoadOrCompute(key, func() any { t.Error("called"); return 1 }) },
				"Delete":           func() { m.Delete(key) },
				"LoadAndDelete":    func() { m.LoadAndDelete(key) },
				"CompareAndSwap":   func() { m.CompareAndSwap(key, 1, 2) },
				"CompareAndDelete": func() { m.CompareAndDelete(key, 1) },
				"Compute": func() {
					m.Compute(key, func(any, bool) (any, flatmap.Op) { t.Error("called"); return 1, flatmap.Set })
				},
				"Insert": func() { m.Insert(func(yield func(any, any) bool) { yield(key, 1) }) },
			} {
				if !unhashable(f) {
					t.Errorf("hasher %s: %s(%T) does not panic", name, method, key)
				}
				if !unhashable(func() { flatmap.New[any, any](hashWith(hash)...).Load(key) }) {
					t.Errorf("hasher %s: Load(%T) of an empty map does not panic", name, key)
				}
				flatmap.Within(t, "Store after "+method, func() {
					for i := range 20 {
						m.Store(i, i)
					}
				})
			}
		}
		if m.Len() != 20 {
			t.Errorf("hasher %s: %d entries, not 20", name, m.Len())
		}
	}
}

// TestUncomparableKeysOfNothing checks the same for maps that never held an
// entry, which have no table to look into.
func TestUncomparableKeysOfNothing(t *testing.T) {
	key := any([]int{1})
	for method, f := range map[string]func(m *flatmap.Map[any, any]){
		"Load":             func(m *flatmap.Map[any, any]) { m.Load(key) },
		"Delete":           func(m *flatmap.Map[any, any]) { m.Delete(key) },
		"LoadAndDelete":    func(m *flatmap.Map[any, any]) { m.LoadAndDelete(key) },
		"CompareAndSwap":   func(m *flatmap.Map[any, any]) { m.CompareAndSwap(key, 1, 2) },
		"CompareAndDelete": func(m *flatmap.Map[any, any]) { m.CompareAndDelete(key, 1) },
		"Store":            func(m *flatmap.Map[any, any]) { m.Store(key, 1) },
	} {
		if m := new(flatmap.Map[any, any]); !unhashable(func() { f(m) }) || m.Len() != 0 {
			t.Errorf("%s does not panic", method)
		}
	}
}

// TestNaN checks that NaN keys are as in Go's map: never found, stored again
// each time, iterated, and kept through grows, shrinks and Retain; deleted by
// Retain and Clear. The many of them spread over many chains, which keeps
// storing them from taking quadratic time.
func TestNaN(t *testing.T) {
	nan := math.NaN()
	for name, hash := range hashers(floats) {
		m := flatmap.New[float64, int](hashWith(hash)...)
		const n = 200
		for i := range n {
			m.Store(nan, i)
			m.LoadOrStore(nan, -1)
			if v, ok := m.Load(nan); ok {
				t.Fatalf("%s: a NaN is found: %d", name, v)
			}
		}
		m.Delete(nan)
		if _, ok := m.LoadAndDelete(nan); ok || m.CompareAndDelete(nan, 1) || m.CompareAndSwap(nan, 1, 2) {
			t.Errorf("%s: a NaN is found", name)
		}
		if _, ok := m.Compute(nan, func(_ int, loaded bool) (int, flatmap.Op) { return 0, flatmap.Keep }); ok {
			t.Errorf("%s: a NaN is found", name)
		}
		if m.Len() != 2*n {
			t.Errorf("%s: %d entries, not %d", name, m.Len(), 2*n)
		}
		count := func() (sum int) {
			values := make(map[int]int)
			for _, v := range m.All() {
				values[v]++
				sum++
			}
			for i := range n {
				if values[i] > 1 || values[i] == 0 && sum >= n {
					t.Fatalf("%s: value %d comes %d times", name, i, values[i])
				}
			}
			return sum
		}
		if c := count(); c != 2*n {
			t.Errorf("%s: %d entries come, not %d", name, c, 2*n)
		}
		calls := 0
		m.Retain(func(_ float64, v *int) bool { calls++; return *v >= 0 })
		if c := count(); c != n || calls != 2*n || m.Len() != n {
			t.Errorf("%s: %d entries are left of %d decided, not %d of %d", name, c, calls, n, 2*n)
		}
		for i := range 5000 { // grow, then shrink, around them
			m.Store(float64(i), -1)
		}
		for i := range 5000 {
			m.Delete(float64(i))
		}
		if c := count(); c != n || m.Len() != n {
			t.Errorf("%s: %d entries after resizes, not %d", name, c, n)
		}
		if c := m.Clone().Len(); c != n {
			t.Errorf("%s: %d entries in a clone, not %d", name, c, n)
		}
		for at := range 10 { // each comes once, also when the map is resized meanwhile
			seen, calls := make(map[int]int), 0
			for _, v := range m.All() {
				if seen[v]++; seen[v] > 1 {
					t.Fatalf("%s: value %d comes twice", name, v)
				}
				if calls++; calls%20 == at {
					m.TryResize(m.Stats().Buckets << (calls % 2) >> (calls % 3))
				}
			}
			m.Retain(func(_ float64, v *int) bool {
				if seen[*v]++; seen[*v] != 2 {
					t.Fatalf("%s: value %d came %d times and is decided now", name, *v, seen[*v]-1)
				}
				if calls++; calls%20 == at {
					m.TryResize(m.Stats().Buckets << (calls % 2) >> (calls % 3))
				}
				return true
			})
			if len(seen) != n {
				t.Fatalf("%s: %d values come, not %d", name, len(seen), n)
			}
		}
		m.Clear()
		if c := count(); c != 0 || m.Len() != 0 {
			t.Errorf("%s: %d entries after Clear", name, c)
		}
	}
}

// TestZeros checks that +0 and -0 are one key, also inside of an interface and
// whatever hashes. (TestHashIsThatOfEquality has other keys that hold zeros.)
func TestZeros(t *testing.T) {
	plus, minus := 0.0, math.Copysign(0, -1)
	for name, hash := range hashers(floats) {
		zeros(t, name, flatmap.New[float64, int](hashWith(hash)...), plus, minus)
	}
	zeros(t, "interface", new(flatmap.Map[any, any]), any(plus), any(minus))
	zeros(t, "nested", new(flatmap.Map[any, any]), any([1]any{struct{ a float32 }{float32(plus)}}), any([1]any{struct{ a float32 }{float32(minus)}}))
}

func zeros[K comparable, V any](t *testing.T, name string, m *flatmap.Map[K, V], plus, minus K) {
	t.Helper()
	value := func(n int) V { return any(n).(V) }
	m.Store(plus, value(1))
	if v, ok := m.Load(minus); !ok || any(v) != 1 {
		t.Errorf("%s: -0 is not found", name)
	}
	m.Store(minus, value(2))
	if v, ok := m.Swap(plus, value(3)); !ok || any(v) != 2 || m.Len() != 1 {
		t.Errorf("%s: +0 and -0 are two keys", name)
	}
	if m.Delete(minus); m.Contains(plus) || m.Len() != 0 {
		t.Errorf("%s: -0 is not deleted", name)
	}
}

// TestFirstKeyStays checks that an update leaves the key as it was inserted. The
// sign of a zero shows it.
func TestFirstKeyStays(t *testing.T) {
	var word flatmap.Map[float64, int]
	var large flatmap.Map[any, any]
	word.Store(math.Copysign(0, -1), 1)
	large.Store(math.Copysign(0, -1), 1)
	word.Store(0, 2)
	large.Store(0.0, 2) // in another slot
	for key := range word.Keys() {
		if !math.Signbit(key) {
			t.Error("the key has changed with a word")
		}
	}
	for key := range large.Keys() {
		if !math.Signbit(key.(float64)) {
			t.Error("the key has changed with an interface")
		}
	}
}

// TestHasherIsUsed checks that a user's hasher is called in every operation, for
// keys that the map would hash in each of its ways, with one seed per map and the very key.
func TestHasherIsUsed(t *testing.T) {
	hasherIsUsed(t, ints, ints)
	hasherIsUsed(t, strs, strs)
	hasherIsUsed(t, strs, ints)
	hasherIsUsed(t, empties, empties)
	hasherIsUsed(t, bytesOf, bytesOf)
	hasherIsUsed(t, floats, ints)
	hasherIsUsed(t, mixed, mixed)
}

func hasherIsUsed[K comparable, V any](t *testing.T, keys kind[K], values kind[V]) {
	t.Helper()
	key, other, one, two := keys.make(3), keys.make(4), values.make(1), values.make(2)
	calls, seeds := 0, make(map[maphash.Seed]bool)
	m := flatmap.New[K, V](flatmap.WithHasher(func(seed maphash.Seed, k K) uint64 {
		calls++
		seeds[seed] = true
		if k != key && k != other {
			t.Errorf("%T: the hasher is called with %v", k, k)
		}
		return 0
	}))
	for name, f := range map[string]func(){
		"Load":             func() { m.Load(key) },
		"Contains":         func() { m.Contains(key) },
		"Store":            func() { m.Store(key, one) },
		"Swap":             func() { m.Swap(key, one) },
		"LoadOrStore":      func() { m.LoadOrStore(key, one) },
		"LoadOrCompute":    func() { m.LoadOrCompute(key, func() V { return one }) },
		"Delete":           func() { m.Delete(other) },
		"LoadAndDelete":    func() { m.LoadAndDelete(other) },
		"CompareAndSwap":   func() { m.CompareAndSwap(key, one, one) },
		"CompareAndDelete": func() { m.CompareAndDelete(key, two) },
		"Compute":          func() { m.Compute(key, func(v V, _ bool) (V, flatmap.Op) { return v, flatmap.Set }) },
		"Insert":           func() { m.Insert(func(yield func(K, V) bool) { yield(key, one) }) },
	} {
		m.Store(key, one)
		calls = 0
		if f(); calls == 0 {
			t.Errorf("%T: %s does not call the hasher", key, name)
		}
	}
	if len(seeds) != 1 {
		t.Errorf("%T: %d seeds", key, len(seeds))
	}
}

// TestKeysShareMemory checks that strings in the same memory differ by
// their lengths, and equal ones in different memory do not differ.
func TestKeysShareMemory(t *testing.T) {
	keysShareMemory(t, ints)
	keysShareMemory(t, strs)
}

func keysShareMemory[V any](t *testing.T, values kind[V]) {
	const text = "prefixes of this are keys, every second of them"
	for name, h := range map[string]func(maphash.Seed, string) uint64{
		"default":  nil,
		"constant": func(maphash.Seed, string) uint64 { return 42 },
		"length":   func(_ maphash.Seed, key string) uint64 { return uint64(len(key)) },
	} {
		m := flatmap.New[string, V](hashWith(h)...)
		for n := 0; n < len(text); n += 2 {
			m.Store(text[:n], values.make(n))
		}
		for n := range len(text) {
			for _, key := range []string{text[:n], strings.Clone(text[:n])} {
				if v, ok := m.Load(key); ok != (n%2 == 0) || ok && values.number(v) != n {
					t.Errorf("%s: Load(%q) returns %v, %v", name, key, v, ok)
				}
			}
		}
	}
}
