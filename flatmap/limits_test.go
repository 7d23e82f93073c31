package flatmap

import (
	"hash/maphash"
	"math"
	"runtime"
	"strconv"
	"testing"
)

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
// the sum while a limit is small, and one in checkEvery if it is large, even if
// it is the same count each time; but none within it: the sum is as many cache
// lines as there are stripes.
func TestOutsized(t *testing.T) {
	const counts = 400 * checkEvery
	for _, test := range []struct {
		growAt, shrinkAt int64
		above            int // reasons among the counts
		below            [2]int
	}{
		{exactBelow - 1, 4 * checkEvery, counts, [2]int{counts, counts}},
		{exactBelow, exactBelow - 1, 400, [2]int{counts, counts}},
		{16 * exactBelow, exactBelow, 400, [2]int{250, 550}}, // by chance: 400 with a deviation of 19
		{16 * exactBelow, 2*exactBelow - 1, 400, [2]int{250, 550}},
	} {
		c := limited(test.growAt, test.shrinkAt, 1)
		above, below := 0, 0
		for i := range int64(counts) {
			if c.outsized(c.growShare + 1 + i) {
				above++
			}
			if c.outsized(c.shrinkShare - 1 - i%2) {
				below++
			}
		}
		if above != test.above || below < test.below[0] || below > test.below[1] {
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

// TestSizeIsLookedAt checks that a write adds up all stripes if its own is beyond
// its share, and only then.
func TestSizeIsLookedAt(t *testing.T) {
	for name, insert := range map[string]func(m *Map[int, string], key int){
		"Store": func(m *Map[int, string], key int) { m.Store(key, "") },
		"Swap":  func(m *Map[int, string], key int) { m.Swap(key, "") },
	} {
		m := New[int, string](WithCapacity(500))
		table := m.table.Load()
		if table.counts.stripesLen() < 2 || table.growAt >= exactBelow {
			t.Fatalf("%d stripes, %d entries", table.counts.stripesLen(), table.growAt)
		}
		table.counts.add(1, table.growAt)
		insert(m, inChain(m, 0, 0))
		if table.next.Load() != nil {
			t.Errorf("%s: a resize begins though the stripe is not full", name)
		}
		table.counts.add(0, table.growShare)
		insert(m, inChain(m, 0, 1000))
		if table.next.Load() == nil {
			t.Errorf("%s: no resize begins", name)
		}
	}
}

// TestLimits checks the limits of tables of all sizes: when they grow and shrink,
// and how many overflow buckets they may have.
func TestLimits(t *testing.T) {
	table := New[int, int](WithCapacity(1)).table.Load()
	for n := uint64(minBuckets); n <= 1<<16; n *= 2 {
		x := newTable(&table.config, n, table.counts)
		if n > table.floor && (x.shrinkAt != x.growAt/shrinkDivisor || x.shrinkAt < 1) || n == table.floor && x.shrinkAt != 0 {
			t.Errorf("%d buckets grow beyond %d entries and shrink below %d", n, x.growAt, x.shrinkAt)
		}
		if x.growAt <= int64(n) || x.growAt > int64(n)*bucketSlots {
			t.Errorf("%d buckets grow beyond %d entries", n, x.growAt)
		}
		few, many := tidyLimits(n)
		if few <= n/8 || few > n/8+2 || few > many || many <= n/2 || many > n/2+minBuckets || x.tidyAt.Load() != few {
			t.Errorf("%d buckets are rebuilt beyond %d to %d overflow buckets, at first beyond %d", n, few, many, x.tidyAt.Load())
		}
	}
}

// TestStripes checks that there are a few stripes for each processor, and that
// each is used.
func TestStripes(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for procs := 1; procs <= maxStripes; procs++ {
		runtime.GOMAXPROCS(procs)
		c := newCounters()
		n := uint64(c.stripesLen())
		if n != c.mask+1 || n&c.mask != 0 || int(n) != len(c.stripes) || runtime.GOMAXPROCS(0) != procs {
			t.Fatalf("%d processors: %d stripes, mask %#x; then %d processors", procs, len(c.stripes), c.mask, runtime.GOMAXPROCS(0))
		}
		if n > maxStripes || n < maxStripes && n < 4*uint64(procs) || n >= 8*uint64(procs) {
			t.Errorf("%d processors: %d stripes", procs, n)
		}
		for chain := range n {
			if c.add(chain, 1) != 1 {
				t.Errorf("%d processors: chain %d shares a stripe", procs, chain)
			}
		}
		if c.sum() != int64(n) {
			t.Errorf("%d processors: %d entries, not %d", procs, c.sum(), n)
		}
	}
}

// next returns the number of buckets of the table that replaces t, or 0.
func next[V any](t *table[int, V]) uint64 {
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
			if loadLimit[int](s) >= shrinkRoom*n && s < size {
				want = s
			}
		}
		table := m.table.Load()
		m.shrink(table, n)
		if got := next(table); got != want {
			t.Fatalf("%d entries: from %d to %d buckets, not %d", n, size, got, want)
		}
	}
}

// TestTidiedSize checks that a table with too many overflow buckets is replaced
// by one as large if it is at most half full, and by one twice as large if it is
// fuller; and that one with not so many is not, unless they are needed no longer,
// but is asked again later.
func TestTidiedSize(t *testing.T) {
	const size = 256
	few, many := tidyLimits(size)
	for _, test := range []struct {
		linked uint64
		worn   bool
		more   int64
		times  uint64
	}{
		{many, false, 0, 0}, {many + 1, false, 0, 1}, {many + 1, false, 1, 2},
		{few + 1, false, 1, 0}, {few + 1, true, 0, 1}, {few + 1, true, 1, 2},
	} {
		m := New[int, int](WithCapacity(int(loadLimit[int](size))))
		table := m.table.Load()
		if test.worn {
			table.tidyAt.Store(size)
			for chain := uint64(0); chain < size; chain += 4 {
				fill(m, chain, bucketSlots+1, 1)
			}
		}
		table.counts.add(0, table.growAt/2+test.more-table.counts.sum())
		table.tidyAt.Store(few)
		again := few
		if test.times == 0 {
			again = test.linked + few/4
		}
		m.tidy(table, test.linked)
		if got, want := next(table), size*test.times; got != want || table.tidyAt.Load() != again {
			t.Errorf("%+v: %d entries of %d: %d buckets, not %d; asked again beyond %d, not %d",
				test, m.Len(), table.growAt, got, want, table.tidyAt.Load(), again)
		}
	}
}

// fill stores n keys in a chain, and deletes the first few of them again.
func fill(m *Map[int, int], chain uint64, n, gone int) {
	first := inChain(m, chain, 0)
	for i, key := 0, first; i < n; i++ {
		m.Store(key, 0)
		key = inChain(m, chain, key+1)
	}
	for i, key := 0, first; i < gone; i++ {
		m.Delete(key)
		key = inChain(m, chain, key+1)
	}
}

// TestWorn checks what makes a table worn: more than an eighth of the chains of a
// sample, which ends where it should, have two buckets and fit into one.
func TestWorn(t *testing.T) {
	const size = 4 * wornSample
	m := New[int, int](WithCapacity(int(loadLimit[int](size))))
	table := m.table.Load()
	check := func(what string, want ...bool) {
		t.Helper()
		for i, w := range want {
			if got := table.worn(uint64(i) * wornSample); got != w {
				t.Fatalf("%s: sample %d: %v", what, i, got)
			}
		}
	}
	chain := func(sample, i int) uint64 { return uint64(sample*wornSample + i*wornSample/(wornSample/8+1)) }
	check("empty", false, false, false, false)
	for i := range wornSample/8 + 1 {
		fill(m, chain(0, i), bucketSlots+1, 0) // needed
		fill(m, chain(1, i), bucketSlots, 1)   // one bucket
		fill(m, chain(2, i), 2*bucketSlots+1, 2*bucketSlots)
		if i < wornSample/8 {
			fill(m, chain(3, i), bucketSlots+1, 1)
		}
	}
	check("hardly", false, false, false, false)
	fill(m, chain(3, wornSample/8), 2*bucketSlots, bucketSlots)
	check("just", false, false, false, true, false)
	if !table.worn(chain(3, 0)) || table.worn(chain(3, 0)+1) {
		t.Error("another sample than was asked for")
	}
}

// TestEmptiedMapShrinks checks that a map that was large and is empty gets small,
// even if all that follows are stores and deletions of one key, which make the
// same two counts each time; and that it does so though it has been filled and
// emptied many times.
func TestEmptiedMapShrinks(t *testing.T) {
	for round := range 8 {
		var m Map[int, int]
		for cycle := range round * 50 {
			for key := range 200 {
				m.Store(cycle<<20+key, key)
			}
			for key := range 200 {
				m.Delete(cycle<<20 + key)
			}
		}
		for key := range 200_000 {
			m.Store(key, key)
		}
		m.Retain(func(int, *int) bool { return false })
		for n := 0; m.Stats().Buckets > minBuckets; n++ {
			if n > 1000 {
				t.Fatalf("round %d: the map stays large: %+v", round, m.Stats())
			}
			for range 100 {
				m.Store(-1, 0)
				m.Delete(-1)
			}
		}
	}
}

// TestStripesAreEven checks that an entry is uncounted where it was counted,
// whatever sizes the table has had meanwhile. Method: maps are filled and emptied
// in every way; then no stripe counts anything.
func TestStripesAreEven(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(16)) // so that small tables have fewer chains than there are stripes
	even(t, func(i int) int { return i })
	even(t, func(i int) int { return i }, WithHasher(func(seed maphash.Seed, key int) uint64 { return maphash.Comparable(seed, key) }))
	even(t, strconv.Itoa)
	even(t, func(int) float64 { return math.NaN() })
}

func even[K comparable](t *testing.T, key func(i int) K, opts ...Option) {
	t.Helper()
	m := New[K, string](opts...)
	words := New[K, int](opts...)
	for _, n := range []int{3, 30, 300, 20} {
		for i := range n {
			m.Store(key(i), "")
			words.Store(key(i), i)
		}
		for i := range n {
			switch i % 4 {
			case 0:
				m.Delete(key(i))
				words.Delete(key(i))
			case 1:
				m.LoadAndDelete(key(i))
				words.CompareAndDelete(key(i), i)
			}
		}
		m.Retain(func(K, *string) bool { return false })
		words.Retain(func(K, *int) bool { return false })
		for _, c := range []*counters{m.table.Load().counts, words.table.Load().counts} {
			for i := range c.stripes {
				if got := c.stripes[i].n.Load(); got != 0 {
					t.Errorf("%T: of an empty map, after %d entries, stripe %d counts %d", m, n, i, got)
				}
			}
		}
	}
}
