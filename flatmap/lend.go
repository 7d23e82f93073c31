package flatmap

import "time"

// How callbacks run: the functions given to Compute, LoadOrCompute and Retain. While
// one runs, its caller holds the key that it decides about, and nothing else: other
// writes of the key wait, and Clear. Operations on other keys of the chain go on, and
// the chain may move.
//
// The caller takes the chain's lock, finds its key, and lends the lock: it stores a meta
// without flagLocked that says where the entry is (lentBits). If nobody needs the
// chain meanwhile, one CompareAndSwap takes the lock back, and all that the caller
// knows of the chain is still true. A goroutine that needs the chain takes it over:
// it locks it as if it were free, and with the lock held writes the key to the map's
// holds and sets flagHeld. So does the caller itself if its key is absent or far down the
// chain. The CompareAndSwap fails then: it locks the chain wherever it is by now, and removes its
// hold.
//
// A writer that has locked a chain with flagHeld looks for its key among the holds. The
// flag moves with the chain, to both ends of a split. It is cleared by a goroutine that
// has locked the chain and finds no holds at all.

// heldKeys are the keys of a map that callbacks hold, except those whose lock is lent.
// A key is added and removed with its chain locked.
type heldKeys[K comparable] struct {
	mu   mutex
	keys map[K]*hold // nil until a goroutine waits for the key
	all  *hold       // if not nil, it ends when there are no keys
}

// A hold is what goroutines wait for that want to write a key.
type hold struct {
	held atomicUint64
	cond cond
}

func (h *heldKeys[K]) add(key K) {
	h.mu.Lock()
	if h.keys == nil {
		h.keys = make(map[K]*hold)
	}
	h.keys[key] = nil
	h.mu.Unlock()
}

// remove wakes the goroutines that wait for key, or for all keys. It reports whether
// there were any, and whether there are no keys left.
func (h *heldKeys[K]) remove(key K) (woken, last bool) {
	h.mu.Lock()
	woken = h.keys[key].end()
	delete(h.keys, key)
	if last = len(h.keys) == 0; last {
		woken = h.all.end() || woken
	}
	h.mu.Unlock()
	return woken, last
}

// of returns the hold of key, or nil, and whether there are any holds.
func (h *heldKeys[K]) of(key K) (hold *hold, any bool) {
	h.mu.Lock()
	hold, held := h.keys[key]
	if held && hold == nil {
		hold = h.newHold()
		h.keys[key] = hold
	}
	any = len(h.keys) > 0
	h.mu.Unlock()
	return hold, any
}

// ofAll returns what ends with the last hold, or nil if there is none.
func (h *heldKeys[K]) ofAll() (all *hold) {
	h.mu.Lock()
	if len(h.keys) > 0 {
		if h.all == nil || h.all.held.Load() == 0 {
			h.all = h.newHold()
		}
		all = h.all
	}
	h.mu.Unlock()
	return all
}

func (h *heldKeys[K]) newHold() *hold {
	hold := new(hold)
	hold.cond.L = &h.mu
	hold.held.Store(1)
	return hold
}

// end ends a hold, if there is one. The caller has locked heldKeys.mu.
func (h *hold) end() bool {
	if h != nil {
		h.held.Store(0)
		h.cond.Broadcast()
	}
	return h != nil
}

// await returns when the hold, if there is one, has ended, or after a time.
func (h *hold) await(most time.Duration) {
	if h == nil {
		return
	}
	if !sleeps {
		blockWhile(&h.held, 1)
		return
	}
	if most > 0 {
		defer after(most, func() {
			h.cond.L.Lock()
			h.end()
			h.cond.L.Unlock()
		})()
	}
	h.cond.L.Lock()
	for h.held.Load() != 0 {
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
	b, slot := root, uintptr(at-1)
	if slot >= bucketSlots {
		b, slot = t.follow(chain, root, root, meta), slot-bucketSlots
	}
	t.holds.add(keyAt(slotAt[K, V](b, slot)))
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
// that locate found. A key that differs from itself needs no hold: no other operation
// names it.
func (m *Map[K, V]) lend(w *writer[K, V], key K, found bool) {
	w.meta &^= flagLocked
	switch {
	case found && w.b == w.root:
		w.meta |= uint64(w.slot+1) << lentShift
	case found && w.b == w.t.follow(w.chain, w.root, w.root, w.meta):
		w.meta |= uint64(w.slot+1+bucketSlots) << lentShift
	case key == key:
		w.t.holds.add(key)
		w.meta |= flagHeld
	}
	m.unlockChain(w.t, w.root, w.chain, w.meta)
}

// lendRoot does what begin and lend do for a key that is in a root bucket, in a table
// that is not busy, in one step: it never locks the chain. That another goroutine may take the
// chain over from then on does not matter to what it reads: the slot stays as it is.
func (m *Map[K, V]) lendRoot(w *writer[K, V], key K) bool {
	t := m.table.Load()
	if t == nil || t.busy.Load() != 0 {
		return false
	}
	w.t, w.hash = t, t.hash.of(key)
	w.chain = w.hash & t.mask
	w.root = t.root(w.chain)
	meta := w.root.meta.Load()
	s := matchTag(meta, tagOf(w.hash))
	if s == 0 || meta&(flagLocked|flagMoved|flagsOfCallbacks) != 0 {
		return false
	}
	w.b, w.bm, w.slot = w.root, meta|flagLocked, s.first()
	w.meta = meta | uint64(w.slot+1)<<lentShift
	if !w.root.meta.CompareAndSwap(meta, w.meta) {
		return false
	}
	other := keyAt(slotOf[K, V](w.root, s))
	if other == key {
		return true
	}
	m.takeBack(w, other, true)
	m.unlock(w)
	*w = writer[K, V]{}
	return false
}

// takeBack locks the chain of key again, wherever it is, and ends the hold. It reports
// whether no other goroutine has had the lock in between.
func (m *Map[K, V]) takeBack(w *writer[K, V], key K, found bool) (same bool) {
	lent := w.meta & lentBits
	// The meta can have been changed and changed back only if it has no lentBits.
	same = w.root.meta.CompareAndSwap(w.meta, w.meta&^lentBits|flagLocked)
	if w.meta = w.meta&^lentBits | flagLocked; !same {
		// It moves no chain, as lock does: a hasher that panics must not end that.
		for locked := false; !locked; {
			w.chain = w.hash & w.t.mask
			w.root = w.t.root(w.chain)
			if w.meta, locked = w.t.lockChain(w.root, w.chain); !locked {
				w.t = w.t.next.Load().dst
			}
		}
	}
	w.checkChain()
	if !same || lent == 0 {
		var last bool
		if w.yields, last = w.t.holds.remove(key); last {
			w.meta &^= flagHeld
		}
	}
	if same = same && lent != 0; found && !same {
		w.locate(key)
	}
	return same
}
