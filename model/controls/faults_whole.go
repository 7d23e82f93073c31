package controls

import (
	"iter"

	"github.com/flatmap-go/flatmap/flatmap"
)

type piecemealClear[K comparable, V any] struct{ *base[K, V] }

func (m piecemealClear[K, V]) Clear() {
	m.base.Retain(func(key K, _ *V) bool {
		m.fire()
		m.window()
		return false
	})
}

// countedTwice takes an entry that Insert finds for a new one.
type countedTwice[K comparable, V any] struct{ *base[K, V] }

func (m countedTwice[K, V]) Insert(seq iter.Seq2[K, V]) {
	for key, value := range seq {
		if _, loaded := m.Swap(key, value); loaded {
			m.fire()
			m.table.Load().count.Add(1)
		}
	}
}

// computedTwice is optimistic: it computes without the lock, and again if the
// entry is another by the time that it has the lock.
type computedTwice[K comparable, V any] struct{ *base[K, V] }

func (m computedTwice[K, V]) Compute(key K, f func(V, bool) (V, flatmap.Op)) (actual V, ok bool) {
	old, loaded := m.Load(key)
	value, op := f(old, loaded)
	m.window()
	return m.base.Compute(key, func(now V, ok bool) (V, flatmap.Op) {
		if ok != loaded || ok && !equal(now, old) {
			m.fire()
			return f(now, ok)
		}
		return value, op
	})
}

// goroutineLeft leaves one goroutine behind for each Clear.
type goroutineLeft[K comparable, V any] struct{ *base[K, V] }

func (m goroutineLeft[K, V]) Clear() {
	m.base.Clear()
	if m.has(GoroutineLeft) {
		m.fire()
		go func() { <-m.closed }()
	}
}

// iterationLeft has a goroutine send the entries to the iteration.
type iterationLeft[K comparable, V any] struct{ *base[K, V] }

func (m iterationLeft[K, V]) Range(f func(K, V) bool) {
	entries := make(chan entry[K, V])
	go func() {
		defer close(entries)
		m.base.Range(func(key K, value V) bool {
			select {
			case entries <- entry[K, V]{key: key, value: value}:
				return true
			case <-m.closed:
				return false
			}
		})
	}()
	for e := range entries {
		if !f(e.key, e.value) {
			m.fire()
			return
		}
	}
}

func (m iterationLeft[K, V]) All() iter.Seq2[K, V] { return m.Range }

// countLate counts an insertion that others can see already, and delete.
func (m *base[K, V]) countLate(t *table[K, V]) {
	m.fire()
	m.window()
	t.count.Add(1)
}
