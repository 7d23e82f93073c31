package flatmap

import "iter"

// Retain keeps the entries for which f returns true and deletes the others. f
// may change a value through its pointer, which is valid only during the call.
// Each entry is decided in one atomic step, with its chain locked: f is called
// exactly once for an entry that is present and unchanged all the while, at
// most once for any key that is not deleted and inserted meanwhile, resize or
// not. Operations on the same chain wait meanwhile, Loads do not. Retain as a
// whole is not atomic.
//
// f may read the map but must not write it. If it panics or calls
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
	checkWrite(m)
	// f gets a pointer into the retainer, so it is on the heap. The last one is
	// used again. It does not hold f, which need not be on the heap then.
	r := m.spare.Swap(nil)
	if r == nil {
		r = &retainer[K, V]{m: m}
	}
	for chain := range t.size() {
		r.visit(f, t, t.mask, chain)
	}
	*r = retainer[K, V]{m: m} // what the cells lead to can be collected
	m.spare.Store(r)
	m.settle(t)
}

// A retainer is a Retain in progress.
type retainer[K comparable, V any] struct {
	m     *Map[K, V]
	value cell[V] // what f may change
	was   cell[V]
}

// visit decides the entries of t and its successors whose hash is class in the
// bits of mask; see table.collect.
func (r *retainer[K, V]) visit(f func(K, *V) bool, t *table[K, V], mask, class uint64) {
	for chain := class & t.mask; chain <= t.mask; chain += mask + 1 {
		if !r.visitChain(f, t, chain, mask, class) {
			r.visit(f, t.next.Load().dst, max(mask, t.mask), max(class, chain))
		}
	}
}

// visitChain decides the entries of one chain, and returns false if it moved.
func (r *retainer[K, V]) visitChain(f func(K, *V) bool, t *table[K, V], chain, mask, class uint64) bool {
	root := t.root(chain)
	if meta := root.meta.Load(); meta&(flagMoved|flagLinked) == 0 && fullSlots(meta) == 0 {
		return true
	}
	meta, locked := t.lockChain(root, chain)
	if locked {
		w := writer[K, V]{t: t, root: root, chain: chain, meta: meta}
		w.checkChain()
		r.decideChain(f, &w, mask, class)
	}
	return locked
}

// decideChain calls f for the entries of a locked chain and unlocks it, also
// when f panics.
func (r *retainer[K, V]) decideChain(f func(K, *V) bool, w *writer[K, V], mask, class uint64) {
	defer func() {
		leaveCallback(r.m)
		r.m.unlock(w)
	}()
	enterCallback(r.m)
	for b, m := w.root, w.meta; b != nil; b, m = w.t.after(w.chain, b, m) {
		for s := fullSlots(m); s != 0; s = s.rest() {
			slot := s.first()
			e := slotAt[K, V](b, slot)
			key := keyAt(e)
			if mask > w.t.mask && w.t.hash.rehash(key, tagAt(m, slot))&mask != class {
				continue
			}
			r.value.v = valueAt(e)
			r.was.v = r.value.v
			keep := f(key, &r.value.v)
			// b's meta as it is now: an update may have moved an entry that was
			// decided before, never one that is still to come.
			w.b, w.bm, w.slot = b, b.meta.Load(), slot
			if !keep {
				w.hash = w.chain // the low bits, which choose the stripe
				if w.t.mask < w.t.counts.mask {
					w.hash = w.t.hash.rehash(key, tagAt(m, slot))
				}
				w.removeLocked(true) // others need not wait for the rest of the chain
			} else if !sameBits(&r.value, &r.was) {
				w.updateLocked(r.value.v)
			}
		}
	}
}

// Clear deletes all entries. It is linearizable with every other operation:
// it takes the locks of all chains, and for an instant holds all of them. So it
// waits for callbacks that are running, and takes time proportional to the map's
// capacity. Loads go on meanwhile, but writers of chains whose locks it holds
// already wait as well, however long a callback takes: a callback that waits for
// another goroutine's write may wait forever.
//
// The map shrinks back to its smallest size, unless it is [WithGrowOnly].
func (m *Map[K, V]) Clear() {
	checkWrite(m)
	m.resizing.Lock() // no resize starts, and no other Clear
	defer m.resizing.Unlock()
	t := m.table.Load()
	if t == nil {
		return
	}
	for r := t.next.Load(); r != nil; r = t.next.Load() {
		m.finishAll(r)
		t = r.dst
	}
	size := t.floor
	if t.growOnly {
		size = t.size()
	}
	fresh := newTable(&t.config, size, newCounters()) // before any goroutine has to wait
	for chain := range t.size() {
		t.lockChain(t.root(chain), chain) // none has moved: t is not being replaced
	}
	t.next.Store(&resize[K, V]{dst: fresh, clears: true}) // before any flagMoved
	m.table.Store(fresh)                                  // LP-clear
	for chain := range t.size() {
		root := t.root(chain)
		root.meta.Store(root.meta.Load()&^flagLocked | flagMoved) // I4
		t.wakeWaiters(chain)
	}
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
