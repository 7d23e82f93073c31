package programs

// step makes g's next step.
func (o *oracle) step(s *state, g int) {
	t := &s.threads[g]
	c := o.code[g][t.pc]
	if c.join {
		for other := range o.code {
			t.clock.join(&s.threads[other].clock)
		}
		t.pc++
		return
	}
	if c.end {
		o.end(s, g, c.op)
		t.pc++
		return
	}
	op := c.op
	switch k := op.Kind; {
	case k <= Await:
		o.atomic(s, g, op, c.skip)
	case k <= ReadAtomic:
		o.plain(s, g, op)
		t.pc++
	case k <= Broadcast:
		o.wait(s, g, op, c.skip)
	case k <= TryRecvEither:
		o.channel(s, g, op, c.skip)
	case k <= MapDelete:
		o.syncMap(s, g, op, c.skip)
	default:
		s.threads[op.V].started = true
		s.threads[op.V].clock.join(&t.clock)
		t.pc++
	}
}

// branch folds the result of an operation, and enters or skips its body.
func (t *thread) branch(result, skip int) {
	t.see(result)
	t.enter(result != 0, skip)
}

func (t *thread) enter(body bool, skip int) {
	if body {
		t.pc++
	} else {
		t.pc = int8(skip)
	}
}

// touch records an access of g, and notices a race: two accesses, one of them plain and one
// of them a write, that are not ordered.
func (o *oracle) touch(s *state, g, location int, write, atomic bool) {
	known := &s.threads[g].clock
	a := &s.accessed[location]
	unordered := func(c *clock) bool {
		for other := range c {
			if c[other] > known[other] {
				return true
			}
		}
		return false
	}
	if unordered(&a.plainWrites) || write && unordered(&a.plainReads) ||
		!atomic && (unordered(&a.atomicWrites) || write && unordered(&a.atomicReads)) {
		o.failed = "race"
	}
	switch {
	case atomic && write:
		a.atomicWrites[g] = known[g]
	case atomic:
		a.atomicReads[g] = known[g]
	case write:
		a.plainWrites[g] = known[g]
	default:
		a.plainReads[g] = known[g]
	}
}

func (o *oracle) atomic(s *state, g int, op *Op, skip int) {
	t := &s.threads[g]
	word := &s.atomics[op.V]
	old := *word
	result, now := old, old
	reads, writes := true, true
	switch op.Kind {
	case Load, Await:
		writes = false
	case Store:
		now, reads = op.Val, false
	case Add:
		now = old + op.Val
		result = now
	case Swap:
		now = op.Val
	case CAS:
		result = number(old == op.Val)
		if writes = old == op.Val; writes {
			now = op.New
		}
	case And:
		now = old & op.Val
	case Or:
		now = old | op.Val
	}
	if reads {
		t.clock.join(&s.ofAtomic[op.V])
	}
	if o.p.Atomics[op.V].word() {
		o.touch(s, g, plains+1+op.V, writes, true)
	}
	if writes {
		*word = now
		s.ofAtomic[op.V] = t.clock
	}
	switch op.Kind {
	case Store, Await:
		t.pc++
	default:
		t.branch(result, skip)
	}
}

func (o *oracle) plain(s *state, g int, op *Op) {
	t := &s.threads[g]
	location := op.V
	if op.Kind == ReadAtomic {
		location += plains + 1
	}
	o.touch(s, g, location, op.Kind == Write || op.Kind == Increment, false)
	switch op.Kind {
	case Read:
		t.see(s.plains[op.V])
	case ReadAtomic:
		t.see(s.atomics[op.V])
	case Write:
		s.plains[op.V] = op.Val
	case Increment:
		s.plains[op.V]++
	}
}

