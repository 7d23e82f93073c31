//go:build !invariants

package flatmap_test

import (
	"fmt"
	"hash/maphash"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// TestAllocations checks that no operation allocates, except to grow. What is
// counted is a pass over 40 keys, so that an allocation of even one of them
// shows. (With the build tag invariants the checks allocate.) The types are
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

// TestWholeMapAllocations checks that the operations on the whole map do not
// allocate, whatever its size. (Retain does, for the first time.)
func TestWholeMapAllocations(t *testing.T) {
	seen := 0 // captured: the functions are closures, which must not be allocated either
	for _, n := range []int{100, 20_100} {
		m := flatmap.New[int, string]()
		for k := range n {
			m.Store(k, "value")
		}
		for _, test := range []struct {
			name string
			call func()
		}{
			{"Retain", func() { m.Retain(func(int, *string) bool { seen++; return true }) }},
			{"Range", func() { m.Range(func(int, string) bool { seen++; return true }) }},
			{"All", func() {
				for range m.All() {
					seen++
				}
			}},
		} {
			t.Run(fmt.Sprintf("%s/%d", test.name, n), func(t *testing.T) {
				if allocs := testing.AllocsPerRun(10, test.call); allocs != 0 {
					t.Errorf("%v allocations", allocs)
				}
			})
		}
	}
	if seen == 0 {
		t.Error("nothing was visited")
	}
}
