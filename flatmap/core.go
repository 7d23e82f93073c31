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

	links    []atomicUint32 // each root's first overflow bucket, if flagLinked says so
	unit     uint64         // overflow buckets in the first segment, a power of two
	overflow [overflowSegments]atomicPointer[head]
	linked   atomicUint64 // overflow buckets handed out
	tidyAt   atomicUint64 // more of them than this: make the table anew
}

// Segment k holds unit<<k buckets, and a link has at most 32 bits.
const overflowSegments = 32

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
	p := link - 1 + c.unit // segment k starts at unit<<k
	k := bits.Len64(p) - bits.Len64(c.unit)
	return k, p - c.unit<<k
}

// shares sets the counts of a stripe from which on it is beyond its share of
// the limits.
func (c *core) shares() {
	n := c.counts.stripesLen()
	c.growShare, c.shrinkShare = c.growAt/n, (c.shrinkAt+n-1)/n
}

// outsized reports whether the stripe that counts n entries now is a reason to
// add up all of them. It is no more than a hint that the whole is beyond the
// limits, so not every one counts.
func (c *core) outsized(n int64) bool {
	return (n > c.growShare || n < c.shrinkShare) && c.sampled(n)
}

func (c *core) sampled(n int64) bool {
	return n&(checkEvery-1) == 0 || c.growAt < exactBelow || n < c.shrinkShare && c.shrinkAt < exactBelow
}
