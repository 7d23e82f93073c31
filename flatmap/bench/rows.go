package main

import (
	"fmt"
	"path"
	"strings"
	"time"
)

// A row is a part of the benchmarks that can be measured alone.
type row struct {
	name     string
	about    string // for -list
	fullOnly bool   // the default run has it only if -rows names it
	measure  func(r *runner) ([]Cell, error)
}

// rows returns all rows in the order in which they run.
func rows() []row {
	var all []row
	for i := range seedWorkloads {
		w := &seedWorkloads[i]
		all = append(all, row{name: "seed/" + w.op, about: "a workload of flatmap_rs", measure: w.measure})
	}
	for _, n := range hitSizes {
		all = append(all, row{
			name: "hits/" + short(n), about: "Loads of random present keys, compared with a bare array probe",
			measure: func(r *runner) ([]Cell, error) { return hits(r, n) },
		})
	}
	all = append(all, row{
		name: "grow", about: "single Stores while a map grows to 4M entries",
		measure: func(r *runner) ([]Cell, error) { return grow(r, 4_000_000) },
	})
	for _, n := range []int{100_000, 1_000_000, 4_000_000} {
		all = append(all, row{
			name: "gc/" + short(n), about: "forced garbage collections with a map on the heap",
			measure: func(r *runner) ([]Cell, error) { return collections(r, n) },
		})
	}
	all = append(all, row{name: "bytes", about: "heap bytes per entry", measure: memory})
	all = append(all, mixRows()...)
	all = append(all, rangeRows()...)
	all = append(all, row{name: "allocs", about: "allocations of every operation", measure: allocations})
	all = append(all, typeRows()...)
	return append(all,
		row{name: "oversub/mix", about: "random operations with more threads than cores", measure: oversubMix},
		row{name: "oversub/hold", about: "increments under a lock whose holder yields the processor", measure: oversubHold})
}

// short formats a number of entries, such as 100k or 4M.
func short(n int) string {
	switch {
	case n%1_000_000 == 0:
		return fmt.Sprintf("%dM", n/1_000_000)
	case n%1_000 == 0:
		return fmt.Sprintf("%dk", n/1_000)
	}
	return fmt.Sprint(n)
}

// choose returns the rows that match one of the comma-separated patterns: a name,
// its first parts, or a pattern of package path. Without patterns it returns the
// rows of the mode.
func choose(all []row, patterns string, full bool) ([]row, error) {
	if patterns == "" {
		var out []row
		for _, w := range all {
			if full || !w.fullOnly {
				out = append(out, w)
			}
		}
		return out, nil
	}
	chosen := make([]bool, len(all))
	for _, p := range strings.Split(patterns, ",") {
		found := false
		for i, w := range all {
			match, err := path.Match(p, w.name)
			if err != nil {
				return nil, fmt.Errorf("-rows: %q: %w", p, err)
			}
			if match || strings.HasPrefix(w.name+"/", p+"/") {
				found, chosen[i] = true, true
			}
		}
		if !found {
			return nil, fmt.Errorf("-rows: no row matches %q (-list prints the rows)", p)
		}
	}
	var out []row
	for i, w := range all {
		if chosen[i] {
			out = append(out, w)
		}
	}
	return out, nil
}

// A Row is a row's result.
type Row struct {
	Name    string    `json:"name"`
	Mode    string    `json:"mode"` // modeShort or modeFull
	Date    time.Time `json:"date"`
	Seconds float64   `json:"seconds"` // of measuring
	Cells   []Cell    `json:"cells"`
}

// rounds returns how many samples there are of each implementation.
func (row *Row) rounds() (n int) {
	for _, c := range row.Cells {
		for _, s := range c.Samples {
			n = max(n, len(s.Values))
		}
	}
	return n
}
