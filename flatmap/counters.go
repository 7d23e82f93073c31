package flatmap

import (
	"math/rand/v2"
	"runtime"
)

// counters counts entries in stripes, chosen by the low bits of the hash as chains
// are, so that writers of different chains seldom share a cache line. The stripe is
// chosen by the hash, not the chain, so that an entry is subtracted from the stripe
// it was added to even if the table was resized in between. Otherwise stripes would
// drift apart. All tables between two Clears share one, and the place where their
// waiters sleep. Except that a map begins with one stripe, and from the first table
// of stripedFrom chains on its tables share counters with more: those add to what the
// one stripe counted before.
type counters struct {
	mask    uint64
	stripes []stripe
	small   *counters               // what the tables before used, if this is for large ones
	large   atomicPointer[counters] // what the tables after use, if this was for small ones
	parking atomicPointer[parking]
}

type stripe struct {
	n atomicInt64
	_ [56]byte // one stripe a cache line
}

// newCounters returns counters for a map whose table has so many chains.
func newCounters(chains uint64) *counters {
	n := uint64(1)
	for chains >= stripedFrom && n < maxStripes && n < 4*uint64(runtime.GOMAXPROCS(0)) {
		n *= 2
	}
	return &counters{mask: n - 1, stripes: make([]stripe, n)}
}

// grown returns the counters of a table with so many chains that replaces one with
// counters c. The caller holds Map.resizing.
func (c *counters) grown(chains uint64) *counters {
	if maxStripes == 1 || chains < stripedFrom || c.mask > 0 {
		return c
	}
	large := newCounters(chains)
	large.small = c
	c.large.Store(large) // pairs with sum
	return large
}

// add adds d to a hash's stripe and returns the stripe's new count.
func (c *counters) add(hash uint64, d int64) int64 {
	return c.stripes[hash&c.mask].n.Add(d)
}

// stripesLen returns the number of stripes.
func (c *counters) stripesLen() int64 { return int64(c.mask + 1) }

// sum returns the number of entries: exact if no write is in flight.
func (c *counters) sum() int64 {
	n := c.part()
	if c.small != nil {
		n += c.small.part()
	} else if maxStripes > 1 {
		if large := c.large.Load(); large != nil { // pairs with grown
			n += large.part()
		}
	}
	// While writes are in flight the sum is not a snapshot, and may miss an
	// insert whose removal it sees.
	return max(0, n)
}

// part returns the sum of the stripes of c alone.
func (c *counters) part() (n int64) {
	for i := range c.stripes {
		n += c.stripes[i].n.Load()
	}
	return n
}

// shares sets the counts of a stripe from which on it is beyond its share of
// the limits.
func (c *core) shares() {
	n, before := c.counts.stripesLen(), int64(0)
	if c.counts.small != nil {
		before = c.counts.small.part()
	}
	c.growShare, c.shrinkShare = (c.growAt-before)/n, (c.shrinkAt-before+n-1)/n
}

// outsized reports whether the stripe that counts n entries now is a reason to
// add up all of them. It is only a hint that the whole is beyond the
// limits, so not every one counts.
func (c *core) outsized(n int64) bool {
	return (n > c.growShare || n < c.shrinkShare) && c.sampled(n)
}

func (c *core) sampled(n int64) bool {
	switch {
	case c.growAt < exactBelow:
		return true
	case n >= c.shrinkShare:
		return n&(checkEvery-1) == 0
	case c.shrinkAt < exactBelow:
		return true
	}
	// By chance: a key that is stored and deleted over and over makes the same two
	// counts each time, and a map that was emptied has to get smaller nevertheless.
	return rand.Uint64()%checkEvery == 0
}
