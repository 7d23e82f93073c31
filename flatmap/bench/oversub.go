package main

import (
	"fmt"
	"runtime"

	"github.com/flatmap-go/flatmap/flatmap/bench/internal/subject"
)

// oversubKeys is the number of entries in the rows with more threads than cores.
// There the kernel takes the processor from goroutines that hold locks, and a map
// whose waiters spin collapses.
const oversubKeys = 1_000

// factors returns the ratios of GOMAXPROCS to the number of cores.
func factors(full bool) []int {
	if full {
		return []int{1, 2, 4, 8, 16, 32}
	}
	return []int{1, 4, 32}
}

// oversubMix measures half Loads, a quarter Stores and a quarter Deletes.
func oversubMix(r *runner) ([]Cell, error) {
	return oversubscribe(r, "mix", concurrent(subject.OfUint64), pick(r, 128, 1024)*chunk,
		func(m subject.Map[uint64], goroutines, ops int) (float64, error) {
			value, _ := timeMix(m.(subject.Mixed[uint64]), randomWords(oversubKeys), subject.Reads(50), goroutines, ops)
			return value, nil
		})
}

// oversubHold measures atomic increments under a lock whose holder yields the
// processor one time in 64.
func oversubHold(r *runner) ([]Cell, error) {
	var impls []subject.Impl[uint64]
	for _, impl := range concurrent(subject.OfUint64) {
		if _, ok := impl.New(0).(subject.Counter); ok {
			impls = append(impls, impl)
		}
	}
	return oversubscribe(r, "hold", impls, pick(r, 128, 1024)*chunk,
		func(m subject.Map[uint64], goroutines, ops int) (float64, error) {
			return timeCounts(m.(subject.Counter), m.Range, goroutines, ops)
		})
}

func timeCounts(m subject.Counter, sum func() uint64, goroutines, ops int) (float64, error) {
	keys := randomWords(oversubKeys)
	before := sum()
	spent := together(goroutines, func(id int) {
		rng := seedOf(id)
		m.Count(keys, &rng, ops)
	})
	if got, want := sum()-before, uint64(goroutines*ops); got != want {
		return 0, fmt.Errorf("%d increments left a sum of %d", want, got)
	}
	return float64(spent) / float64(goroutines*ops), nil
}

func oversubscribe(r *runner, op string, impls []subject.Impl[uint64], ops int, measure func(m subject.Map[uint64], goroutines, ops int) (float64, error)) ([]Cell, error) {
	keys := randomWords(oversubKeys)
	cores := runtime.NumCPU()
	var cells []Cell
	settle()
	for _, factor := range factors(r.full) {
		goroutines := factor * cores
		c := Cell{Op: "oversub", Keys: "uint64", N: oversubKeys, Unit: "ns/op", Iters: ops}.With("work", op).With("threads", fmt.Sprintf("%dxcores", factor))
		err := r.interleave(len(impls), 1, func(i int) error {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(goroutines))
			runtime.GC()
			m := impls[i].New(oversubKeys)
			m.StoreAll(keys)
			value, err := measure(m, goroutines, max(chunk, ops/goroutines))
			if err != nil {
				return fmt.Errorf("%s: %w", impls[i].Name, err)
			}
			c.Add(impls[i].Name, value)
			return nil
		})
		if err != nil {
			return nil, err
		}
		cells = append(cells, c)
	}
	return cells, nil
}
