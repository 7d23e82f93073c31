package explore

// What the steps of a toy do, for the oracle.

// op returns the next operation of g.
func (o *oracle) op(s *oracleState, g int) (toyOp, bool) {
	t := &s.threads[g]
	if int(t.call) == len(o.toy.calls[g]) || g >= o.toy.given()+int(s.words[oracleStarted]) {
		return toyOp{}, false
	}
	return o.toy.calls[g][t.call][t.op], true
}

// enabled defines which operations wait.
func (o *oracle) enabled(s *oracleState, g int) bool {
	op, ok := o.op(s, g)
	if !ok {
		return false
	}
	t := &s.threads[g]
	switch op.kind {
	case toyLock:
		return s.words[toyVars+op.v] == 0
	case toyLockBits, toyWaitClear:
		return s.words[op.v]&1 == 0
	case toySleep:
		switch t.phase {
		case 0, 5:
			return s.words[toyVars] == 0
		case 4:
			return !contains(s.queue[:s.words[oracleQueue]], g)
		}
	case toyAcquire:
		return t.phase != 1 || s.words[op.v]&1 == 0
	case toyAwait, toyAwaitSum:
		if t.phase != 2 {
			return true
		}
		for _, r := range t.reads[:t.nreads] {
			if s.changes[r.loc]-s.own[r.loc][g] != r.changes {
				return true
			}
		}
		return false
	}
	return true
}

// step makes g's next step in s.
func (o *oracle) step(s *oracleState, g int) oracleEvent {
	op, _ := o.op(s, g)
	t := &s.threads[g]
	calls := o.toy.realTime && g < o.toy.given()
	ev := oracleEvent{g: g, loc: op.v, call: t.fresh && calls}
	t.fresh = false
	note := func(v uint64) { t.reg = foldReg(t.reg, v) }
	set := func(v uint64) {
		if s.words[ev.loc] != v {
			ev.write = true
			s.words[ev.loc] = v
			s.changes[ev.loc]++
			s.own[ev.loc][g]++
		}
	}
	done := true
	reads := true
	old := s.words[ev.loc]
	switch op.kind {
	case toyLoad, toyWaitClear:
		note(old)
	case toyStore:
		set(op.val)
		reads = false
	case toyAdd:
		set(old + op.val)
		note(old + op.val)
	case toySwap:
		set(op.val)
		note(old)
	case toyCAS:
		if old == op.val {
			set(op.new)
			note(1)
		} else {
			note(0)
		}
	case toyLock:
		ev.loc = toyVars + op.v
		set(1)
	case toyUnlock:
		ev.loc = toyVars + op.v
		set(0)
		reads = false
	case toyTryUnlock:
		ev.loc = toyVars + op.v
		switch {
		case t.phase == 1:
			set(0)
			reads = false
		case s.words[ev.loc] == 0:
			set(1)
			note(1)
			t.phase, done = 1, false
		default:
			note(0)
		}
	case toyLockBits:
		set(old | 1)
		note(old)
	case toyAnd:
		set(old &^ 1)
		note(old)
	case toyBranch:
		if t.phase == 1 {
			ev.loc = (op.v + 1) % toyVars
			note(s.words[ev.loc])
			break
		}
		note(old)
		if old != 0 {
			t.phase, done = 1, false
		}
	case toyAcquire:
		switch {
		case t.phase == 0 && old&1 != 0:
			t.phase, done = 1, false
		case t.phase == 0:
			t.read[0], t.phase, done = old, 2, false
		case t.phase == 2 && old == t.read[0]:
			set(old | 1)
			note(old)
		default:
			t.phase, done, s.retried = 0, false, true
		}
	case toyValidate:
		switch {
		case t.phase == 0:
			t.read[0], t.phase, done = old, 1, false
		case t.phase == 1:
			ev.loc = (op.v + 1) % toyVars
			t.read[1], t.phase, done = s.words[ev.loc], 2, false
		case old == t.read[0]:
			note(old)
			note(t.read[1])
		default:
			t.phase, done, s.retried = 0, false, true
		}
	case toySleep:
		reads, done = false, t.phase == 6
		ev.loc = toyVars
		switch t.phase {
		case 0, 5:
			set(1)
		case 1:
			ev.loc, reads = op.v, true
			if s.words[op.v] != 0 {
				t.phase = 5 // go on with the Unlock
			}
		case 2:
			ev.loc = oracleQueue
			s.queue[s.words[oracleQueue]] = g
			set(s.words[oracleQueue] + 1)
		case 3, 6:
			set(0)
		case 4:
			ev.loc = oracleQueue
		}
		t.phase++
	case toySignal, toyBroadcast:
		reads = false
		ev.loc = oracleQueue
		n := s.words[oracleQueue]
		if op.kind == toySignal {
			n = min(n, 1)
		}
		copy(s.queue[:], s.queue[n:])
		set(s.words[oracleQueue] - n)
	case toyGo:
		reads = false
		ev.loc = oracleStarted
		ev.starts = o.toy.given() + int(s.words[oracleStarted])
		set(s.words[oracleStarted] + 1)
	case toyAwait, toyAwaitSum:
		if t.phase == 0 && op.kind == toyAwaitSum {
			t.nreads = 0 // SpinStart
		}
		switch {
		case t.phase == 2:
			ev.loc = -1
			for _, r := range t.reads[:t.nreads] {
				ev.spin = append(ev.spin, int(r.loc))
			}
			t.nreads, t.phase, done, reads = 0, 3, false, false
		case op.kind == toyAwait:
			if old != op.val {
				t.phase, done = 2, false
			}
		case t.phase == 1:
			ev.loc = (op.v + 1) % toyVars
			if s.words[ev.loc] == 0 {
				t.phase, done = 2, false
			}
		default: // 0 at first, 3 after a Spin
			if old == 0 {
				t.phase, done = 1, false
			}
		}
	}
	if reads {
		seen := false
		for _, r := range t.reads[:t.nreads] {
			seen = seen || int(r.loc) == ev.loc
		}
		if !seen {
			t.reads[t.nreads] = oracleRead{int8(ev.loc), s.changes[ev.loc] - s.own[ev.loc][g]}
			t.nreads++
		}
	}
	if done {
		t.phase = 0
		t.op++
		if int(t.op) == len(o.toy.calls[g][t.call]) {
			t.call, t.op, t.fresh, t.nreads = t.call+1, 0, true, 0
			ev.ret = calls
		}
	}
	return ev
}
