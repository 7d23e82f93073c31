//go:build explore && !shipped

package flatmap

import "time"

// The explorer's geometry: two keys collide, two inserts grow, a removal
// shrinks, an update needs its spare slot, and chains share parking lots. See
// geometry.go for what each constant means.
const (
	bucketSlots      = 3
	minBuckets       = 1
	loadNum, loadDen = 1, 2
	shrinkDivisor    = 2
	shrinkRoom       = 4
	overflowPart     = 8
	segmentBytes     = 1 << 16
	stride           = 1
	maxStripes       = 1
	maxShrink        = 2
	checkEvery       = 1
	exactBelow       = 0
	clearWaits       = time.Duration(0)
	clearMost        = time.Duration(0)
	parkingLots      = 2
)

// backgroundBytes can be made small, by Large: then an additional goroutine allocates
// every table of a resize.
var backgroundBytes uint64 = never

// settleFrom can be made small, by Settle: then a Retain ends the resizes of all tables.
// That has many more executions.
var settleFrom uint64 = never

const never = 1 << 62

// allSlots are two or three, as UseSlots says. With two, an update has no slot to
// choose, and what it leaves is free for another update only.
var allSlots = firstSlots(2)

func firstSlots(n int) slotSet { return slotSet(highBits & (1<<(8*n) - 1) << 8) }

// Large says whether the tables of resizes count as large from now on, so that each
// is allocated by a separate goroutine.
func Large(do bool) {
	backgroundBytes = never
	if do {
		backgroundBytes = 0
	}
}

// Settle says whether a Retain ends the resizes of all tables from now on.
func Settle(do bool) {
	settleFrom = never
	if do {
		settleFrom = 0
	}
}

// UseSlots sets how many slots of a bucket are used from now on, 2 or 3.
func UseSlots(n int) { allSlots = firstSlots(n) }
