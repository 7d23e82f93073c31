package main

import (
	"runtime"

	"github.com/flatmap-go/flatmap/flatmap/bench/internal/subject"
)

// noMap names the measurement of a heap without a map.
const noMap = "none"

// collections measures a forced garbage collection while one map of n pointer-free
// entries is nearly all of the heap.
func collections(r *runner, n int) ([]Cell, error) {
	const forced = 3
	peers := []string{"flatmap", "xsync", "map"}
	if r.full && n <= 1_000_000 { // with 4M each of its collections takes a second
		peers = append(peers, "sync.Map")
	}
	impls := append([]subject.Impl[uint64]{{Name: noMap}}, named(subject.OfUint64, peers...)...)
	c := Cell{Op: "gc", Keys: "uint64", N: n, Unit: "ns/op", Iters: forced}
	keys := randomWords(n) // pointer-free as well
	err := r.atMost(2, 3).interleave(len(impls), 1, func(i int) error {
		var m subject.Map[uint64]
		if impls[i].New != nil {
			m = impls[i].New(n)
			m.StoreAll(keys)
		}
		settle()
		c.Add(impls[i].Name, elapsed(forced, func() {
			for range forced {
				runtime.GC()
			}
		}))
		runtime.KeepAlive(m)
		return nil
	})
	return []Cell{c}, err
}
