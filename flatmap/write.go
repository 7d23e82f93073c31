package flatmap

// A writer is one writing operation: a chain that it holds locked and, after
// find, where the key is in it. Every method that writes goes through it, but for
// Clear, and for what root.go and fast.go do in a straight line.
// Functions whose names end in Locked need the chain's lock.
type writer[K comparable, V any] struct {
	t     *table[K, V]
	root  *head
	chain uint64
	hash  uint64
	meta  uint64 // the root's meta, as unlock will store it; flagLocked is set

	// The slot that find found.
	b    *head
	bm   uint64 // b's meta; w.meta if b is the root
	slot uintptr

	counted  bool  // there was an insert or a removal
	count    int64 // what the counter's stripe held after it
	overflow bool  // a new overflow bucket was linked

	witness writerWitness
}

// lock locks the live chain of hash h, looking for it from table t on. On the
// way it moves the chain if a resize is under way, and helps that resize along;
// it never waits for another chain.
func (m *Map[K, V]) lock(w *writer[K, V], t *table[K, V], h uint64) {
	for {
		chain := h & t.mask
		root := t.root(chain)
		meta := root.meta.Load()
		switch {
		case meta&flagMoved != 0:
			r := t.next.Load()
			m.help(r)
			t = r.dst
		case meta&flagLocked != 0:
			t.awaitUnlock(root, chain)
		case root.meta.CompareAndSwap(meta, meta|flagLocked):
			// A resize announces itself in next before it moves anything, so
			// whoever locks a chain after that moves it first.
			r := t.next.Load()
			if r == nil {
				w.t, w.root, w.chain, w.hash, w.meta = t, root, chain, h, meta|flagLocked
				w.checkChain()
				return
			}
			m.moveLocked(r, chain, meta|flagLocked)
			m.help(r)
			t = r.dst
		default:
			retry()
		}
	}
}

// unlock publishes the root's meta and releases the chain: one store does
// both. What follows needs no lock.
func (m *Map[K, V]) unlock(w *writer[K, V]) {
	w.checkChain()
	m.release(w.t, w.root, w.chain, w.meta&^flagLocked)
	if w.overflow {
		if linked := w.t.linked.Load(); linked > w.t.tidyAt.Load() {
			m.tidy(w.t, linked)
		}
	}
	if w.counted && w.t.outsized(w.count) {
		m.checkSize(w.t)
	}
}

// release publishes a root's meta and unlocks its chain.
func (m *Map[K, V]) release(t *table[K, V], root *head, chain, meta uint64) {
	root.meta.Store(meta) // pairs with R2 and with lock
	if t.busy.Load() != 0 {
		m.afterUnlock(t, chain)
	}
}

// afterUnlock does what may have been left for whoever unlocks a chain.
func (m *Map[K, V]) afterUnlock(t *table[K, V], chain uint64) {
	t.wakeWaiters(chain)
	m.helpSkipped(t, chain)
}

// resume goes on after a straight-line write in t, of a key with hash h, that
// has left something to do. If it is not done then, w holds the key's chain, as
// after begin.
func (m *Map[K, V]) resume(w *writer[K, V], t *table[K, V], key K, h uint64, out outcome) (found, done bool) {
	if out&unlocked != 0 {
		m.afterUnlock(t, h&t.mask)
	}
	if out&sized != 0 {
		m.checkSize(t)
	}
	switch {
	case out&held != 0:
		w.t, w.hash, w.chain = t, h, h&t.mask
		w.root = t.root(w.chain)
		w.meta = w.root.meta.Load()
		return w.find(key), false
	case out&untouched != 0:
		m.lock(w, t, h)
		return w.find(key), false
	}
	return false, true
}

// find looks for key in the locked chain.
func (w *writer[K, V]) find(key K) bool {
	tag := tagOf(w.hash)
	b, m := w.root, w.meta
	for {
		for s := matchTag(m, tag); s != 0; s = s.rest() {
			e := slotOf[K, V](b, s)
			if keyAt(e) == key {
				w.b, w.bm, w.slot = b, m, s.first()
				return true
			}
		}
		if b = w.t.follow(w.chain, w.root, b, m); b == nil {
			return false
		}
		m = b.meta.Load()
	}
}

// value returns the value that find found.
func (w *writer[K, V]) value() V { return valueAt(slotAt[K, V](w.b, w.slot)) }

// advance makes every reader that has read R1 on the chain of root start again
// once it gets to R4. It comes before the first change of a word that a reader
// may be copying (I2).
func advance(root *head) { root.version.Add(1) } // pairs with R1 and R4

