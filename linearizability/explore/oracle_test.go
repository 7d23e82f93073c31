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
