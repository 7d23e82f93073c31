package explore

// The running goroutine calls the methods below right after it made the access that
// it announced.

// read ends an access that read v and wrote nothing.
func (e *engine) read(v uint64) {
	if e.cutting {
		return
	}
	m := modeAcquire
	if o := e.pending[e.running].op; o == opTryLock || o == opTryRLock || o.orders() {
		m = 0 // a TryLock that fails does not synchronize
	}
	e.commit(m, v, v)
}

// compared ends a CompareAndSwap, after which the word is now.
func (e *engine) compared(ok bool, old, new, now uint64) {
	if e.tracing {
		e.trace.compared = comparison{ok, old, new}
	}
	if ok {
		e.wrote(old, new)
	} else {
		e.read(now)
	}
}

// wrote ends an access that read before and wrote after. An access that writes the
// value that it read is a read, like a CompareAndSwap that fails: it commutes with
// reads and with other such accesses. No goroutine can observe whether it came before
// or after a read, so it does not release anything either.
func (e *engine) wrote(before, after uint64) {
	if e.cutting {
		return
	}
	o := e.pending[e.running].op
	silent := before == after && sabotage != noSilence
	m := modeWrite
	switch {
	case silent && o.orders():
		m = 0
	case o.orders():
	case silent && (o.blind() || o == opCount):
		m = modeStores
	case silent:
		m = modeAcquire | modeStores
	case o.overwrites():
		m |= modeRelease
	case o == opLock || o == opTryLock || o == opRLock || o == opTryRLock:
		m |= modeAcquire
	case o == opRUnlock:
	case o == opCount:
		if int64(after) < int64(before) {
			m |= modeRelease | modeMerge
		}
	default:
		m |= modeAcquire | modeRelease
	}
	e.commit(m, before, after)
}

// spun ends a Spin.
func (e *engine) spun() {
	if e.cutting {
		return
	}
	g := e.running
	ev := e.commit(0, 0, 0)
	ev.spinLow = int32(len(e.spinLocations))
	e.changed = 0
reads:
	for _, r := range e.spinReads[g] {
		for _, loc := range e.spinLocations[ev.spinLow:] {
			if loc == r.loc {
				continue reads
			}
		}
		e.spinLocations = append(e.spinLocations, r.loc)
		e.changed += e.locations[r.loc].othersChanges(g) - r.changes
	}
	ev.spinHigh = int32(len(e.spinLocations))
	e.spinReads[g] = e.spinReads[g][:0]
}

func (e *engine) spinStart() {
	if !e.cutting {
		e.spinReads[e.running] = e.spinReads[e.running][:0]
	}
}

// A spinRead is a location that a goroutine would read again after a Spin, and how
// often other goroutines had changed it at the first read.
type spinRead struct {
	loc     int32
	changes uint32
}

// commit turns the announced step of the running goroutine into the next event.
func (e *engine) commit(m mode, before, after uint64) *event {
	g := e.running
	p := &e.pending[g]
	begins := p.call
	if p.call {
		p.call = false
		if !e.ignoreRealTime {
			m |= modeCall
		}
		e.stamp++
		p.times.Invoked = e.stamp
	}
	ev := &e.trail[e.depth].event
	if e.depth < e.prefix-1 && ev.mode&^modeReturn != m {
		e.failNondeterminism(g, "its step had another result than the first time")
	}
	e.seq[g]++
	ev.g, ev.op, ev.mode = uint8(g), p.op, m
	ev.loc, ev.mask, ev.site = p.loc, p.mask, p.site
	ev.seq = e.seq[g]
	ev.before = before
	e.depth++
	if e.observer.each != nil {
		e.observe(ev, begins, before, after)
	}
	if e.tracing {
		e.traceStep(ev, before, after)
	}
	if p.loc < 0 {
		return ev
	}
	l := &e.locations[p.loc]
	if m&modeWrite != 0 && before != after {
		l.changes++
		l.ownChanges[g]++
	}
	if len(e.spinReads[g]) == 0 || e.spinReads[g][len(e.spinReads[g])-1].loc != p.loc {
		if !p.op.overwrites() {
			e.spinReads[g] = append(e.spinReads[g], spinRead{p.loc, l.othersChanges(g)})
		}
	}
	if e.spinAfter != 0 {
		e.hear(g, p.op, m, p.loc, after)
	}
	e.synchronize(g, l, m)
	return ev
}

// invoke starts a call of the running goroutine. The invocation is merged with the
// first access of the call: an earlier invocation only lets the call overlap with more
// calls, which never makes a right history wrong. By the same argument the return is
// merged with the last access.
func (e *engine) invoke(t *Times) {
	g := e.running
	p := &e.pending[g]
	p.call = true
	p.times = t
	p.firstStep = e.seq[g]
	e.spinReads[g] = e.spinReads[g][:0]
	e.echoes[g] = e.echoes[g][:0]
}

// returned ends the call that the running goroutine invoked last.
func (e *engine) returned() {
	if e.cutting {
		return
	}
	if e.observer.pending {
		e.flushPlain()
	}
	g := e.running
	p := &e.pending[g]
	if p.call {
		e.announce(opCall, nil, 0, 0)
		e.commit(0, 0, 0)
	}
	if !e.ignoreRealTime {
		e.trail[e.depth-1].mode |= modeReturn
	}
	e.stamp++
	p.times.Returned = e.stamp
	p.times.Steps = int(e.seq[g] - p.firstStep)
}