// wait makes a step of an operation of package sync.
func (o *oracle) wait(s *state, g int, op *Op, skip int) {
	t := &s.threads[g]
	switch op.Kind {
	case Lock, TryLock:
		free := s.mutexes[op.V] == 0
		if free {
			s.mutexes[op.V] = int8(g) + 1
			t.clock.join(&s.ofMutex[op.V])
		}
		if op.Kind == TryLock {
			t.see(number(free))
		}
		t.enter(free, skip)
	case RLock, TryRLock:
		free := s.writer == 0
		if free {
			s.readers++
			t.clock.join(&s.ofWriter)
		}
		if op.Kind == TryRLock {
			t.see(number(free))
		}
		t.enter(free, skip)
	case WLock:
		s.writer = int8(g) + 1
		if t.phase == 0 {
			t.phase = 1
			return // the readers are still there
		}
		t.phase = 0
		t.clock.join(&s.ofWriter)
		t.clock.join(&s.ofReader)
		t.pc++
	case TryWLock:
		free := s.writer == 0 && s.readers == 0
		if free {
			s.writer = int8(g) + 1
			t.clock.join(&s.ofWriter)
			t.clock.join(&s.ofReader)
		}
		t.see(number(free))
		t.enter(free, skip)
	case Done:
		s.group--
		s.ofGroup.join(&t.clock)
		t.pc++
	case WaitFor:
		t.clock.join(&s.ofGroup)
		t.pc++
	case Once:
		if s.once == 2 {
			t.clock.join(&s.ofOnce)
			t.enter(false, skip)
			return
		}
		s.once = 1
		t.pc++
	default:
		o.condition(s, g, op)
	}
}

// end makes the step after the body of an operation.
func (o *oracle) end(s *state, g int, op *Op) {
	t := &s.threads[g]
	switch op.Kind {
	case Lock, TryLock:
		s.mutexes[op.V] = 0
		s.ofMutex[op.V] = t.clock
	case RLock, TryRLock:
		s.readers--
		s.ofReader.join(&t.clock)
	case WLock, TryWLock:
		s.writer = 0
		s.ofWriter = t.clock
	case Once:
		s.once = 2
		s.ofOnce = t.clock
	}
}

func (o *oracle) condition(s *state, g int, op *Op) {
	t := &s.threads[g]
	switch op.Kind {
	case SetFlag:
		o.touch(s, g, flag, true, false)
		s.plains[flag] = 1
	case CondWait:
		if t.phase == 1 { // woken
			s.mutexes[0] = int8(g) + 1
			t.clock.join(&s.ofMutex[0])
			t.phase, t.woken = 0, false
			return
		}
		o.touch(s, g, flag, false, false)
		if s.plains[flag] == 0 {
			for i := range s.queue {
				if s.queue[i] == 0 {
					s.queue[i] = int8(g) + 1
					break
				}
			}
			s.mutexes[0] = 0
			s.ofMutex[0] = t.clock
			t.phase = 1
			return
		}
	case Signal, Broadcast:
		for s.queue[0] != 0 {
			woken := &s.threads[s.queue[0]-1]
			woken.woken = true
			woken.clock.join(&t.clock)
			copy(s.queue[:], s.queue[1:])
			s.queue[most-1] = 0
			if op.Kind == Signal {
				break
			}
		}
	}
	t.pc++
}

func (o *oracle) syncMap(s *state, g int, op *Op, skip int) {
	t := &s.threads[g]
	entry, released := &s.syncMap[op.V], &s.ofKey[op.V]
	loaded := *entry != 0
	write := op.Kind == MapStore || op.Kind == MapLoadOrStore && !loaded || op.Kind == MapDelete && loaded
	t.clock.join(released)
	old := *entry
	if write {
		*released = t.clock
		*entry = op.Val
		if op.Kind == MapDelete {
			*entry = 0
		}
	}
	switch op.Kind {
	case MapLoad:
		t.see(old)
		t.pc++
	case MapLoadOrStore:
		t.see(*entry)
		t.enter(loaded, skip)
	default:
		t.pc++
	}
}
