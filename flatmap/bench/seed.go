package main

import (
	"runtime"
	"sync"

	"github.com/flatmap-go/flatmap/flatmap/bench/internal/subject"
)

// The four workloads of flatmap_rs have 64-bit keys and values and an initial
// capacity of 8192. As there, a sample includes making the map.
const seedCapacity = 8192

type seedWorkload struct {
	op     string
	n      int // operations
	serial bool
	iters  int // runs per sample; the sample is their mean
	// run gets a new map, or the one that prepare filled.
	prepare func(m seedMap)
	run     func(m seedMap) (sum uint64)
	sum     uint64
}

type seedMap interface {
	subject.Map[uint64]
	subject.Seed
}

var seedWorkloads = []seedWorkload{
	{
		op: "mixed", n: 50_000, serial: true, iters: 3, sum: sumTo(50_000),
		run: func(m seedMap) uint64 {
			m.StoreSeq(0, 50_000)
			sum := m.LoadSeq(0, 50_000)
			m.DeleteSeq(0, 50_000)
			return sum
		},
	},
	{
		op: "readheavy", n: 50_000, serial: true, iters: 20, sum: 5 * sumTo(10_000),
		prepare: func(m seedMap) { m.StoreSeq(0, 10_000) },
		run: func(m seedMap) (sum uint64) {
			for range 5 {
				sum += m.LoadSeq(0, 10_000)
			}
			return sum
		},
	},
	{
		op: "concurrentmixed", n: 20_000, iters: 12, sum: stepsSum(),
		run: func(m seedMap) uint64 {
			m.StoreSeq(0, 5_000)
			return four(func(id uint64) uint64 { return m.Steps(id, 5_000, 5_000) })
		},
	},
	{
		op: "concurrentwrite", n: 20_000, iters: 8,
		run: func(m seedMap) uint64 {
			return four(func(id uint64) uint64 {
				m.StoreSeq(id*5_000, (id+1)*5_000)
				return 0
			})
		},
	},
}

// stepsSum is the sum of the values that the concurrent mixed workload reads. A
// Store of a key below 5,000 does not change its value.
func stepsSum() (sum uint64) {
	for id := range uint64(4) {
		for i := range uint64(5_000) {
			if i%10 < 7 {
				sum += (id*10_000 + i) % 5_000
			}
		}
	}
	return sum
}

// four runs f in four goroutines and returns the sum of their results.
func four(f func(id uint64) uint64) (sum uint64) {
	var wg sync.WaitGroup
	var sums [4]uint64
	for id := range uint64(4) {
		wg.Go(func() { sums[id] = f(id) })
	}
	wg.Wait()
	for _, s := range sums {
		sum += s
	}
	return sum
}

func (w *seedWorkload) measure(r *runner) ([]Cell, error) {
	impls := subject.OfUint64
	if !w.serial {
		impls = concurrent(impls)
	}
	c := Cell{Op: w.op, Keys: "uint64", N: w.n, Unit: "ns/op", Iters: w.iters}
	settle()
	err := r.interleave(len(impls), 5, func(i int) error {
		value, err := w.sample(impls[i])
		c.Add(impls[i].Name, value)
		return err
	})
	return []Cell{c}, err
}

// sample returns nanoseconds per run.
func (w *seedWorkload) sample(impl subject.Impl[uint64]) (float64, error) {
	runtime.GC()
	m := impl.New(seedCapacity).(seedMap)
	if w.prepare != nil {
		w.prepare(m)
	}
	var sum uint64
	value := elapsed(w.iters, func() {
		for range w.iters {
			if w.prepare == nil {
				m = impl.New(seedCapacity).(seedMap)
			}
			sum += w.run(m)
		}
	})
	if want := w.sum * uint64(w.iters); sum != want {
		return 0, wrongSum(impl.Name, sum, want)
	}
	return value, nil
}
