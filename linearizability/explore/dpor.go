package explore

import "slices"

// dpor is dynamic partial-order reduction with source sets and sleep sets: algorithm 1
// of Abdulla, Aronis, Jonsson and Sagonas, "Optimal dynamic partial order reduction"
// (POPL 2014; in full as "Source sets", JACM 2017). It makes one complete execution of
// every trace, and no trace twice. It also begins some executions and finds, before
// their end, that others cover them.
//
// At every node of the trail:
//
//   - backtrack becomes a source set: whenever two events of an execution race, a
//     goroutine that can start the other order is added to the node before the first
//     of them, unless the node has one already;
//   - sleep holds the goroutines that lead to nothing new: those tried here before,
//     and those from the node before whose step does not depend on the event in
//     between.
//
// Steps that wait need more care than the steps of the paper, which never disable each
// other. See [engine.reverseRaces].
type dpor struct {
	// Sharding: at the first splitDepth nodes every goroutine that can run is
	// tried. The explorations below them are independent, since no race can add
	// to those nodes, and sleep sets alone keep them from overlapping. The shards
	// get them in turn.
	shard, shards int
	splitDepth    int
	dealt         int

	started bool
}

func (s *dpor) begin(e *engine) {
	if !s.started {
		e.prefix = 0
		s.started = true
	}
}

// deal reports whether the exploration just reached belongs to this shard.
func (s *dpor) deal() bool {
	s.dealt++
	return (s.dealt-1)%s.shards == s.shard || sabotage == sharedDeal
}

func (s *dpor) owns(e *engine) bool {
	return s.shards <= 1 || e.depth > s.splitDepth || s.deal()
}

func (s *dpor) advance(e *engine) bool { return e.backtrack() }

func (s *dpor) choose(e *engine, i int, nd *node) (int, ending) {
	split := s.shards > 1
	if split && i == s.splitDepth && !s.deal() {
		return 0, foreign
	}
	nd.sleep = 0
	if i > 0 {
		e.inheritSleep(&e.trail[i-1], nd)
	}
	available := nd.enabled &^ nd.sleep
	if available == 0 {
		return 0, redundant
	}
	g := e.follow(available)
	nd.backtrack = only(g)
	if split && i < s.splitDepth {
		nd.backtrack = nd.enabled
	}
	return g, running
}

// inheritSleep computes nd.sleep from the node before.
func (e *engine) inheritSleep(before, nd *node) {
	if sabotage == noSleepSets {
		return
	}
	nd.sleepModes = before.sleepModes
	for rest := before.sleep &^ only(int(before.g)); rest != 0; rest &= rest - 1 {
		q := first(rest)
		if sabotage == neverWake || !e.depends(q, before.sleepModes[q], &before.event) {
			nd.sleep |= only(q)
		}
	}
}

// reverseRaces finds the events that event i races with, and makes the exploration
// cover the other order. own is the clock of i's goroutine before i.
//
// An event races with i if i depends on it, it is of another goroutine, and no event
// is between them in the happens-before order: neither an event of i's goroutine nor
// another event that i depends on.
//
// A race cannot be reversed if i is a step that waits and only the other event made it
// possible. For a Spin nothing else is needed, since no event makes a Spin impossible.
// But the condition that a lock waits for can become false again. If the other event
// ended a time in which i was impossible, then i has to be tried before the event that
// began that time: for a mutex, before the Lock that belongs to the Unlock. By the
// definition above that event does not race with i, since the Unlock is in between.
func (e *engine) reverseRaces(i int, own *clock) {
	ev := &e.trail[i].event
	g := int(ev.g)
	enabler := int32(-1)
	if ev.op.masked() {
		enabler = e.reverseBlocked(g, i, ev.loc, ev.mask, ev.mode, own)
	}
candidates:
	for _, c := range e.predecessors {
		if sabotage == lastAccessOnly && c != slices.Max(e.predecessors) {
			continue
		}
		other := &e.trail[c].event
		q := other.g
		if own[q] >= other.seq || c == enabler {
			continue
		}
		if ev.op == opSpin && other.mode&modeWrite != 0 && e.changed == 1 && e.spinsOn(ev, other.loc) {
			continue
		}
		for _, d := range e.predecessors {
			if d != c && e.trail[d].clock[q] >= other.seq {
				continue candidates
			}
		}
		if other.loc == ev.loc && other.mode&modeWrite != 0 {
			// No event between them is of their location.
			e.reverse(int(c), i, g, ev.mode, ev.op.blind(), own)
		} else {
			e.reverse(int(c), i, g, 0, true, &ev.clock)
		}
	}
}

func (e *engine) spinsOn(ev *event, loc int32) bool {
	return ev.op == opSpin && slices.Contains(e.spinLocations[ev.spinLow:ev.spinHigh], loc)
}

