package flatmap

import (
	"iter"
	"slices"
	"time"
)

// Retain keeps the entries for which f returns true and deletes the others. f
// may change a value through its pointer, which is valid only during the call.
// Each entry is decided in one atomic step: f is called
// exactly once for an entry that is present and unchanged all the while, at
// most once for any key that is not deleted and inserted meanwhile, resize or
// not. Writes of the key wait meanwhile, as for [Map.Compute]. Retain as a
// whole is not atomic. An f that goes on to insert keys may be called for these as well, without end.
//
// f may use the map, except that it must not write its own key, nor clear the map or call
// Retain: these would wait for it. For a key that differs from itself, as a NaN does, it must
// not write the map at all, and writes of some other keys wait for it. If it panics or calls
// runtime.Goexit, the entry in question is left as it was, those decided
// before stay decided, and the map stays usable.
//
// Retain takes time proportional to the map's capacity. It ends the resize that its
// deletions call for, so that the map keeps no more memory than its entries need.
func (m *Map[K, V]) Retain(f func(key K, value *V) bool) {
	t := m.table.Load()
	if t == nil {
		return
	}
	// f gets a pointer into the retainer, so it is on the heap. The last one is
	// used again. It does not hold f, which need not be on the heap then.
	r := m.spare.Swap(nil)
	if r == nil {
		r = &retainer[K, V]{m: m}
		made(r)
	}
	for chain := range t.size() {
		for r.again = false; !r.visit(f, t, t.mask, chain); r.again = true {
		}
		if r.unequal {
			r.last = true
			r.visit(f, t, t.mask, chain)
			r.last, r.unequal = false, false
		}
		clear(r.decided)
		r.decided = r.decided[:0]
	}
	*r = retainer[K, V]{m: m, decided: r.decided} // what the cells lead to can be collected
	m.spare.Store(r)
	m.settle(t)
}

// A retainer is a Retain in progress.
type retainer[K comparable, V any] struct {
	m       *Map[K, V]
	value   cell[V] // what f may change
	was     cell[V]
	decided []K  // keys of the chain
	again   bool // the chain is visited once more: keys may be decided already
	unequal bool // it has keys that differ from themselves, which
	last    bool // are decided now
}

// visit decides the entries of t and its successors whose hash is class in the
// bits of mask; see table.collect. It returns false if it has to be called again,
// because another goroutine has had the lock of a chain meanwhile.
func (r *retainer[K, V]) visit(f func(K, *V) bool, t *table[K, V], mask, class uint64) bool {
	for chain := class & t.mask; chain <= t.mask; chain += mask + 1 {
		w := writer[K, V]{t: t, root: t.root(chain), chain: chain}
		announceVisit(pointer(r))
		w.meta = w.root.meta.Load()
		live := true
		switch {
		case w.meta&(flagMoved|flagLinked) == 0 && fullSlots(w.meta) == 0:
			continue
		case w.meta&(flagMoved|flagLinked|flagsOfWriters) != 0 || t.hash.canDiffer || r.again || mask > t.mask:
			if w.meta, live = t.lockChain(w.root, chain); live {
				w.checkChain()
			}
		} // otherwise the lock can be lent at once
		if live && !r.decideChain(f, &w, mask, class) ||
			!live && !r.visit(f, t.next.Load().dst, max(mask, t.mask), max(class, chain)) {
			return false
		}
	}
	return true
}

// decideChain calls f for the entries of a chain that is locked, or was free when w.meta
// was loaded, and leaves it free, also when f or a hasher panics or ends the goroutine. It returns false if the chain has to be
// visited again.
//
// Keys that differ from themselves come last, after all others of the class and with their chains
// locked: if one had to be visited again, nothing would show which of them were decided.
func (r *retainer[K, V]) decideChain(f func(K, *V) bool, w *writer[K, V], mask, class uint64) (done bool) {
	var key K
	var waitFor *hold
	calls := false
	defer func() {
		if calls {
			leaveCallback(r.m, key)
		}
		if w.lends {
			done = r.m.giveBack(w, key, true) && done
		} else if w.meta&flagLocked != 0 {
			r.m.unlock(w)
		}
		if waitFor != nil {
			checkWait(r.m, key)
			waitFor.await(0)
		}
	}()
	for b, m := w.root, w.meta; b != nil; b, m = w.t.after(w.chain, b, m) {
		for s := fullSlots(m); s != 0; s = s.rest() {
			slot := s.first()
			e := slotAt[K, V](b, slot)
			if w.meta&flagLocked == 0 && !r.next(w, b, slot, key, mask) {
				return false
			}
			key = keyAt(e)
			// All bits of it that are needed, unless the chain moves on to a larger table.
			w.hash, w.part = w.chain|tagAt(m, slot)<<57, true
			if mask > w.t.mask || w.t.mask < w.t.counts.mask {
				w.hash, w.part = w.t.hash.rehash(key, tagAt(m, slot)), false
			}
			if mask > w.t.mask && w.hash&mask != class {
				continue
			}
			if key != key {
				r.unequal = true
			}
			if (key != key) != r.last || r.again && slices.Contains(r.decided, key) {
				continue
			}
			w.b, w.bm, w.slot = b, m, slot
			if w.meta&flagLocked != 0 {
				if w.meta&flagHeld != 0 {
					if waitFor = w.heldBy(key); waitFor != nil {
						return false
					}
				}
				if !r.last {
					r.m.lend(w, key, true)
				}
			}
			r.value.v = valueAt(e)
			r.was.v = r.value.v
			enterCallback(r.m, key)
			calls = true
			keep := f(key, &r.value.v)
			calls = false
			leaveCallback(r.m, key)
			r.decided = append(r.decided, key)
			changed := !sameBits(&r.value, &r.was)
			if keep && !changed && w.meta&lentBits != 0 {
				continue // the lock stays lent until the next callback
			}
			same := !w.lends || r.m.takeBack(w, key, true)
			if same {
				// b's meta as it is now: an update may have moved an entry that was
				// decided before, never one that is still to come. The root's in memory may
				// still say that a lock is lent which was taken over.
				if w.b, w.bm, w.slot = b, w.meta, slot; b != w.root {
					w.bm = b.meta.Load()
				}
			}
			if !keep {
				w.removeLocked(true) // others need not wait for the rest of the chain
			} else if changed {
				w.updateLocked(r.value.v)
			}
			if !same {
				return false
			}
		}
	}
	return true
}

