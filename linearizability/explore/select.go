package explore

import (
	"cmp"
	"slices"
	"sync/atomic"
)

// A ChanCase is a case of a [Select]: a receive, or a send of Value.
type ChanCase struct {
	Chan  *Chan // a case with a nil one never happens
	Send  bool
	Value any  // what was received, or what is sent
	OK    bool // what was received is not the zero value of a closed Chan
}

// Select makes one of the cases happen, and returns which one. It waits until one can
// happen, unless hasDefault is set: then it returns -1 if none can. If several can, it
// takes the first, which Report.Unseen notes.
//
// Looking at all cases, and taking one or joining all queues, is atomic. If the cases are
// of several Chans, this is several steps: the first of them keep out, until the last
// of them, all operations of these Chans.
//
//go:noinline
func Select(hasDefault bool, cases ...*ChanCase) int {
	return newSelection().choose(opSelect, hasDefault, cases)
}

// A chanWaiter is a goroutine that waits.
type chanWaiter struct {
	g       int
	several bool // for several Chans, or for one that it polls
	// word is a location, if several is set: 1 until a goroutine that completes one of the
	// cases has claimed it. Queues may have the waiter longer than that.
	word   atomic.Uint64
	chosen *ChanCase
	panics bool // since the channel was closed
}

// A chanEntry is what a queue has of a goroutine that waits.
type chanEntry struct {
	w *chanWaiter
	k *ChanCase
}

// complete makes the goroutine go on with its case.
func (n chanEntry) complete(v any, ok bool) {
	n.w.chosen, n.k.Value, n.k.OK = n.k, v, ok
}

// A selection is an operation on Chans in progress.
type selection struct {
	e        *engine
	g        int     // the goroutine, or toMain in Setup and Check, where there are no steps
	channels []*Chan // distinct, in the order in which they are held
	held     int     // so many of channels are; all of them or all except the last
	panics   bool    // since a channel is closed
}

func newSelection() *selection {
	if e := active(); e != nil {
		return &selection{e: e, g: e.running}
	}
	if !isAlone() {
		panic("explore: only a Program uses Chans")
	}
	return &selection{e: current.Load(), g: toMain}
}

// announce announces a step. It reports false if the execution is over.
func (s *selection) announce(o op, word *atomic.Uint64, mask uint64) bool {
	if s.g == toMain {
		return true
	}
	s.e.announce(o, addressOf(word), 8, mask)
	return !s.e.cutting
}

// over reports whether the execution is over.
func (s *selection) over() bool { return s.g != toMain && s.e.cutting }

// made ends a step that has found old in word, with a remark.
func (s *selection) made(word *atomic.Uint64, old, now uint64, remark string) {
	if s.g == toMain {
		word.Store(now)
		return
	}
	s.e.trace.method = remark
	if old == now {
		s.e.read(old)
		return
	}
	word.Store(now)
	s.e.wrote(old, now)
}

// hold keeps others out of the channels. It holds the last one only as long as no other
// step is made, so that an operation on one channel is one step. hold reports false if the
// execution is over.
func (s *selection) hold(o op) bool {
	for i, c := range s.channels {
		if i > 0 {
			s.holdNext()
		}
		if !s.announce(o, &c.word, chanHeld) {
			return false
		}
	}
	return true
}

// holdNext ends the step that keeps others out of the next channel.
func (s *selection) holdNext() {
	c := s.channels[s.held]
	s.held++
	old := c.word.Load()
	s.made(&c.word, old, old|chanHeld, ", keeps others out")
}

// release ends the operation, with what it has done as a remark.
func (s *selection) release(remark string) {
	if s.over() {
		return
	}
	if s.held < len(s.channels) {
		s.commit(s.channels[s.held], remark)
	}
	for _, c := range s.channels[:s.held] {
		if !s.announce(opRelease, &c.word, 0) {
			return
		}
		c.clear |= chanHeld
		s.commit(c, remark)
	}
}

// commit ends a step with what it has changed of c.
func (s *selection) commit(c *Chan, remark string) {
	old := c.word.Load()
	now := old&^c.clear | c.set
	if c.changed {
		now += chanChange
	}
	c.clear, c.set, c.changed = 0, 0, false
	s.made(&c.word, old, now, remark)
}

// first removes the first goroutine from queue that still waits, if there is one. It must
// be completed before the next step.
func (s *selection) first(c *Chan, queue *[]chanEntry) (n chanEntry, ok bool) {
	for s.g != toMain && len(*queue) > 0 {
		n = (*queue)[0]
		*queue = (*queue)[1:]
		c.changed = true
		switch w := n.w; {
		case w.g == s.g: // it was in several queues, and waits no more
		case !w.several:
			c.forget(w.g)
			c.clear |= uint64(only(w.g))
			return n, true
		default:
			if s.held < len(s.channels) {
				s.holdNext()
			}
			if !s.announce(opClaim, &w.word, 0) {
				return n, false
			}
			if w.word.Load() != 0 {
				s.made(&w.word, 1, 0, ": it goes on")
				return n, true
			}
			s.made(&w.word, 0, 0, ": it has gone on")
		}
	}
	return n, false
}