// setMeta makes m the meta of b while the chain stays locked. For the root it
// is published at once if now is set, otherwise with the unlock.
func (w *writer[K, V]) setMeta(b *head, m uint64, now bool) {
	if b != w.root {
		b.meta.Store(m) // pairs with R2
		return
	}
	w.meta = m
	if now {
		b.meta.Store(m) // pairs with R2
	}
}

// freeSlot returns a slot of meta m that an insert or update may fill, and
// whether it was never used. keep is the number of free slots that must be
// left.
func freeSlot(m uint64, keep int) (slot uintptr, empty, ok bool) {
	free := allSlots &^ fullSlots(m)
	if free == 0 || keep == 1 && free.rest() == 0 {
		return 0, false, false
	}
	if e := emptySlots(m); e != 0 {
		return e.first(), true, true
	}
	return free.first(), false, true
}

// stale reports whether a free slot has words that a reader may be copying, so
// that the version must advance before they change (I2). It need not for a slot
// that was never used, or whose pointers were cleared when it became DEAD.
func (t *table[K, V]) stale(empty bool) bool { return !empty && !t.pointers }

// fill writes an entry to a free slot of bucket b, after advance if it is stale.
// Nobody sees it until its tag is published.
func (t *table[K, V]) fill(b *head, slot uintptr, empty bool, key K, value V) {
	e := slotAt[K, V](b, slot)
	if empty {
		plainStore(e, key, value) // no reader holds a meta that leads here (I1)
		return
	}
	storeCell(&e.key, key, &t.keys)
	storeCell(&e.value, value, &t.values)
}

// wipeSlot clears the pointers of a slot of bucket b that is DEAD, after advance,
// so that what they led to can be collected.
func (t *table[K, V]) wipeSlot(b *head, slot uintptr) {
	e := slotAt[K, V](b, slot)
	zeroCell(&e.key, &t.keys)
	zeroCell(&e.value, &t.values)
}

// insertLocked adds a key that find did not find. The store of the meta word
// of its bucket (or of the one before, for a new overflow bucket) is LP-insert.
func (w *writer[K, V]) insertLocked(key K, value V) {
	w.counted, w.count = true, w.t.counts.add(w.hash, 1)
	w.placeLocked(tagOf(w.hash), key, value)
}

// placeLocked puts an entry into the first bucket that has room.
func (w *writer[K, V]) placeLocked(tag uint64, key K, value V) {
	b, m := w.root, w.meta
	for {
		if slot, empty, ok := freeSlot(m, spareSlots[V]()); ok { // I5
			w.fill(b, slot, empty, key, value)
			w.setMeta(b, withTag(m, slot, tag), false)
			return
		}
		next := w.t.follow(w.chain, w.root, b, m)
		if next == nil {
			break
		}
		b = next
		m = b.meta.Load()
	}
	link, fresh := w.t.newOverflow()
	plainStore(slotAt[K, V](fresh, 0), key, value)
	fresh.meta.Store(withTag(0, 0, tag))
	w.t.link(w.chain, w.root, b, link)
	w.setMeta(b, m|flagLinked, false)
	w.overflow = true
}

// updateLocked replaces the value that find found.
func (w *writer[K, V]) updateLocked(value V) {
	e := slotAt[K, V](w.b, w.slot)
	if !needsSpare[V]() {
		storeCell(&e.value, value, &w.t.values) // LP-update: one word, or none
		return
	}
	slot, empty, _ := freeSlot(w.bm, 0)
	w.fill(w.b, slot, empty, keyAt(e), value)
	m := withTag(w.bm, slot, tagAt(w.bm, w.slot))
	w.setMeta(w.b, withTag(m, w.slot, tagDead), true) // LP-update
	w.retire()
}

// removeLocked deletes the entry that find found, with the unlock or now.
func (w *writer[K, V]) removeLocked(now bool) {
	w.setMeta(w.b, withTag(w.bm, w.slot, tagDead), now || w.t.pointers) // LP-delete
	w.retire()
	w.counted, w.count = true, w.t.counts.add(w.hash, -1)
}

// fill is table.fill, with what must come before.
func (w *writer[K, V]) fill(b *head, slot uintptr, empty bool, key K, value V) {
	if w.t.stale(empty) {
		advance(w.root) // I2
		w.checkAdvanced()
	}
	w.t.fill(b, slot, empty, key, value)
}

// retire clears the pointers of the slot that find found, which has just become
// DEAD.
func (w *writer[K, V]) retire() {
	if w.t.pointers {
		advance(w.root) // I2
		w.checkAdvanced()
		w.t.wipeSlot(w.b, w.slot)
	}
}
