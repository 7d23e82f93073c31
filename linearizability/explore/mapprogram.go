package explore

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/internal/flatmap"
	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
)

// A mapState is a map and what records its calls.
type mapState[K, V comparable] struct {
	rec     *linearizability.Recorder[K, V]
	clients []*linearizability.Client[K, V] // of each goroutine, and one more
}

// prefilled is the number of the value that a map has at first; those of the calls
// follow.
const prefilled = 1

// program returns the program that explores c.
//
//go:norace
func (m *mapExplorer[K, V]) program(c mapClient) Program[mapState[K, V], struct{}] {
	values := m.values(c)
	newMap := m.newMap
	if c.collide {
		newMap = m.colliding
	}
	p := Program[mapState[K, V], struct{}]{
		Setup: func() mapState[K, V] {
			s := mapState[K, V]{rec: linearizability.NewRecorder(newMap())}
			for range len(c.calls) + 1 {
				s.clients = append(s.clients, s.rec.Client())
			}
			if c.full {
				s.clients[len(c.calls)].Store(m.key(0), m.value(prefilled))
			}
			return s
		},
	}
	for g, list := range c.calls {
		var of []Call[mapState[K, V], struct{}]
		for i, call := range list {
			v := values[g][i]
			of = append(of, Call[mapState[K, V], struct{}]{
				Name: m.name(call, v),
				Do: func(s mapState[K, V]) (none struct{}) {
					m.do(s.clients[g], call, v)
					return none
				},
			})
		}
		p.Goroutines = append(p.Goroutines, of)
	}
	judged := map[string]error{}
	var code []byte
	p.Check = func(s mapState[K, V], history []Op[struct{}]) error {
		last := s.clients[len(c.calls)]
		for key := range 2 {
			last.Load(m.key(key))
		}
		if last.Supports(model.Len) {
			last.Len()
		}
		last.Range(func(K, V) bool { return true })
		h := timed(s.rec.History(), history, len(c.calls))
		// Most executions of a client have a history of another one.
		var known bool
		code, known = m.encodeHistory(code[:0], h)
		if known {
			if err, ok := judged[string(code)]; ok {
				return err
			}
		}
		err := linearizability.Check(h)
		if known {
			judged[string(code)] = err
		}
		return err
	}
	return p
}

// A mapValues is what one call writes and compares with.
type mapValues[V comparable] struct{ old, new V }

// values returns the values of the calls of c. Each writes another one. A comparison is
// with what is in the map at first, or what the first call of the next goroutine writes.
//
//go:norace
func (m *mapExplorer[K, V]) values(c mapClient) [][]mapValues[V] {
	var values [][]mapValues[V]
	number := prefilled
	for _, list := range c.calls {
		var of []mapValues[V]
		for range list {
			number++
			of = append(of, mapValues[V]{m.value(prefilled), m.value(number)})
		}
		values = append(values, of)
	}
	if !c.full {
		for g := range values {
			for i := range values[g] {
				values[g][i].old = values[(g+1)%len(values)][0].new
			}
		}
	}
	return values
}

// do makes a call.
//
//go:norace
func (m *mapExplorer[K, V]) do(c *linearizability.Client[K, V], call mapCall, v mapValues[V]) {
	key := m.key(max(call.key, 0))
	switch call.kind {
	case model.Load:
		c.Load(key)
	case model.Contains:
		c.Contains(key)
	case model.Store:
		c.Store(key, v.new)
	case model.LoadOrStore:
		c.LoadOrStore(key, v.new)
	case model.LoadAndDelete:
		c.LoadAndDelete(key)
	case model.Delete:
		c.Delete(key)
	case model.Swap:
		c.Swap(key, v.new)
	case model.CompareAndSwap:
		c.CompareAndSwap(key, v.old, v.new)
	case model.CompareAndDelete:
		c.CompareAndDelete(key, v.old)
	case model.LoadOrCompute:
		c.LoadOrCompute(key, func() V { return v.new })
	case model.Compute:
		c.Compute(key, func(V, bool) (V, flatmap.Op) {
			if call.remove {
				return v.new, flatmap.Remove
			}
			return v.new, flatmap.Set
		})
	case model.Clear:
		c.Clear()
	case model.Len:
		c.Len()
	case model.Range:
		c.Range(func(K, V) bool { return true })
	case model.All:
		for range c.All() {
		}
	case model.Keys:
		for range c.Keys() {
		}
	case model.Values:
		for range c.Values() {
		}
	case model.Retain:
		c.Retain(func(K, *V) bool { return !call.remove })
	case model.Insert:
		c.Insert(func(yield func(K, V) bool) { yield(key, v.new) })
	}
}

