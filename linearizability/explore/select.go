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
	channels []*Chan // distinct, in the order in which they are held
	held     int     // so many of channels are; all of them or all except the last
	panics   bool    // since a channel is closed
}

func newSelection() *selection {
	e := active()
	if e == nil {
		panic("explore: only goroutines of a Program use Chans")
	}
	return &selection{e: e}
}

// hold keeps others out of the channels. It holds the last one only as long as no other
// step is made, so that an operation on one channel is one step. hold reports false if the
// execution is over.
func (s *selection) hold(o op) bool {
	for i, c := range s.channels {
		if i > 0 {
			s.holdNext()
		}
		s.e.announce(o, addressOf(&c.word), 8, chanHeld)
		if s.e.cutting {
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
	c.word.Store(old | chanHeld)
	s.e.trace.method = ", keeps others out"
	s.e.wrote(old, old|chanHeld)
}

// release ends the operation, with what it has done as a remark.
func (s *selection) release(remark string) {
	e := s.e
	if e.cutting {
		return
	}
	e.trace.method = remark
	if s.held < len(s.channels) {
		s.channels[s.held].commit(e)
	}
	for _, c := range s.channels[:s.held] {
		e.announce(opRelease, addressOf(&c.word), 8, 0)
		if e.cutting {
			return
		}
		c.clear |= chanHeld
		e.trace.method = remark
		c.commit(e)
	}
}

// commit ends a step with what it has changed.
func (c *Chan) commit(e *engine) {
	old := c.word.Load()
	now := old&^c.clear | c.set
	if c.changed {
		now += chanChange
	}
	c.clear, c.set, c.changed = 0, 0, false
	if old == now {
		e.read(old)
		return
	}
	c.word.Store(now)
	e.wrote(old, now)
}

// first removes the first goroutine from queue that still waits, if there is one. It must
// be completed before the next step.
func (s *selection) first(c *Chan, queue *[]chanEntry) (n chanEntry, ok bool) {
	e := s.e
	for len(*queue) > 0 {
		n = (*queue)[0]
		*queue = (*queue)[1:]
		c.changed = true
		switch w := n.w; {
		case w.g == e.running: // it was in several queues, and waits no more
		case !w.several:
			c.forget(w.g)
			c.clear |= uint64(only(w.g))
			return n, true
		default:
			if s.held < len(s.channels) {
				s.holdNext()
			}
			e.announce(opClaim, addressOf(&w.word), 8, 0)
			if e.cutting {
				return n, false
			}
			if w.word.Load() != 0 {
				w.word.Store(0)
				e.trace.method = ": it goes on"
				e.wrote(1, 0)
				return n, true
			}
			e.trace.method = ": it has gone on"
			e.read(0)
		}
	}
	return n, false
}

// choose makes one of the cases happen.
func (s *selection) choose(o op, hasDefault bool, cases []*ChanCase) int {
	e := s.e
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
			if e.cutting {
				return -1
			}
			continue
		}
		s.release("")
		if s.panics && !e.cutting {
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
	e := s.e
	last := len(s.channels) - 1
	words := make([]uint64, last+1)
	for i := range 2*last + 1 {
		// All of them once, and all except the last again.
		again := i > last
		if again {
			i -= last + 1
		}
		c := s.channels[i]
		e.announce(opLook, addressOf(&c.word), 8, chanHeld)
		if e.cutting {
			return true
		}
		word := c.word.Load()
		e.trace.method = ""
		e.read(word)
		if again && word != words[i] {
			return true
		}
		words[i] = word
		for _, k := range cases {
			if k.Chan == c && (c.poll != nil || k.ready(e.running)) {
				return true
			}
		}
	}
	return false
}

// possible returns how many cases can happen.
func (s *selection) possible(cases []*ChanCase) (n int) {
	for _, k := range cases {
		if k.Chan != nil && k.ready(s.e.running) {
			n++
		}
	}
	return n
}

// ready reports whether k can happen without waiting, or g can find out only by an attempt
// that it cannot.
func (k *ChanCase) ready(g int) bool {
	c := k.Chan
	queue := c.senders
	switch {
	case c.closed:
		return true
	case k.Send && len(c.items) < c.cap, !k.Send && len(c.items) > 0:
		return true
	case k.Send:
		queue = c.receivers
	}
	return slices.ContainsFunc(queue, func(n chanEntry) bool { return n.w.g != g })
}

// try makes k happen, if that is possible without waiting. All channels are kept from
// others.
func (s *selection) try(k *ChanCase) bool {
	e, c := s.e, k.Chan
	g := e.running
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
		if e.cutting || len(c.items) == c.cap {
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
		e.synchronized[g].join(&c.ofClose, e.n)
		k.Value, k.OK = nil, false
		return true
	}
	if n, ok := s.first(c, &c.senders); ok {
		e.handOver(c, n.w.g, g)
		k.Value, k.OK = n.k.Value, true
		n.complete(n.k.Value, true)
		return true
	}
	return !e.cutting && k.polled()
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
	e := s.e
	w := &chanWaiter{g: e.running, several: len(s.channels) != 1}
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
	if e.cutting || slices.ContainsFunc(s.channels, polls) && w.poll(e, cases) {
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
	e.announce(o, addressOf(word), 8, mask)
	if e.cutting {
		return w.chosen
	}
	e.read(word.Load())
	if w.panics {
		panic("send on closed channel")
	}
	return w.chosen
}

// poll polls until a case has happened. It reports false if another goroutine has
// completed it.
func (w *chanWaiter) poll(e *engine, cases []*ChanCase) bool {
	for {
		e.spinStart()
		e.announce(opPoll, addressOf(&w.word), 8, 0)
		if e.cutting {
			return true
		}
		e.trace.method = ""
		if w.word.Load() == 0 {
			e.read(0)
			return false
		}
		for _, k := range cases {
			if k.Chan != nil && !k.Send && k.polled() {
				w.chosen = k
				w.word.Store(0)
				e.wrote(1, 0)
				return true
			}
		}
		e.read(1)
		Yield()
		if e.cutting {
			return true
		}
	}
}
