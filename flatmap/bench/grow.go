package main

import (
	"slices"

	"github.com/flatmap-go/flatmap/flatmap/bench/internal/subject"
)

// clockName names the implementation that only reads the clock.
const clockName = "clock"

// percentiles are those of the latency of a Store.
var percentiles = []struct {
	name string
	of   float64
}{{"p50", 0.5}, {"p99", 0.99}, {"p99.9", 0.999}, {"p99.99", 0.9999}, {"max", 1}}

// grow measures single Stores while an empty map grows to n entries. Each figure
// includes a reading of the clock; the implementation clock, which stores nothing,
// shows how long that takes.
func grow(r *runner, n int) ([]Cell, error) {
	impls := append([]subject.Impl[uint64]{{Name: clockName}}, named(subject.OfUint64, pick(r,
		[]string{"flatmap", "xsync", "map"}, []string{"flatmap", "xsync", "sync.Map", "sharded", "map"})...)...)
	keys, took := randomWords(n), make([]uint32, n)
	cells := make([]Cell, len(percentiles))
	for p := range cells {
		cells[p] = Cell{Op: "store", Keys: "uint64", N: n, Unit: "ns/op", Iters: 1}.With("at", percentiles[p].name)
	}
	err := r.atMost(3, 5).interleave(len(impls), 1, func(i int) error {
		settle()
		if impls[i].New == nil {
			subject.ClockTimed(took)
		} else {
			m := impls[i].New(0)
			m.(subject.Mixed[uint64]).StoreTimed(keys, took)
			some := n / 50
			if got, want := m.LoadAll(keys[:some]), sumTo(some); got != want {
				return wrongSum(impls[i].Name, got, want)
			}
		}
		slices.Sort(took)
		for p := range cells {
			cells[p].Add(impls[i].Name, float64(took[int(percentiles[p].of*float64(n-1))]))
		}
		return nil
	})
	return cells, err
}
