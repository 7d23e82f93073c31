package flatmap

// A resize is everything about one replacement of a table by another. It is
// made anew each time and reached through the table it replaces, so that a
// helper that was delayed can never act on a later one.
type resize[K comparable, V any] struct {
	src, dst *table[K, V]
	clears   bool         // a Clear: nothing is to be moved
	ticket   atomicUint64 // the next chain of src that no helper has taken
	moved    atomicUint64 // chains that have moved
	witness  resizeWitness
}

func (r *resize[K, V]) shrinks() bool { return r.dst.mask < r.src.mask }

// checkSize starts a resize if the table is too full or too empty.
func (m *Map[K, V]) checkSize(t *table[K, V]) {
	n := t.counts.sum()
	if n > t.growAt {
		m.start(t, 2*t.size())
	} else if n < t.shrinkAt {
		m.shrink(t, n)
	}
}

// tidy makes a table anew if it has too many overflow buckets. Either hashes differ
// too little, or many chains have each been long once: overflow buckets are not
// given back while their table lives. That few are left over takes up to a quarter
// off the time of Loads, and a sixth off that of writes, where keys come and go.
func (m *Map[K, V]) tidy(t *table[K, V], linked uint64) {
	size := t.size()
	few, many := tidyLimits(size)
	if linked <= many && !t.worn(linked*wornSample) {
		t.tidyAt.Store(linked + few/4) // ask again
		return
	}
	if t.counts.sum() > t.growAt/2 {
		size *= 2
	}
	m.start(t, size)
}

// wornSample is how many chains worn looks at, if there are as many.
const wornSample = 64

// worn reports whether more than an eighth of a sample of chains, from the given
// one on, have an overflow bucket for what the root has room for by now. There
// is none where nothing was deleted.
func (t *table[K, V]) worn(from uint64) bool {
	n, needless := min(wornSample, t.size()), uint64(0)
	for i := range n {
		chain := (from + i) & t.mask
		root := t.root(chain)
		m := root.meta.Load()
		if b := t.follow(chain, root, root, m); b != nil {
			next := b.meta.Load()
			if next&flagLinked == 0 && uint64(fullSlots(m).len()+fullSlots(next).len()) <= usableSlots[V]() {
				needless++
			}
		}
	}
	return 8*needless > n
}

// shrink starts a resize to a table that has room for a few times n entries.
func (m *Map[K, V]) shrink(t *table[K, V], n int64) {
	size := t.size()
	for size > t.floor && size > t.size()/maxShrink && loadLimit[V](size/2) >= 4*n {
		size /= 2
	}
	if size < t.size() {
		m.start(t, size)
	}
}

// start makes a table of the given size and sets out to replace t by it. It
// does nothing if t is being replaced already, or does not yet hold all that
// it will: a table is the source of a resize only after it has been the
// destination of a complete one.
func (m *Map[K, V]) start(t *table[K, V], size uint64) {
	// Losers go on with the table as it is, rather than wait for the winner's
	// allocation.
	if !m.resizing.TryLock() {
		if size > t.size() && t.counts.sum() > t.growAt+t.growAt/2 {
			// The table is half again as full as it should be: wait for the memory.
			m.allocating.Lock()
			m.allocating.Unlock() //lint:ignore SA2001 to have waited is all
		}
		return
	}
	if m.table.Load() != t || t.next.Load() != nil {
		m.resizing.Unlock()
		return
	}
	if size*uint64(bucketBytes[K, V]()) >= backgroundBytes {
		m.allocating.Lock()
		spawn(func() { m.beginLarge(t, size) })
	} else {
		m.help(m.beginResize(t, size))
	}
}

// beginResize allocates a table that replaces t, and makes the resize known. It
// releases m.resizing.
func (m *Map[K, V]) beginResize(t *table[K, V], size uint64) *resize[K, V] {
	defer m.resizing.Unlock()
	r := &resize[K, V]{src: t, dst: newTable(&t.config, size, t.counts)}
	r.announce()
	return r
}

// beginLarge is beginResize for a goroutine of its own. It releases m.allocating,
// too.
func (m *Map[K, V]) beginLarge(t *table[K, V], size uint64) {
	defer m.allocating.Unlock()
	m.beginResize(t, size)
}

// announce makes the resize known. From busy on, whoever unlocks a chain of
// either table looks for what helpers have skipped, and nobody helps before
// next is set.
func (r *resize[K, V]) announce() {
	r.dst.prev.Store(r)
	r.dst.busy.Add(1)
	r.src.busy.Add(1)   // pairs with the load in release
	r.src.next.Store(r) // pairs with the load in lock
}

// help moves a stride of chains that no one has been given yet. It skips those
// that are locked: whoever holds one moves it after unlocking it.
func (m *Map[K, V]) help(r *resize[K, V]) {
	if r.clears || r.ticket.Load() > r.src.mask {
		return
	}
	first := r.ticket.Add(stride) - stride
	moved := uint64(0)
	defer func() { m.count(r, moved) }() // also if a hasher ends the goroutine
	for chain := first; chain < first+stride && chain <= r.src.mask; chain++ {
		if !r.shrinks() {
			if r.tryMove(chain) != notMoved {
				moved++
			}
		} else if chain <= r.dst.mask {
			moved += r.trySiblings(chain)
		}
	}
}

