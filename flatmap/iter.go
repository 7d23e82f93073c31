package flatmap

import "iter"

// Range calls f for the entries of the map until f returns false. Every key
// comes at most once, and a key that is present all the while comes exactly
// once, with a value that it had during the iteration; of keys that come or go
// meanwhile, some are seen. Range is no snapshot. It takes no lock, so writers
// and other iterations go on, and f may call any method of the map.
//
// It takes time proportional to the map's capacity.
func (m *Map[K, V]) Range(f func(key K, value V) bool) {
	t := m.table.Load()
	if t == nil {
		return
	}
	var s snapshot[K, V]
	for chain := range t.size() {
		// However many resizes have come since, the entries whose hashes end in
		// this chain's number are in this chain, or in those it moved to.
		s.entries = s.entries[:0]
		s.collect(t, t.mask, chain)
		for i := range s.entries {
			if !f(s.entries[i].key, s.entries[i].value) {
				return
			}
		}
	}
}

// All returns an iterator over the entries, with the guarantees of
// [Map.Range].
func (m *Map[K, V]) All() iter.Seq2[K, V] { return m.Range }

// Keys returns an iterator over the keys, with the guarantees of [Map.Range].
func (m *Map[K, V]) Keys() iter.Seq[K] {
	return func(yield func(K) bool) {
		m.Range(func(key K, _ V) bool { return yield(key) })
	}
}

// Values returns an iterator over the values, with the guarantees of
// [Map.Range].
func (m *Map[K, V]) Values() iter.Seq[V] {
	return func(yield func(V) bool) {
		m.Range(func(_ K, value V) bool { return yield(value) })
	}
}

// A snapshot gathers the entries of a part of the map, without locks.
type snapshot[K comparable, V any] struct {
	entries []pair[K, V]
	metas   []uint64 // of the chain's buckets, as read
	seen    map[K]struct{}
}

type pair[K comparable, V any] struct {
	key   K
	value V
}

// collect gathers the entries of t and its successors whose hash is class in
// the bits of mask.
func (s *snapshot[K, V]) collect(t *table[K, V], mask, class uint64) {
	// A larger table has the class in several chains, a smaller one has other
	// entries beside it in one.
	for chain := class & t.mask; chain <= t.mask; chain += mask + 1 {
		if !s.collectChain(t, chain, mask, class) {
			// The chain moved. What it held has stayed within its own class.
			s.collect(t.next.Load().dst, max(mask, t.mask), max(class, chain))
		}
	}
}

// collectChain gathers the entries of one chain that are in the class, and
// returns false if the chain has moved.
func (s *snapshot[K, V]) collectChain(t *table[K, V], chain, mask, class uint64) bool {
	root := t.root(chain)
	start := len(s.entries)
	s.metas = s.metas[:0]
	since := root.version.Load()
	for b := root; ; {
		from := len(s.entries)
		version := root.version.Load()
		m := b.meta.Load()
		if b == root && m&flagMoved != 0 {
			return false
		}
		for f := fullSlots(m); f != 0; f = f.rest() {
			e := slotAt[K, V](b, f.first())
			s.entries = append(s.entries, pair[K, V]{
				key:   loadCell(&e.key, &t.keys),
				value: loadCell(&e.value, &t.values),
			})
		}
		next := t.follow(chain, root, b, m)
		if root.version.Load() != version {
			clear(s.entries[from:])
			s.entries = s.entries[:from] // torn, perhaps: this bucket again
			retry()
			continue
		}
		if mask > t.mask {
			s.filter(t, m, from, mask, class)
		}
		s.metas = append(s.metas, m&^flagLocked)
		if next == nil {
			break
		}
		b = next
	}
	if len(s.metas) > 1 && !s.unchanged(t, chain, since) {
		s.dedupe(start)
	}
	return true
}

// filter keeps the entries from the given one on, which are those of a bucket
// with meta m, that are in the class.
func (s *snapshot[K, V]) filter(t *table[K, V], m uint64, from int, mask, class uint64) {
	kept, i := from, from
	for f := fullSlots(m); f != 0; f = f.rest() {
		if t.hash.rehash(s.entries[i].key, tagAt(m, f.first()))&mask == class {
			s.entries[kept] = s.entries[i]
			kept++
		}
		i++
	}
	clear(s.entries[kept:])
	s.entries = s.entries[:kept]
}

// unchanged reports whether the metas of a chain are still as they were read,
// and no slot has been used again. If so, no key has changed its bucket
// meanwhile.
func (s *snapshot[K, V]) unchanged(t *table[K, V], chain, since uint64) bool {
	root := t.root(chain)
	b := root
	for i, old := range s.metas {
		m := b.meta.Load()
		if m&^flagLocked != old {
			return false
		}
		if i < len(s.metas)-1 {
			b = t.follow(chain, root, b, m)
		}
	}
	return root.version.Load() == since
}

// dedupe drops repetitions among the entries from start on: a key that was
// deleted and inserted again meanwhile may have been seen in two buckets.
func (s *snapshot[K, V]) dedupe(start int) {
	if s.seen == nil {
		s.seen = make(map[K]struct{})
	}
	clear(s.seen)
	kept := start
	for _, e := range s.entries[start:] {
		if _, dup := s.seen[e.key]; dup {
			continue
		}
		s.seen[e.key] = struct{}{}
		s.entries[kept] = e
		kept++
	}
	clear(s.entries[kept:])
	s.entries = s.entries[:kept]
}
