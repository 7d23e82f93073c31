package model

import (
	"iter"
	"sync"

	"github.com/flatmap-go/flatmap/internal/flatmap"
	"github.com/flatmap-go/flatmap/model/internal/update"
)

// A Mutex is a concurrent map that is right because it is simple: a [State]
// under locks. It implements [Map] and all of its companions, for any key and
// value, and is what other maps are compared with. The zero Mutex is empty and
// ready to use; it must not be copied after that.
//
// Writers are serialised, and a callback runs with only the writers held out, so
// that reads inside of it work. Iterations walk a snapshot.
type Mutex[K comparable, V any] struct {
	writers sync.Mutex   // held by a writer throughout, callbacks included
	rw      sync.RWMutex // held for writing only while state changes
	state   *State[K, V]
}

// NewMutex returns an empty map.
func NewMutex[K comparable, V any]() *Mutex[K, V] { return new(Mutex[K, V]) }

// write changes the state. The caller holds writers.
func (m *Mutex[K, V]) write(change func(*State[K, V])) {
	m.rw.Lock()
	defer m.rw.Unlock() // also if a key cannot be hashed
	if m.state == nil {
		m.state = NewState[K, V]()
	}
	change(m.state)
}

// update runs decide on the entry of key and does what it says.
func (m *Mutex[K, V]) update(key K, decide func(old V, loaded bool) (V, flatmap.Op)) {
	m.writers.Lock()
	defer m.writers.Unlock()
	value, op := decide(m.Load(key))
	switch op {
	case flatmap.Set:
		m.write(func(s *State[K, V]) { s.store(key, value) })
	case flatmap.Remove:
		m.write(func(s *State[K, V]) { s.delete(key) })
	}
}

// Load returns the value of key.
func (m *Mutex[K, V]) Load(key K) (value V, ok bool) {
	m.rw.RLock()
	defer m.rw.RUnlock()
	if m.state == nil {
		_ = (map[K]struct{})(nil)[key] // panics if key cannot be hashed
		return value, false
	}
	return m.state.Load(key)
}

// Contains reports whether key is present.
func (m *Mutex[K, V]) Contains(key K) bool {
	_, ok := m.Load(key)
	return ok
}

// Store sets the value of key.
func (m *Mutex[K, V]) Store(key K, value V) { m.Swap(key, value) }

// Swap sets the value of key and returns the one before.
func (m *Mutex[K, V]) Swap(key K, value V) (previous V, loaded bool) {
	return update.Swap(m.update, key, value)
}

// LoadOrStore returns the value of key, which it sets if there is none.
func (m *Mutex[K, V]) LoadOrStore(key K, value V) (actual V, loaded bool) {
	return m.LoadOrCompute(key, func() V { return value })
}

// LoadOrCompute is LoadOrStore with a value that f builds if need be.
func (m *Mutex[K, V]) LoadOrCompute(key K, f func() V) (actual V, loaded bool) {
	return update.LoadOrCompute(m.update, key, f)
}

// Compute sets, removes or keeps the entry of key, as f says.
func (m *Mutex[K, V]) Compute(key K, f func(old V, loaded bool) (V, flatmap.Op)) (actual V, ok bool) {
	return update.Compute(m.update, key, f)
}

// Delete removes key.
func (m *Mutex[K, V]) Delete(key K) { m.LoadAndDelete(key) }

// LoadAndDelete removes key and returns its value.
func (m *Mutex[K, V]) LoadAndDelete(key K) (value V, loaded bool) {
	return update.LoadAndDelete(m.update, key)
}

// CompareAndSwap sets the value of key if it is old. It panics if V is not
// comparable.
func (m *Mutex[K, V]) CompareAndSwap(key K, old, new V) (swapped bool) {
	return update.CompareAndSwap(m.update, key, old, new)
}

// CompareAndDelete removes key if its value is old. It panics if V is not
// comparable.
func (m *Mutex[K, V]) CompareAndDelete(key K, old V) (deleted bool) {
	return update.CompareAndDelete(m.update, key, old)
}

// Clear removes every entry.
func (m *Mutex[K, V]) Clear() {
	m.writers.Lock()
	defer m.writers.Unlock()
	m.write((*State[K, V]).clear)
}

// Len returns the number of entries.
func (m *Mutex[K, V]) Len() int {
	m.rw.RLock()
	defer m.rw.RUnlock()
	if m.state == nil {
		return 0
	}
	return m.state.Len()
}

func (m *Mutex[K, V]) snapshot() []Entry[K, V] {
	m.rw.RLock()
	defer m.rw.RUnlock()
	if m.state == nil {
		return nil
	}
	entries := make([]Entry[K, V], 0, m.state.Len())
	for key, value := range m.state.All {
		entries = append(entries, Entry[K, V]{key, value})
	}
	return entries
}

// Range calls f for every entry, until it returns false.
func (m *Mutex[K, V]) Range(f func(key K, value V) bool) {
	for _, entry := range m.snapshot() {
		if !f(entry.Key, entry.Value) {
			return
		}
	}
}

// All yields every entry.
func (m *Mutex[K, V]) All() iter.Seq2[K, V] { return m.Range }

// Keys yields every key.
func (m *Mutex[K, V]) Keys() iter.Seq[K] {
	return func(yield func(K) bool) { m.Range(func(key K, _ V) bool { return yield(key) }) }
}

// Values yields every value.
func (m *Mutex[K, V]) Values() iter.Seq[V] {
	return func(yield func(V) bool) { m.Range(func(_ K, value V) bool { return yield(value) }) }
}

// Retain removes the entries for which f returns false, and keeps the values
// that f assigns to the others.
func (m *Mutex[K, V]) Retain(f func(key K, value *V) bool) {
	m.writers.Lock()
	defer m.writers.Unlock()
	odd := 0 // of those kept so far
	for _, entry := range m.snapshot() {
		value := entry.Value
		keep := f(entry.Key, &value)
		m.write(func(s *State[K, V]) {
			switch {
			case entry.Key == entry.Key && keep:
				s.store(entry.Key, value)
			case entry.Key == entry.Key:
				s.delete(entry.Key)
			case keep:
				s.odd[odd].Value = value
				odd++
			default:
				s.odd = append(s.odd[:odd:odd], s.odd[odd+1:]...)
			}
		})
	}
}

// Insert stores every pair of seq, one by one.
func (m *Mutex[K, V]) Insert(seq iter.Seq2[K, V]) {
	for key, value := range seq {
		m.Store(key, value)
	}
}