// helpSkipped moves the chains that helpers may have skipped because a chain
// of t was locked. An unlocker calls it after its unlock, and a resize is
// announced before its helpers look at locks: so no skipped chain is left over.
func (m *Map[K, V]) helpSkipped(t *table[K, V], chain uint64) {
	if r := t.next.Load(); r != nil && !r.clears {
		if r.shrinks() {
			m.count(r, r.trySiblings(chain&r.dst.mask))
		} else if r.tryMove(chain) != notMoved {
			m.count(r, 1)
		}
	}
	if r := t.prev.Load(); r != nil && r.shrinks() {
		m.count(r, r.trySiblings(chain))
	}
}

// count adds to the number of chains moved. Each chain is counted once, by who
// moved it.
func (m *Map[K, V]) count(r *resize[K, V], moved uint64) {
	if moved != 0 && r.moved.Add(moved) == r.src.size() {
		m.finish(r)
	}
}

// finish replaces the table once all its chains have moved. It may be done more
// than once.
func (m *Map[K, V]) finish(r *resize[K, V]) {
	r.checkFrozen()
	// Chains that stay long however often a table is made anew, for want of
	// different hashes, must not have it made anew with every insert.
	few, _ := tidyLimits(r.dst.size())
	r.dst.tidyAt.Store(max(few, 2*r.dst.linked.Load()))
	m.table.CompareAndSwap(r.src, r.dst)
	if r.dst.prev.CompareAndSwap(r, nil) { // it held on to src
		r.dst.busy.Add(-1)
	}
}

// finishAll moves all chains that are left, waiting for their locks.
func (m *Map[K, V]) finishAll(r *resize[K, V]) {
	for chain := range r.src.size() {
		root := r.src.root(chain)
		for {
			meta := root.meta.Load()
			if meta&flagMoved != 0 {
				break
			}
			if meta&flagLocked != 0 {
				r.src.awaitUnlock(root, chain)
			} else if root.meta.CompareAndSwap(meta, meta|flagLocked) {
				m.moveLocked(r, chain, meta|flagLocked)
				break
			}
		}
	}
	m.finish(r)
}

// moveLocked moves a chain that the caller has locked, and releases it. In a
// shrink it waits for the destination's lock, for whose sake helpers may skip
// others: the caller goes on to write that chain, or to move all.
func (m *Map[K, V]) moveLocked(r *resize[K, V], chain, meta uint64) {
	if !r.shrinks() {
		r.split(chain, meta, false)
	} else {
		to := chain & r.dst.mask
		root := r.dst.root(to)
		for {
			d := root.meta.Load()
			if d&flagLocked != 0 {
				r.dst.awaitUnlock(root, to)
			} else if root.meta.CompareAndSwap(d, d|flagLocked) {
				r.merge(chain, meta, d|flagLocked)
				break
			} else {
				retry()
			}
		}
	}
	m.count(r, 1)
}

// trySiblings moves the chains that a shrink merges into the given one, and
// returns how many it moved. Who has held the destination's lock calls it
// afterwards, since helpers skip what that lock stops them from moving; so it
// goes on until it has not held it.
func (r *resize[K, V]) trySiblings(to uint64) (moved uint64) {
	for again := true; again; {
		again = false
		for chain := to; chain <= r.src.mask; chain += r.dst.size() {
			switch r.tryMove(chain) {
			case movedEmpty:
				moved++
			case movedEntries:
				moved++
				again = true
			}
		}
	}
	return moved
}

// What tryMove did.
type moveResult int

const (
	notMoved     moveResult = iota
	movedEmpty              // in one step, taking no lock
	movedEntries            // in a shrink: under the destination's lock
)

// tryMove moves a chain unless it has moved or a lock it needs is taken.
func (r *resize[K, V]) tryMove(chain uint64) moveResult {
	root := r.src.root(chain)
	for {
		meta := root.meta.Load()
		if meta&(flagLocked|flagMoved) != 0 {
			return notMoved
		}
		if fullSlots(meta) == 0 && meta&flagLinked == 0 {
			if root.meta.CompareAndSwap(meta, meta|flagMoved) {
				return movedEmpty
			}
			retry()
			continue
		}
		if !root.meta.CompareAndSwap(meta, meta|flagLocked) {
			retry()
			continue
		}
		if !r.shrinks() {
			if !r.split(chain, meta|flagLocked, true) {
				return notMoved
			}
			return movedEntries
		}
		to := r.dst.root(chain & r.dst.mask)
		if d := to.meta.Load(); d&flagLocked == 0 && to.meta.CompareAndSwap(d, d|flagLocked) {
			r.merge(chain, meta|flagLocked, d|flagLocked)
			return movedEntries
		}
		root.meta.Store(meta)
		r.src.wakeWaiters(chain)
		// Others may have skipped this chain while it was locked here. If the
		// destination is still locked, its holder will come back for it.
		if to.meta.Load()&flagLocked != 0 {
			return notMoved
		}
	}
}

