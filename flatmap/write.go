package flatmap

// A writer is one writing operation: a chain that it holds locked and, after
// locate, where the key is in it. Every method that writes goes through it, except
// Clear and what the fast path of root.go does. Functions whose names end in Locked
// need the chain's lock.
type writer[K comparable, V any] struct {
	t     *table[K, V]
	root  *head
	chain uint64
	hash  uint64
	meta  uint64 // the root's meta, as unlock will store it; flagLocked is set, or while the lock is lent, lentBits may be

	// The slot that locate found.
	b    *head
	bm   uint64 // b's meta; w.meta if b is the root
	slot uintptr

	counted  bool  // there was an insert or a removal
	count    int64 // what the counter's stripe held after it
	overflow bool  // a new overflow bucket was linked
	yields   bool  // goroutines wait for the key
	part     bool  // hash has the bits that t needs only
	lends    bool  // it holds a key only, and not the chain
	reserved bool  // the slot that an insert fills has the key

	witness writerWitness
}

// lock locks the live chain of hash h, looking for it from table t on. On the
// way it moves the chain if a resize is in progress, and helps that resize along;
// it waits for no chain except that of h, in t or in a table after it, and for a
// callback for the key.
func (m *Map[K, V]) lock(w *writer[K, V], t *table[K, V], key K, h uint64) {
	for m.lockLive(w, t, h); w.meta&flagHeld != 0; m.lockLive(w, w.t, h) {
		hold := w.heldBy(key)
		if hold == nil {
			return
		}
		m.unlockChain(w.t, w.root, w.chain, w.meta&^flagLocked)
		checkWait(m, key)
		hold.await(0)
	}
}

// lockLive is lock whether a callback holds the key or not.
func (m *Map[K, V]) lockLive(w *writer[K, V], t *table[K, V], h uint64) {
	for {
		chain := h & t.mask
		root := t.root(chain)
		meta, locked := t.lockChain(root, chain)
		// A resize announces itself in next before it moves anything, so a
		// goroutine that locks a chain after that moves it first.
		r := t.next.Load()
		if locked {
			if r == nil {
				w.t, w.root, w.chain, w.hash, w.meta = t, root, chain, h, meta
				w.checkChain()
				return
			}
			m.moveLocked(r, chain, meta)
		}
		m.help(r)
		t = r.dst
	}
}

// unlock publishes the root's meta and releases the chain: one store does
// both. What follows needs no lock.
func (m *Map[K, V]) unlock(w *writer[K, V]) {
	w.checkChain()
	m.unlockChain(w.t, w.root, w.chain, w.meta&^flagLocked)
	if w.yields { // or the next callback for the key would begin before they have woken up
		giveWay()
	}
	if w.overflow {
		if linked := w.t.linked.Load(); linked > w.t.tidyAt.Load() {
			m.tidy(w.t, linked)
		}
	}
	if w.counted && w.t.outsized(w.count) {
		m.checkSize(w.t)
	}
}

// resume goes on after a fast path in t, of a key with hash h, that has left
// something to do. If it is not done then, w holds the key's chain, as after begin.
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
		return w.locate(key), false
	case out&untouched != 0:
		m.lock(w, t, key, h)
		return w.locate(key), false
	}
	return false, true
}

// locate looks for key in the locked chain.
func (w *writer[K, V]) locate(key K) bool {
	tag := tagOf(w.hash)
	for b, m := w.root, w.meta; b != nil; b, m = w.t.after(w.chain, b, m) {
		for s := matchTag(m, tag); s != 0; s = s.rest() {
			if keyAt(slotOf[K, V](b, s)) == key {
				w.b, w.bm, w.slot = b, m, s.first()
				return true
			}
		}
	}
	return false
}

// value returns the value that locate found.
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

// full reports whether a bucket with meta m has no slot that an insert may fill: updates
// need the last free one if values are larger than a word (I5).
func full[V any](m uint64) bool {
	free := allSlots &^ fullSlots(m)
	return free == 0 || needsSpare[V]() && free.rest() == 0
}

// freeSlots returns the slots of meta m that may be filled: those that were never
// used, if there are any.
func freeSlots(m uint64) (free slotSet, empty bool) {
	if e := emptySlots(m); e != 0 {
		return e, true
	}
	return allSlots &^ fullSlots(m), false
}

