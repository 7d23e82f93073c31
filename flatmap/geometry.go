//go:build !explore || shipped

package flatmap

import "time"

// Geometry. The explore build has its own, tiny values, except with the tag shipped.
const (
	// bucketSlots is the number of slots in a bucket. Legal values are 2 to 7:
	// one byte of meta is for flags, and an update of a value larger than a
	// word needs a free slot next to the one in use. With 8-byte keys and values
	// a bucket of 7 is two cache lines of 64 bytes, and 3 of its slots share
	// the line of the meta word.
	bucketSlots = 7

	// allSlots are those that are used, which is all.
	allSlots = slotSet(highBits & (1<<(8*bucketSlots) - 1) << 8)

	// minBuckets is the size of the smallest table. A power of two, from 1 on.
	minBuckets = 4

	// A table grows when it holds more than loadNum/loadDen entries a usable
	// slot. Any ratio over 0 is correct; a higher one saves memory and makes
	// more chains overflow: at 7/8, 27 in a hundred of them just before
	// growth and one just after it, by the Poisson distribution.
	loadNum, loadDen = 7, 8

	// A table shrinks when it holds less than a shrinkDivisor'th of what it
	// could, to one with room for shrinkRoom times as many entries. The divisor is
	// at least 3, or a table would shrink right after it grew, and at least twice
	// shrinkRoom, or it would shrink twice. With a divisor of 8 or more, the two tables of a
	// shrink could hold 8 times the memory that the entries need.
	shrinkDivisor = 7
	shrinkRoom    = 3

	// A segment of overflow buckets has one for overflowPart roots, but no more
	// than segmentBytes, so that no writer waits long for its allocation; those of
	// tables with very long chains are larger. A power of two.
	overflowPart = 32
	segmentBytes = 1 << 16

	// A Retain ends the resizes of tables with at least settleFrom chains, and so does the
	// goroutine that allocates a large table for a shrink. Smaller ones hold little.
	settleFrom = 2 * stride

	// stride is how many chains a writer that meets a resize moves in addition to
	// its own. From 1 on: with 0, chains that are not written would never move.
	stride = 32

	// Tables of this size and larger are allocated by a separate goroutine, while
	// writers go on in the full one. The longest Store while a map grows to 4M words
	// is 3 to 10 times faster than without (flatmap/bench, row grow, EPYC, 2026-11).
	backgroundBytes = 1 << 22

	// maxStripes bounds the stripes of the entry counter. A power of two.
	maxStripes = 64

	// A shrink divides the number of buckets by at most maxShrink, since a
	// goroutine that merges into a chain looks at all that belong there. A power of
	// two, from 2 on.
	maxShrink = 8

	// One in checkEvery inserts (removals) of a stripe that is over (under)
	// its share of the limit adds up all stripes; every one does while the
	// limit is below exactBelow. checkEvery is a power of two, from 1 on.
	checkEvery = 8
	exactBelow = 1024

	// A Clear waits for callbacks at most for clearWaits before it lets other writers
	// go on, then for twice as long, and so on up to clearMost. Any times are correct.
	clearWaits = time.Millisecond
	clearMost  = 16 * time.Millisecond

	// parkingLots is how many lots the chains of a map share. A power of two: a
	// larger one makes it rarer that goroutines are woken in vain.
	parkingLots = 64
)
