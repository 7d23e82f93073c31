package main

import (
	"maps"
	"runtime"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/flatmap/bench/internal/subject"
)

// allocations counts the allocations of every operation of flatmap.Map, on a
// map with room for all its entries.
func allocations(r *runner) ([]Cell, error) {
	var c counts
	countOps(r, &c, "uint64", randomWords(2*allocEntries), func(i int) uint64 { return uint64(i) })
	countOps(r, &c, "string", stringKeys(2*allocEntries), func(i int) string { return "a value" })
	countOps(r, &c, "struct32", structKeys(2*allocEntries), func(i int) int { return i })
	countOps(r, &c, "interface", interfaceKeys(2*allocEntries), func(i int) int { return i })
	countOps(r, &c, "value64", randomWords(2*allocEntries), func(i int) subject.Value64 { return subject.Value64{} })
	countOps(r, &c, "value1k", randomWords(2*allocEntries), func(i int) subject.Value1K { return subject.Value1K{} })
	countOps(r, &c, "set", randomWords(2*allocEntries), func(i int) struct{} { return struct{}{} })
	return c.cells, nil
}

const allocEntries = 1_000

// counts gathers a cell for each operation.
type counts struct{ cells []Cell }

// add counts the allocations of ops runs of f in every round.
func (c *counts) add(r *runner, keys, method string, ops int, f func(i int)) {
	cell := Cell{Op: "allocs", Keys: keys, N: allocEntries, Unit: "allocs/op", Iters: ops}.With("method", method)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // no other goroutine allocates
	f(0)                                            // a first call may allocate once
	var before, after runtime.MemStats
	for range r.rounds {
		runtime.ReadMemStats(&before)
		for i := range ops {
			f(i)
		}
		runtime.ReadMemStats(&after)
		cell.Add(subjectName, float64(after.Mallocs-before.Mallocs)/float64(ops))
	}
	c.cells = append(c.cells, cell)
}

func countOps[K, V comparable](r *runner, c *counts, name string, keys []K, value func(i int) V) {
	present, absent := keys[:allocEntries], keys[allocEntries:]
	m := flatmap.New[K, V](flatmap.WithCapacity(2 * allocEntries))
	v := value(0)
	for _, k := range present {
		m.Store(k, v)
	}
	one := func(method string, f func(k, none K)) {
		c.add(r, name, method, allocEntries, func(i int) { f(present[i], absent[i]) })
	}
	keep := func(old V, _ bool) (V, flatmap.Op) { return old, flatmap.Keep }
	set := func(V, bool) (V, flatmap.Op) { return v, flatmap.Set }
	remove := func(old V, _ bool) (V, flatmap.Op) { return old, flatmap.Remove }
	one("Load, hit", func(k, _ K) { m.Load(k) })
	one("Load, miss", func(_, k K) { m.Load(k) })
	one("Contains", func(k, _ K) { m.Contains(k) })
	one("Store, update", func(k, _ K) { m.Store(k, v) })
	one("Store, insert; Delete", func(_, k K) { m.Store(k, v); m.Delete(k) })
	one("Swap", func(k, _ K) { m.Swap(k, v) })
	one("LoadOrStore, hit", func(k, _ K) { m.LoadOrStore(k, v) })
	one("LoadOrStore, miss; LoadAndDelete", func(_, k K) { m.LoadOrStore(k, v); m.LoadAndDelete(k) })
	one("CompareAndSwap", func(k, _ K) { m.CompareAndSwap(k, v, v) })
	one("Store, insert; CompareAndDelete", func(_, k K) { m.Store(k, v); m.CompareAndDelete(k, v) })
	one("Compute, Keep", func(k, _ K) { m.Compute(k, keep) })
	one("Compute, Set and Remove", func(_, k K) { m.Compute(k, set); m.Compute(k, remove) })
	one("LoadOrCompute, hit", func(k, _ K) { m.LoadOrCompute(k, func() V { return v }) })
	one("LoadOrCompute, miss; Delete", func(_, k K) { m.LoadOrCompute(k, func() V { return v }); m.Delete(k) })
	one("Len", func(_, _ K) { m.Len() })
	whole := func(method string, f func()) { c.add(r, name, method, 10, func(int) { f() }) }
	n := 0
	whole("Range", func() { m.Range(func(K, V) bool { n++; return true }) })
	whole("All", func() {
		for range m.All() {
			n++
		}
	})
	whole("Keys", func() {
		for range m.Keys() {
			n++
		}
	})
	whole("Values", func() {
		for range m.Values() {
			n++
		}
	})
	whole("Retain", func() { m.Retain(func(K, *V) bool { return true }) })
	pairs := maps.All(map[K]V{present[0]: v})
	whole("Insert", func() { m.Insert(pairs) })
}
