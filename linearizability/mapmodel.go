package linearizability

import (
	"encoding/binary"

	"github.com/anishathalye/porcupine"
)

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
