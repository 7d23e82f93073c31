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
// waiters sleep.
type counters struct {
	mask    uint64
	stripes []stripe
	parking atomicPointer[parking]
}

type stripe struct {
	n atomicInt64
	_ [56]byte // one stripe a cache line
}

func newCounters() *counters {
	n := uint64(1)
	for n < maxStripes && n < 4*uint64(runtime.GOMAXPROCS(0)) {
		n *= 2
	}
	return &counters{mask: n - 1, stripes: make([]stripe, n)}
}

// add adds d to a hash's stripe and returns the stripe's new count.
func (c *counters) add(hash uint64, d int64) int64 {
	return c.stripes[hash&c.mask].n.Add(d)
}

// stripesLen returns the number of stripes.
func (c *counters) stripesLen() int64 { return int64(c.mask + 1) }

// sum returns the number of entries: exact if no write is in flight.
func (c *counters) sum() int64 {
	var n int64
	for i := range c.stripes {
		n += c.stripes[i].n.Load()
	}
	// While writes are in flight the sum is not a snapshot, and may miss an
	// insert whose removal it sees.
	return max(0, n)
}

// shares sets the counts of a stripe from which on it is beyond its share of
// the limits.
func (c *core) shares() {
	n := c.counts.stripesLen()
	c.growShare, c.shrinkShare = c.growAt/n, (c.shrinkAt+n-1)/n
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
