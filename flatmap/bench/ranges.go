package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flatmap-go/flatmap/flatmap/bench/internal/subject"
)

// rangeRows measure Range under contention: GOMAXPROCS goroutines iterate over the
// whole map repeatedly while one more goroutine stores random present keys, as in
// github.com/puzpuzpuz/go-concurrent-map-bench.
func rangeRows() (out []row) {
	for _, n := range mixSizes {
		out = append(out, rangeOf("int", intKeys, subject.OfInt, n), rangeOf("string", stringKeys, subject.OfString, n))
	}
	return out
}

func rangeOf[K any](keys string, make func(n int) []K, impls []subject.Impl[K], n int) row {
	return row{
		name:  fmt.Sprintf("range/%s/%s", keys, short(n)),
		about: "iterations while another goroutine stores",
		// Filling the maps takes most of the time.
		fullOnly: n == 1_000_000,
		measure: func(r *runner) (cells []Cell, err error) {
			for _, procs := range pick(r, mixProcs[1:], mixProcs) {
				c, err := rangeCell(r, keys, make(n), concurrent(impls), procs)
				if err != nil {
					return nil, err
				}
				cells = append(cells, c)
			}
			return cells, nil
		},
	}
}

func rangeCell[K any](r *runner, keys string, all []K, impls []subject.Impl[K], procs int) (Cell, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
	if len(all) >= 1_000_000 {
		r = r.atMost(2, 3)
	}
	// With one processor goroutines take turns of 10 ms, so a shorter sample
	// would measure only one of them.
	atLeast := pick(r, 20*time.Millisecond, 200*time.Millisecond)
	settle()
	c := Cell{Op: "range", Keys: keys, N: len(all), Unit: "ns/op", Iters: 1}.With("procs", procs)
	err := r.interleave(len(impls), 1, func(i int) error {
		runtime.GC()
		m := impls[i].New(len(all)).(subject.Mixed[K])
		m.StoreAll(all)
		value, sum := timeRange(m, all, procs, atLeast)
		c.Add(impls[i].Name, value)
		if want := sumTo(len(all)); sum != want {
			return wrongSum(impls[i].Name, sum, want)
		}
		return nil
	})
	return c, err
}

// timeRange returns the nanoseconds per iteration, and the sum that every iteration
// read, or a wrong sum if an iteration read one.
func timeRange[K any](m subject.Mixed[K], keys []K, goroutines int, atLeast time.Duration) (value float64, sum uint64) {
	var stop subject.Flag
	var updater sync.WaitGroup
	updater.Go(func() {
		rng := seedOf(goroutines)
		m.Update(keys, &rng, &stop)
	})
	want := sumTo(len(keys))
	var iterations, wrong atomic.Uint64
	wrong.Store(want)
	spent := together(goroutines, func(int) {
		for start := time.Now(); ; {
			if s := m.Range(); s != want {
				wrong.Store(s)
			}
			iterations.Add(1)
			if time.Since(start) > atLeast {
				return
			}
		}
	})
	stop.Store(true)
	updater.Wait()
	return float64(spent) / float64(iterations.Load()), wrong.Load()
}
