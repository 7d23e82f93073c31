package flatmap

import (
	"iter"
	"slices"
)

// Range calls f for the entries of the map until f returns false. Every key
// comes at most once, and a key that is present all the while comes exactly
// once; of keys that come or go meanwhile, some are seen. Range is not a snapshot: an entry
// comes as it was at some moment after the last call of f. So f sees what it has written
// itself: it is not called for a key that it has deleted, and gets the value that it stored
// last. Of what other goroutines write during an iteration, it may see some and miss some, in any
// order. An entry whose key differs from itself, as a NaN does, comes as it was when
// the iteration came to its chain.
//
// Range takes no lock, so writers and other iterations go on, and f may call any method of the map.
//
// It starts anywhere, so the first entry is an arbitrary one, and comes in expected
// constant time if the map is not nearly empty for its capacity. All of them take time
// proportional to the capacity. While an iteration is in progress, the table that
// it started on, and what is deleted in it, cannot be collected.
func (m *Map[K, V]) Range(f func(key K, value V) bool) {
	now := m.table.Load()
	if now == nil {
		return
	}
	// Of the table that it starts on, an iteration keeps the chains, and not what leads
	// to the next table: it may be paused for long, and would keep all that come.
	t := table[K, V]{core: core{base: now.base, mask: now.mask, secret: now.secret, factor: now.factor, links: now.links,
		overflow: now.overflow, unit: now.unit, even: now.even}, config: now.config}
	var shown keysOfChain[K] // on the stack
	var entries []pair[K, V]
	start := t.arbitrary()
	for i := range t.size() {
		chain := (start + i) & t.mask
		var n int
		var end ending
		if words[V]() == 1 && (words[K]() == 1 || words[K]() == 2 && t.strings) {
			n, end = t.showSmall(chain, &shown, f)
		} else {
			n, end = t.showLarge(chain, &shown, f)
		}
		switch end {
		case stopped:
			return
		case complete:
			continue
		}
		// However many resizes have come since, the entries whose hashes end in
		// this chain's number are in this chain, or in those it moved to: the map's
		// table has these, or leads there.
		var ok bool
		if entries, ok = t.collectChain(entries[:0], chain, t.mask, chain); !ok {
			entries = m.table.Load().collect(entries, t.mask, chain)
		}
		for i := range entries {
			if e := &entries[i]; !shown.has(n, e.key) && m.loadAgain(e) && !f(e.key, e.value) {
				return
			}
		}
	}
}

// keysOfChain are the keys that an iteration has shown of a chain.
type keysOfChain[K comparable] [2 * bucketSlots]K

// has reports whether key is among the first n.
func (keys *keysOfChain[K]) has(n int, key K) bool {
	return n > 0 && slices.Contains(keys[:n], key)
}

// loadAgain loads the value of an entry that was copied. f may have changed it since. It reports
// whether the entry is still there.
func (m *Map[K, V]) loadAgain(e *pair[K, V]) bool {
	value, ok := m.Load(e.key)
	if ok {
		e.value = value
	}
	return ok || e.key != e.key
}

// An ending is how the walk of a chain ends.
type ending uint8

const (
	complete ending = iota
	stopped         // f has returned false
	cut             // The chain has to be copied: it has changed, has moved or is long, or a key differs from itself.
)

