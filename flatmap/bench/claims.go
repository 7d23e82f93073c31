package main

import (
	"fmt"
	"slices"
	"strings"
)

// A Verdict says whether a target is reached.
type Verdict string

const (
	Met      Verdict = "met"
	Partly   Verdict = "met so far" // some cells are not measured
	Loss     Verdict = "LOSS"
	Unmarked Verdict = "not measured"
)

// A Claim is a target and what was measured.
type Claim struct {
	Group   string
	What    string
	Target  string
	Figure  string
	Verdict Verdict
}

// flatmapRS has medians in microseconds: those of the Rust crate flatmap_rs, from
// its first README and from its newest version, and those of a Go baseline (Go's
// built-in map or xsync.Map) from the same hour, all on one machine of two cores.
// Targets are multiples of the baseline, since absolute times of another machine
// and hour are not comparable.
var flatmapRS = []struct {
	op, baseline            string
	first, newest, baseTime float64
}{
	{"mixed", "map", 3450, 2210, 4100},
	{"readheavy", "map", 270, 162, 378},
	{"concurrentmixed", "xsync", 470, 316, 680},
	{"concurrentwrite", "xsync", 830, 615, 1830},
}

// claims compares results with the targets.
func claims(r *Results) []Claim {
	var out []Claim
	add := func(group string, c ...Claim) {
		for i := range c {
			c[i].Group = group
		}
		out = append(out, c...)
	}
	for _, w := range seedWorkloads {
		add("workloads of flatmap_rs, concurrent maps", fastest(w.op, r.cells("seed/"+w.op), 1))
	}
	for _, w := range []struct {
		op     string
		atMost float64
	}{{"readheavy", 0.8}, {"mixed", 1}} {
		add("workloads of flatmap_rs, Go's built-in map", atMost(w.op+", time", r.cells("seed/"+w.op), "", "map", w.atMost))
	}
	for _, w := range flatmapRS {
		add("figures of flatmap_rs, first README", atMost(w.op+", time", r.cells("seed/"+w.op), "", w.baseline, w.first/w.baseTime))
	}
	for _, w := range flatmapRS {
		add("figures of flatmap_rs, newest", atMost(w.op+", time", r.cells("seed/"+w.op), "", w.baseline, w.newest/w.baseTime))
	}
	mix := r.cells("mix")
	add("mix matrix", fastest("every cell", mix, mixCells), meanOver("geometric mean of xsync's time over flatmap's", mix, "xsync", 1.3, mixCells))
	add("range under contention", fastest("every cell", r.cells("range"), 2*len(mixSizes)*len(mixProcs)))
	for _, n := range hitSizes {
		cells := r.cells("hits/" + short(n))
		add("random hits, compared with a bare array probe",
			atMost(short(n)+", dependent Loads", cells, "hitchain", arrayName, 1.6),
			atMost(short(n)+", independent Loads", cells, "hit", arrayName, 1.6))
	}
	add("allocations", noAllocations(r.cells("allocs")))
	add("forced garbage collection", atMost("4M entries", r.cells("gc/4M"), "", "xsync", 1.0/20))
	add("bytes per entry", atMost("presized, worst size", having(r.cells("bytes"), "presized", "true"), "", "map", 1),
		atMost("grown, worst size", having(r.cells("bytes"), "presized", "false"), "", "map", 1))
	worst := having(r.cells("grow"), "at", "max")
	add("worst Store while growing to 4M", atMost("its time", worst, "", "xsync", 1.0/10), atMost("its time", worst, "", "map", 2))
	add("more threads than cores", noCollapse("random operations", r.cells("oversub/mix")), noCollapse("held locks", r.cells("oversub/hold")))
	return out
}

// cells returns the cells of the rows whose names are row or begin with its
// parts.
func (r *Results) cells(row string) (out []*Cell) {
	for i := range r.Rows {
		if strings.HasPrefix(r.Rows[i].Name+"/", row+"/") {
			for c := range r.Rows[i].Cells {
				out = append(out, &r.Rows[i].Cells[c])
			}
		}
	}
	return out
}

func having(cells []*Cell, key, value string) []*Cell {
	return slices.DeleteFunc(slices.Clone(cells), func(c *Cell) bool { return c.Param(key) != value })
}

// verdict returns Met only if all cells were measured.
func verdict(ok bool, measured, of int) Verdict {
	switch {
	case !ok:
		return Loss
	case measured < of:
		return Partly
	}
	return Met
}

