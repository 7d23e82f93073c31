package explore

// A Trace identifies a trace: two executions, of one program or of different
// ones, have equal Traces if the same goroutines made the same accesses, to the
// same locations, and every two dependent ones in the same order; by a hash of
// 128 bits. Values do not count, but for whether a step wrote. Locations are the
// same if they were first accessed by the same steps.
type Trace traceHash

// identify returns the Trace of the execution that has just ended.
func (e *engine) identify() Trace {
	// A location is named after the first of its accesses, in the order of
	// goroutines.
	names := make([]uint64, len(e.locations))
	for g := range e.n {
		for i := range e.depth {
			if ev := &e.trail[i].event; int(ev.g) == g && ev.loc >= 0 && names[ev.loc] == 0 {
				names[ev.loc] = uint64(g)<<32 | uint64(ev.seq)
			}
		}
	}
	var h traceHash
	for i := range e.depth {
		ev := &e.trail[i].event
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
