package linearizability

import (
	"encoding/binary"
	"io"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"
)

// WriteHTML writes porcupine's picture of the history as a page without other
// files. The lines have the
// numbers of the clients. An event with several acts has further lines for them.
func (v *Violation[K, V]) WriteHTML(w io.Writer) error {
	p, err := newProblem(v.History)
	if err != nil {
		return err
	}
	if _, err := p.expand(); err != nil {
		p.acts = nil // one event is wrong by itself, in any order
		for i := range p.events {
			p.add(i, act{key: everyKey, before: condition(absent), after: absent})
		}
	}
	var keys []int32
	for key := range p.keys.all {
		keys = append(keys, int32(key))
	}
	m := newMapModel(keys, nil, 0)
	model := m.porcupine()
	model.DescribeOperation = func(input, _ any) string { return p.events[input.(*act).event].String() }
	model.DescribeState = func(s any) string { return p.describe(m, s.(string)) }
	ops := operations(p.acts)
	lines := 0
	for i := range p.events {
		lines = max(lines, p.events[i].Client+1)
	}
	extra := 0
	for i := range ops {
		client, again := p.events[p.acts[i].event].Client, i > 0 && p.acts[i-1].event == p.acts[i].event
		if !again {
			extra = 0
		}
		if again || client == setup { // lines after those of the clients
			client = lines + extra
			extra++
		}
		ops[i].ClientId = client
	}
	_, info := porcupine.CheckOperationsVerbose(model, ops, minimizeTimeout)
	return porcupine.Visualize(model, info, w)
}

// describe returns a state of a map model as text for people.
func (p *problem[K, V]) describe(m mapModel, s string) string {
	var entries []string
	for key, place := range m.places {
		if value := get(s, place); state(value) > absent {
			entries = append(entries, shown(p.keys.all[key])+": "+shown(p.values.all[value-1]))
		}
	}
	slices.Sort(entries)
	return "{" + strings.Join(entries, ", ") + "}"
}

// mapModel is the model of a map with a few keys, for the picture. Its state is
// a string: the number of other keys that are present, then the state of each.
type mapModel struct {
	places  map[int32]int // where a key's state is
	initial string
}

func newMapModel(keys []int32, initial map[int32]state, others int32) mapModel {
	m := mapModel{places: make(map[int32]int, len(keys))}
	b := binary.LittleEndian.AppendUint32(nil, uint32(others))
	for _, key := range keys {
		m.places[key] = len(b)
		b = binary.LittleEndian.AppendUint32(b, uint32(initial[key]))
	}
	m.initial = string(b)
	return m
}

// get returns the number at a place of a state.
func get(s string, place int) int32 {
	return int32(uint32(s[place]) | uint32(s[place+1])<<8 | uint32(s[place+2])<<16 | uint32(s[place+3])<<24)
}

// step returns the state after a, if a is possible in s.
func (m mapModel) step(s string, a *act) (string, bool) {
	switch a.key {
	case everyKey:
		return string(make([]byte, len(s))), true
	case counting:
		lo := get(s, 0)
		hi := lo
		if a.writes.clears() {
			lo = 0
		}
		for key, place := range m.places {
			l, h := a.writes.bounds(key, get(s, place) > 0, true)
			lo, hi = lo+l, hi+h
		}
		return s, lo <= int32(a.before) && int32(a.before) <= hi
	}
	place := m.places[a.key]
	next, ok := a.next(state(get(s, place)))
	if !ok || a.after == same {
		return s, ok
	}
	b := []byte(s)
	binary.LittleEndian.PutUint32(b[place:], uint32(next))
	return string(b), true
}

func (m mapModel) porcupine() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return m.initial },
		Step: func(s, input, _ any) (bool, any) {
			next, ok := m.step(s.(string), input.(*act))
			return ok, next
		},
	}
}
