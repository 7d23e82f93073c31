package model

import "maps"

// A State is the content of a map: the state of the sequential specification.
// It is not safe for concurrent use.
type State[K comparable, V any] struct {
	entries map[K]V
	// odd holds the entries whose key is not equal to itself: no method that
	// takes a key can reach them, not even delete on a Go map.
	odd []Entry[K, V]
}

// NewState returns the state of an empty map.
func NewState[K comparable, V any]() *State[K, V] {
	return &State[K, V]{entries: make(map[K]V)}
}

// Len returns the number of entries.
func (s *State[K, V]) Len() int { return len(s.entries) + len(s.odd) }

// Load returns the value of key, and whether there is one.
func (s *State[K, V]) Load(key K) (value V, ok bool) {
	value, ok = s.entries[key]
	return value, ok
}

// All yields every entry once, in no particular order. The state must not
// change meanwhile.
func (s *State[K, V]) All(yield func(K, V) bool) {
	for key, value := range s.entries {
		if !yield(key, value) {
			return
		}
	}
	for _, entry := range s.odd {
		if !yield(entry.Key, entry.Value) {
			return
		}
	}
}

// Clone returns a copy. It takes time in proportion to the number of entries.
func (s *State[K, V]) Clone() *State[K, V] {
	return &State[K, V]{maps.Clone(s.entries), append([]Entry[K, V](nil), s.odd...)}
}

func (s *State[K, V]) store(key K, value V) {
	if key != key { // NaN, or holding one
		s.odd = append(s.odd, Entry[K, V]{key, value})
		return
	}
	s.entries[key] = value
}

func (s *State[K, V]) delete(key K) { delete(s.entries, key) }

func (s *State[K, V]) clear() {
	clear(s.entries)
	s.odd = nil
}
