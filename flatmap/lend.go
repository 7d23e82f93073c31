package flatmap

import "time"

// How a callback holds its key, and nothing else (I7): see Callbacks in design.go. The lock of
// the chain is lent while it runs, and another goroutine that needs it takes it over.

// heldKeys are the keys of a map that callbacks hold, except those whose lock is lent.
// A key is added with its chain locked, and removed as well, unless a hasher panics (hashAll).
type heldKeys[K comparable] struct {
	mu    mutex
	keys  map[K]*hold
	begun uint64 // holds
	spare *hold  // to be used again: no goroutine has waited for it
}

// A hold is what goroutines wait for that want to write a key.
type hold struct {
	held    atomicUint64
	number  uint64
	awaited bool
	cond    cond
}

func (h *heldKeys[K]) add(key K) {
	checkHold(key)
	h.mu.Lock()
	if h.keys == nil {
		h.keys = make(map[K]*hold)
	}
	h.keys[key] = h.newHold()
	h.mu.Unlock()
}

// remove wakes the goroutines that wait for key. It reports whether there were any, and
// whether there are no keys left.
func (h *heldKeys[K]) remove(key K) (woken, last bool) {
	key = hidden(key)
	h.mu.Lock()
	woken = h.end(h.keys[key])
	delete(h.keys, key)
	last = len(h.keys) == 0
	h.mu.Unlock()
	return woken, last
}

// of returns the hold of key, or nil, and whether there are any holds.
func (h *heldKeys[K]) of(key K) (hold *hold, any bool) {
	h.mu.Lock()
	if hold = h.keys[hidden(key)]; hold != nil {
		hold.awaited = true
	}
	any = len(h.keys) > 0
	h.mu.Unlock()
	return hold, any
}

// eldest returns the hold that has lasted longest, or nil if there is none.
func (h *heldKeys[K]) eldest() (eldest *hold) {
	h.mu.Lock()
	for _, hold := range h.keys {
		if eldest == nil || hold.number < eldest.number {
			eldest = hold
		}
	}
	if eldest != nil {
		eldest.awaited = true
	}
	h.mu.Unlock()
	return eldest
}

func (h *heldKeys[K]) newHold() (fresh *hold) {
	if fresh, h.spare = h.spare, nil; fresh == nil {
		fresh = new(hold)
		fresh.cond.L = &h.mu
		made(fresh)
	}
	h.begun++
	fresh.number = h.begun
	fresh.held.Store(1)
	return fresh
}

// end ends a hold, if there is one, and reports whether goroutines have waited for it.
// The caller has locked heldKeys.mu.
func (h *heldKeys[K]) end(old *hold) bool {
	if old == nil {
		return false
	}
	old.held.Store(0)
	if old.awaited {
		old.cond.Broadcast()
	} else {
		h.spare = old
	}
	return old.awaited
}

// await returns when the hold, if there is one, has ended, or after a time, if that is not 0.
func (h *hold) await(most time.Duration) {
	if h == nil {
		return
	}
	if !sleeps {
		blockWhile(&h.held, 1)
		return
	}
	begun := now()
	if most > 0 {
		defer after(most, func() {
			h.cond.L.Lock()
			h.cond.Broadcast()
			h.cond.L.Unlock()
		})()
	}
	h.cond.L.Lock()
	for h.held.Load() != 0 && (most == 0 || !timeUp(begun, most)) {
		h.cond.Wait()
	}
	h.cond.L.Unlock()
}

// takeOver is called by the goroutine that has just locked a chain, with the root's meta.
// If the lock was lent, the key becomes one of the map's holds.
func (t *table[K, V]) takeOver(root *head, chain, meta uint64) uint64 {
	at := meta & lentBits >> lentShift
	if at == 0 {
		return meta
	}
	b, m, slot := root, meta, uintptr(at-1)
	if slot >= bucketSlots {
		b, m = t.after(chain, root, meta)
		slot -= bucketSlots
	}
	e := slotAt[K, V](b, slot)
	t.holds.add(keyAt(e))
	if tagAt(m, slot)&tagFull == 0 { // reserved
		zeroCell(&e.key, &t.keys)
	}
	return meta&^lentBits | flagHeld
}

// heldBy returns the hold of key, which is in the locked chain with flagHeld, or nil.
func (w *writer[K, V]) heldBy(key K) *hold {
	hold, any := w.t.holds.of(key)
	if !any {
		w.meta &^= flagHeld
	}
	return hold
}

// lend releases the chain and holds the key; found says whether it is at the slot
// that locate found. An absent key is written to the slot that an insert would fill, if
// there is one, so that a goroutine that takes the lock over finds it. A key that
// differs from itself needs no hold: no other operation names it.
func (m *Map[K, V]) lend(w *writer[K, V], key K, found bool) {
	w.lends = true // also if a hasher ends the goroutine, of a chain that is moved after the unlock
	if !(found || key == key && w.meta&flagHeld == 0 && w.reserve(key)) || !w.lendAt(m, w.b, w.slot) {
		w.meta &^= flagLocked
		if key == key {
			w.t.holds.add(kept(&w.t.layouts, key))
			w.meta |= flagHeld
		}
		m.unlockChain(w.t, w.root, w.chain, w.meta)
	}
}