// reverseStuck calls reverseBlocked for every goroutine that is blocked at the end of
// an execution: because of a deadlock, but also because the execution is cut off, so
// that no goroutine unblocks it.
func (e *engine) reverseStuck() {
	if !e.reversing {
		return
	}
	for rest := e.live & e.waiting &^ e.parked; rest != 0; rest &= rest - 1 {
		g := first(rest)
		if p := &e.pending[g]; p.op.masked() && !e.possible(g) {
			var m mode
			if p.call && !e.ignoreRealTime {
				m = modeCall
			}
			e.reverseBlocked(g, e.depth, p.loc, p.mask, m, &e.known[g])
		}
	}
}

// reverseBlocked considers goroutine g. Its masked step, of mode m, is event i, or was
// announced and is still blocked after i events. If the step was impossible until the
// last write to its location, reverseBlocked returns that write, and makes the
// exploration try the step before it became impossible.
func (e *engine) reverseBlocked(g, i int, loc int32, mask uint64, m mode, own *clock) (enabler int32) {
	enabler = e.locations[loc].lastWrite
	if enabler < 0 || i < e.depth && e.trail[enabler].before&mask == 0 {
		return -1
	}
	w := enabler
	for w >= 0 && e.trail[w].before&mask != 0 {
		w = e.trail[w].previous
	}
	if w >= 0 {
		if ev := &e.trail[w].event; own[ev.g] < ev.seq && sabotage != noBlockedRaces {
			e.reverse(int(w), i, g, m, false, own)
		}
	}
	return enabler
}

// reverse makes the exploration cover an execution in which event i of goroutine g
// comes before event j, with which it races. There, the events after j that j does not
// happen before come first, then i. Any goroutine that can be the first of these will
// do.
//
// known is i's clock among these events, except for what i learns from the invocations
// and returns that it depends on. reverse finds that out, since i may read another
// value before j than after it, and may so become the last event of its call, or no
// longer be it. reverse therefore provides for both, unless it is certain that i has
// mode m in the other order too.
func (e *engine) reverse(j, i, g int, m mode, certain bool, known *clock) {
	if sabotage == noReversal {
		return
	}
	at := &e.trail[j]
	q, seq := at.g, at.seq
	tried := at.backtrack | at.sleep
	var initials set
	var firsts clock // the first of these events of each goroutine
	asIs, asLast := *known, *known
	for k := j + 1; k < i; k++ {
		ev := &e.trail[k].event
		if ev.clock[q] >= seq {
			continue // j happens before it
		}
		if h := int(ev.g); firsts[h] == 0 {
			if !knowsAny(&ev.clock, &firsts, e.n) || sabotage == anyInitial {
				if tried.has(h) {
					return
				}
				initials |= only(h)
			}
			firsts[h] = ev.seq
		}
		if realTime(m&modeCall, ev.mode) {
			asIs.join(&ev.clock, e.n)
			asLast.join(&ev.clock, e.n)
		}
		if realTime(modeReturn, ev.mode) {
			asLast.join(&ev.clock, e.n)
		}
	}
	try := func(c *clock) {
		initials := initials
		if firsts[g] == 0 && !knowsAny(c, &firsts, e.n) {
			initials |= only(g)
		}
		switch {
		case initials&tried != 0:
			return
		case initials.has(g):
			initials = only(g)
		default:
			initials = only(first(initials))
		}
		at.backtrack |= initials
		tried |= initials
	}
	certain = certain || sabotage == sameLast
	if !certain || m&modeReturn == 0 {
		try(&asIs)
	}
	if (!certain && !e.ignoreRealTime) || m&modeReturn != 0 {
		try(&asLast)
	}
}

// knowsAny reports whether an event with clock c comes after one of firsts.
func knowsAny(c, firsts *clock, n int) bool {
	for h := range n {
		if firsts[h] != 0 && c[h] >= firsts[h] {
			return true
		}
	}
	return false
}

// A saboteur breaks one rule, so that the tests can show that they notice.
type saboteur uint8

const (
	noSabotage        saboteur = iota
	noSleepSets                // no goroutine sleeps
	neverWake                  // a goroutine that sleeps never wakes
	noReversal                 // races are ignored
	noBlockedRaces             // races of steps that wait are ignored
	lastAccessOnly             // an event races with the last access only
	anyInitial                 // reverse accepts any goroutine that was tried
	sameLast                   // reverse takes every mode for certain
	forgetPreemptions          // states do not differ by preemptions
	forgetLast                 // states do not differ by the goroutine that ran last
	sharedDeal                 // every shard explores everything
	ignoreRetry                // failed attempts are explored
	noSilence                  // a write that changes nothing counts as a write
	orphans                    // a goroutine may run before the Go that starts it
)

var sabotage saboteur

// observe, if not nil, is called after every execution that counts. The tests
// use it to look at the trail.
var observe func(*engine)
