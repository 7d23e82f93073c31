package controls

import "iter"

// An iteration visits the buckets of the table that it starts on, and for
// one that has moved those that it moved to: of these only the entries whose
// hash belongs to the bucket. So no key comes twice, whatever resizes happen.

// walk calls visit with the contents of the buckets of t and its successors
// that hold hashes which are class in the bits of mask, until it returns false.
// The mask and class tell which of the entries to look at.
func walk[K comparable, V any](t *table[K, V], mask, class uint64, visit func(b *bucket[K, V], c *contents[K, V], mask, class uint64) bool) bool {
	for i := class & t.mask; i <= t.mask; i += mask + 1 {
		b := &t.buckets[i]
		c := b.load()
		if c.moved {
			if !walk(t.next.Load(), max(mask, t.mask), max(class, i), visit) {
				return false
			}
		} else if !visit(b, c, mask, class) {
			return false
		}
	}
	return true
}

// Range calls f for every entry, until it returns false.
func (m *base[K, V]) Range(f func(key K, value V) bool) {
	t := m.table.Load()
	for i := range t.buckets {
		if !walk(t, t.mask, uint64(i), func(_ *bucket[K, V], c *contents[K, V], mask, class uint64) bool {
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

// All yields every entry.
func (m *base[K, V]) All() iter.Seq2[K, V] { return m.Range }

// Keys yields every key.
func (m *base[K, V]) Keys() iter.Seq[K] {
	return func(yield func(K) bool) { m.Range(func(key K, _ V) bool { return yield(key) }) }
}

// Values yields every value.
func (m *base[K, V]) Values() iter.Seq[V] {
	return func(yield func(V) bool) { m.Range(func(_ K, value V) bool { return yield(value) }) }
}

// Retain removes the entries for which f returns false, and keeps the values
// that f assigns to the others.
func (m *base[K, V]) Retain(f func(key K, value *V) bool) {
	t := m.table.Load()
	for i := range t.buckets {
		m.retainBucket(t, t.mask, uint64(i), f)
	}
}

func (m *base[K, V]) retainBucket(t *table[K, V], mask, class uint64, f func(key K, value *V) bool) {
	for i := class & t.mask; i <= t.mask; i += mask + 1 {
		if !m.retainLocked(t, &t.buckets[i], mask, class, f) {
			m.retainBucket(t.next.Load(), max(mask, t.mask), max(class, i), f)
		}
	}
}

// retainLocked decides the entries of one bucket, and returns false if it has
// moved.
func (m *base[K, V]) retainLocked(t *table[K, V], b *bucket[K, V], mask, class uint64, f func(key K, value *V) bool) bool {
	b.mu.Lock()
	returned := false
	defer m.unlock(&b.mu, &returned)()
	if b.load().moved {
		returned = true
		return false
	}
	for i := 0; i < len(b.load().entries); {
		c := b.load()
		e := c.entries[i]
		if e.hash&mask != class {
			i++
			continue
		}
		if m.call(b, i, f) {
			i++
		} else {
			m.remove(b, i)
			t.count.Add(-1)
		}
	}
	returned = true
	return true
}

// call decides one entry. It publishes the value if f returns true.
func (m *base[K, V]) call(b *bucket[K, V], i int, f func(key K, value *V) bool) (keep bool) {
	c := b.load()
	value := c.entries[i].value
	if m.has(EditKeptInPanic) {
		defer m.publishInPanic(b, i, &value, &keep)()
	}
	if keep = f(c.entries[i].key, &value); keep {
		b.publish(c.with(i, value))
	}
	return keep
}
