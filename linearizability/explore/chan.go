package explore

import (
	"fmt"
	"slices"
	"sync/atomic"
)

// A Chan is what a channel stands for in an exploration, where the goroutines that
// [Go] starts do not wait by real channels. The command explore rewrites operations
// of channels to those of Chans; programs that are written for this package use them
// directly. The methods panic outside of a Program.
//
// An operation on one channel is one step. One that has to wait is a second step, which
// becomes possible when another operation completes it. The happens-before relation
// for data races is the one that Go's memory model gives.
type Chan struct {
	// word stands for the channel as a location. It has a bit for each goroutine that
	// waits for this channel alone, chanHeld, and a count of changes.
	word       atomic.Uint64
	clear, set uint64 // how the next write changes the bits
	changed    bool   // the next write counts

	order     uint64 // a select holds its channels in this order
	cap       int
	closed    bool
	items     []chanItem
	senders   []chanEntry // the longest waiting first
	receivers []chanEntry

	// poll, if not nil, makes a receive that does not wait, from what is not a Chan.
	poll func() (v any, ok, done bool)

	// For data races: what Close released, and for each place in the buffer what the
	// receive from it released.
	ofClose        clock
	ofReceives     []clock
	sent, received int
}

type chanItem struct {
	value any
	clock clock
}

const (
	chanHeld   = 1 << MaxGoroutines
	chanChange = chanHeld << 1
)

// NewChan returns a Chan with room for so many items.
func NewChan(capacity int) *Chan {
	s := newSelection()
	g := s.g
	if g == toMain {
		g = MaxGoroutines
	}
	s.e.chans[g]++
	return newChan(uint64(g)<<32|uint64(s.e.chans[g]), capacity)
}

func newChan(order uint64, capacity int) *Chan {
	return &Chan{order: order, cap: capacity, ofReceives: make([]clock, capacity)}
}

// NewPolledChan returns a Chan that stands for a channel that is also used by code that
// the explorer does not see. number distinguishes such Chans. poll makes a receive from
// that channel which does not wait, and reports whether it is done. A goroutine that
// waits for such a Chan calls poll when no other goroutine can run.
func NewPolledChan(number, capacity int, poll func() (v any, ok, done bool)) *Chan {
	c := newChan(1<<63|uint64(number), capacity)
	c.poll = poll
	return c
}

// Send sends v. It panics if c is closed.
//
//go:noinline
func (c *Chan) Send(v any) {
	newSelection().choose(opSend, false, []*ChanCase{{Chan: c, Send: true, Value: v}})
}

// Recv receives a value. ok is false if c is closed and empty.
//
//go:noinline
func (c *Chan) Recv() (v any, ok bool) {
	k := ChanCase{Chan: c}
	newSelection().choose(opRecv, false, []*ChanCase{&k})
	return k.Value, k.OK
}

// Close closes c. It panics if c is closed already.
//
//go:noinline
func (c *Chan) Close() {
	s := newSelection()
	s.channels = []*Chan{c}
	if !s.hold(opClose) {
		return
	}
	e := s.e
	again := c.closed
	if !again {
		c.closed, c.changed = true, true
		c.ofClose = e.releases(s.g)
		for n, ok := s.first(c, &c.receivers); ok; n, ok = s.first(c, &c.receivers) {
			e.learns(n.w.g, &c.ofClose)
			n.complete(nil, false)
		}
		for n, ok := s.first(c, &c.senders); ok; n, ok = s.first(c, &c.senders) {
			n.complete(n.k.Value, false)
			n.w.panics = true
		}
	}
	s.release("")
	if again && !s.over() {
		panic("close of closed channel")
	}
}

// Len returns how many items are in the buffer.
//
//go:noinline
func (c *Chan) Len() int {
	s := newSelection()
	s.announce(opLen, &c.word, chanHeld)
	n := len(c.items)
	remark := ""
	if s.e.tracing {
		remark = fmt.Sprintf(", which is %d", n)
	}
	word := c.word.Load()
	s.made(&c.word, word, word, remark)
	return n
}

// forget removes g from the queues.
func (c *Chan) forget(g int) {
	of := func(n chanEntry) bool { return n.w.g == g }
	c.senders, c.receivers = slices.DeleteFunc(c.senders, of), slices.DeleteFunc(c.receivers, of)
}

// possible returns how many cases can happen.
func (s *selection) possible(cases []*ChanCase) (n int) {
	for _, k := range cases {
		if k.Chan != nil && k.ready(s.g) {
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

// learns lets g know c.
func (e *engine) learns(g int, c *clock) {
	if g != toMain {
		e.synchronized[g].join(c, e.n)
	}
}

// releases returns what g knows, and begins what it has not released. What Setup does is
// before everything.
func (e *engine) releases(g int) (known clock) {
	if g != toMain {
		known = e.synchronized[g]
		e.synchronized[g][g]++
	}
	return known
}

// handOver orders g, which sends, and h, which receives, by the rules for a channel with
// or without a buffer.
func (e *engine) handOver(c *Chan, g, h int) {
	if c.cap == 0 {
		sent, received := e.releases(g), e.releases(h)
		e.learns(g, &received)
		e.learns(h, &sent)
		return
	}
	// As if by way of the buffer.
	sent := e.sends(c, g)
	e.receives(c, h, &sent)
}

// sends orders a send of g to the buffer of c, and returns what it releases.
func (e *engine) sends(c *Chan, g int) clock {
	place := &c.ofReceives[c.sent%c.cap]
	c.sent++
	e.learns(g, place)
	return e.releases(g)
}

// receives orders a receive of g from the buffer of c, which has what sent says.
func (e *engine) receives(c *Chan, g int, sent *clock) {
	e.learns(g, sent)
	c.ofReceives[c.received%c.cap] = e.releases(g)
	c.received++
}
