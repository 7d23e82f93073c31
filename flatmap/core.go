package flatmap

import "math/bits"

// A core is the part of a table that does not depend on the types of keys and
// values.
type core struct {
	base   *head  // root buckets
	mask   uint64 // their number, a power of two, minus 1
	secret uint64 // the hasher's, as is factor
	factor uint64

	// busy is how many reasons there are to look around after an unlock: a
	// resize from this table (set before next is), one to this table (until
	// prev is nil), and each goroutine that sleeps for the lock of a chain.
	busy    atomicInt64
	waiters atomicInt64 // goroutines that sleep for the lock of a chain

	counts   *counters
	growAt   int64 // more entries than this: grow
	shrinkAt int64 // fewer than this: shrink

	growShare, shrinkShare int64 // see outsized

	links  []atomicUint32 // each root's first overflow bucket, if flagLinked says so
	linked atomicUint64   // overflow buckets handed out
	tidyAt atomicUint64   // more of them than this: make the table anew

	// Overflow buckets are allocated in segments when they are needed: the first
	// even of them in segments of unit, and then as many in each segment as in all
	// before it. Both are powers of two.
	overflow   []atomicPointer[head]
	unit, even uint64
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

func (c *core) size() uint64 { return c.mask + 1 }

// linkOf returns the link of bucket b, which has flagLinked. A link is set
// before the flag that tells of it, and never changes.
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
