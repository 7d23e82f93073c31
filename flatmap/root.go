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
// not being resized. The meta it returns has no flag but flagLinked.
func (c *core) lockRoot(root *head) (meta uint64, failed outcome) {
	if c.busy.Load() != 0 { // as it may be after the lock, too
		return 0, untouched
	}
	meta = root.meta.Load()
	if meta&(flagLocked|flagMoved) != 0 || !root.meta.CompareAndSwap(meta, meta|flagLocked) {
		if meta&flagMoved == 0 {
			retryInCore()
		}
		return meta, untouched
	}
	if c.busy.Load() != 0 { // the chain may have to move first; see Map.lock
		root.meta.Store(meta)
		return meta, untouched | unlocked
	}
	return meta, 0
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

// storeRoot is Store of a key with hash h.
func (t *table[K, V]) storeRoot(key K, value V, h uint64) outcome {
	root := t.root(h & t.mask)
	meta, failed := t.lockRoot(root)
	if failed != 0 {
		return failed
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
	t.fill(root, root, slot, empty, key, value)
	count := t.counts.add(h&t.mask, 1)
	out := t.unlockRoot(root, withTag(meta, slot, tagOf(h))) // LP-insert
	if t.outsized(count) {
		out |= sized
	}
	return out
}

// replaceRoot updates a value that is larger than a word.
func (t *table[K, V]) replaceRoot(root *head, meta uint64, old uintptr, value V) outcome {
	slot, empty, _ := freeSlot(meta, 0) // I5
	t.fill(root, root, slot, empty, keyAt(slotAt[K, V](root, old)), value)
	meta = withTag(withTag(meta, slot, tagAt(meta, old)), old, tagDead)
	if t.pointers {
		root.meta.Store(meta | flagLocked) // LP-update
		t.retire(root, root, old)
	}
	return t.unlockRoot(root, meta) // LP-update
}

// deleteRoot is Delete of a key with hash h.
func (t *table[K, V]) deleteRoot(key K, h uint64) outcome {
	root := t.root(h & t.mask)
	meta, failed := t.lockRoot(root)
	if failed != 0 {
		return failed
	}
	for s := matchTag(meta, tagOf(h)); s != 0; s = s.rest() {
		if slot := s.first(); keyAt(slotAt[K, V](root, slot)) == key {
			meta = withTag(meta, slot, tagDead)
			if t.pointers {
				root.meta.Store(meta | flagLocked) // LP-delete
				t.retire(root, root, slot)
			}
			count := t.counts.add(h&t.mask, -1)
			out := t.unlockRoot(root, meta) // LP-delete
			if t.outsized(count) {
				out |= sized
			}
			return out
		}
	}
	if meta&flagLinked != 0 {
		return held
	}
	return t.unlockRoot(root, meta)
}
