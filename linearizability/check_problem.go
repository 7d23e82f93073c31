package linearizability

import (
	"fmt"

	"github.com/flatmap-go/flatmap/internal/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

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

// newProblem checks that a history is well-formed, and numbers its keys and
// values, and its stamps if necessary. expand adds the acts.
func newProblem[K, V comparable](h History[K, V]) (*problem[K, V], error) {
	p := &problem[K, V]{events: h.sorted(), writers: make(map[state]int32)}
	for i := range p.events {
		e := &p.events[i]
		if err := e.wellFormed(); err != nil {
			return nil, fmt.Errorf("linearizability: malformed history: %v: %w", e, err)
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
	if !p.events.isNumbered() { // rare: renumber copies the events
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
