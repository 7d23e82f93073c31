package linearizability

import (
	"errors"
	"fmt"
	"slices"

	"github.com/flatmap-go/flatmap/internal/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// errAmbiguous is returned for a history in which Values yields a value whose key
// is not known.
var errAmbiguous = errors.New("linearizability: the history cannot be checked: Values yields a value that was written to several keys")

// expand turns the events into acts. It returns the index of an event that is
// wrong by itself, and the reason; -1 if there is no such event.
func (p *problem[K, V]) expand() (int, error) {
	p.acts = make([]act, 0, len(p.events)+len(p.events)/4)
	seen := make([]int32, len(p.keys.all)) // key i was last seen by event seen[i]-1
	for i := range p.events {
		e := &p.events[i]
		p.inFlight = slices.DeleteFunc(p.inFlight, func(j int32) bool { return p.events[j].Return < e.Call })
		var err error
		switch {
		case e.Kind == model.Clear:
			p.add(i, act{key: everyKey, before: anything, after: absent})
		case e.Kind == model.Len:
			err = p.expandLen(i)
		case e.Kind == model.Insert:
			err = p.expandInsert(i)
		case e.Kind == model.Retain || e.Kind.Iterates():
			err = p.expandWalk(i, seen)
		case e.Kind == model.Compute || e.Kind == model.LoadOrCompute:
			err = p.expandCallback(i)
		default:
			err = p.expandSimple(i)
		}
		if err != nil {
			return i, err
		}
		p.inFlight = append(p.inFlight, int32(i))
	}
	return -1, nil
}

// add adds an act of an event. An act without an interval gets that of the event.
func (p *problem[K, V]) add(event int, a act) {
	e := &p.events[event]
	a.event = int32(event)
	if a.call == 0 {
		a.call = e.Call
	}
	if a.ret == 0 {
		a.ret = e.Return
	}
	p.acts = append(p.acts, a)
}

func (p *problem[K, V]) expandSimple(i int) error {
	e := &p.events[i]
	a := act{key: p.keys.add(e.Key), before: condition(absent), after: same}
	found := func() { // for methods that return the value they found
		if e.OK {
			a.before = condition(p.state(e.Result))
		}
	}
	switch e.Kind {
	case model.Load, model.Swap, model.LoadAndDelete:
		if !e.OK && e.Result != *new(V) {
			return errors.New("it returns a value together with false")
		}
		found()
	case model.LoadOrStore:
		if !e.OK && e.Result != e.Value {
			return errors.New("it reports that it stored its value, but returns another one")
		}
		found()
	case model.Contains:
		if e.OK {
			a.before = present
		}
	case model.Store, model.Delete:
		a.before = anything
	case model.CompareAndSwap, model.CompareAndDelete:
		a.before = condition(p.state(e.Old))
		if !e.OK {
			a.before = not(p.state(e.Old))
		}
	}
	switch e.Kind {
	case model.Store, model.Swap:
		a.after = p.state(e.Value)
	case model.LoadOrStore:
		if !e.OK {
			a.after = p.state(e.Value)
		}
	case model.CompareAndSwap:
		if e.OK {
			a.after = p.state(e.Value)
		}
	case model.CompareAndDelete:
		if e.OK {
			a.after = absent
		}
	case model.Delete:
		a.after = absent
	case model.LoadAndDelete:
		if e.OK {
			a.after = absent
		}
	}
	p.add(i, a)
	return nil
}

func (p *problem[K, V]) expandCallback(i int) error {
	e := &p.events[i]
	key := p.keys.add(e.Key)
	if e.Kind == model.LoadOrCompute && len(e.Steps) == 0 && !e.Ended {
		if !e.OK {
			return errors.New("it reports that it computed a value, but did not call its function")
		}
		p.add(i, act{key: key, before: condition(p.state(e.Result)), after: same})
		return nil
	}
	if len(e.Steps) != 1 {
		return fmt.Errorf("it called its function %d times", len(e.Steps))
	}
	s := &e.Steps[0]
	if e.Kind == model.LoadOrCompute && s.Loaded || s.Key != e.Key {
		return errors.New("its function was called for another entry")
	}
	p.expandDecision(i, key, s)
	wrong := false
	switch {
	case e.Ended:
	case e.Kind == model.LoadOrCompute:
		wrong = e.OK || e.Result != s.New
	case s.Op == flatmap.Set:
		wrong = !e.OK || e.Result != s.New
	case s.Op == flatmap.Remove:
		wrong = e.OK
	default:
		wrong = e.OK != s.Loaded || s.Loaded && e.Result != s.Value
	}
	if wrong {
		return errors.New("its results differ from what its function decided")
	}
	return nil
}

// expandDecision adds what a callback found and decided. If the decision changes
// nothing, the entry was found before the callback began. Otherwise it takes
// effect after the callback ended.
func (p *problem[K, V]) expandDecision(i int, key int32, s *Step[K, V]) {
	a := act{key: key, before: condition(absent), after: same, ret: s.Call}
	if s.Loaded {
		a.before = condition(p.state(s.Value))
	}
	switch {
	case s.Op == flatmap.Set:
		a.after = p.state(s.New)
	case s.Op == flatmap.Remove && s.Loaded:
		a.after = absent
	}
	if a.after != same {
		a.call, a.ret = s.Return, 0
	}
	p.add(i, a)
}

func (p *problem[K, V]) expandInsert(i int) error {
	e := &p.events[i]
	if !e.OK && !e.Ended {
		return errors.New("it returned before the end of its sequence")
	}
	for j := range e.Steps {
		s := &e.Steps[j]
		p.add(i, act{key: p.keys.add(s.Key), before: anything, after: p.state(s.Value), call: s.Call, ret: s.Return})
	}
	return nil
}

// expandWalk expands an iteration or a Retain.
func (p *problem[K, V]) expandWalk(i int, seen []int32) error {
	e := &p.events[i]
	for j := range e.Steps {
		s := &e.Steps[j]
		before := present
		if e.Kind != model.Keys {
			before = condition(p.state(s.Value))
		}
		var key int32
		if e.Kind == model.Values {
			k, ok := p.writers[state(before)]
			switch {
			case !ok:
				return fmt.Errorf("it yields %s, which was never written", shown(s.Value))
			case k == severalKeys:
				return errAmbiguous
			}
			key = k
		} else {
			key = p.keys.add(s.Key)
		}
		if seen[key] == int32(i)+1 {
			if e.Kind != model.Retain {
				return fmt.Errorf("it yields the key %s twice", shown(p.keys.all[key]))
			}
			if p.unchanged(i, j) {
				return fmt.Errorf("it shows the same unchanged entry of %s twice", shown(s.Key))
			}
		}
		seen[key] = int32(i) + 1
		if e.Kind == model.Retain {
			p.expandDecision(i, key, s)
		} else {
			p.add(i, act{key: key, before: before, after: same, ret: s.Call})
		}
	}
	if e.Ended {
		return nil
	}
	for key := range seen {
		if seen[key] != int32(i)+1 {
			p.add(i, act{key: int32(key), before: condition(absent), after: same})
		}
	}
	return nil
}

// unchanged reports whether step j of a Retain shows what an earlier step left,
// and no other operation can have written the entry in between.
func (p *problem[K, V]) unchanged(i, j int) bool {
	e := &p.events[i]
	second := &e.Steps[j]
	for j--; e.Steps[j].Key != second.Key; j-- {
	}
	first := &e.Steps[j]
	left := first.Value
	switch first.Op {
	case flatmap.Set:
		left = first.New
	case flatmap.Remove:
		return false // the search decides whether the key can be present again
	}
	if left != second.Value {
		return false
	}
	for k := range p.events {
		o := &p.events[k]
		if k != i && o.Call < second.Call && o.Return > first.Return && o.writes(second.Key) {
			return false
		}
	}
	return true
}

// writes reports whether e may have changed the entry of key.
func (e *Event[K, V]) writes(key K) bool {
	if e.Kind == model.Clear {
		return true
	}
	if e.Kind.SingleKey() && e.Kind != model.Compute && e.Kind != model.LoadOrCompute {
		return e.Key == key && e.Kind != model.Load && e.Kind != model.Contains
	}
	for _, s := range e.Steps {
		if s.Key == key && (s.Op != flatmap.Keep || e.Kind == model.Insert) {
			return true
		}
	}
	return false
}
