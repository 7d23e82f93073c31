package flatmap

// How the chains of a table move to the next one. A goroutine that moves a chain
// holds its lock, copies its entries, and then sets flagMoved (LP-move). An empty
// chain is only marked, without its lock. Growing and rebuilding split a chain into
// one or two that no other goroutine can reach yet; shrinking merges several chains
// into one that may be in use already, under that chain's lock as well.
//
// Nothing waits for a chain that another goroutine holds, except a writer of that
// very chain and Clear. So a chain may be skipped, and then its holder moves it:
//
//	helper:   loads the lock (taken), skips the chain
//	holder:   stores the unlocked meta, loads busy, then next and prev
//
// busy and next were set before any helper began (announce). The holder's load of
// busy comes after its unlock, which comes after the helper's look: it sees them.
//
// In a shrink a goroutine holds the locks of two chains, and has taken that of the
// source first. Helpers never wait for the second: they give the first one back. A
// writer or a Clear does wait for it, but a goroutine that holds a destination's lock never
// waits for a source's, so goroutines cannot wait for each other in a circle.

// help takes the next stride of chains from the ticket and moves them. It skips
// chains for which a lock is taken, their own or, in a shrink, the destination's: the
// goroutine that holds it moves them after it has unlocked it.
func (m *Map[K, V]) help(r *resize[K, V]) {
	if r.clears || r.ticket.Load() > r.src.mask {
		return // without the Add: writers that come late would contend for the ticket
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
			// A chain of dst stands for all that merge into it; tickets beyond the
			// last chain of dst have nothing left to move.
			moved += r.trySiblings(chain)
		}
	}
}

// helpSkipped moves the chains that helpers may have skipped because a chain
// of t was locked. A goroutine that unlocks one calls it afterwards, and a resize
// is announced before its helpers look at locks: so no skipped chain is left over.
func (m *Map[K, V]) helpSkipped(t *table[K, V], chain uint64) {
	if r := t.next.Load(); r != nil && !r.clears {
		if r.shrinks() {
			m.count(r, r.trySiblings(chain&r.dst.mask))
		} else if r.tryMove(chain) != notMoved {
			m.count(r, 1)
		}
	}
	// A resize to t may be in progress, too. Growing takes no locks of t, so only a
	// shrink has skipped chains for the sake of this one.
	if r := t.prev.Load(); r != nil && r.shrinks() {
		m.count(r, r.trySiblings(chain))
	}
}

// count adds to the number of chains moved. Each chain is counted once, by the
// goroutine that moved it, and the one that counts the last chain ends the resize.
// No chain is locked by it then, and the next table may already be in use.
func (m *Map[K, V]) count(r *resize[K, V], moved uint64) {
	if moved != 0 && r.moved.Add(moved) == r.src.size() {
		m.finish(r)
	}
}

// finishAll moves all chains that are left, waiting for their locks. Helpers go on
// meanwhile, and may move the last chain: so it ends the resize even if it has moved
// none, and finish may be done twice.
func (m *Map[K, V]) finishAll(r *resize[K, V]) {
	for chain := range r.src.size() {
		if meta, locked := r.src.lockChain(r.src.root(chain), chain); locked {
			m.moveLocked(r, chain, meta)
		}
	}
	m.finish(r)
}

// moveLocked moves a chain that the caller has locked, and releases it. In a
// shrink it waits for the destination's lock, for whose sake helpers may skip
// others: the caller goes on to write that chain, or to move all. (The destination
// cannot have moved: its own resize begins after this one ends.)
func (m *Map[K, V]) moveLocked(r *resize[K, V], chain, meta uint64) {
	if r.shrinks() {
		to := chain & r.dst.mask
		dstMeta, _ := r.dst.lockChain(r.dst.root(to), to)
		r.merge(chain, meta, dstMeta)
	} else {
		r.split(chain, meta, false)
	}
	m.count(r, 1)
}

// trySiblings moves the chains that a shrink merges into the given one, and
// returns how many it moved. A goroutine that has held the destination's lock calls
// it afterwards, since helpers skip what that lock stops them from moving; so it
// repeats until a round in which it did not take that lock. Every round except the
// last moves a chain: there is at most one more round than chains that merge.
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

// What tryMove did. In a shrink the difference matters: a helper that has held the
// destination's lock must look again at what others have skipped for it.
type moveResult int

const (
	notMoved     moveResult = iota
	movedEmpty              // in one step, taking no lock
	movedEntries            // in a shrink: under the destination's lock
)

