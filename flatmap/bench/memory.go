package main

import (
	"runtime"

	"github.com/flatmap-go/flatmap/flatmap/bench/internal/subject"
)

// memory measures heap bytes per entry, in a map that was made for n entries and in
// one that grew to them. Only the seeds of the hashes differ between rounds, so one
// round is enough.
func memory(r *runner) ([]Cell, error) {
	impls := named(subject.OfUint64, pick(r, []string{"flatmap", "xsync", "map"}, []string{"flatmap", "xsync", "haxmap", "sync.Map", "map"})...)
	sizes := pick(r, []int{1_000, 10_000, 100_000, 120_000, 140_000, 170_000, 1_000_000}, memorySizes)
	keys := randomWords(sizes[len(sizes)-1])
	var cells []Cell
	for _, presized := range []bool{true, false} {
		for _, n := range sizes {
			c := Cell{Op: "bytes", Keys: "uint64", N: n, Unit: "B/entry", Iters: n}.With("presized", presized)
			for _, impl := range impls {
				capacity := 0
				if presized {
					capacity = n
				}
				c.Add(impl.Name, float64(heapOf(func() any {
					m := impl.New(capacity)
					m.StoreAll(keys[:n])
					return m
				}))/float64(n))
			}
			cells = append(cells, c)
		}
	}
	return cells, nil
}

// heapOf returns the heap bytes that the result of f holds.
func heapOf(f func() any) int64 {
	before := heap()
	v := f()
	after := heap()
	runtime.KeepAlive(v)
	return after - before
}

func heap() int64 {
	runtime.GC()
	runtime.GC() // frees what finalizers of the first one released
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return int64(s.HeapAlloc)
}

// memorySizes has sizes between powers of two as well, since a map that has just
// grown takes the most memory per entry.
var memorySizes = []int{1_000, 10_000, 100_000, 120_000, 140_000, 170_000, 200_000, 240_000, 300_000, 400_000, 500_000, 700_000, 1_000_000, 4_000_000}
