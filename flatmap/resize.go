package flatmap

// This file decides when a table is replaced by one with more, fewer or as many
// chains, allocates it, and begins and ends the resize. move.go says how the chains
// move in between. Writers ask for a decision after an unlock (Map.unlock,
// Map.resume) if a counter gives a hint (core.outsized).

// A resize is everything about one replacement of a table by another. Each has a
// separate object, reached through the table that it replaces, so that a helper
// that was delayed can never act on a later one.
type resize[K comparable, V any] struct {
	src, dst *table[K, V] // src is nil if clears
	clears   bool         // a Clear: nothing is to be moved
	ticket   atomicUint64 // the next chain of src that no helper has taken
	moved    atomicUint64 // chains that have moved
	witness  resizeWitness
}

func (r *resize[K, V]) shrinks() bool { return r.dst.mask < r.src.mask }

// checkSize starts a resize if the table is too full or too empty. Writers come
// here after an unlock, when the count of their stripe is beyond its share of a
// limit: only the sum of all stripes decides. Writes that are in flight make the sum
// inexact by their number, so the limits are not exact either.
func (m *Map[K, V]) checkSize(t *table[K, V]) {
	n := t.counts.sum()
	if n > t.growAt {
		m.start(t, 2*t.size())
	} else if n < t.shrinkAt {
		m.shrink(t, n)
	}
}

// shrink starts a resize to a table that has room for shrinkRoom times n entries: one
// that had just enough would soon grow again. It never goes below the floor, which
// WithCapacity sets, and no more than maxShrink chains become one at a time.
func (m *Map[K, V]) shrink(t *table[K, V], n int64) {
	size := t.size()
	for size > t.floor && size > t.size()/maxShrink && loadLimit[V](size/2) >= shrinkRoom*n {
		size /= 2
	}
	if size < t.size() {
		m.start(t, size)
	}
}

// settle ends the resizes from t and from its successors, also those that it starts because
// of the number of entries, if they hold more memory than the entries need. Otherwise only
// writes advance a resize, and there may be none for long. It waits for the locks of
// chains, as a Retain does anyway.
func (m *Map[K, V]) settle(t *table[K, V]) {
	if t.size() >= settleFrom {
		// A Retain that keeps the last entry of each chain has looked at the size nowhere. That is
		// where its last removals show, unless a resize is in progress.
		m.checkSize(t)
	}
	for t.size() >= settleFrom {
		m.resizing.Lock()   // a goroutine may be allocating the next table
		m.resizing.Unlock() //lint:ignore SA2001 to have waited is all
		r := t.next.Load()
		if r == nil || r.clears || t.counts.sum() > r.dst.growAt/2 {
			return
		}
		m.finishAll(r)
		t = r.dst
		m.checkSize(t) // which sees removals that came too late for r
	}
}

// tidy rebuilds a table that has too many overflow buckets, of which linked are
// handed out. That happens when hashes collide, or when many chains were long at
// some time: overflow buckets are freed only with their table. Where keys come and
// go, this makes Loads up to 25 % and writes up to 17 % faster.
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

// tidyLimits returns the numbers of overflow buckets beyond which a table of n
// buckets is rebuilt: few if many of them are needed no longer, and many anyway.
func tidyLimits(n uint64) (few, many uint64) {
	many = n/2 + minBuckets
	return min(n/8+2, many), many
}

// wornSample is how many chains worn looks at, if there are as many.
const wornSample = 64

// worn reports whether more than an eighth of a sample of chains, from the given
// one on, have an overflow bucket for what the root has room for by now. There
// is none where nothing was deleted. It reads metas only, and what it finds is a
// hint: a chain may change meanwhile.
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

// start makes a table of the given size and sets out to replace t by it. It
// does nothing if t is being replaced already, or does not yet hold all that
// it will: a table is the source of a resize only after it has been the
// destination of a complete one. Nor if another goroutine holds m.resizing; then it may
// first wait for the memory of a large table.
func (m *Map[K, V]) start(t *table[K, V], size uint64) {
	// Only one goroutine starts a resize, and Clear excludes all of them.
	// Losers go on with the table as it is, rather than wait for the winner's
	// allocation.
	if !m.resizing.TryLock() {
		if n := t.counts.sum(); size > t.size() && n > t.growAt+t.growAt/2 || size < t.size() && n < t.shrinkAt/2 {
			// The table is half again as full as it should be, or half as full: wait for
			// the memory.
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

// beginResize allocates a table that replaces t, and announces the resize. It
// releases m.resizing, also if the allocation panics.
func (m *Map[K, V]) beginResize(t *table[K, V], size uint64) *resize[K, V] {
	defer m.resizing.Unlock()
	r := &resize[K, V]{src: t, dst: newTable(&t.config, size, t.counts)}
	r.announce()
	return r
}

// beginLarge is beginResize for a separate goroutine. It releases m.allocating,
// too. A loop of removals may have ended meanwhile, so nobody else may end a shrink.
func (m *Map[K, V]) beginLarge(t *table[K, V], size uint64) {
	m.beginResize(t, size)
	m.allocating.Unlock()
	defer func() { _ = recover() }() // a hasher's panic is for those that write the chain
	m.settle(t)
}

// announce makes the resize known. From busy on, a goroutine that unlocks a chain
// of either table looks for what helpers have skipped; no goroutine helps before
// next is set. So a helper that finds a lock taken knows that its holder will see
// the resize.
func (r *resize[K, V]) announce() {
	r.dst.prev.Store(r)
	r.dst.busy.Add(1)
	r.src.busy.Add(1)   // pairs with the loads in unlockChain and unlockRoot
	r.src.next.Store(r) // pairs with the loads in lock and helpSkipped
}

// finish replaces the table once all its chains have moved. Two goroutines may
// both do it: the one that counts the last chain, and a Clear.
func (m *Map[K, V]) finish(r *resize[K, V]) {
	r.checkFrozen()
	// Chains that stay long however often a table is rebuilt, for want of
	// different hashes, must not have it rebuilt with every insert.
	few, _ := tidyLimits(r.dst.size())
	r.dst.tidyAt.Store(max(few, 2*r.dst.linked.Load()))
	m.table.CompareAndSwap(r.src, r.dst)
	if r.dst.prev.CompareAndSwap(r, nil) { // it held on to src
		r.dst.busy.Add(-1)
	}
}