// tryMove moves a chain unless it has moved or a lock it needs is taken. It waits for
// no lock. If a lock is taken, its holder moves the chain; if a hasher panics, the
// chain is offered again.
func (r *resize[K, V]) tryMove(chain uint64) moveResult {
	root := r.src.root(chain)
	for {
		meta := root.meta.Load()
		if meta&(flagLocked|flagMoved) != 0 {
			return notMoved
		}
		// An empty chain has nothing to copy. An insert in between changes the
		// meta, so the CompareAndSwap fails; if it was deleted again and the meta
		// is the same, the chain is empty again.
		if fullSlots(meta) == 0 && meta&(flagLinked|flagsOfCallbacks) == 0 {
			if root.meta.CompareAndSwap(meta, meta|flagMoved) { // LP-move
				return movedEmpty
			}
			retry()
			continue
		}
		if !tryLock(root, meta) {
			retry()
			continue
		}
		meta = r.src.takeOver(root, chain, meta|flagLocked)
		if !r.shrinks() {
			if !r.split(chain, meta, true) {
				return notMoved
			}
			return movedEntries
		}
		end := chain & r.dst.mask
		to := r.dst.root(end)
		if d := to.meta.Load(); d&flagLocked == 0 && tryLock(to, d) {
			r.merge(chain, meta, r.dst.takeOver(to, end, d|flagLocked))
			return movedEntries
		}
		// The destination is in use. No entry was written.
		r.src.release(root, chain, meta)
		// Others may have skipped this chain while it was locked here. If the
		// destination is still locked, its holder will come back for it.
		if to.meta.Load()&flagLocked != 0 {
			return notMoved
		}
	}
}

// split moves a locked chain to the chains of a table of the same size or twice the
// size whose numbers end in its own. No other goroutine can reach those until flagMoved is
// set here, so they need no lock, and each bucket's meta is stored once. Entries stay
// in the order in which they were, without tombstones between them, and keep their
// tags: a tag is the top bits of the hash, and the table's size decides about the
// low ones.
//
// A hasher that panics, or ends the goroutine, leaves the chain where it was, to
// be offered to helpers again. Helpers, which have other business, swallow the
// panic: it is for those that write the chain.
func (r *resize[K, V]) split(chain, meta uint64, swallow bool) (moved bool) {
	if r.src.fast && meta&flagLinked == 0 {
		r.src.splitFast(&r.dst.core, chain, meta)
		r.markMoved(chain, meta)
		return true
	}
	if r.src.hash.kind == hashUser {
		defer func() {
			if moved {
				return
			}
			// First the copies, which only the holder of this lock may touch. Then the
			// lock, and then the offer: a helper that takes it finds the chain free.
			for c := chain; c <= r.dst.mask; c += r.src.size() {
				r.dst.wipe(c)
			}
			r.src.release(r.src.root(chain), chain, meta)
			r.offerAgain(chain)
			if swallow {
				_ = recover()
			}
		}()
	}
	// In a table of the same size both ends are one chain, and all goes to the first.
	var ends [2]chainEnd
	for i := range ends {
		ends[i].chain = chain + uint64(i)*r.src.size()&r.dst.mask
		ends[i].b = r.dst.root(ends[i].chain)
		if i == 0 || ends[1].b != ends[0].b {
			ends[i].m = meta & flagHeld // in which of them a key is that is held, nobody asks
		}
	}
	for b, m := r.src.root(chain), meta; b != nil; b, m = r.src.after(chain, b, m) {
		for s := fullSlots(m); s != 0; s = s.rest() {
			slot := s.first()
			e := slotAt[K, V](b, slot)
			key, tag := keyAt(e), tagAt(m, slot)
			to := 0 // or 1, by the one bit of the hash that the larger table adds
			if r.dst.mask > r.src.mask && r.src.hash.rehash(key, tag)&r.src.size() != 0 {
				to = 1
			}
			appendFresh(r.dst, &ends[to], tag, key, valueAt(e))
		}
	}
	for i := range ends {
		if ends[i].m != 0 {
			ends[i].b.meta.Store(ends[i].m)
		}
	}
	r.markMoved(chain, meta)
	return true
}

