//go:build !explore

package flatmap

import "testing"

// TestTooManyOverflowBuckets checks that the number of a bucket which does not
// fit into a link is not cut off.
func TestTooManyOverflowBuckets(t *testing.T) {
	table := New[int, int](WithCapacity(1)).table.Load()
	table.linked.Store(1<<32 - 1)
	defer func() {
		const want = "flatmap: more than 2^32 overflow buckets: the hasher returns too few distinct hashes"
		if got := recover(); got != want {
			t.Errorf("panics with %v", got)
		}
	}()
	table.newOverflow()
}

// TestSegments checks that links name overflow buckets in the order in which
// they lie, and that segments are as they were meant: in proportion to the table
// except for large ones, and, from half the table on, as large as all before.
func TestSegments(t *testing.T) {
	for buckets := uint64(1); buckets <= 1<<14; buckets *= 2 {
		for _, size := range []uint64{48, 128, 1024, 2 * segmentBytes} {
			c := newCore(nil, buckets, size, nil)
			if c.unit != 1 && (c.unit > buckets/overflowPart || c.unit*size > segmentBytes) {
				t.Errorf("%d buckets of %d bytes: segments of %d are too large", buckets, size, c.unit)
			}
			if 2*c.unit <= buckets/overflowPart && 2*c.unit*size <= segmentBytes {
				t.Errorf("%d buckets of %d bytes: segments of %d are too small", buckets, size, c.unit)
			}
			if want := max(1, buckets/2); c.even != want {
				t.Errorf("%d buckets of %d bytes: segments become larger after %d, not %d", buckets, size, c.even, want)
			}
			const most = 1<<32 - 1 // see newOverflow
			first := uint64(0)     // the first bucket of a segment, from 0
			for segment := 0; first < most; segment++ {
				n := c.segmentLen(segment)
				for _, i := range []uint64{0, n / 2, n - 1} {
					if s, at := c.segmentOf(first + i + 1); s != segment || at != i {
						t.Fatalf("%d buckets of %d bytes: overflow bucket %d is number %d in segment %d, not %d in %d",
							buckets, size, first+i, at, s, i, segment)
					}
				}
				if segment >= len(c.overflow) {
					t.Fatalf("%d buckets of %d bytes: segment %d is missing", buckets, size, segment)
				}
				if first >= c.even && n != first || first < c.even && n != c.unit {
					t.Fatalf("%d buckets of %d bytes: segment %d is of %d, after %d", buckets, size, segment, n, first)
				}
				first += n
			}
		}
	}
}

// TestOverflowBucketsAreHandedOutOnce checks that writers of different chains
// which ask for overflow buckets at once get different ones, all of which are in
// the segments that readers look into.
func TestOverflowBucketsAreHandedOutOnce(t *testing.T) {
	type given struct {
		link uint64
		b    *head
	}
	const goroutines, each = 2, 500
	for range 40 {
		table := New[int, int](WithCapacity(1)).table.Load()
		var got [goroutines][each]given
		var asking []func()
		for g := range got {
			asking = append(asking, func() {
				for i := range each {
					link, b := table.newOverflow()
					got[g][i] = given{link, b}
				}
			})
		}
		atOnce(asking...)
		taken := make(map[uint64]bool)
		for g := range got {
			for _, x := range got[g] {
				if taken[x.link] {
					t.Errorf("bucket %d is handed out twice", x.link)
				}
				taken[x.link] = true
				if table.overflowAt(x.link) != x.b {
					t.Errorf("bucket %d is not where it was handed out", x.link)
				}
			}
		}
	}
}