// split moves a locked chain to the chains of a larger (or equal) table whose
// numbers end in its own. Nobody can reach those until flagMoved is set here,
// so they need no lock, and each bucket's meta is stored once.
//
// A hasher that panics, or ends the goroutine, leaves the chain where it was, to
// be offered to helpers again. Helpers, who have other business, swallow the
// panic: it is for those who write the chain.
func (r *resize[K, V]) split(chain, meta uint64, swallow bool) (moved bool) {
	if r.src.fast && meta&flagLinked == 0 {
		r.src.splitFast(&r.dst.core, chain, meta)
		r.release(chain, meta)
		return true
	}
	if r.src.hash.kind == hashUser {
		defer func() {
			if moved {
				return
			}
			for c := chain; c <= r.dst.mask; c += r.src.size() {
				r.dst.wipe(c)
			}
			r.src.root(chain).meta.Store(meta &^ flagLocked)
			r.src.wakeWaiters(chain)
			r.offerAgain(chain)
			if swallow {
				_ = recover()
			}
		}()
	}
	var ends [2]chainEnd
	for i := range ends {
		ends[i].chain = chain + uint64(i)*r.src.size()&r.dst.mask
		ends[i].b = r.dst.root(ends[i].chain)
	}
	root := r.src.root(chain)
	b, m := root, meta
	for {
		for s := fullSlots(m); s != 0; s = s.rest() {
			slot := s.first()
			e := slotAt[K, V](b, slot)
			key, tag := keyAt(e), tagAt(m, slot)
			to := 0
			if r.dst.mask > r.src.mask && r.src.hash.rehash(key, tag)&r.src.size() != 0 {
				to = 1
			}
			appendFresh(r.dst, &ends[to], tag, key, valueAt(e))
		}
		if b = r.src.follow(chain, root, b, m); b == nil {
			break
		}
		m = b.meta.Load()
	}
	for i := range ends {
		if ends[i].n > 0 {
			ends[i].b.meta.Store(ends[i].m)
		}
	}
	r.release(chain, meta)
	return true
}

// wipe makes a chain that nobody can reach yet as it was when it was made, but
// for overflow buckets that are lost until the table is.
func (t *table[K, V]) wipe(chain uint64) {
	root := t.root(chain)
	for b := root; b != nil; b = t.follow(chain, root, b, b.meta.Load()) {
		for s := allSlots; s != 0; s = s.rest() {
			var none entry[K, V]
			plainStore(slotOf[K, V](b, s), none.key.v, none.value.v)
		}
	}
	root.meta.Store(0)
}

// offerAgain gives chains from the given one on to helpers once more.
func (r *resize[K, V]) offerAgain(chain uint64) {
	for {
		t := r.ticket.Load()
		if t <= chain || r.ticket.CompareAndSwap(t, chain) {
			return
		}
	}
}

// A chainEnd is the last bucket of a chain that is being filled unseen.
type chainEnd struct {
	chain uint64
	b     *head
	m     uint64
	n     uint64 // slots filled
}

// appendFresh adds an entry to a chain that nobody can reach yet.
func appendFresh[K comparable, V any](t *table[K, V], end *chainEnd, tag uint64, key K, value V) {
	if end.n == usableSlots[V]() {
		link, fresh := t.newOverflow()
		t.link(end.chain, t.root(end.chain), end.b, link)
		end.b.meta.Store(end.m | flagLinked)
		end.b, end.m, end.n = fresh, 0, 0
	}
	plainStore(slotAt[K, V](end.b, uintptr(end.n)), key, value)
	end.m = withTag(end.m, uintptr(end.n), tag)
	end.n++
}

// merge moves a locked chain into a chain of a smaller table, which is locked
// too: other chains may have moved there, and be in use, already. Both are
// released.
func (r *resize[K, V]) merge(chain, meta, dstMeta uint64) {
	w := writer[K, V]{t: r.dst, chain: chain & r.dst.mask, meta: dstMeta}
	w.root = r.dst.root(w.chain)
	w.checkChain()
	root := r.src.root(chain)
	b, m := root, meta
	for {
		for s := fullSlots(m); s != 0; s = s.rest() {
			e := slotOf[K, V](b, s)
			w.placeLocked(tagAt(m, s.first()), keyAt(e), valueAt(e))
		}
		if b = r.src.follow(chain, root, b, m); b == nil {
			break
		}
		m = b.meta.Load()
	}
	w.checkChain()
	// The copies are published before the originals are given up.
	w.root.meta.Store(w.meta &^ flagLocked)
	r.release(chain, meta)
	r.dst.wakeWaiters(w.chain)
}

// release marks a chain as moved, for good (I4), and unlocks it.
func (r *resize[K, V]) release(chain, meta uint64) {
	r.freeze(chain, meta)
	r.src.root(chain).meta.Store(meta&^flagLocked | flagMoved) // LP-move; pairs with R2
	r.src.wakeWaiters(chain)
}
