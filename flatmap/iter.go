package flatmap

import "iter"

// Range calls f for the entries of the map until f returns false. Every key
// comes at most once, and a key that is present all the while comes exactly
// once, with a value that it had during the iteration; of keys that come or go
// meanwhile, some are seen. Range is not a snapshot. It takes no lock, so writers
// and other iterations go on, and f may call any method of the map.
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
	var few fewPairs[K, V] // on the stack, with more room than most chains need
	entries := few[:0]
	words, strings := t.holdsWords(), t.holdsStrings()
	start := t.arbitrary()
	for i := range t.size() {
		chain := (start + i) & t.mask
		var n int
		switch {
		case words:
			n = collectWords(&t.core, chain, fewAs[uintptr](&few))
		case strings:
			n = collectWords(&t.core, chain, fewAs[string](&few))
		default:
			n = t.collectFew(chain, &few)
		}
		if n >= 0 {
			for i := range few[:n] {
				if !f(few[i].key, few[i].value) {
					return
				}
			}
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
			if !f(entries[i].key, entries[i].value) {
				return
			}
		}
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

type fewPairs[K comparable, V any] [2 * bucketSlots]pair[K, V]

// collectFew copies the entries of a chain to few if it has no more than two
// buckets, and no writer changes it meanwhile, and returns how many they are;
// otherwise -1. It is the fast path of collectChain. (In a table that is about to
// grow, every fourth chain has a second bucket.)
//
// It makes iterations 23 to 106 % faster (bench -paths collect-few, EPYC, 2026-11-30).
func (t *table[K, V]) collectFew(chain uint64, few *fewPairs[K, V]) (n int) {
	root := t.root(chain)
	version := root.version.Load()
	first := root.meta.Load()
	if first&flagMoved != 0 {
		return -1
	}
	b, m := root, first
	for {
		for s := fullSlots(m); s != 0; s = s.rest() {
			e := slotOf[K, V](b, s)
			to := &few[n]
			n++
			switch { // what loadCell does, inlined
			case words[K]() == 1:
				to.key = loadOne(&e.key, &t.keys)
			case words[K]() == 2 && t.strings:
				to.key = fromString[K](loadString(&e.key))
			default:
				loadCell(&to.key, &e.key, &t.keys)
			}
			if words[V]() == 1 {
				to.value = loadOne(&e.value, &t.values)
			} else {
				loadCell(&to.value, &e.value, &t.values)
			}
		}
		if m&flagLinked == 0 {
			break
		}
		if b != root {
			return -1
		}
		b = t.overflowAt(t.linkOf(chain, root, root))
		m = b.meta.Load()
	}
	// A key that was seen in the root may have moved to the other bucket since:
	// then its slot in the root is DEAD, or has been used again.
	if root.version.Load() != version || b != root && (root.meta.Load()^first)&^flagsOfWriters != 0 {
		retry() // collect does
		return -1
	}
	return n
}

// collectWords is collectFew for values that are a word without pointers, and
// keys that are one as well, or of kind string. It is not a method of table, and nothing
// leaves registers. With one loop for both buckets, or with the second left to
// collectFew, a third to a half of the gain is lost.
//
// It makes iterations over such entries 12 to 23 % faster (bench -paths collect-words,
// EPYC, 2026-11-30).
func collectWords[K uintptr | string](c *core, chain uint64, few *fewPairs[K, uintptr]) (n int) {
	root := bucketAt[K, uintptr](c.base, chain)
	version := root.version.Load()
	first := root.meta.Load()
	if first&flagMoved != 0 {
		return -1
	}
	for s := fullSlots(first); s != 0; s = s.rest() {
		e := slotOf[K, uintptr](root, s)
		to := &few[n]
		n++
		if words[K]() == 2 {
			to.key = fromString[K](loadPointer(pointerOf(&e.key, 0)), loadWord(wordOf(&e.key, 1)))
		} else {
			to.key = fromWord[K](loadWord(wordOf(&e.key, 0)))
		}
		to.value = loadWord(&e.value.v)
	}
	if first&flagLinked == 0 {
		if root.version.Load() == version {
			return n
		}
		retry() // collect does
		return -1
	}
	segment, i := c.segmentOf(c.linkOf(chain, root, root))
	b := bucketAt[K, uintptr](c.overflow[segment].Load(), i)
	m := b.meta.Load()
	for s := fullSlots(m); s != 0; s = s.rest() {
		e := slotOf[K, uintptr](b, s)
		to := &few[n]
		n++
		if words[K]() == 2 {
			to.key = fromString[K](loadPointer(pointerOf(&e.key, 0)), loadWord(wordOf(&e.key, 1)))
		} else {
			to.key = fromWord[K](loadWord(wordOf(&e.key, 0)))
		}
		to.value = loadWord(&e.value.v)
	}
	if m&flagLinked != 0 {
		return -1
	}
	if root.version.Load() == version && (root.meta.Load()^first)&^flagsOfWriters == 0 {
		return n
	}
	retry() // collect does
	return -1
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