// showLarge calls f for the entries of a chain, as long as it does not change, up to the second
// bucket. It returns how many it has shown; their keys are in shown.
//
// Each entry is read as by a Load, between the last call of f and its own: so f sees what it has
// written itself. R1 is for all of them. R2 comes once more, after R3, in differs: if the metas
// and the version are still the same then, the slot has been FULL all the while.
//
// It makes iterations 185 to 295 % faster (bench -paths show-chains, EPYC, 2026-12-01).
func (t *table[K, V]) showLarge(chain uint64, shown *keysOfChain[K], f func(K, V) bool) (n int, end ending) {
	root := t.root(chain)
	version := root.version.Load() // R1
	first := root.meta.Load()      // R2
	if first&flagMoved != 0 {
		return 0, cut
	}
	for b, meta := root, first; ; {
		for s := fullSlots(meta); s != 0; s = s.rest() {
			e := slotOf[K, V](b, s)
			var key K // R3
			var value V
			switch { // what loadCell does, inlined
			case words[K]() == 1:
				key = loadOne(&e.key, &t.keys)
			case words[K]() == 2 && t.strings:
				key = fromString[K](loadString(&e.key))
			default:
				loadCell(&key, &e.key, &t.keys)
			}
			loadCell(&value, &e.value, &t.values)
			if differs(root, b, version, first, meta) {
				return n, cut
			}
			if t.hash.canDiffer && key != key { // nothing would show that it was shown
				end = cut
				continue
			}
			shown[n] = key
			n++
			if !f(key, value) {
				return n, stopped
			}
		}
		if meta&flagLinked == 0 {
			return n, end
		}
		if b != root {
			return n, cut
		}
		b = t.overflowAt(t.linkOf(chain, root, root)) // R5
		meta = b.meta.Load()                          // R2
	}
}

// differs reports whether a chain differs from what it was when the version and the metas of its
// root and of bucket b were loaded.
func differs(root, b *head, version, first, meta uint64) bool {
	if (root.meta.Load()^first)&^flagsOfWriters != 0 {
		return true
	}
	if b != root && b.meta.Load() != meta {
		return true
	}
	return root.version.Load() != version // R4
}

// showSmall is showLarge for keys of a word or of kind string, and values of a word. Key and value
// never leave their registers, and differs is written out. It makes iterations over such
// entries 39 to 52 % faster (bench -paths show-small, EPYC, 2026-12-01).
func (t *table[K, V]) showSmall(chain uint64, shown *keysOfChain[K], f func(K, V) bool) (n int, end ending) {
	plain := t.values.mask == 0 && (t.keys.mask == 0 || t.strings)
	root := t.root(chain)
	version := root.version.Load() // R1
	first := root.meta.Load()      // R2
	if first&flagMoved != 0 {
		return 0, cut
	}
	for b, meta := root, first; ; {
		for s := fullSlots(meta); s != 0; s = s.rest() {
			var key K // R3
			var value V
			switch {
			case plain && words[K]() == 1:
				e := wordSlot(b, s)
				key, value = fromWord[K](loadWord(&e.key.v)), fromWord[V](loadWord(&e.value.v))
			case plain:
				e := stringSlot(b, s)
				key, value = fromString[K](loadString(&e.key)), fromWord[V](loadWord(&e.value.v))
			case words[K]() == 1:
				e := slotOf[K, V](b, s)
				key, value = loadOne(&e.key, &t.keys), loadOne(&e.value, &t.values)
			default:
				e := slotOf[K, V](b, s)
				key, value = fromString[K](loadString(&e.key)), loadOne(&e.value, &t.values)
			}
			if (root.meta.Load()^first)&^flagsOfWriters != 0 {
				return n, cut
			}
			if b != root && b.meta.Load() != meta {
				return n, cut
			}
			if root.version.Load() != version { // R4
				return n, cut
			}
			if words[K]() == 1 && t.hash.canDiffer && key != key {
				end = cut
				continue
			}
			shown[n] = key
			n++
			if !f(key, value) {
				return n, stopped
			}
		}
		if meta&flagLinked == 0 {
			return n, end
		}
		if b != root {
			return n, cut
		}
		b = t.overflowAt(t.linkOf(chain, root, root)) // R5
		meta = b.meta.Load()                          // R2
	}
}

