package flatmap

import "testing"

// When a table is too full or too empty, and of what size the next one is.

// limited returns the core of a table that has its limits and so many stripes.
func limited(growAt, shrinkAt int64, stripes int) *core {
	c := &core{growAt: growAt, shrinkAt: shrinkAt, counts: &counters{mask: uint64(stripes - 1), stripes: make([]stripe, stripes)}}
	c.shares()
	return c
}

// TestShares checks that as long as no stripe is beyond its share, the sum of
// all is within the limits, and that shares are no smaller than they must be.
func TestShares(t *testing.T) {
	for _, stripes := range []int{1, 2, 8, maxStripes} {
		for growAt := int64(1); growAt < 300; growAt++ {
			for _, shrinkAt := range []int64{0, 1, growAt / shrinkDivisor, growAt / 3} {
				c, n := limited(growAt, shrinkAt, stripes), int64(stripes)
				if c.growShare*n > growAt || (c.growShare+1)*n <= growAt {
					t.Fatalf("%d stripes may each count %d, and all %d", n, c.growShare, growAt)
				}
				if c.shrinkShare*n < shrinkAt || (c.shrinkShare-1)*n >= max(shrinkAt, 1) {
					t.Fatalf("%d stripes must each count %d, and all %d", n, c.shrinkShare, shrinkAt)
				}
			}
		}
	}
}

// TestOutsized checks that every count beyond its share is a reason to look at
// the sum while a limit is small, and every checkEvery'th one if it is large,
// but none within it: the sum is as many cache lines as there are stripes.
func TestOutsized(t *testing.T) {
	for _, test := range []struct {
		growAt, shrinkAt int64
		above, below     int // reasons among the 4 * checkEvery counts beyond
	}{
		{exactBelow - 1, 4 * checkEvery, 4 * checkEvery, 4 * checkEvery},
		{exactBelow, exactBelow - 1, 4, 4 * checkEvery},
		{16 * exactBelow, exactBelow, 4, 4},
		{16 * exactBelow, 2*exactBelow - 1, 4, 4},
	} {
		c := limited(test.growAt, test.shrinkAt, 1)
		above, below := 0, 0
		for i := range int64(4 * checkEvery) {
			if c.outsized(c.growShare + 1 + i) {
				above++
			}
			if c.outsized(c.shrinkShare - 1 - i) {
				below++
			}
		}
		if above != test.above || below != test.below {
			t.Errorf("limits %d and %d: looked at the sum %d and %d times, not %d and %d",
				test.growAt, test.shrinkAt, above, below, test.above, test.below)
		}
		for n := c.shrinkShare; n <= c.growShare; n++ {
			if c.outsized(n) {
				t.Fatalf("limits %d and %d: %d is beyond them", test.growAt, test.shrinkAt, n)
			}
		}
	}
}

// next returns the number of buckets of the table that replaces the one of m
// once f was called, or 0.
func next[V any](m *Map[int, V], f func(t *table[int, V])) uint64 {
	t := m.table.Load()
	f(t)
	if r := t.next.Load(); r != nil {
		return r.dst.size()
	}
	return 0
}

// TestShrunkenSize checks that a table is replaced by the smallest one in which
// four times the entries have room, but by none below the capacity that was
// asked for, nor one smaller by more than maxShrink, and by none if there is no
// such.
func TestShrunkenSize(t *testing.T) {
	const size = 64 * minBuckets
	for i := range 2 * loadLimit[int](size) {
		n, floor := i/2, []uint64{minBuckets, size / 4}[i%2]
		m := New[int, int](WithCapacity(int(loadLimit[int](size))))
		m.table.Load().floor = floor
		want := uint64(0)
		for s := uint64(size); s >= max(floor, size/maxShrink); s /= 2 {
			if loadLimit[int](s) >= 4*n && s < size {
				want = s
			}
		}
		if got := next(m, func(t *table[int, int]) { m.shrink(t, n) }); got != want {
			t.Fatalf("%d entries: from %d to %d buckets, not %d", n, size, got, want)
		}
	}
}

// TestTidiedSize checks that a table with long chains is replaced by one as
// large if it is half full, and one twice as large if it is fuller.
func TestTidiedSize(t *testing.T) {
	for _, test := range []struct{ more, times int64 }{{0, 1}, {1, 2}} {
		m := New[int, int](WithCapacity(1000))
		table := m.table.Load()
		for i := range table.growAt/2 + test.more {
			m.Store(int(i), 0)
		}
		if got, want := next(m, m.tidy), table.size()*uint64(test.times); got != want {
			t.Errorf("%d entries of %d: %d buckets, not %d", m.Len(), table.growAt, got, want)
		}
	}
}
