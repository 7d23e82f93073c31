package main

import (
	"runtime"

	"github.com/flatmap-go/flatmap/flatmap/bench/internal/subject"
)

// arrayName names the bare array probe.
const arrayName = "array"

var hitSizes = []int{1_000_000, 4_000_000}

// A hitter loads present keys.
type hitter interface {
	LoadAll(keys []uint64) (sum uint64)
	LoadChain(keys []uint64) (sum uint64)
}

// hits compares Loads of present keys in random order with a bare array probe of
// the same keys. The Loads are independent, so that the processor overlaps them, or
// each one needs the result of the one before.
func hits(r *runner, n int) ([]Cell, error) {
	const loads = 1_000_000 // of the n keys, so that all sizes make as many
	impls := subject.OfUint64
	if !r.full { // filling the other maps takes most of the time
		impls = named(impls, "flatmap", "xsync", "map")
	}
	keys := randomWords(n)
	array := subject.NewArray(n)
	array.StoreAll(keys)
	names, maps := []string{}, []hitter{}
	for _, impl := range impls {
		m := impl.New(n)
		m.StoreAll(keys)
		names, maps = append(names, impl.Name), append(maps, m.(hitter))
	}
	names, maps = append(names, arrayName), append(maps, array)
	order := shuffled(keys)[:min(n, loads)]
	settle()
	want := array.LoadAll(order)
	free := Cell{Op: "hit", Keys: "uint64", N: n, Unit: "ns/op", Iters: len(order)}
	some := order[:len(order)/4] // each takes several times as long
	wantChained := array.LoadAll(some)
	chain := Cell{Op: "hitchain", Keys: "uint64", N: n, Unit: "ns/op", Iters: len(some)}
	err := r.interleave(len(maps), pick(r, 2, 1), func(i int) error {
		var sum uint64
		free.Add(names[i], elapsed(len(order), func() { sum = maps[i].LoadAll(order) }))
		if sum != want {
			return wrongSum(names[i], sum, want)
		}
		chain.Add(names[i], elapsed(len(some), func() { sum = maps[i].LoadChain(some) }))
		if sum != wantChained {
			return wrongSum(names[i], sum, wantChained)
		}
		return nil
	})
	runtime.KeepAlive(maps)
	return []Cell{free, chain}, err
}