// fillSlot writes an entry to slot e, which is free, of a chain. No other goroutine
// sees it until its tag is published.
func fillSlot[K comparable, V any](l *layouts, root *head, e *entry[K, V], empty bool, key K, value V) {
	if empty {
		plainStore(e, key, value) // no reader holds a meta that leads here (I1)
		return
	}
	fillKey(l, root, e, key)
	storeCell(&e.value, value, &l.values)
}

// fillKey writes the key of fillSlot to a slot that is DEAD.
func fillKey[K comparable, V any](l *layouts, root *head, e *entry[K, V], key K) {
	if !l.pointers { // otherwise the version has advanced since the slot became DEAD
		advance(root) // I2
	}
	storeCell(&e.key, key, &l.keys)
}

// wipeSlot clears the pointers of slot e, which has become DEAD, so that what they
// led to can be collected.
func wipeSlot[K comparable, V any](l *layouts, root *head, e *entry[K, V]) {
	advance(root) // I2
	zeroCell(&e.key, &l.keys)
	zeroCell(&e.value, &l.values)
}

// moveSlot writes the entry in slot old of bucket b, with another value, to a free
// slot, and returns the meta that makes that slot FULL and the old one DEAD.
func moveSlot[K comparable, V any](l *layouts, root, b *head, meta uint64, old uintptr, value V) uint64 {
	free, empty := freeSlots(meta) // I5: there is one
	fillSlot(l, root, slotOf[K, V](b, free), empty, keyAt(slotAt[K, V](b, old)), value)
	return withTag(withTag(meta, free.first(), tagAt(meta, old)), old, tagDead)
}

// insertLocked adds a key that locate did not find. The store of the meta word
// of its bucket (or of the one before, for a new overflow bucket) is LP-insert.
func (w *writer[K, V]) insertLocked(key K, value V) {
	w.counted, w.count = true, w.t.counts.add(w.hash, 1)
	var keep K // not key: the caller would allocate it
	if w.reserved {
		keep = keyAt(slotAt[K, V](w.b, w.slot)) // which reserve has copied
	} else {
		keep = kept(&w.t.layouts, key)
	}
	w.placeLocked(tagOf(w.hash), keep, value)
}

// placeLocked puts an entry into the first bucket that has room.
func (w *writer[K, V]) placeLocked(tag uint64, key K, value V) {
	b, m := w.root, w.meta
	for full[V](m) {
		next, meta := w.t.after(w.chain, b, m)
		if next == nil {
			link, fresh := w.t.newOverflow()
			plainStore(slotAt[K, V](fresh, 0), key, value)
			fresh.meta.Store(withTag(0, 0, tag))
			w.t.link(w.chain, w.root, b, link)
			w.setMeta(b, m|flagLinked, false)
			w.overflow = true
			return
		}
		b, m = next, meta
	}
	free, empty := freeSlots(m)
	if e := slotOf[K, V](b, free); w.reserved && !empty {
		storeCell(&e.value, value, &w.t.values) // reserve has written the key
	} else {
		fillSlot(&w.t.layouts, w.root, e, empty, key, value)
	}
	w.checkFilled(m)
	w.setMeta(b, withTag(m, free.first(), tag), false)
}

// updateLocked replaces the value that locate found.
func (w *writer[K, V]) updateLocked(value V) {
	if !needsSpare[V]() {
		storeCell(&slotAt[K, V](w.b, w.slot).value, value, &w.t.values) // LP-update: one word, or none
		return
	}
	m := moveSlot[K](&w.t.layouts, w.root, w.b, w.bm, w.slot, value)
	w.checkFilled(w.bm)
	w.setMeta(w.b, m, true) // LP-update
	w.retire()
}

// removeLocked deletes the entry that locate found, with the unlock or now.
func (w *writer[K, V]) removeLocked(now bool) {
	w.setMeta(w.b, withTag(w.bm, w.slot, tagDead), now || w.t.pointers) // LP-delete
	w.retire()
	w.counted, w.count = true, w.t.counts.add(w.hash, -1)
}

// retire clears the pointers of the slot that locate found, which has just become
// DEAD.
func (w *writer[K, V]) retire() {
	if w.t.pointers {
		wipeSlot(&w.t.layouts, w.root, slotAt[K, V](w.b, w.slot))
		w.checkAdvanced()
	}
}