// lendAt lends the lock with the key in a slot, if there are lentBits for it, and the
// chain is locked, or lent or free with w's meta still.
func (w *writer[K, V]) lendAt(m *Map[K, V], b *head, slot uintptr) bool {
	if b != w.root {
		if slot += bucketSlots; b != w.t.follow(w.chain, w.root, w.root, w.meta) {
			return false
		}
	}
	lent := w.meta&^(flagLocked|lentBits) | uint64(slot+1)<<lentShift
	if w.meta&flagLocked != 0 {
		m.unlockChain(w.t, w.root, w.chain, lent)
	} else if !w.root.meta.CompareAndSwap(w.meta, lent) {
		return false
	}
	w.meta = lent
	return true
}

// reserve writes key to the free slot that placeLocked would fill, if that is in the root or
// in the bucket after it.
func (w *writer[K, V]) reserve(key K) bool {
	b, m := w.root, w.meta
	if full[V](m) {
		if b, m = w.t.after(w.chain, b, m); b == nil || full[V](m) {
			return false
		}
	}
	free, empty := freeSlots(m)
	w.b, w.bm, w.slot = b, m, free.first()
	if e, key := slotOf[K, V](b, free), kept(&w.t.layouts, key); empty {
		var none V
		plainStore(e, key, none)
	} else {
		fillKey(&w.t.layouts, w.root, e, key)
	}
	return true
}

// lendRoot does what begin and lend do for a key that is in a root bucket, in a table
// that is not busy, in one step: it never locks the chain. That another goroutine may take the
// chain over from then on does not matter to what it reads: the slot stays as it is.
func (m *Map[K, V]) lendRoot(w *writer[K, V], key K) bool {
	t := m.table.Load()
	if t == nil || t.busy.Load() != 0 || t.hash.canDiffer { // which a key with the same tag may do
		return false
	}
	w.t, w.hash = t, t.hash.of(key)
	w.chain = w.hash & t.mask
	w.root = t.root(w.chain)
	w.meta = w.root.meta.Load()
	s := matchTag(w.meta, tagOf(w.hash))
	if s == 0 || w.meta&(flagMoved|flagsOfWriters) != 0 {
		return false
	}
	lent := w.meta | uint64(s.first()+1)<<lentShift
	if !w.root.meta.CompareAndSwap(w.meta, lent) {
		return false
	}
	w.b, w.bm, w.slot, w.meta = w.root, w.meta|flagLocked, s.first(), lent
	if other := keyAt(slotOf[K, V](w.root, s)); other != key {
		w.part = true // of the other key
		m.giveBack(w, other, true)
		*w = writer[K, V]{}
		return false
	}
	w.lends = true
	return true
}

// takeBack locks the chain of key again, wherever it is, and ends the hold. It reports
// whether no other goroutine has had the lock in between.
func (m *Map[K, V]) takeBack(w *writer[K, V], key K, found bool) (same bool) {
	// A meta with lentBits cannot have been changed and changed back: while the key is
	// held, no other goroutine lends the lock with its slot.
	locked := w.meta&^lentBits | flagLocked
	if w.meta&lentBits != 0 && w.root.meta.CompareAndSwap(w.meta, locked) {
		w.meta, w.lends, w.reserved = locked, false, !found
		if found { // otherwise a free slot holds the key
			w.checkChain()
		}
		return true
	}
	m.takeBackHold(w, key, found)
	return false
}

// takeBackHold is takeBack if the key is one of the map's holds.
func (m *Map[K, V]) takeBackHold(w *writer[K, V], key K, found bool) {
	// It moves no chain, as lock does: a hasher that panics must not end that.
	w.lends = false
	for locked := false; !locked; {
		w.chain = w.hash & w.t.mask
		w.root = w.t.root(w.chain)
		if w.meta, locked = w.t.lockChain(w.root, w.chain); !locked {
			w.t = w.t.next.Load().dst
			w.hashAll(key)
		}
	}
	w.checkChain()
	var last bool
	if w.yields, last = w.t.holds.remove(key); last {
		w.meta &^= flagHeld
	}
	if found {
		w.locate(key)
	}
}

// hashAll makes w.hash the whole hash of a held key. A hasher that panics ends the hold.
func (w *writer[K, V]) hashAll(key K) {
	if w.part {
		defer func() {
			if w.part {
				w.t.holds.remove(key)
			}
		}()
		w.hash = w.t.hash.of(key)
		w.part = false
	}
}

// giveBack ends a hold without a change. It reports whether no other goroutine has had the
// lock in between.
func (m *Map[K, V]) giveBack(w *writer[K, V], key K, found bool) (same bool) {
	free := w.meta &^ lentBits
	if free != w.meta && (found || !w.t.pointers) && w.root.meta.CompareAndSwap(w.meta, free) {
		w.lends = false
		return true
	}
	if same = m.takeBack(w, key, found); same && !found { // the slot was reserved
		zeroCell(&slotAt[K, V](w.b, w.slot).key, &w.t.keys)
	}
	m.unlock(w)
	return same
}
