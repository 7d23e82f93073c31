package linearizability

import (
	"errors"
	"fmt"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// An act is what an event does to one key, in one atomic step somewhere between
// two stamps. Keys and values are numbered, so that acts are small and steps
// are fast.
type act struct {
	call, ret int64
	event     int32     // its index in the sorted history
	key       int32     // its number, or one of the two below
	before    condition // that the state meets before the act
	after     state     // the state after the act, or same
	writes    *writes   // of a Len: those that overlap it, nil if there are none
	optional  bool      // it may not have happened: only while minimising
}

const (
	everyKey int32 = -1 // the act is a Clear
	counting int32 = -2 // the act is a Len; before is what it returned
)

// A state is the number of a key's value, counted from one, or absent.
type state int32

const (
	absent state = 0
	same   state = -1 // the act leaves the state alone
)

// A condition is a state that must be, or one of the special conditions.
type condition int32

const (
	anything condition = -1
	present  condition = -2
)

// not returns the condition that the state is not s.
func not(s state) condition { return -3 - condition(s) }

// allows reports whether s meets c.
func (c condition) allows(s state) bool {
	switch {
	case c >= 0:
		return s == state(c)
	case c == anything:
		return true
	case c == present:
		return s != absent
	}
	return s != state(-3-c)
}

// next returns the state after a, if a is possible in s.
func (a *act) next(s state) (state, bool) {
	if !a.before.allows(s) {
		return s, false
	}
	if a.after == same {
		return s, true
	}
	return a.after, true
}

// settles returns the state after a, if that does not depend on the state
// before.
func (a *act) settles() (state, bool) {
	if a.after != same {
		return a.after, true
	}
	return state(a.before), a.before >= 0
}

// problem is a history as acts.
type problem[K, V comparable] struct {
	events  History[K, V] // sorted
	keys    numbers[K]
	values  numbers[V]      // their states are one more
	writers map[state]int32 // the key that a value was written to, or several
	acts    []act           // in the order of events
	// inFlight are the events called before the one being expanded that return
	// after its call: one per client, and more where callbacks call the map.
	inFlight []int32
}

const severalKeys int32 = -1

// numbers gives values consecutive numbers.
type numbers[T comparable] struct {
	of  map[T]int32
	all []T
}

func (n *numbers[T]) add(x T) int32 {
	i, ok := n.of[x]
	if !ok {
		if n.of == nil {
			n.of = make(map[T]int32)
		}
		i = int32(len(n.all))
		n.of[x] = i
		n.all = append(n.all, x)
	}
	return i
}

func (p *problem[K, V]) state(value V) state { return state(p.values.add(value)) + 1 }

// newProblem numbers the keys and values of a history, and its stamps if need
// be, and checks that it is one.
// The acts are added by expand.
func newProblem[K, V comparable](h History[K, V]) (*problem[K, V], error) {
	p := &problem[K, V]{events: h.sorted(), writers: make(map[state]int32)}
	for i := range p.events {
		e := &p.events[i]
		if err := e.wellFormed(); err != nil {
			return nil, fmt.Errorf("linearizability: this is no history: %v: %w", e, err)
		}
		if e.Kind.SingleKey() {
			key := p.keys.add(e.Key)
			switch e.Kind {
			case model.Store, model.Swap, model.LoadOrStore, model.CompareAndSwap:
				p.wrote(key, e.Value)
			}
		}
		for j := range e.Steps {
			s := &e.Steps[j]
			if e.Kind == model.Values {
				continue
			}
			key := p.keys.add(s.Key)
			switch {
			case e.Kind == model.Insert:
				p.wrote(key, s.Value)
			case s.Op == flatmap.Set:
				p.wrote(key, s.New)
			}
		}
	}
	if !p.events.isNumbered() { // rarely, since it copies them
		p.events = p.events.renumber()
	}
	return p, nil
}

// wrote notes that value may have been written to key.
func (p *problem[K, V]) wrote(key int32, value V) {
	s := p.state(value)
	if k, ok := p.writers[s]; ok && k != key {
		key = severalKeys
	}
	p.writers[s] = key
}

// wellFormed says what is wrong with an event, whatever the map did.
func (e *Event[K, V]) wellFormed() error {
	if e.Call <= 0 || e.Return <= e.Call {
		return errors.New("its stamps are not positive and ascending")
	}
	if e.Key != e.Key {
		return errors.New("its key is not equal to itself")
	}
	if _, err := e.Kind.MarshalText(); err != nil {
		return err
	}
	last := e.Call
	for i := range e.Steps {
		s := &e.Steps[i]
		if s.Call <= last || s.Return <= s.Call || s.Return >= e.Return {
			return fmt.Errorf("the stamps of step %d are not in order", i)
		}
		if s.Key != s.Key {
			return fmt.Errorf("the key of step %d is not equal to itself", i)
		}
		last = s.Return
	}
	return nil
}
