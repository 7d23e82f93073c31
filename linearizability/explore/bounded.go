package explore

import "math/bits"

// A bounded strategy searches with a bound on preemptions. A preemption is a switch
// away from a goroutine that could continue.
//
// Partial-order reduction as in dpor.go is unsound under such a bound: the one
// execution that it makes of a trace may need more preemptions than another execution
// of the same trace. The known remedy (Coons, Musuvathi and McKinley, "Bounded
// partial-order reduction", OOPSLA 2013) adds further choices wherever a switch was
// free, and gives up sleep sets. This strategy is simpler: it tries all choices within
// the bound, but cuts an execution off at a state that was seen before with at most as
// many preemptions (as in CHESS; Musuvathi and Qadeer, "Partial-order reduction for
// context-bounded state exploration", 2007). A state is the happens-before relation of
// the events so far, which determines all of memory, together with the goroutine that
// runs, which determines what the next choices cost. A hash of 128 bits identifies it,
// so a collision that hides an execution takes about 2^64 states.
//
// The number of complete executions is the number of traces that have an execution
// within the bound.
type bounded struct {
	bound   int
	seen    map[traceHash]uint16 // the fewest preemptions that reached a state
	limited bool                 // the bound excluded a choice
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
		if i >= 8 {
			if x == 0 {
				continue // few programs have so many goroutines
			}
			x ^= uint64(i) << 56
		}
		a, b = mix(a^x, 0x94d049bb133111eb), mix(b^x, 0xd6e8feb86659fd93)
	}
	h.a += mix(a, 0xff51afd7ed558ccd)
	h.b += mix(b, 0xc4ceb9fe1a85ec53)
}

// after distinguishes states with the same events by the goroutine of the last event.
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
