package model

import (
	"sync"

	"github.com/flatmap-go/flatmap/model/internal/update"
)

// A SyncMap is a typed [sync.Map]. It implements [Map], and of its companions
// none but what sync.Map offers. The zero SyncMap is empty and ready to use; it
// must not be copied after that.
type SyncMap[K comparable, V any] struct{ m sync.Map }

// NewSyncMap returns an empty map.
func NewSyncMap[K comparable, V any]() *SyncMap[K, V] { return new(SyncMap[K, V]) }

// typedResult turns what sync.Map returns into a V: nil is its zero value.
func typedResult[V any](value any, ok bool) (V, bool) {
	v, _ := value.(V)
	return v, ok
}

// Load returns the value of key.
func (m *SyncMap[K, V]) Load(key K) (value V, ok bool) { return typedResult[V](m.m.Load(key)) }

// Store sets the value of key.
func (m *SyncMap[K, V]) Store(key K, value V) { m.m.Store(key, value) }

// LoadOrStore returns the value of key, which it sets if there is none.
func (m *SyncMap[K, V]) LoadOrStore(key K, value V) (actual V, loaded bool) {
	return typedResult[V](m.m.LoadOrStore(key, value))
}

// LoadAndDelete removes key and returns its value.
func (m *SyncMap[K, V]) LoadAndDelete(key K) (value V, loaded bool) {
	return typedResult[V](m.m.LoadAndDelete(key))
}

// Delete removes key.
func (m *SyncMap[K, V]) Delete(key K) { m.m.Delete(key) }

// Swap sets the value of key and returns the one before.
func (m *SyncMap[K, V]) Swap(key K, value V) (previous V, loaded bool) {
	return typedResult[V](m.m.Swap(key, value))
}

// CompareAndSwap sets the value of key if it is old. It panics if V is not
// comparable, even where sync.Map would not come to compare.
func (m *SyncMap[K, V]) CompareAndSwap(key K, old, new V) (swapped bool) {
	update.MustCompare(old)
	return m.m.CompareAndSwap(key, old, new)
}

// CompareAndDelete removes key if its value is old. It panics if V is not
// comparable, even where sync.Map would not come to compare.
func (m *SyncMap[K, V]) CompareAndDelete(key K, old V) (deleted bool) {
	update.MustCompare(old)
	return m.m.CompareAndDelete(key, old)
}

// Range calls f for every entry, until it returns false.
func (m *SyncMap[K, V]) Range(f func(key K, value V) bool) {
	m.m.Range(func(key, value any) bool {
		k, _ := key.(K) // a nil interface stays one
		v, _ := value.(V)
		return f(k, v)
	})
}

// Clear removes every entry.
func (m *SyncMap[K, V]) Clear() { m.m.Clear() }
