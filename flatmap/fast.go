package flatmap

// Straight-line twins of the writer core for one-word keys and values whose
// chain has no overflow bucket, is not contended and not being resized. They
// follow the same protocol and decline whatever else they meet, having changed
// nothing. They buy a third of the time of an insert, update or removal
// (BenchmarkFastPath): the core's calls cost as much as its locked
// instructions.

// tryLock locks a chain unless it is anything but plain. The meta it returns
// has no flags.
func (t *table[K, V]) tryLock(root *head) (meta uint64, ok bool) {
	meta = root.meta.Load()
	if meta&0xff != 0 || t.next.Load() != nil || !root.meta.CompareAndSwap(meta, meta|flagLocked) {
		return 0, false
	}
	return meta, true
}

// release publishes a root's meta and unlocks its chain; see Map.unlock.
func (m *Map[K, V]) release(t *table[K, V], root *head, chain, meta uint64) {
	root.meta.Store(meta) // pairs with R2 and with lock
	t.wakeWaiters(chain)
	if t.next.Load() != nil || t.prev.Load() != nil {
		m.helpSkipped(t, chain)
	}
}

// storeFast is Store, if it can be done here.
func (m *Map[K, V]) storeFast(t *table[K, V], key, value uintptr) (done bool) {
	h := mix(uint64(key), t.hash.s0, t.hash.s1)
	chain := h & t.mask
	root := t.root(chain)
	meta, ok := t.tryLock(root)
	if !ok {
		return false
	}
	if t.next.Load() != nil { // a resize began before the lock was taken
		m.release(t, root, chain, meta)
		return false
	}
	for s := matchTag(meta, tagOf(h)); s != 0; s = s.rest() {
		if e := slotAt[K, V](root, s.first()); keyWord(e) == key {
			storeValueWord(e, value) // LP-update
			m.release(t, root, chain, meta)
			return true
		}
	}
	s := emptySlots(meta)
	if s != 0 {
		plainStoreWords(slotAt[K, V](root, s.first()), key, value) // I1
	} else if s = allSlots &^ fullSlots(meta); s != 0 {
		root.version.Add(1) // I2; pairs with R1 and R4
		storeWords(slotAt[K, V](root, s.first()), key, value)
	} else {
		m.release(t, root, chain, meta)
		return false
	}
	stored := t.counts.add(chain, 1)
	m.release(t, root, chain, withTag(meta, s.first(), tagOf(h))) // LP-insert
	m.checkGrow(t, stored, false)
	return true
}

// deleteFast is Delete, if it can be done here.
func (m *Map[K, V]) deleteFast(t *table[K, V], key uintptr) (done bool) {
	h := mix(uint64(key), t.hash.s0, t.hash.s1)
	chain := h & t.mask
	root := t.root(chain)
	meta, ok := t.tryLock(root)
	if !ok {
		return false
	}
	if t.next.Load() != nil {
		m.release(t, root, chain, meta)
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
	m.release(t, root, chain, meta)
	return true
}