// splitFast copies the entries of a chain without overflow buckets, which the
// caller has locked, to the chains of a table of twice the size, or the same,
// as split does. There they fit into roots, since a root has room for what another
// held. In a table of the same size apart is 0. It takes no branch that depends on
// a hash, which would be mispredicted every other time.
//
// It fills a growing map 10 % faster (bench -paths split-words, EPYC, 2026-11-30).
func (c *core) splitFast(dst *core, chain, meta uint64) {
	apart := c.size() & dst.mask
	from := c.wordRoot(chain)
	to := [2]*head{dst.wordRoot(chain), dst.wordRoot(chain + apart)}
	var filled [2]uint64
	metas := [2]uint64{meta & flagHeld}
	if apart != 0 {
		metas[1] = metas[0]
	}
	for s := fullSlots(meta); s != 0; s = s.rest() {
		e := wordSlot(from, s)
		key, i := keyAt(e), 0
		if mix(uint64(key), c.secret, c.factor)&apart != 0 {
			i = 1
		}
		plainStore(slotAt[uintptr, uintptr](to[i], uintptr(filled[i])), key, valueAt(e)) // I1
		metas[i] |= tagAt(meta, s.first()) << (8*filled[i] + 8)
		filled[i]++
	}
	for i, m := range metas {
		if m != 0 {
			to[i].meta.Store(m)
		}
	}
}

// A chainEnd is the last bucket of a chain that is being filled unseen. Its meta is
// kept here until another bucket is linked to it or the chain is complete.
type chainEnd struct {
	chain uint64
	b     *head
	m     uint64
	n     uint64 // slots filled
}

// appendFresh adds an entry to a chain that no other goroutine can reach yet. A
// bucket's meta is stored when another bucket is linked to it; the caller stores that
// of the last.
func appendFresh[K comparable, V any](t *table[K, V], end *chainEnd, tag uint64, key K, value V) {
	if end.n == usableSlots[V]() {
		link, fresh := t.newOverflow()
		// The link comes before the flag that announces it, although no reader is here:
		// a chain is always in a state that may be published.
		t.link(end.chain, t.root(end.chain), end.b, link)
		end.b.meta.Store(end.m | flagLinked)
		end.b, end.m, end.n = fresh, 0, 0
	}
	plainStore(slotAt[K, V](end.b, uintptr(end.n)), key, value)
	end.m = withTag(end.m, uintptr(end.n), tag)
	end.n++
}

// wipe returns a chain that no other goroutine can reach yet to its initial state; its
// overflow buckets are lost. Plain stores suffice, as in appendFresh.
func (t *table[K, V]) wipe(chain uint64) {
	root := t.root(chain)
	for b, m := root, root.meta.Load(); b != nil; b, m = t.after(chain, b, m) {
		for s := allSlots; s != 0; s = s.rest() {
			var none entry[K, V]
			plainStore(slotOf[K, V](b, s), none.key.v, none.value.v)
		}
	}
	root.meta.Store(0)
}

// offerAgain gives chains from the given one on to helpers once more: it sets the
// ticket back, unless a chain before that one is on offer already. Chains after it
// are handed out twice then, and the second helper finds them moved. The caller has
// unlocked the chain: a helper that takes the offer at once must not skip it.
func (r *resize[K, V]) offerAgain(chain uint64) {
	for {
		t := r.ticket.Load()
		if t <= chain || r.ticket.CompareAndSwap(t, chain) {
			return
		}
	}
}

// merge moves a locked chain into a chain of a smaller table, which is locked
// too: other chains may have moved there, and be in use, already. Both are
// released.
//
// Until the source is marked as moved, its keys are in both chains. No goroutine sees
// that: a reader of these keys reads the source alone until LP-move, and the
// destination alone afterwards; a writer waits for the source's lock; and an iteration
// of the destination leaves out keys of chains that it does not stand for.
func (r *resize[K, V]) merge(chain, meta, dstMeta uint64) {
	// A writer places the entries, as it does those of an insert. No count
	// changes: both tables share their counters.
	w := writer[K, V]{t: r.dst, chain: chain & r.dst.mask, meta: dstMeta | meta&flagHeld}
	w.root = r.dst.root(w.chain)
	w.checkChain()
	// The source is read plainly: the lock that is held keeps writers away.
	for b, m := r.src.root(chain), meta; b != nil; b, m = r.src.after(chain, b, m) {
		for s := fullSlots(m); s != 0; s = s.rest() {
			e := slotOf[K, V](b, s)
			w.placeLocked(tagAt(m, s.first()), keyAt(e), valueAt(e))
		}
	}
	w.checkChain()
	// The copies are published before the originals are given up.
	w.root.meta.Store(w.meta &^ flagLocked)
	r.markMoved(chain, meta)
	r.dst.wakeWaiters(w.chain)
}

// markMoved marks a chain as moved, permanently (I4), and unlocks it. What was copied
// is published by the same store: a goroutine that sees flagMoved sees the copies.
// Tags and links stay, for the readers that passed the root before.
func (r *resize[K, V]) markMoved(chain, meta uint64) {
	r.freeze(chain, meta)
	r.src.root(chain).meta.Store(meta&^flagLocked | flagMoved) // LP-move; pairs with R2
	r.src.wakeWaiters(chain)
}
