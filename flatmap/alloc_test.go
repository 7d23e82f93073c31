//go:build !invariants && !purego && !asan

package flatmap_test

import (
	"fmt"
	"hash/maphash"
	"maps"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// TestAllocations checks that no operation allocates, except to grow. What is
// counted is a pass over 40 keys, so that an allocation of even one of them
// shows. (With the build tag invariants the checks allocate, with purego package
// hash/maphash does, and with -asan what else is on stacks.) The types are
// those of each path through the code: words, strings as keys or values, memory
// that is hashed as bytes, interfaces, floats, values of no size, and
// values that are too large for registers.
func TestAllocations(t *testing.T) {
	allocations(t, "int_int", ints, ints)
	allocations(t, "string_string", strs, strs)
	allocations(t, "int_string", ints, strs)
	allocations(t, "string_int", strs, ints)
	allocations(t, "bytes_bytes", bytesOf, bytesOf)
	allocations(t, "padded_padded", paddeds, paddeds)
	allocations(t, "int_empty", ints, empties)
	allocations(t, "float_int", floats, ints)
	allocations(t, "any_any", mixed, mixed)
	allocations(t, "int_huge", ints, hugeOnes)
}

func allocations[K comparable, V any](t *testing.T, name string, keys kind[K], values kind[V]) {
	t.Run(name, func(t *testing.T) {
		count(t, keys, values)
	})
	t.Run(name+"/hasher", func(t *testing.T) {
		count(t, keys, values, flatmap.WithHasher(func(seed maphash.Seed, key K) uint64 { return 0x9e3779b97f4a7c15 }))
	})
}

// The functions for Compute capture nothing.

func set[V any](old V, _ bool) (V, flatmap.Op)    { return old, flatmap.Set }
func keep[V any](old V, _ bool) (V, flatmap.Op)   { return old, flatmap.Keep }
func remove[V any](old V, _ bool) (V, flatmap.Op) { return old, flatmap.Remove }
func build[V any]() (v V)                         { return v }

func count[K comparable, V any](t *testing.T, keys kind[K], values kind[V], opts ...flatmap.Option) {
	const n = 40
	m := flatmap.New[K, V](append(opts, flatmap.WithCapacity(4*n))...)
	var present, absent []K
	for i := range n {
		if k := keys.make(i); k == k {
			present = append(present, k)
			m.Store(k, values.make(i))
		}
		if k := keys.make(n + i); k == k && !m.Contains(k) {
			absent = append(absent, k)
		}
	}
	v, w := values.make(9), values.make(10)
	var zero V
	for _, test := range []struct {
		name string
		pass func()
	}{
		{"Load hit", each(present, func(k K) { m.Load(k) })},
		{"Load miss", each(absent, func(k K) { m.Load(k) })},
		{"Contains hit", each(present, func(k K) { m.Contains(k) })},
		{"Contains miss", each(absent, func(k K) { m.Contains(k) })},
		{"Store update", each(present, func(k K) { m.Store(k, v) })},
		{"Swap update", each(present, func(k K) { m.Swap(k, w) })},
		{"LoadOrStore hit", each(present, func(k K) { m.LoadOrStore(k, v) })},
		{"LoadOrCompute hit", each(present, func(k K) { m.LoadOrCompute(k, build) })},
		{"CompareAndSwap", each(present, func(k K) { m.CompareAndSwap(k, w, w) })},
		{"CompareAndSwap in vain", each(present, func(k K) { m.CompareAndSwap(k, v, w) })},
		{"CompareAndSwap miss", each(absent, func(k K) { m.CompareAndSwap(k, w, v) })},
		{"CompareAndDelete in vain", each(present, func(k K) { m.CompareAndDelete(k, v) })},
		{"Compute Set", each(present, func(k K) { m.Compute(k, set) })},
		{"Compute Keep", each(present, func(k K) { m.Compute(k, keep) })},
		{"Delete miss", each(absent, func(k K) { m.Delete(k) })},
		{"LoadAndDelete miss", each(absent, func(k K) { m.LoadAndDelete(k) })},
		{"Store and Delete", each(absent, func(k K) { m.Store(k, v) }, func(k K) { m.Delete(k) })},
		{"Swap and LoadAndDelete", each(absent, func(k K) { m.Swap(k, v) }, func(k K) { m.LoadAndDelete(k) })},
		{"LoadOrStore and CompareAndDelete", each(absent, func(k K) { m.LoadOrStore(k, v) }, func(k K) { m.CompareAndDelete(k, v) })},
		{"LoadOrCompute and Compute Remove", each(absent, func(k K) { m.LoadOrCompute(k, build) }, func(k K) { m.Compute(k, remove) })},
		{"Compute Set and CompareAndDelete", each(absent, func(k K) { m.Compute(k, set) }, func(k K) { m.CompareAndDelete(k, zero) })},
		{"Len", func() { m.Len() }},
	} {
		if allocs := testing.AllocsPerRun(5, test.pass); allocs != 0 {
			t.Errorf("%s: %v allocations for %d keys", test.name, allocs, n)
		}
	}
	for _, k := range absent {
		if m.Contains(k) {
			t.Fatalf("key %v is left: not all deletions were counted", k)
		}
	}
}

// each returns a pass of all functions over all keys.
func each[K any](keys []K, fs ...func(K)) func() {
	return func() {
		for _, f := range fs {
			for _, k := range keys {
				f(k)
			}
		}
	}
}

// TestCallersAllocateNoKey checks that callers which make a key out of bytes, or of
// variables, do not allocate it: where the operation finds it, or only looks for it.
// (A short string that does not escape is on the stack.) An interface is allocated by
// callers that may insert it.
func TestCallersAllocateNoKey(t *testing.T) {
	b := []byte("from bytes")
	for name, opts := range hashersOf[string]() {
		m := flatmap.New[string, int](opts...)
		m.Store(string(b), 1)
		counts(t, name+"string", map[string]func(){
			"Load":             func() { m.Load(string(b)) },
			"Contains":         func() { m.Contains(string(b)) },
			"CompareAndSwap":   func() { m.CompareAndSwap(string(b), 1, 1) },
			"CompareAndDelete": func() { m.CompareAndDelete(string(b), 2) },
			"Delete":           func() { m.Delete(string(b[1:])) },
			"LoadAndDelete":    func() { m.LoadAndDelete(string(b[1:])) },
			"Store":            func() { m.Store(string(b), 1) },
			"Swap":             func() { m.Swap(string(b), 1) },
			"LoadOrStore":      func() { m.LoadOrStore(string(b), 1) },
			"LoadOrCompute":    func() { m.LoadOrCompute(string(b), build) },
			"Compute":          func() { m.Compute(string(b), keep) },
		})
		long := []byte(strings.Repeat("long ", 100))
		m.Store(string(long), 1)
		counts(t, name+"string", map[string]func(){
			"LoadBytes":      func() { flatmap.LoadBytes(m, long) },
			"LoadBytes miss": func() { flatmap.LoadBytes(m, long[1:]) },
		})
		heap := [2]string{strings.Clone("on the"), strings.Clone("heap")}
		keepAlive = heap[:]
		counts(t, name+"string on the heap", map[string]func(){
			"Store":       func() { m.Store(heap[0], 1); m.Delete(heap[0]) },
			"LoadOrStore": func() { m.LoadOrStore(heap[1], 1); m.Delete(heap[1]) },
		})
	}
	for name, opts := range hashersOf[label]() {
		m := flatmap.New[label, int](opts...)
		m.Store(labelOf(1), 1)
		c, d := []byte("1"), []byte("-1")
		counts(t, name+"label", map[string]func(){
			"Load":        func() { m.Load(label{1, string(c), string(d)}) },
			"Delete":      func() { m.Delete(label{2, string(c), string(d)}) },
			"LoadOrStore": func() { m.LoadOrStore(label{1, string(c), string(d)}, 1) },
			"Store":       func() { m.Store(label{1, string(c), string(d)}, 1) },
		})
	}
	for name, opts := range hashersOf[any]() {
		m := flatmap.New[any, int](opts...)
		m.Store(string(b), 1)
		counts(t, name+"any", map[string]func(){
			"Load":             func() { m.Load(string(b)) },
			"Contains":         func() { m.Contains(string(b)) },
			"CompareAndSwap":   func() { m.CompareAndSwap(string(b), 1, 1) },
			"CompareAndDelete": func() { m.CompareAndDelete(string(b), 2) },
			"Delete":           func() { m.Delete(string(b[1:])) },
			"LoadAndDelete":    func() { m.LoadAndDelete(string(b[1:])) },
		})
	}
	var m flatmap.Map[*int, int]
	m.Store(new(int), 1)
	counts(t, "pointer", map[string]func(){"Load": func() { x := 1; m.Load(&x) }})
}

// keepAlive has on the heap what is put into it.
var keepAlive []string

// hashersOf returns the options of a map that hashes, and of one whose user does.
func hashersOf[K comparable]() map[string][]flatmap.Option {
	return map[string][]flatmap.Option{"": nil, "hashed ": {flatmap.WithHasher(maphash.Comparable[K])}}
}

func counts(t *testing.T, name string, calls map[string]func()) {
	t.Helper()
	for method, call := range calls {
		if allocs := testing.AllocsPerRun(10, call); allocs != 0 {
			t.Errorf("%s: %s: %v allocations", name, method, allocs)
		}
	}
}

// TestWholeMapAllocations checks that the operations on the whole map do not
// allocate, whatever its size. (Retain does, for the first time. And a loop over an
// iterator does, of whatever package, if the compiler inlines nothing.)
func TestWholeMapAllocations(t *testing.T) {
	seen := 0 // captured: the functions are closures, which must not be allocated either
	loop := testing.AllocsPerRun(10, func() {
		for range maps.All(map[int]string{}) {
			seen++
		}
	})
	for _, n := range []int{100, 20_100} {
		m := flatmap.New[int, string]()
		for k := range n {
			m.Store(k, "value")
		}
		for _, test := range []struct {
			name string
			call func()
			want float64
		}{
			{"Retain", func() { m.Retain(func(int, *string) bool { seen++; return true }) }, 0},
			{"Range", func() { m.Range(func(int, string) bool { seen++; return true }) }, 0},
			{"All", func() {
				for range m.All() {
					seen++
				}
			}, loop},
		} {
			t.Run(fmt.Sprintf("%s/%d", test.name, n), func(t *testing.T) {
				if allocs := testing.AllocsPerRun(10, test.call); allocs > test.want {
					t.Errorf("%v allocations", allocs)
				}
			})
		}
	}
	if seen == 0 {
		t.Error("nothing was visited")
	}
}

// TestComputeCopiesOnce checks that a Compute or LoadOrCompute that inserts a key copies it once, as a
// Store does.
func TestComputeCopiesOnce(t *testing.T) {
	const n = 200
	keys := make([][]byte, 3*n)
	for i := range keys {
		keys[i] = []byte(text(1000 + i))
	}
	m := flatmap.New[string, int](flatmap.WithCapacity(4 * len(keys)))
	next := 0
	allocs := func(insert func(key []byte)) float64 {
		return testing.AllocsPerRun(n-1, func() {
			insert(keys[next])
			next++
		})
	}
	store := allocs(func(key []byte) { m.Store(string(key), 1) })
	compute := allocs(func(key []byte) {
		m.Compute(string(key), func(int, bool) (int, flatmap.Op) { return 1, flatmap.Set })
	})
	loadOrCompute := allocs(func(key []byte) { m.LoadOrCompute(string(key), func() int { return 1 }) })
	if store != compute || store != loadOrCompute {
		t.Errorf("Store allocates %v, Compute %v and LoadOrCompute %v", store, compute, loadOrCompute)
	}
}
