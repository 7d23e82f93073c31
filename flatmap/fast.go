package flatmap

// Straight-line twins of the writer core for one-word keys and values. They
// follow the same protocol; what is not in the root bucket they leave to the
// core. On small maps they buy a fifth of the time of a Store of a present key,
// and of a Store and Delete of an absent one (BenchmarkOps); of 50,000 inserts,
// gets and removals, growth included, a thirtieth (BenchmarkSeed).

// tryLock locks the chain of hash h if it is neither locked nor moved, in a
// table that is not being resized. The meta it returns has no flag but
// flagLinked.
func (m *Map[K, V]) tryLock(t *table[K, V], h uint64) (root *head, chain, meta uint64, ok bool) {
	chain = h & t.mask
	root = t.root(chain)
	meta = root.meta.Load()
	if meta&(flagLocked|flagMoved) != 0 || !root.meta.CompareAndSwap(meta, meta|flagLocked) {
		return root, chain, meta, false
	}
	if t.next.Load() != nil { // as in lock: the chain has to move first
		m.release(t, root, chain, meta)
		return root, chain, meta, false
	}
	return root, chain, meta, true
}

// release publishes a root's meta and unlocks its chain; see Map.unlock.
func (m *Map[K, V]) release(t *table[K, V], root *head, chain, meta uint64) {
	root.meta.Store(meta) // pairs with R2 and with lock
	t.wakeWaiters(chain)
	if t.next.Load() != nil || t.prev.Load() != nil {
		m.helpSkipped(t, chain)
	}
}

// storeFast is Store, unless the chain cannot be locked at once.
func (m *Map[K, V]) storeFast(t *table[K, V], key, value uintptr) (done bool) {
	h := mix(uint64(key), t.hash.s0, t.hash.s1)
	root, chain, meta, ok := m.tryLock(t, h)
	if !ok {
		return false
	}
	for s := matchTag(meta, tagOf(h)); s != 0; s = s.rest() {
		if e := slotAt[K, V](root, s.first()); keyWord(e) == key {
			storeValueWord(e, value) // LP-update
			m.release(t, root, chain, meta)
			return true
		}
	}
	empty := emptySlots(meta)
	if free := allSlots &^ fullSlots(meta); free == 0 || meta&flagLinked != 0 {
		w := writer[K, V]{t: t, root: root, chain: chain, hash: h, meta: meta | flagLocked}
		if w.find(fromWord[K](key)) {
			w.updateLocked(fromWord[V](value))
		} else {
			w.insertLocked(fromWord[K](key), fromWord[V](value))
		}
		m.unlock(&w)
		return true
	} else if empty == 0 {
		empty = free
		root.version.Add(1) // I2; pairs with R1 and R4
		storeWords(slotAt[K, V](root, free.first()), key, value)
	} else {
		plainStoreWords(slotAt[K, V](root, empty.first()), key, value) // I1
	}
	stored := t.counts.add(chain, 1)
	m.release(t, root, chain, withTag(meta, empty.first(), tagOf(h))) // LP-insert
	m.checkGrow(t, stored, false)
	return true
}

// deleteFast is Delete, unless the chain cannot be locked at once.
func (m *Map[K, V]) deleteFast(t *table[K, V], key uintptr) (done bool) {
	h := mix(uint64(key), t.hash.s0, t.hash.s1)
	root, chain, meta, ok := m.tryLock(t, h)
	if !ok {
		return false
	}
	for s := matchTag(meta, tagOf(h)); s != 0; s = s.rest() {
		if keyWord(slotAt[K, V](root, s.first())) == key {
			left := t.counts.add(chain, -1)
			m.release(t, root, chain, withTag(meta, s.first(), tagDead)) // LP-delete
			m.checkShrink(t, left)
			return true
		}
	}
	if meta&flagLinked == 0 {
		m.release(t, root, chain, meta)
		return true
	}
	w := writer[K, V]{t: t, root: root, chain: chain, hash: h, meta: meta | flagLocked}
	if w.find(fromWord[K](key)) {
		w.removeLocked(false)
	}
	m.unlock(&w)
	return true
}
