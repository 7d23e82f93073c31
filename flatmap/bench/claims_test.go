package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// planted returns results in which flatmap takes a given multiple of the time
// that meets all targets.
func planted(slower float64) *Results {
	r := &Results{}
	put := func(row string, cells ...Cell) { r.Rows = append(r.Rows, Row{Name: row, Cells: cells}) }
	cell := func(c Cell, of map[string]float64) Cell {
		c.Unit, c.Iters, c.N = "ns/op", 1, max(c.N, 100)
		for _, impl := range []string{"flatmap", "xsync", "sync.Map", "RWMutex", "map", arrayName, noMap} {
			if v, ok := of[impl]; ok {
				for _, drift := range []float64{1, 1.5, 0.8} { // the same for all implementations of a round
					c.Add(impl, v*drift)
				}
			}
		}
		return c
	}
	for _, w := range seedWorkloads {
		put("seed/"+w.op, cell(Cell{Op: w.op}, map[string]float64{"flatmap": 10 * slower, "xsync": 40, "sync.Map": 60, "RWMutex": 11, "map": 26}))
	}
	mix := map[string]float64{"flatmap": 10 * slower, "xsync": 14, "RWMutex": 11, "map": 3}
	for _, keys := range []string{"int", "string"} {
		for _, n := range mixSizes {
			for _, procs := range mixProcs {
				put("range/"+keys, cell(Cell{Op: "range", Keys: keys, N: n}.With("procs", procs), mix))
				for _, warm := range []bool{true, false} {
					for _, reads := range mixReads {
						if warm || reads != 100 {
							put("mix/"+keys, cell(Cell{Op: "mix", Keys: keys, N: n}.With("reads", reads).With("map", temperature(warm)).With("procs", procs), mix))
						}
					}
				}
			}
		}
	}
	for _, n := range hitSizes {
		hit := map[string]float64{"flatmap": 15 * slower, "xsync": 30, arrayName: 10}
		put("hits/"+short(n), cell(Cell{Op: "hit", N: n}, hit), cell(Cell{Op: "hitchain", N: n}, hit))
	}
	put("allocs", cell(Cell{Op: "allocs"}.With("method", "Load, hit"), map[string]float64{"flatmap": 0}),
		cell(Cell{Op: "allocs"}.With("method", "Range"), map[string]float64{"flatmap": slower - 1}))
	put("gc/4M", cell(Cell{Op: "gc"}, map[string]float64{"flatmap": 4 * slower, "xsync": 100, noMap: 3}))
	bytes := map[string]float64{"flatmap": 30 * slower, "map": 31}
	put("bytes", cell(Cell{Op: "bytes"}.With("presized", true), bytes), cell(Cell{Op: "bytes"}.With("presized", false), bytes))
	put("grow", cell(Cell{Op: "store"}.With("at", "p50"), map[string]float64{"flatmap": 99, "xsync": 1, "map": 1}),
		cell(Cell{Op: "store"}.With("at", "max"), map[string]float64{"flatmap": 9 * slower, "xsync": 100, "map": 5}))
	for _, row := range []string{"oversub/mix", "oversub/hold"} {
		put(row, cell(Cell{Op: "oversub"}.With("threads", "1xcores"), map[string]float64{"flatmap": 10}),
			cell(Cell{Op: "oversub"}.With("threads", "2xcores"), map[string]float64{"flatmap": 12 * slower}))
	}
	return r
}

func TestClaimsMet(t *testing.T) {
	for _, c := range claims(planted(1)) {
		require.Equal(t, Met, c.Verdict, c)
		require.NotEmpty(t, c.Figure, c)
	}
}

// A slow map reaches none of the targets.
func TestClaimsLost(t *testing.T) {
	for _, c := range claims(planted(4)) {
		require.Equal(t, Loss, c.Verdict, c)
		require.NotEmpty(t, c.Figure, c)
	}
}

func TestClaimsNotMeasured(t *testing.T) {
	all := claims(&Results{})
	require.Len(t, all, len(claims(planted(1))))
	for _, c := range all {
		require.Equal(t, Unmarked, c.Verdict, c)
		require.Empty(t, c.Figure, c)
	}
}

// A target of many cells is not met before all of them are measured, and one lost
// cell loses it.
func TestClaimsOfAPart(t *testing.T) {
	fast := Cell{Op: "mix", N: 100}
	fast.Add("flatmap", 1)
	fast.Add("xsync", 2)
	slow := Cell{Op: "mix", N: 1_000}
	slow.Add("flatmap", 2)
	slow.Add("xsync", 1)
	tie := Cell{Op: "mix", N: 1_000}
	tie.Add("flatmap", 2)
	tie.Add("xsync", 2)
	for _, c := range []struct {
		cells []*Cell
		want  Verdict
	}{
		{[]*Cell{&fast}, Partly},
		{[]*Cell{&fast, &fast}, Met},
		{[]*Cell{&fast, &slow}, Loss},
		{[]*Cell{&fast, &tie}, Loss},
		{[]*Cell{&slow}, Loss},
		{nil, Unmarked},
	} {
		require.Equal(t, c.want, fastest("", c.cells, 2).Verdict)
	}
	require.Equal(t, "in 1 of 2 cells measured (there are 3); closest: xsync takes 0.50x flatmap's time at op=mix/keys=/n=1000",
		fastest("", []*Cell{&fast, &slow}, 3).Figure)
	require.Equal(t, "in 1 of 2 cells; closest: xsync takes 0.50x flatmap's time at op=mix/keys=/n=1000",
		fastest("", []*Cell{&fast, &slow}, 2).Figure)
}

// Limits and Go's built-in map are not rivals where concurrent maps are compared.
func TestRivals(t *testing.T) {
	var c Cell
	for _, impl := range []string{"flatmap", "xsync", "map", arrayName, noMap, clockName, "sharded"} {
		c.Add(impl, 1)
	}
	require.Equal(t, []string{"xsync", "sharded"}, c.rivals())
}
