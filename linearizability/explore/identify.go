package explore

// A Trace identifies a trace by a hash of 128 bits. Two executions, of one program or
// of different ones, have equal Traces if the same goroutines made the same accesses
// to the same locations, and every two dependent accesses in the same order. Values do
// not count, except for whether a step wrote. A read does not count if its goroutine
// repeats it at once. Locations are the same if they were first accessed by the same
// steps.
type Trace traceHash

// identify returns the Trace of the execution that has just ended.
func (e *engine) identify() Trace {
	kept := e.withoutRepetitions()
	// A location is named after the first of its accesses, in the order of
	// goroutines.
	names := make([]uint64, len(e.locations))
	for g := range e.n {
		for i := range kept {
			if ev := &kept[i]; int(ev.g) == g && ev.loc >= 0 && names[ev.loc] == 0 {
				names[ev.loc] = uint64(g+1)<<32 | uint64(ev.seq)
			}
		}
	}
	var h traceHash
	for i := range kept {
		ev := &kept[i]
		what := uint64(ev.op)<<8 | uint64(ev.mode&(modeWrite|modeCall|modeReturn))
		if ev.loc >= 0 {
			what ^= mix(names[ev.loc], 0x9e3779b97f4a7c15)
		}
		var one traceHash
		one.add(int(ev.g), &ev.clock)
		h.a += mix(one.a^what, 0xff51afd7ed558ccd)
		h.b += mix(one.b^what, 0xc4ceb9fe1a85ec53)
	}
	return Trace(h)
}

// withoutRepetitions returns the events of the execution except reads that are
// repeated at once, with numbers and clocks as if those reads had not been made.
func (e *engine) withoutRepetitions() []event {
	kept := make([]event, 0, e.depth)
	var last [MaxGoroutines]int // index of each goroutine's next event in the trail, plus 1
	dropped := make([]bool, e.depth)
	for i := e.depth - 1; i >= 0; i-- {
		ev := &e.trail[i].event
		if j := last[ev.g] - 1; j >= 0 {
			next := &e.trail[j].event
			dropped[i] = ev.op == next.op && ev.loc >= 0 && ev.loc == next.loc &&
				(ev.op == opLoad || ev.op == opLoadPointer) && ev.mode&modeReturn == 0 && next.mode&modeCall == 0
		}
		last[ev.g] = i + 1
	}
	var seq [MaxGoroutines]uint32
	var called [MaxGoroutines]bool // a read that was dropped began the call
	for i := range e.depth {
		ev := e.trail[i].event
		g := ev.g
		if dropped[i] {
			called[g] = called[g] || ev.mode&modeCall != 0
			continue
		}
		if called[g] {
			ev.mode |= modeCall
			called[g] = false
		}
		seq[g]++
		ev.seq = seq[g]
		ev.clock = clock{}
		for j := range kept {
			if before := &kept[j]; before.g == g || e.related(before, &ev) {
				ev.clock.join(&before.clock, e.n)
			}
		}
		ev.clock[g] = ev.seq
		kept = append(kept, ev)
	}
	return kept
}

// related reports whether two events of different goroutines are dependent: the
// definition at the top of happensbefore.go.
func (e *engine) related(a, b *event) bool {
	if realTime(a.mode, b.mode) || a.op == opGo && e.child(a) == int(b.g) {
		return true
	}
	if a.loc >= 0 && a.loc == b.loc {
		return (a.mode|b.mode)&modeWrite != 0
	}
	return a.mode&modeWrite != 0 && e.spinsOn(b, a.loc) || b.mode&modeWrite != 0 && e.spinsOn(a, b.loc)
}
