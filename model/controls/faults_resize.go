package controls

import (
	"iter"
	"slices"
)

type droppedClear[K comparable, V any] struct{ *base[K, V] }

func (m droppedClear[K, V]) Clear() {
	if t := m.table.Load(); t.next.Load() != nil && m.has(DroppedClear) {
		m.fire()
		return
	}
	m.base.Clear()
}

// resurrect returns what a move takes along: the deleted entries too.
func (m *base[K, V]) resurrect(c *contents[K, V]) *contents[K, V] {
	back := &contents[K, V]{entries: slices.Clone(c.entries)}
	for _, e := range c.grave {
		if back.find(e.hash, e.key) < 0 {
			m.fire()
			back.entries = append(back.entries, e)
		}
	}
	return back
}

// bury keeps a deleted entry, for as long as the bucket is in use.
func (m *base[K, V]) bury(b *bucket[K, V], e entry[K, V]) {
	c := *b.load()
	if m.has(ValueAlive) || m.has(KeyAlive) {
		m.fire()
	}
	if m.has(KeyAlive) {
		e.value = *new(V)
	}
	c.grave = append(c.grave[:len(c.grave):len(c.grave)], e)
	b.contents.Store(&c)
}

// keyTwice iterates over whichever table is current, by the bucket's number.
type keyTwice[K comparable, V any] struct{ *base[K, V] }

func (m keyTwice[K, V]) Range(f func(K, V) bool) {
	started := m.table.Load()
	for i := uint64(0); ; i++ {
		t := m.table.Load()
		if t != started { // also if the new one has no bucket of this number
			m.fire()
			started = t
		}
		if i > t.mask {
			return
		}
		if !walk(t, t.mask, i, func(_ *bucket[K, V], c *contents[K, V], mask, class uint64) bool {
			for _, e := range c.entries {
				if e.hash&mask == class && !f(e.key, e.value) {
					return false
				}
			}
			return true
		}) {
			return
		}
	}
}

func (m keyTwice[K, V]) All() iter.Seq2[K, V] { return m.Range }

// keyMissed iterates over one table only.
type keyMissed[K comparable, V any] struct{ *base[K, V] }

func (m keyMissed[K, V]) Range(f func(K, V) bool) {
	t := m.table.Load()
	for i := range t.buckets {
		c := t.buckets[i].load()
		if c.moved {
			m.fire()
		}
		for _, e := range c.entries {
			if !f(e.key, e.value) {
				return
			}
		}
	}
}

func (m keyMissed[K, V]) All() iter.Seq2[K, V] { return m.Range }

// retainedTwice starts over if it ends on another table than it began on.
type retainedTwice[K comparable, V any] struct{ *base[K, V] }

func (m retainedTwice[K, V]) Retain(f func(K, *V) bool) {
	t := m.table.Load()
	m.base.Retain(func(key K, value *V) bool {
		m.window()
		return f(key, value)
	})
	if m.has(RetainedTwice) && m.table.Load() != t {
		m.fire()
		m.base.Retain(f)
	}
}
