//go:build explore

package flatmap

// The explorer's geometry: two keys collide, two inserts grow, a removal
// shrinks, an update needs its spare slot, and chains share parking lots. See
// geometry.go for what each constant means.
const (
	bucketSlots      = 2
	minBuckets       = 1
	loadNum, loadDen = 1, 2
	shrinkDivisor    = 2
	overflowPart     = 8
	segmentBytes     = 1 << 16
	stride           = 1
	backgroundBytes  = 1 << 62 // never: the explorer knows its own goroutines only
	maxStripes       = 1
	maxShrink        = 2
	checkEvery       = 1
	exactBelow       = 0
	parkingLots      = 2
)
