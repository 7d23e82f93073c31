package main

import (
	"fmt"
	"strings"
)

// An event is an op with its result and the stamps of its invocation and
// return. A call that never returned has returned == 0.
type event struct {
	op                op
	result            result
	invoked, returned int
}

// An act is what one event does to one key, or to all (key < 0), at one moment
// between its stamps. An iteration is an act on every key.
type act struct {
	event int8
	key   int8
}

// A checker decides whether a history is linearizable: a search over all
// orders (Wing and Gong), for histories of a few events. It is reused, and
// allocates nothing.
type checker struct {
	events []event
	acts   []act
	keys   int8
	final  content
	known  bool // final must be reached
}

// check reports whether the events, on a map of the given keys with the given
// initial content, have a linearization that ends in final. With final nil, any
// end will do.
func (c *checker) check(events []event, keys int, initial content, final *content) bool {
	c.events, c.acts, c.keys, c.known = events, c.acts[:0], int8(keys), final != nil
	if c.known {
		c.final = *final
	}
	for i := range events {
		e := &events[i]
		if e.result.wrong != "" {
			return false
		}
		switch {
		case e.op.kind == grow || e.op.kind == shrink || e.op.kind == mend:
		case e.result.panicked: // which changes nothing, and shows nothing
		case e.op.kind.singleKey():
			c.acts = append(c.acts, act{int8(i), e.op.key})
		case e.op.kind == iterate || e.op.kind == retain || e.op.kind == look:
			for k := range int8(keys) {
				c.acts = append(c.acts, act{int8(i), k})
			}
		case e.op.kind == length && c.overlapsWrite(i):
			// Len is exact if no write is in flight, and never negative.
			if e.returned != 0 && (e.result.len < 0 || e.result.len > int8(keys)) {
				return false
			}
		default:
			c.acts = append(c.acts, act{int8(i), -1})
		}
	}
	return c.search(0, initial)
}

// overlapsWrite reports whether a write is in flight during event i.
func (c *checker) overlapsWrite(i int) bool {
	a := &c.events[i]
	for j := range c.events {
		b := &c.events[j]
		if j != i && !b.op.kind.reads() && !precedes(a, b) && !precedes(b, a) {
			return true
		}
	}
	return false
}

func precedes(a, b *event) bool { return a.returned != 0 && a.returned < b.invoked }

// search looks for an order of the acts not yet in done.
func (c *checker) search(done uint32, s content) bool {
	all := uint32(1)<<len(c.acts) - 1
	// An act that fits and changes nothing may as well come now, if its result
	// says that it could not come later and change something.
	for again := true; again; {
		again = false
		for i := range c.acts {
			if done>>i&1 != 0 || !c.pinned(i) || !c.first(i, done) {
				continue
			}
			if next, ok := c.apply(i, s); ok && next == s {
				done |= 1 << i
				again = true
			}
		}
	}
	if c.complete(done) && (!c.known || s == c.final) {
		return true
	}
	if done == all {
		return false
	}
	for i := range c.acts {
		if done>>i&1 != 0 || !c.first(i, done) {
			continue
		}
		if next, ok := c.apply(i, s); ok && c.search(done|1<<i, next) {
			return true
		}
	}
	return false
}

// pinned reports whether the result of act i shows whether it changed anything.
func (c *checker) pinned(i int) bool {
	e := &c.events[c.acts[i].event]
	return e.returned != 0 && e.op.kind != remove && e.op.kind != clearAll
}

// complete reports whether all acts of calls that returned are done.
func (c *checker) complete(done uint32) bool {
	for i := range c.acts {
		if done>>i&1 == 0 && c.events[c.acts[i].event].returned != 0 {
			return false
		}
	}
	return true
}

// first reports whether no act that is not done must come before act i.
func (c *checker) first(i int, done uint32) bool {
	e := &c.events[c.acts[i].event]
	for j := range c.acts {
		if done>>j&1 == 0 && precedes(&c.events[c.acts[j].event], e) {
			return false
		}
	}
	return true
}

// apply returns the content after act i, and whether the event's result fits.
func (c *checker) apply(i int, s content) (content, bool) {
	a := c.acts[i]
	e := &c.events[a.event]
	o, r := e.op, e.result
	pending := e.returned == 0 // its result is not known
	if a.key < 0 {
		if o.kind == clearAll {
			return content{}, true
		}
		n := int8(0)
		for _, v := range s {
			if v != 0 {
				n++
			}
		}
		return s, pending || r.len == n
	}
	is := s[a.key]
	found := pending || r.ok == (is != 0) && r.value == is // for those that return what was there
	ok := true
	switch o.kind {
	case load:
		ok = found
	case store:
		s[a.key] = o.value
	case swap:
		ok = found
		s[a.key] = o.value
	case loadOrStore, loadOrCompute:
		if is != 0 {
			ok = found
		} else {
			ok = pending || !r.ok && r.value == o.value
			s[a.key] = o.value
		}
		if o.kind == loadOrCompute && !pending {
			ok = ok && (r.ok && r.calls == 0 || !r.ok && r.calls == 1)
		}
	case remove:
		s[a.key] = 0
	case loadAndDelete:
		ok = found
		s[a.key] = 0
	case compareAndSwap, compareAndDelete:
		ok = pending || r.ok == (is == o.old)
		if is == o.old {
			s[a.key] = 0
			if o.kind == compareAndSwap {
				s[a.key] = o.value
			}
		}
	case computeToggle:
		next := value(0)
		if is == 0 {
			next = o.value
		}
		ok = pending || r.calls == 1 && r.shown[a.key] == is && r.ok == (next != 0) && r.value == next
		s[a.key] = next
	case computePanic:
		ok = pending || r.calls == 1 && r.shown[a.key] == is
	case iterate, look:
		ok = pending || r.shown[a.key] == is || r.shown[a.key] == notShown && is == 0
	case retain:
		ok = pending || r.shown[a.key] == is || r.shown[a.key] == notShown && is == 0
		if is != 0 {
			s[a.key] = 0
			if a.key > 0 {
				s[a.key] = o.value
			}
		}
	}
	return s, ok
}

// describe prints a history in the order of invocations.
func describe(events []event, initial content, final *content) string {
	var b strings.Builder
	fmt.Fprintf(&b, "initially %v\n", initial)
	for _, e := range events {
		if e.returned == 0 {
			fmt.Fprintf(&b, "[%d,    ) %v\n", e.invoked, e.op)
		} else {
			fmt.Fprintf(&b, "[%d, %d] %s\n", e.invoked, e.returned, e.op.describe(e.result))
		}
	}
	if final != nil {
		fmt.Fprintf(&b, "finally %v", *final)
	}
	return b.String()
}
