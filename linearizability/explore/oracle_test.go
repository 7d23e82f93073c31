package explore

// The oracle enumerates all interleavings of a toy, one by one, with a separate
// interpreter and by the definitions alone. It shares no code with the engine.

// An oracleEvent is an executed step.
type oracleEvent struct {
	g         int
	loc       int // see oracleState; -1 for a Spin
	write     bool
	spin      []int // of a Spin: the words waited for
	starts    int   // the goroutine that it starts; 0 for none
	call, ret bool
	clock     [toyGoroutines]uint8
}

// dependent is the definition at the top of happensbefore.go.
func (a *oracleEvent) dependent(b *oracleEvent) bool {
	if a.g == b.g || a.call && b.ret || a.ret && b.call || a.starts != 0 && a.starts == b.g {
		return true
	}
	if a.loc >= 0 && a.loc == b.loc {
		return a.write || b.write
	}
	return a.write && contains(b.spin, a.loc) || b.write && contains(a.spin, b.loc)
}

func contains(list []int, v int) bool {
	for _, w := range list {
		if w == v {
			return true
		}
	}
	return false
}

// An oracleThread is the state of a goroutine.
type oracleThread struct {
	call, op int8
	phase    int8 // within an operation of several steps
	fresh    bool // nothing accessed in this call yet
	reg      uint64
	read     [2]uint64      // what an attempt has read
	reads    [16]oracleRead // since the last Spin
	nreads   int8
}

type oracleRead struct {
	loc     int8
	changes uint8 // by others, before
}

// toyGoroutines is the largest number of goroutines of a toy. It is small, since states
// are copied often.
const toyGoroutines = 4

// Locations are the words, the mutexes, the queue of the Cond, of which the word
// is the length, and the number of goroutines started.
const (
	oracleQueue     = toyVars + toyMutexes
	oracleStarted   = oracleQueue + 1
	oracleLocations = oracleStarted + 1
)

type oracleState struct {
	words   [oracleLocations]uint64
	changes [oracleLocations]uint8                // of the value, in all
	own     [oracleLocations][toyGoroutines]uint8 // and by each goroutine
	queue   [toyGoroutines]int                    // goroutines, the longest waiting first
	threads [toyGoroutines]oracleThread
	retried bool // an attempt has failed
}

// An oracle collects the traces and outcomes of a toy.
type oracle struct {
	toy      toy
	n        int
	trail    []oracleEvent
	states   [256]oracleState // after each step
	leaves   int
	limit    int
	traces   map[string]int // the fewest preemptions of each
	verdicts map[string]string
	outcomes map[string]bool
	failed   map[string]bool // outcomes of interleavings with failed attempts
	unsound  bool            // one trace had two outcomes
}

// newOracle enumerates t. It returns nil if there are more than limit
// interleavings.
func newOracle(t toy, limit int) *oracle {
	o := &oracle{toy: t, n: len(t.calls), limit: limit,
		traces: map[string]int{}, verdicts: map[string]string{}, outcomes: map[string]bool{}, failed: map[string]bool{}}
	var s oracleState
	for g := range o.n {
		s.threads[g].fresh = true
	}
	if !o.walk(&s, -1, 0) {
		return nil
	}
	return o
}

// walk enumerates everything that follows s.
func (o *oracle) walk(s *oracleState, last, preemptions int) bool {
	var enabled [toyGoroutines]bool
	any, done := false, true
	for g := range o.n {
		if _, ok := o.op(s, g); ok {
			done = false
		}
		enabled[g] = o.enabled(s, g)
		any = any || enabled[g]
	}
	if !any {
		o.leaf(s, !done, preemptions)
		o.leaves++
		return o.leaves <= o.limit
	}
	for g := range o.n {
		if !enabled[g] {
			continue
		}
		p := preemptions
		if last >= 0 && last != g && enabled[last] {
			p++
		}
		next := &o.states[len(o.trail)]
		*next = *s
		o.trail = append(o.trail, o.step(next, g))
		o.clock()
		ok := o.walk(next, g, p)
		o.trail = o.trail[:len(o.trail)-1]
		if !ok {
			return false
		}
	}
	return true
}

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

// clock gives the last event of the trail its vector clock: the closure of the
// definition, over all events.
func (o *oracle) clock() {
	last := &o.trail[len(o.trail)-1]
	for i := range o.trail[:len(o.trail)-1] {
		if ev := &o.trail[i]; ev.dependent(last) {
			for g, c := range ev.clock {
				last.clock[g] = max(last.clock[g], c)
			}
		}
	}
	last.clock[last.g]++
}

// leaf records a complete interleaving.
func (o *oracle) leaf(s *oracleState, stuck bool, preemptions int) {
	key := make([]byte, 0, 64)
	regs := make([]uint64, o.n)
	for g := range o.n {
		regs[g] = s.threads[g].reg
		for i := range o.trail {
			if ev := &o.trail[i]; ev.g == g {
				key = append(key, ev.clock[:o.n]...)
			}
		}
		key = append(key, 255)
	}
	outcome := toyOutcome(s.words[:oracleQueue+1], regs, stuck)
	if s.retried {
		o.failed[outcome] = true
		return
	}
	o.outcomes[outcome] = true
	trace := string(key)
	if before, ok := o.verdicts[trace]; ok && before != outcome {
		o.unsound = true
	}
	o.verdicts[trace] = outcome
	if fewest, ok := o.traces[trace]; !ok || preemptions < fewest {
		o.traces[trace] = preemptions
	}
}