// name returns the call as text.
//
//go:norace
func (m *mapExplorer[K, V]) name(call mapCall, v mapValues[V]) string {
	var args []string
	if call.key >= 0 {
		args = append(args, fmt.Sprint(m.key(call.key)))
	}
	switch call.kind {
	case model.CompareAndSwap:
		args = append(args, fmt.Sprint(v.old), fmt.Sprint(v.new))
	case model.CompareAndDelete:
		args = append(args, fmt.Sprint(v.old))
	case model.Store, model.LoadOrStore, model.Swap, model.LoadOrCompute, model.Insert:
		args = append(args, fmt.Sprint(v.new))
	case model.Compute:
		if call.remove {
			args = append(args, "remove")
		} else {
			args = append(args, fmt.Sprint("set ", v.new))
		}
	case model.Retain:
		if call.remove {
			args = append(args, "none")
		} else {
			args = append(args, "all")
		}
	}
	return fmt.Sprintf("%v(%s)", call.kind, strings.Join(args, ", "))
}

// describe returns c as text.
//
//go:norace
func (m *mapExplorer[K, V]) describe(c mapClient) string {
	values := m.values(c)
	var goroutines []string
	for g, list := range c.calls {
		var names []string
		for i, call := range list {
			names = append(names, m.name(call, values[g][i]))
		}
		goroutines = append(goroutines, strings.Join(names, "; "))
	}
	s := strings.Join(goroutines, " || ")
	if c.collide {
		s += ", with keys that collide"
	}
	if c.full {
		s += fmt.Sprintf(", in a map that contains %v: %v", m.key(0), m.value(prefilled))
	}
	return s
}

// timed gives the events of the explored goroutines, of which there are n, the times of
// the engine: the shortest that are possible. The event of the last client before them
// and those after them keep their order.
//
// Callbacks get the times that say least: a callback that changes its entry at the start
// of its call, any other at the end.
//
//go:norace
func timed[K, V comparable](h linearizability.History[K, V], history []Op[struct{}], n int) linearizability.History[K, V] {
	const apart = 64 // more than an event has stamps
	slices.SortStableFunc(h, func(a, b linearizability.Event[K, V]) int { return a.Client - b.Client })
	last := int64(apart) * int64(2*len(history)+4) // after all calls
	end := last
	index := make([]int, n)
	for i := range h {
		e := &h[i]
		g := e.Client
		if g == n {
			switch e.Kind {
			case model.Store: // in Setup
				e.Call, e.Return = 1, 2
			default:
				e.Call, e.Return = end, end+apart-1
				end += apart
			}
		} else {
			at := slices.IndexFunc(history, func(o Op[struct{}]) bool { return o.Goroutine == g && o.Index == index[g] })
			index[g]++
			e.Call, e.Return = apart*int64(history[at].Invoked), apart*int64(history[at].Returned)
			if history[at].Silent {
				e.Call, e.Return = apart/2, last-apart
				if at > 0 && history[at-1].Goroutine == g {
					e.Call = apart*int64(history[at-1].Returned) + 1
				}
				if at+1 < len(history) && history[at+1].Goroutine == g {
					e.Return = apart*int64(history[at+1].Invoked) - 1
				}
			}
		}
		early, late := e.Call, e.Return-int64(2*len(e.Steps))-1
		for j := range e.Steps {
			s := &e.Steps[j]
			if e.Kind == model.Insert { // of one pair, which is stored in between
				s.Call, s.Return = e.Call+1, e.Return-1
				continue
			}
			at := &late
			if s.Op == flatmap.Set || s.Op == flatmap.Remove && s.Loaded {
				at = &early
			}
			s.Call, s.Return = *at+1, *at+2
			*at += 2
		}
	}
	return h
}

// encodeHistory appends to b what distinguishes the history from others of the same
// client. It reports false if there is a value that no call writes.
//
//go:norace
func (m *mapExplorer[K, V]) encodeHistory(b []byte, h linearizability.History[K, V]) ([]byte, bool) {
	known := true
	value := func(v V) {
		n := slices.Index(m.known, v)
		b = append(b, byte(n))
		known = known && n >= 0
	}
	flag := func(f bool) {
		if f {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
	}
	for i := range h {
		e := &h[i]
		b = append(b, byte(e.Client), byte(e.Kind), byte(len(e.Steps)))
		b = binary.AppendVarint(b, e.Call)
		b = binary.AppendVarint(b, e.Return)
		b = binary.AppendVarint(b, int64(e.Len))
		value(e.Result)
		flag(e.OK)
		for _, s := range e.Steps {
			flag(s.Key == m.key(0))
			flag(s.Key == m.key(1))
			value(s.Value)
			flag(s.Loaded)
		}
	}
	return b, known
}
