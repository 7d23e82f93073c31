package flatmap

// Straight-line Store and Delete for what needs no more than a root bucket that
// is neither locked nor moved, in a table that is not being resized. They follow
// the same protocol as the writer, and leave all else to it. What they buy is
// that nothing is kept in a writer and that few calls are made: a third of the
// time of a write with string keys.

// What a straight-line write has left to do.
type outcome uint8

const (
	untouched outcome = 1 << iota // nothing was done
	held                          // the same, but the chain is locked
	unlocked                      // a chain was unlocked while busy: see Map.afterUnlock
	sized                         // the table may be too full, or too empty
)

// lockRoot locks a chain that is neither locked nor moved, in a table that is
// not being resized: with one that is, a writer has other things to do. If a
// resize begins meanwhile, the chain is still live until it moves, which takes
// its lock; and unlockRoot tells that it may have been skipped. The meta has no
// flag but flagLinked.
func (c *core) lockRoot(root *head) (meta uint64, ok bool) {
	if c.busy.Load() != 0 {
		return 0, false
	}
	meta = root.meta.Load()
	if meta&(flagLocked|flagMoved) == 0 && root.meta.CompareAndSwap(meta, meta|flagLocked) {
		return meta, true
	}
	if meta&flagMoved == 0 {
		retryInCore()
	}
	return meta, false
}

// unlockRoot publishes a root's meta, unlocks its chain, and says whether there
// is a reason to look around.
func (c *core) unlockRoot(root *head, meta uint64) outcome {
	root.meta.Store(meta) // pairs with R2 and with lock
	if c.busy.Load() != 0 {
		return unlocked
	}
	return 0
}

// counted adds to what is left to do after a stripe has come to count n entries.
func (c *core) counted(out outcome, n int64) outcome {
	if c.outsized(n) {
		out |= sized
	}
	return out
}

// storeRoot is Store of a key with hash h.
func (t *table[K, V]) storeRoot(key K, value V, h uint64) outcome {
	root := t.root(h & t.mask)
	meta, ok := t.lockRoot(root)
	if !ok {
		return untouched
	}
	for s := matchTag(meta, tagOf(h)); s != 0; s = s.rest() {
		if e := slotOf[K, V](root, s); keyAt(e) == key {
			if needsSpare[V]() {
				return t.replaceRoot(root, meta, s.first(), value)
			}
			storeCell(&e.value, value, &t.values) // LP-update
			return t.unlockRoot(root, meta)
		}
	}
	slot, empty, ok := freeSlot(meta, spareSlots[V]())
	if !ok || meta&flagLinked != 0 {
		return held
	}
	if t.stale(empty) {
		advance(root) // I2
	}
	t.fill(root, slot, empty, key, value)
	count := t.counts.add(h, 1)
	return t.counted(t.unlockRoot(root, withTag(meta, slot, tagOf(h))), count) // LP-insert
}

// replaceRoot updates a value that is larger than a word.
func (t *table[K, V]) replaceRoot(root *head, meta uint64, old uintptr, value V) outcome {
	slot, empty, _ := freeSlot(meta, 0) // I5
	if t.stale(empty) {
		advance(root) // I2
	}
	t.fill(root, slot, empty, keyAt(slotAt[K, V](root, old)), value)
	meta = withTag(withTag(meta, slot, tagAt(meta, old)), old, tagDead)
	if t.pointers {
		root.meta.Store(meta | flagLocked) // LP-update
		advance(root)                      // I2
		t.wipeSlot(root, old)
	}
	return t.unlockRoot(root, meta) // LP-update
}

// deleteRoot is Delete of a key with hash h.
func (t *table[K, V]) deleteRoot(key K, h uint64) outcome {
	root := t.root(h & t.mask)
	meta, ok := t.lockRoot(root)
	if !ok {
		return untouched
	}
	for s := matchTag(meta, tagOf(h)); s != 0; s = s.rest() {
		if slot := s.first(); keyAt(slotAt[K, V](root, slot)) == key {
			meta = withTag(meta, slot, tagDead)
			if t.pointers {
				root.meta.Store(meta | flagLocked) // LP-delete
				advance(root)                      // I2
				t.wipeSlot(root, slot)
			}
			count := t.counts.add(h, -1)
			return t.counted(t.unlockRoot(root, meta), count) // LP-delete
		}
	}
	if meta&flagLinked != 0 {
		return held
	}
	return t.unlockRoot(root, meta)
}