// choose makes one of the cases happen.
func (s *selection) choose(o op, hasDefault bool, cases []*ChanCase) int {
	for _, k := range cases {
		if k.Chan != nil && !slices.Contains(s.channels, k.Chan) {
			s.channels = append(s.channels, k.Chan)
		}
	}
	slices.SortFunc(s.channels, func(a, b *Chan) int { return cmp.Compare(a.order, b.order) })
	if hasDefault && (len(s.channels) == 0 || len(s.channels) > 1 && !s.look(cases)) || !s.hold(o) {
		return -1
	}
	if o == opSelect && s.possible(cases) > 1 {
		Unseen("a select of which several cases could happen: only the first is explored")
	}
	for i, k := range cases {
		if k.Chan == nil || !s.try(k) {
			if s.over() {
				return -1
			}
			continue
		}
		s.release("")
		if s.panics && !s.over() {
			panic("send on closed channel")
		}
		return i
	}
	if hasDefault {
		s.release(", default")
		return -1
	}
	return slices.Index(cases, s.wait(o, cases))
}

// look reports whether a case may be possible, or a channel has changed meanwhile. It only
// reads, so that a loop of selects can be taken to spin.
func (s *selection) look(cases []*ChanCase) bool {
	last := len(s.channels) - 1
	words := make([]uint64, last+1)
	for i := range 2*last + 1 {
		// All of them once, and all except the last again.
		again := i > last
		if again {
			i -= last + 1
		}
		c := s.channels[i]
		if !s.announce(opLook, &c.word, chanHeld) {
			return true
		}
		word := c.word.Load()
		s.made(&c.word, word, word, "")
		if again && word != words[i] {
			return true
		}
		words[i] = word
		for _, k := range cases {
			if k.Chan == c && (c.poll != nil || k.ready(s.g)) {
				return true
			}
		}
	}
	return false
}

// try makes k happen, if that is possible without waiting. All channels are kept from
// others.
func (s *selection) try(k *ChanCase) bool {
	e, c, g := s.e, k.Chan, s.g
	if k.Send {
		if c.closed {
			s.panics = true
			return true
		}
		if n, ok := s.first(c, &c.receivers); ok {
			e.handOver(c, g, n.w.g)
			n.complete(k.Value, true)
			return true
		}
		if s.over() || len(c.items) == c.cap {
			return false
		}
		c.items = append(c.items, chanItem{k.Value, e.sends(c, g)})
		c.changed = true
		return true
	}
	switch {
	case len(c.items) > 0:
		i := c.items[0]
		c.items = c.items[1:]
		c.changed = true
		e.receives(c, g, &i.clock)
		k.Value, k.OK = i.value, true
		if n, ok := s.first(c, &c.senders); ok { // there is room now
			c.items = append(c.items, chanItem{n.k.Value, e.sends(c, n.w.g)})
			n.complete(n.k.Value, true)
		}
		return true
	case c.closed:
		e.learns(g, &c.ofClose)
		k.Value, k.OK = nil, false
		return true
	}
	if n, ok := s.first(c, &c.senders); ok {
		e.handOver(c, n.w.g, g)
		k.Value, k.OK = n.k.Value, true
		n.complete(n.k.Value, true)
		return true
	}
	return !s.over() && k.polled()
}

// polled reports whether a receive by poll is done.
func (k *ChanCase) polled() (done bool) {
	if k.Chan.poll != nil {
		k.Value, k.OK, done = k.Chan.poll()
	}
	return done
}

// wait lets the goroutine join all queues, waits until a case has happened, and returns it.
func (s *selection) wait(o op, cases []*ChanCase) *ChanCase {
	if s.g == toMain {
		waitsAlone("an operation of Chans")
	}
	w := &chanWaiter{g: s.g, several: len(s.channels) != 1}
	for _, c := range s.channels {
		c.forget(w.g) // it was in several queues, and waits no more
		c.changed = true
		w.several = w.several || c.poll != nil
	}
	for _, k := range cases {
		switch c := k.Chan; {
		case c == nil:
		case k.Send:
			c.senders = append(c.senders, chanEntry{w, k})
		default:
			c.receivers = append(c.receivers, chanEntry{w, k})
		}
	}
	var word *atomic.Uint64
	mask := uint64(1)
	if w.several {
		word = &w.word
		word.Store(1)
	} else {
		word = &s.channels[0].word
		mask = uint64(only(w.g))
		s.channels[0].set = mask
	}
	s.release(", waits")
	polls := func(c *Chan) bool { return c.poll != nil }
	if s.over() || slices.ContainsFunc(s.channels, polls) && s.poll(w, cases) {
		return w.chosen
	}
	switch o {
	case opSend:
		o = opSending
	case opRecv:
		o = opReceiving
	default:
		o = opSelecting
	}
	if !s.announce(o, word, mask) {
		return w.chosen
	}
	s.made(word, word.Load(), word.Load(), "")
	if w.panics {
		panic("send on closed channel")
	}
	return w.chosen
}

// poll polls until a case has happened. It reports false if another goroutine has
// completed it.
func (s *selection) poll(w *chanWaiter, cases []*ChanCase) bool {
	for {
		s.e.spinStart()
		if !s.announce(opPoll, &w.word, 0) {
			return true
		}
		if w.word.Load() == 0 {
			s.made(&w.word, 0, 0, "")
			return false
		}
		for _, k := range cases {
			if k.Chan != nil && !k.Send && k.polled() {
				w.chosen = k
				s.made(&w.word, 1, 0, "")
				return true
			}
		}
		s.made(&w.word, 1, 1, "")
		Yield()
		if s.over() {
			return true
		}
	}
}
