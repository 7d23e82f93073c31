package explore

import "math/bits"

// Search with a bound on preemptions. A preemption is a switch away from a
// goroutine that could go on.
//
// Partial-order reduction as in dpor.go is unsound under such a bound: the one
// execution that it would make of a trace may need more preemptions than
// another of the same trace. The known remedy (Coons, Musuvathi and McKinley,
// "Bounded partial-order reduction", OOPSLA 2013) is to add further choices
// wherever a switch was free, and to give up sleep sets. This is simpler: all
// choices within the bound are tried, but a state that was seen before is not
// left again (as in CHESS; Musuvathi and Qadeer, "Partial-order reduction for
// context-bounded state exploration", 2007). A state is the happens-before
// relation of the events so far, which determines all of memory, together with
// the goroutine that runs, which determines what the next choices cost; and it
// was seen with at most as many preemptions. It is identified by 128 bits of
// hash, so to miss something by a collision takes about 2^64 states.
//
// The number of complete executions is again the number of traces: of those
// that have an execution within the bound.
type bounded struct {
	bound   int
	seen    map[traceHash]uint16 // with how many preemptions
	limited bool                 // the bound ruled something out
	started bool
}

func (s *bounded) begin(e *engine) {
	if !s.started {
		s.started = true
		e.prefix = 0
		s.seen = make(map[traceHash]uint16)
	}
}

func (s *bounded) advance(e *engine) bool { return e.backtrack() }

func (s *bounded) owns(e *engine) bool { return s.visit(e.hash, 0) }

// visit reports whether the state is new, or reached with fewer preemptions.
func (s *bounded) visit(state traceHash, preemptions uint16) bool {
	if p, ok := s.seen[state]; ok && (p <= preemptions || sabotage == forgetPreemptions) {
		return false
	}
	s.seen[state] = preemptions
	return true
}

func (s *bounded) choose(e *engine, i int, nd *node) (int, ending) {
	nd.sleep = 0
	nd.preemptions = 0
	nd.backtrack = nd.enabled
	if i > 0 {
		before := &e.trail[i-1]
		nd.preemptions = before.preemptions
		if e.preempts(i - 1) {
			nd.preemptions++
		}
		if !s.visit(e.hash.after(int(before.g)), nd.preemptions) {
			return 0, redundant
		}
		if nd.enabled.has(int(before.g)) && int(nd.preemptions) == s.bound {
			nd.backtrack = only(int(before.g))
			s.limited = s.limited || nd.backtrack != nd.enabled
		}
	}
	return e.follow(nd.enabled), running
}

// A traceHash identifies a happens-before relation: it is the sum of hashes of
// the events' clocks.
type traceHash struct{ a, b uint64 }

func (h *traceHash) add(g int, c *clock) {
	a, b := uint64(g)+0x9e3779b97f4a7c15, uint64(g)+0xbf58476d1ce4e5b9
	for i := 0; i < MaxGoroutines; i += 2 {
		x := uint64(c[i])<<32 | uint64(c[i+1])
		a, b = mix(a^x, 0x94d049bb133111eb), mix(b^x, 0xd6e8feb86659fd93)
	}
	h.a += mix(a, 0xff51afd7ed558ccd)
	h.b += mix(b, 0xc4ceb9fe1a85ec53)
}

// after distinguishes the states with the same events by who made the last.
func (h traceHash) after(g int) traceHash {
	if sabotage == forgetLast {
		return h
	}
	h.a += mix(uint64(g)+1, 0x9fb21c651e98df25)
	return h
}

func mix(x, y uint64) uint64 {
	high, low := bits.Mul64(x^y, 0x9e3779b97f4a7c15)
	high, low = bits.Mul64(high^low^y, 0xa0761d6478bd642f)
	return high ^ low
}