// next lends the lock for the key in a slot, after it was lent for the given one. Or it
// takes the lock, where it cannot lend it in one step, or the slot may have a key that differs
// from itself, which nobody could end the hold of. It returns false if another goroutine has had
// the lock meanwhile.
func (r *retainer[K, V]) next(w *writer[K, V], b *head, slot uintptr, key K, mask uint64) bool {
	if w.meta&flagHeld == 0 && mask <= w.t.mask && !w.t.hash.canDiffer && w.lendAt(r.m, b, slot) {
		w.lends = true
		return true
	}
	if !w.lends {
		retry() // the chain was not locked
		return false
	}
	return r.m.takeBack(w, key, true)
}

// Clear deletes all entries. It is linearizable with every other operation:
// it takes the locks of all chains, and for an instant holds all of them, at a moment at
// which no callback holds a key. It takes time proportional to the map's
// capacity. Loads go on meanwhile. Writers of chains whose locks it holds
// already wait as well, but only for about a millisecond: if a callback runs for longer,
// Clear gives the locks back, waits for its end, and tries again for twice as long, up to 16
// milliseconds. So callbacks that run for long and overlap, in one chain, hold it up.
//
// The map shrinks back to its smallest size, unless it is [WithGrowOnly].
func (m *Map[K, V]) Clear() {
	checkClear(m)
	var fresh *table[K, V]
	for most := clearWaits; ; most = min(2*most, clearMost) {
		callback, done := m.tryClear(&fresh, most)
		if done {
			return
		}
		callback.await(0)
	}
}

// tryClear replaces the table by fresh, which it makes if it is nil. If it has to wait for
// longer than most, it gives up, and returns what ends with the callback that has run longest.
func (m *Map[K, V]) tryClear(fresh **table[K, V], most time.Duration) (callback *hold, done bool) {
	m.resizing.Lock() // no resize starts, and no other Clear
	defer m.resizing.Unlock()
	t := m.table.Load()
	if t == nil {
		return nil, true
	}
	for r := t.next.Load(); r != nil; r = t.next.Load() {
		m.finishAll(r)
		t = r.dst
	}
	size := t.floor
	if t.growOnly {
		size = t.size()
	}
	if *fresh == nil || (*fresh).size() != size { // before any goroutine has to wait
		*fresh = newTable(&t.config, size, newCounters())
	}
	if !t.lockAll(most) {
		return t.holds.eldest(), false
	}
	t.next.Store(&resize[K, V]{dst: *fresh, clears: true}) // before any flagMoved
	m.table.Store(*fresh)                                  // LP-clear
	for chain := range t.size() {
		root := t.root(chain)
		root.meta.Store(root.meta.Load()&^flagLocked | flagMoved) // I4
		t.wakeWaiters(chain)
	}
	return nil, true
}

// lockAll locks all chains of t, which is not being replaced, at a moment at which no
// callback runs. It takes last those for which some do: while it has all others, none
// begins, and these can end, unless they write the map: so it gives up after a time.
func (t *table[K, V]) lockAll(most time.Duration) bool {
	var last []uint64
	for chain := range t.size() {
		if !t.lockQuiet(chain) {
			last = append(last, chain)
		}
	}
	for begun := now(); len(last) > 0; {
		if t.lockQuiet(last[0]) {
			last = last[1:]
		} else if !timeUp(begun, most) {
			t.holds.eldest().await(most)
		} else {
			for chain := range t.size() {
				if len(last) > 0 && last[0] == chain {
					last = last[1:]
					continue
				}
				root := t.root(chain)
				t.release(root, chain, root.meta.Load())
			}
			return false
		}
	}
	return true
}

// lockQuiet locks a chain, unless it may have a key that a callback holds.
func (t *table[K, V]) lockQuiet(chain uint64) bool {
	root := t.root(chain)
	meta, _ := t.lockChain(root, chain) // it has not moved
	quiet := meta&flagHeld == 0 || t.holds.eldest() == nil
	if quiet {
		root.meta.Store(meta &^ flagHeld)
		return true
	}
	t.release(root, chain, meta)
	return false
}

// Insert stores every pair of seq, one by one.
func (m *Map[K, V]) Insert(seq iter.Seq2[K, V]) {
	for key, value := range seq {
		m.Store(key, value)
	}
}

// Collect returns a new map with the pairs of seq. Of several with one key,
// the last stays.
func Collect[K comparable, V any](seq iter.Seq2[K, V], opts ...Option) *Map[K, V] {
	m := New[K, V](opts...)
	m.Insert(seq)
	return m
}

// Clone returns a new map with the options of m and its entries, seen with the
// guarantees of [Map.Range].
func (m *Map[K, V]) Clone() *Map[K, V] {
	c := &Map[K, V]{options: m.options}
	c.init(m.Len())
	c.Insert(m.All())
	return c
}