// arbitrary returns the chain that an iteration starts at: one with a random slot in use, of
// its first two buckets, if a few looks find one. So a chain is the more likely the longer it is,
// and a loop that takes an entry for each that it inserts leaves no chain long: in 533 maps
// of 1,000 and 3,000 entries none had more than two buckets after 50 insertions an entry. If all
// chains were as likely, 41 % of maps with 1,000 entries would have one of four to six. It takes
// 25 ns, which is half of the iteration of a map with eight entries (EPYC, 2026-12-01).
//
// What it reads is a hint: the table may have been replaced.
func (t *table[K, V]) arbitrary() (chain uint64) {
	r := random()
	for range startTries {
		chain = r >> 24 & t.mask
		meta, slot := t.root(chain).meta.Load(), uintptr(r>>60)
		if slot < bucketSlots && tagAt(meta, slot)&tagFull != 0 || slot >= bucketSlots && meta&flagLinked != 0 {
			break
		}
		r = r*6364136223846793005 + 1 // Knuth's; the lowest bits of it are bad
	}
	return chain
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

type pair[K comparable, V any] struct {
	key   K
	value V
}

// collect appends to entries, without locks, those of t and its successors whose
// hash is class in the bits of mask. (It returns slices, instead of keeping them
// in a struct, so that they may be on the caller's stack.)
func (t *table[K, V]) collect(entries []pair[K, V], mask, class uint64) []pair[K, V] {
	// A larger table has the class in several chains, a smaller one has other
	// entries in the same chain.
	for chain := class & t.mask; chain <= t.mask; chain += mask + 1 {
		var ok bool
		if entries, ok = t.collectChain(entries, chain, mask, class); !ok {
			// The chain moved. What it held has stayed within its own class.
			entries = t.next.Load().dst.collect(entries, max(mask, t.mask), max(class, chain))
		}
	}
	return entries
}

// collectChain appends the entries of one chain that are in the class, and
// returns false if the chain has moved.
func (t *table[K, V]) collectChain(entries []pair[K, V], chain, mask, class uint64) (_ []pair[K, V], ok bool) {
	root := t.root(chain)
	start := len(entries)
	var few [4]uint64
	metas := few[:0] // of the chain's buckets, as read
	since := root.version.Load()
	for b := root; ; {
		from := len(entries)
		version := root.version.Load()
		m := b.meta.Load()
		if b == root && m&flagMoved != 0 {
			return entries, false
		}
		for f := fullSlots(m); f != 0; f = f.rest() {
			e := slotOf[K, V](b, f)
			entries = append(entries, pair[K, V]{})
			to := &entries[len(entries)-1]
			loadCell(&to.key, &e.key, &t.keys)
			loadCell(&to.value, &e.value, &t.values)
		}
		next := t.follow(chain, root, b, m)
		if root.version.Load() != version {
			clear(entries[from:])
			entries = entries[:from] // torn, perhaps: this bucket again
			retry()
			continue
		}
		if mask > t.mask {
			entries = t.filter(entries, m, from, mask, class)
		}
		metas = append(metas, m&^flagsOfWriters)
		if next == nil {
			break
		}
		b = next
	}
	if len(metas) > 1 && !t.unchanged(chain, since, metas) {
		entries = dedupe(entries, start)
	}
	return entries, true
}

// filter keeps the entries from the given one on, which are those of a bucket
// with meta m, that are in the class.
func (t *table[K, V]) filter(entries []pair[K, V], m uint64, from int, mask, class uint64) []pair[K, V] {
	kept, i := from, from
	for f := fullSlots(m); f != 0; f = f.rest() {
		if t.hash.rehash(entries[i].key, tagAt(m, f.first()))&mask == class {
			entries[kept] = entries[i]
			kept++
		}
		i++
	}
	clear(entries[kept:])
	return entries[:kept]
}

// unchanged reports whether the metas of a chain are still as they were read,
// and no slot has been used again. If so, no key has changed its bucket
// meanwhile.
func (t *table[K, V]) unchanged(chain, since uint64, metas []uint64) bool {
	root := t.root(chain)
	b := root
	for _, old := range metas {
		m := b.meta.Load()
		if m&^flagsOfWriters != old {
			return false
		}
		b = t.follow(chain, root, b, m)
	}
	return root.version.Load() == since
}

// dedupe drops repetitions among the entries from start on: a key that was
// deleted and inserted again meanwhile may have been seen in two buckets.
func dedupe[K comparable, V any](entries []pair[K, V], start int) []pair[K, V] {
	seen := make(map[K]struct{})
	kept := start
	for _, e := range entries[start:] {
		if _, dup := seen[e.key]; dup {
			continue
		}
		seen[e.key] = struct{}{}
		entries[kept] = e
		kept++
	}
	clear(entries[kept:])
	return entries[:kept]
}