// rivals returns the implementations that flatmap must beat in a cell.
func (c *Cell) rivals() []string {
	return slices.DeleteFunc(c.Impls(), func(impl string) bool {
		return impl == subjectName || impl == "map" || slices.Contains(limits, impl)
	})
}

// fastest claims that flatmap is faster than every rival in every cell.
func fastest(what string, cells []*Cell, of int) Claim {
	c := Claim{What: what, Target: "fastest", Verdict: Unmarked}
	won, worst, text := 0, 0.0, ""
	for _, cell := range cells {
		lost := false
		for _, rival := range cell.rivals() {
			ratio, ok := cell.Ratio(rival, subjectName)
			if !ok {
				continue
			}
			lost = lost || ratio.Median <= 1
			if text == "" || ratio.Median < worst {
				worst, text = ratio.Median, fmt.Sprintf("%s takes %.2fx flatmap's time", rival, ratio.Median)
				if of > 1 {
					text += " at " + cell.ID()
				}
			}
		}
		if !lost {
			won++
		}
	}
	if text == "" {
		return c
	}
	c.Verdict = verdict(won == len(cells), len(cells), of)
	c.Figure = "closest: " + text
	if of > 1 {
		measured := "cells"
		if len(cells) < of {
			measured = fmt.Sprintf("cells measured (there are %d)", of)
		}
		c.Figure = fmt.Sprintf("in %d of %d %s; %s", won, len(cells), measured, c.Figure)
	}
	return c
}

// atMost claims that flatmap's figure is at most target times that of another
// implementation, in every cell of the operation.
func atMost(what string, cells []*Cell, op, than string, target float64) Claim {
	c := Claim{What: what, Target: fmt.Sprintf("at most %.3gx %s", target, than), Verdict: Unmarked}
	worst, at := -1.0, ""
	for _, cell := range cells {
		if ratio, ok := cell.Ratio(subjectName, than); ok && (op == "" || cell.Op == op) && ratio.Median > worst {
			worst = ratio.Median
			at = fmt.Sprintf("%.3gx [%.3g, %.3g]", ratio.Median, ratio.Low, ratio.High)
			if len(cells) > 2 {
				at += ", n=" + short(cell.N)
			}
		}
	}
	if worst < 0 {
		return c
	}
	c.Figure, c.Verdict = at, verdict(worst <= target, 1, 1)
	return c
}

// meanOver claims that the geometric mean of a rival's time over flatmap's is at
// least target.
func meanOver(what string, cells []*Cell, rival string, target float64, of int) Claim {
	c := Claim{What: what, Target: fmt.Sprintf("at least %.3gx", target), Verdict: Unmarked}
	var all []float64
	for _, cell := range cells {
		if ratio, ok := cell.Ratio(rival, subjectName); ok {
			all = append(all, ratio.Median)
		}
	}
	if len(all) == 0 {
		return c
	}
	mean := geomean(all)
	c.Figure, c.Verdict = fmt.Sprintf("%.2fx", mean), verdict(mean >= target, len(all), of)
	return c
}

// noAllocations claims that no operation allocates.
func noAllocations(cells []*Cell) Claim {
	c := Claim{What: "any operation", Target: "0", Verdict: Unmarked}
	most, methods := 0.0, []string{}
	for _, cell := range cells {
		s, ok := summarize(cell.Values(subjectName))
		if method := cell.Param("method"); ok && s.Median > 0 {
			most = max(most, s.Median)
			if !slices.Contains(methods, method) {
				methods = append(methods, method)
			}
		}
	}
	if len(cells) == 0 {
		return c
	}
	c.Figure, c.Verdict = "0", verdict(most == 0, 1, 1)
	if most > 0 {
		c.Figure = fmt.Sprintf("0 except %s: up to %.3g", strings.Join(methods, ", "), most)
	}
	return c
}

// noCollapse claims that an operation takes at most twice as long with any number
// of threads as with one thread per core.
func noCollapse(what string, cells []*Cell) Claim {
	const target = 2
	c := Claim{What: what, Target: fmt.Sprintf("at most %dx the time with one thread per core", target), Verdict: Unmarked}
	worst := 0.0
	for _, cell := range cells[min(1, len(cells)):] {
		if s, ok := summarize(ratios(cell.Values(subjectName), cells[0].Values(subjectName))); ok && s.Median > worst {
			worst, c.Figure = s.Median, fmt.Sprintf("%.2fx with %s", s.Median, cell.Param("threads"))
		}
	}
	if worst > 0 {
		c.Verdict = verdict(worst <= target, 1, 1)
	}
	return c
}
