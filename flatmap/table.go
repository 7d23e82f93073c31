package flatmap

import "math/bits"

// A core is the part of a table that does not depend on the types of keys and
// values.
type core struct {
	base   *head  // root buckets
	mask   uint64 // their number, a power of two, minus 1
	secret uint64 // of the hasher, like factor
	factor uint64

	// busy counts the reasons to look around after an unlock: a resize from this
	// table (counted before next is set), a resize to this table (until prev is
	// nil), and each goroutine that sleeps for the lock of a chain.
	busy    atomicInt64
	waiters atomicInt64 // goroutines that sleep for the lock of a chain

	counts                *counters
	growAt, growShare     int64          // more entries than this, in the table or in a stripe: grow
	shrinkAt, shrinkShare int64          // fewer than this: shrink
	links                 []atomicUint32 // each root's first overflow bucket, if flagLinked is set
	linked                atomicUint64   // overflow buckets handed out
	tidyAt                atomicUint64   // more of them than this: rebuild the table

	// Overflow buckets are allocated in segments when they are needed: the first
	// c.even of them in segments of c.unit each, and then as many in each segment as in all
	// before it. Both are powers of two.
	overflow   []atomicPointer[head]
	unit, even uint64
}

// A config is what a map decides once and every table of it repeats, so that
// an operation finds it next to the table's own words.
type config[K comparable, V any] struct {
	hash hasher[K]
	layouts
	fast     bool     // both are words, and the map hashes keys itself: see core
	strings  bool     // keys are of kind string
	compares equality // what == means for values
	growOnly bool     // never shrink
	floor    uint64   // buckets of the smallest table
	holds    *heldKeys[K]
}

// layouts says which words of keys and values hold pointers.
type layouts struct {
	keys     layout
	values   layout
	pointers bool // any does: a slot is cleared when it becomes DEAD
}

// A table is one flat array of root buckets, and overflow buckets linked by
// index, allocated in segments that double in size.
type table[K comparable, V any] struct {
	core
	config[K, V]

	// next is set once, by the resize or Clear that replaces this table.
	next atomicPointer[resize[K, V]]
	// prev is the resize that fills this table, until it is complete.
	prev atomicPointer[resize[K, V]]
}

// newCore returns the core of a table with the given number of buckets, of a
// size in bytes.
func newCore(base *head, buckets, size uint64, counts *counters) core {
	unit := buckets / overflowPart
	for unit*size > segmentBytes {
		unit /= 2
	}
	unit = max(1, unit)
	segments := max(1, buckets/2/unit)
	return core{
		base:     base,
		mask:     buckets - 1,
		counts:   counts,
		links:    make([]atomicUint32, buckets),
		unit:     unit,
		even:     unit * segments,
		overflow: make([]atomicPointer[head], segments+32), // a link has 32 bits
	}
}

func newTable[K comparable, V any](cfg *config[K, V], buckets uint64, counts *counters) *table[K, V] {
	t := &table[K, V]{
		core:   newCore(makeBuckets[K, V](buckets), buckets, uint64(bucketBytes[K, V]()), counts),
		config: *cfg,
	}
	t.secret, t.factor = cfg.hash.secret, cfg.hash.factor
	t.growAt = loadLimit[V](buckets)
	few, _ := tidyLimits(buckets)
	t.tidyAt.Store(few)
	if buckets > cfg.floor && !cfg.growOnly {
		t.shrinkAt = t.growAt / shrinkDivisor
	}
	t.shares()
	made(t)
	return t
}

// spareSlots returns how many slots of a bucket inserts keep free for updates.
func spareSlots[V any]() int {
	if needsSpare[V]() {
		return 1
	}
	return 0
}

// usableSlots returns how many slots of a bucket inserts may fill.
func usableSlots[V any]() uint64 { return uint64(allSlots.len() - spareSlots[V]()) }

// bucketsFor returns how many buckets hold n entries without growing.
func bucketsFor[V any](n uint64) uint64 {
	b := uint64(minBuckets)
	for uint64(loadLimit[V](b)) < n && b < 1<<56 { // more than memory can hold
		b *= 2
	}
	return b
}

// loadLimit returns how many entries n buckets hold before they grow.
func loadLimit[V any](n uint64) int64 {
	return int64(max(1, n*usableSlots[V]()*loadNum/loadDen))
}

func (c *core) size() uint64 { return c.mask + 1 }

// root returns the root bucket of a chain.
func (t *table[K, V]) root(chain uint64) *head { return bucketAt[K, V](t.base, chain) }

// follow returns the bucket after b, whose meta is m, in a chain; nil if b is
// the last.
func (t *table[K, V]) follow(chain uint64, root, b *head, m uint64) *head {
	if m&flagLinked == 0 {
		return nil
	}
	return t.overflowAt(t.linkOf(chain, root, b))
}

// after is follow, with the meta of that bucket. Walks of a chain take one step by
// it; those of iterations, which validate each bucket first, by follow.
func (t *table[K, V]) after(chain uint64, b *head, m uint64) (next *head, meta uint64) {
	if next = t.follow(chain, t.root(chain), b, m); next != nil {
		meta = next.meta.Load() // pairs with every store of meta
	}
	return next, meta
}

// linkOf returns the link of bucket b, which has flagLinked. A link is set
// before the flag that announces it, and never changes.
func (c *core) linkOf(chain uint64, root, b *head) uint64 {
	if b == root {
		return uint64(c.links[chain].Load())
	}
	return b.version.Load()
}

// link sets the link of b, which is not yet in use. The caller publishes it
// with flagLinked.
func (c *core) link(chain uint64, root, b *head, link uint64) {
	if b == root {
		c.links[chain].Store(uint32(link)) // pairs with linkOf
	} else {
		b.version.Store(link) // pairs with linkOf
	}
}

// overflowAt returns the overflow bucket that a link, which is not 0, names.
func (t *table[K, V]) overflowAt(link uint64) *head {
	segment, i := t.segmentOf(link)
	return bucketAt[K, V](t.overflow[segment].Load(), i)
}

// newOverflow hands out an overflow bucket that no other goroutine has: zeroed
// and not yet linked. It panics if links of 32 bits are used up.
func (t *table[K, V]) newOverflow() (link uint64, b *head) {
	link = t.linked.Add(1)
	if link > 1<<32-1 {
		panic("flatmap: more than 2^32 overflow buckets: the hasher returns too few distinct hashes")
	}
	if k, _ := t.segmentOf(link); t.overflow[k].Load() == nil {
		// Two goroutines may both allocate; one segment is dropped.
		t.overflow[k].CompareAndSwap(nil, makeBuckets[K, V](t.segmentLen(k)))
	}
	return link, t.overflowAt(link)
}

// segmentOf returns where the overflow bucket is that a link, which is not 0,
// names: the segment, and the index in it.
func (c *core) segmentOf(link uint64) (segment int, i uint64) {
	p := link - 1
	if p >= c.even {
		k := bits.Len64(p) - bits.Len64(c.even)
		return int(c.even/c.unit) + k, p - c.even<<k
	}
	return int(p >> bits.TrailingZeros64(c.unit)), p & (c.unit - 1) // no division: readers come here
}

// segmentLen returns how many overflow buckets a segment has.
func (c *core) segmentLen(segment int) uint64 {
	if k := segment - int(c.even/c.unit); k >= 0 {
		return c.even << k
	}
	return c.unit
}
