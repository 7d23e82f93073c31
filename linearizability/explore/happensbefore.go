package explore

// Two events of one execution are dependent, so that their order matters, if
//
//   - they are of the same goroutine, or
//   - one is the Go that started the goroutine of the other, or
//   - they access the same location and one of them changes its value, where a Spin
//     reads every location that it waits for, and a Go changes the number of Gos, or
//   - one is the first of a call and the other is the last of a call of another
//     goroutine.
//
// Happens-before is the transitive closure of "dependent, and executed
// earlier". Executions with the same happens-before relation are one trace.

// order gives the last executed event its clock, unless it has one. It runs when the
// next step is announced, since only then is it known whether the event was the last
// of its call.
func (e *engine) order() {
	if e.ordered == e.depth {
		return
	}
	i := int32(e.ordered)
	e.ordered = e.depth
	ev := &e.trail[i].event
	g := int(ev.g)

	if int(i) < e.prefix-1 && e.coverage == nil {
		// The event and its clock are those of the execution before. With this
		// the suite 3x1 of the map's clients takes 3 to 5 % less time.
		e.settle(i, ev)
		return
	}
	e.collectPredecessors(ev)
	own := &e.known[g]
	ev.clock = *own
	ev.clock[g] = ev.seq
	for _, c := range e.predecessors {
		ev.clock.join(&e.trail[c].clock, e.n)
	}
	if e.reversing && int(i) >= e.prefix-1 {
		e.reverseRaces(int(i), own)
	}
	if e.coverage != nil {
		e.coverage.note(e, ev)
	}
	e.settle(i, ev)
}

// settle records what follows from the clock of ev, at index i.
func (e *engine) settle(i int32, ev *event) {
	e.known[ev.g] = ev.clock
	if ev.op == opGo {
		e.raise(ev)
	}
	if e.hashing {
		e.hash.add(int(ev.g), &ev.clock)
	}
	e.updateLast(i, ev)
}

// collectPredecessors collects the events of other goroutines that ev depends on
// directly. If a goroutine has several for one reason, the last one is enough.
func (e *engine) collectPredecessors(ev *event) {
	p := e.predecessors[:0]
	g := int(ev.g)
	if ev.loc >= 0 {
		l := &e.locations[ev.loc]
		if l.lastWrite >= 0 && e.trail[l.lastWrite].g != ev.g {
			p = append(p, l.lastWrite)
		}
		if ev.mode&modeWrite != 0 {
			for q := range e.n {
				if q != g && l.readers.has(q) {
					p = append(p, l.reads[q])
				}
			}
		}
	}
	if ev.op == opSpin {
		for _, loc := range e.spinLocations[ev.spinLow:ev.spinHigh] {
			if w := e.locations[loc].lastWrite; w >= 0 && e.trail[w].g != ev.g {
				p = append(p, w)
			}
		}
	}
	if ev.mode&(modeCall|modeReturn) != 0 {
		for q := range e.n {
			if q == g {
				continue
			}
			if r := e.lastReturn[q]; r >= 0 && ev.mode&modeCall != 0 {
				p = append(p, r)
			}
			if c := e.lastCall[q]; c >= 0 && ev.mode&modeReturn != 0 {
				p = append(p, c)
			}
		}
	}
	e.predecessors = p
}

// updateLast makes ev, at index i, the last event of its kinds.
func (e *engine) updateLast(i int32, ev *event) {
	g := int(ev.g)
	if ev.loc >= 0 {
		l := &e.locations[ev.loc]
		if ev.mode&modeWrite != 0 {
			ev.previous = l.lastWrite
			l.lastWrite = i
			l.readers = 0
		} else {
			l.reads[g] = i
			l.readers |= only(g)
		}
	}
	if ev.op == opSpin {
		for _, loc := range e.spinLocations[ev.spinLow:ev.spinHigh] {
			l := &e.locations[loc]
			l.reads[g] = i
			l.readers |= only(g)
		}
	}
	if ev.mode&modeCall != 0 {
		e.lastCall[g] = i
	}
	if ev.mode&modeReturn != 0 {
		e.lastReturn[g] = i
	}
}

// depends reports whether q's announced step, which is an event of mode m, depends on
// ev, an event of another goroutine that was executed since.
func (e *engine) depends(q int, m mode, ev *event) bool {
	if realTime(m, ev.mode) {
		return true
	}
	p := &e.pending[q]
	switch {
	case p.op == opSpin:
		if ev.mode&modeWrite != 0 {
			for _, r := range e.spinReads[q] {
				if r.loc == ev.loc {
					return true
				}
			}
		}
		return false
	case ev.op == opSpin:
		if m&modeWrite != 0 {
			for _, loc := range e.spinLocations[ev.spinLow:ev.spinHigh] {
				if loc == p.loc {
					return true
				}
			}
		}
		return false
	}
	return p.loc >= 0 && p.loc == ev.loc && (m|ev.mode)&modeWrite != 0
}

// realTime reports whether the order of events of modes m and n matters
// because of the order of calls.
func realTime(m, n mode) bool {
	return m&modeCall != 0 && n&modeReturn != 0 || m&modeReturn != 0 && n&modeCall != 0
}
