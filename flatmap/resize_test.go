package flatmap

import (
	"hash/maphash"
	"testing"
)

func constant(maphash.Seed, int) uint64 { return 1 }

// settle writes until no resize is in progress, and returns the statistics.
func settle[V any](t *testing.T, m *Map[int, V], key int) Stats {
	t.Helper()
	var v V
	for n := 0; m.Stats().Resizing; n++ {
		if n > 1000 {
			t.Fatalf("a resize does not end: %+v", m.Stats())
		}
		m.Store(key, v)
	}
	return m.Stats()
}

// inChain returns a key, not below from, that belongs to a chain of m.
func inChain[V any](m *Map[int, V], chain uint64, from int) int {
	for key := from; ; key++ {
		if m.ChainOf(key) == chain {
			return key
		}
	}
}

// TestGrowth checks the size of the table while a map fills: it never has many
// more entries than it should, nor much more room than it needs, and every
// resize ends after a number of writes that is in proportion to the table.
func TestGrowth(t *testing.T) {
	growth[int](t)
	growth[string](t)
}

func growth[V any](t *testing.T) {
	var m Map[int, V]
	var v V
	resizing, grown := 0, 0
	buckets := 0
	for i := range 20_000 {
		m.Store(i, v)
		t1 := m.table.Load()
		if t1.next.Load() != nil {
			if resizing++; resizing > int(t1.size())/stride+2 {
				t.Fatalf("%d entries: a resize of %d chains goes on after %d writes", i, t1.size(), resizing)
			}
		} else {
			resizing = 0
		}
		if n := int(t1.size()); n != buckets {
			if n != max(2*buckets, minBuckets) {
				t.Fatalf("%d entries: %d buckets after %d", i, n, buckets)
			}
			buckets = n
			grown++
		}
		if n := loadLimit[V](t1.size()); int64(i) > n+n/4+8*checkEvery {
			t.Fatalf("%d entries in %d buckets", i, t1.size())
		}
	}
	if s := m.Stats(); grown < 8 || s.Slots < s.Entries || s.Slots > 4*s.Entries || s.LongestChain > 8 {
		t.Errorf("grown %d times to %+v", grown, s)
	}
}

// TestShrinking checks that a map shrinks after mass deletes, whichever method
// deletes, not below its capacity, and not if it must not.
func TestShrinking(t *testing.T) {
	const n = 20_000
	ways := map[string]func(m *Map[int, string]){
		"Delete": func(m *Map[int, string]) {
			for i := range n {
				m.Delete(i)
			}
		},
		"LoadAndDelete": func(m *Map[int, string]) {
			for i := range n {
				m.LoadAndDelete(i)
			}
		},
		"CompareAndDelete": func(m *Map[int, string]) {
			for i := range n {
				m.CompareAndDelete(i, "")
			}
		},
		"Compute": func(m *Map[int, string]) {
			for i := range n {
				m.Compute(i, func(string, bool) (string, Op) { return "", Remove })
			}
		},
		"Clear": func(m *Map[int, string]) { m.Clear() },
	}
	for name, empty := range ways {
		for _, test := range []struct {
			opts []Option
			atMost,
			atLeast int
		}{
			{nil, 16, minBuckets},
			{[]Option{WithCapacity(1000)}, 256, 128},
			{[]Option{WithGrowOnly()}, 1 << 20, n / bucketSlots},
		} {
			m := New[int, string](test.opts...)
			for i := range n {
				m.Store(i, "")
			}
			empty(m)
			s := settle(t, m, 0)
			for range 3 { // the last delete may have come during a resize
				m.Store(0, "")
				m.Delete(0)
				s = settle(t, m, 0)
			}
			if s.Buckets > test.atMost || s.Buckets < test.atLeast {
				t.Errorf("%s: %d buckets, not %d to %d", name, s.Buckets, test.atLeast, test.atMost)
			}
		}
	}
}

// TestCountersNeverNegative checks that a sum which has missed an insert and
// sees its removal, in another stripe since the map was resized in between, is
// not negative.
func TestCountersNeverNegative(t *testing.T) {
	c := newCounters()
	c.add(0, -1)
	if n := c.sum(); n != 0 {
		t.Errorf("%d entries", n)
	}
}

// TestNoThrashing checks that a map whose size swings around any number does
// not resize each time.
func TestNoThrashing(t *testing.T) {
	for n := 10; n < 2000; n += n / 4 {
		var m Map[int, int]
		resizes, table := 0, m.table.Load()
		for range 20 {
			for i := range n / 4 {
				m.Store(n+i, i)
			}
			for i := range n / 4 {
				m.Delete(n + i)
			}
			for i := range n {
				m.Store(i, i)
			}
			if now := m.table.Load(); now != table {
				table = now
				resizes++
			}
		}
		if resizes > 3 {
			t.Errorf("%d resizes with %d to %d entries", resizes, n, n+n/4)
		}
	}
}

// TestChurn checks that a map in which keys come and go does not grow, though
// every key is new: slots and overflow buckets are used again.
func TestChurn(t *testing.T) {
	for name, m := range map[string]*Map[int, string]{
		"default":  New[int, string](),
		"constant": New[int, string](WithHasher(constant)),
	} {
		n, rounds := 1000, 50_000
		if name == "constant" {
			n, rounds = 60, 3000
		}
		for i := range n {
			m.Store(i, "")
		}
		before := m.Stats()
		for i := range rounds {
			m.Store(n+i, "")
			m.Delete(i)
			if i%1000 == 0 && m.Len() != n {
				t.Fatalf("%s: %d entries, not %d", name, m.Len(), n)
			}
		}
		after := m.Stats()
		if name == "default" && after.Overflow > after.Buckets*6/10+minBuckets {
			t.Errorf("overflow buckets pile up: %+v", after)
		}
		if after.Bytes > 4*before.Bytes || after.LongestChain > 4*before.LongestChain+4 {
			t.Errorf("%s: from %+v to %+v", name, before, after)
		}
	}
}

// TestConstantHasher checks that keys with one hash cost a map no more memory
// than a long chain: it does not resize again and again in vain.
func TestConstantHasher(t *testing.T) {
	m := New[int, int](WithHasher(constant))
	const n = 2000
	tables, table := 0, m.table.Load()
	for i := range n {
		m.Store(i, i)
		if now := m.table.Load(); now != table {
			table = now
			tables++
		}
	}
	s := settle(t, m, 0)
	if tables > 24 || s.Entries != n || s.LongestChain < n/bucketSlots || s.Slots > 16*n {
		t.Errorf("%d tables, the last one %+v", tables, s)
	}
	if least := uint64(s.Buckets+s.Overflow) * uint64(s.BucketBytes); s.Bytes < least || s.Bytes > 2*least {
		t.Errorf("%d bytes for %+v", s.Bytes, s)
	}
	for i := range n {
		if v, ok := m.Load(i); !ok || v != i {
			t.Fatalf("Load(%d) = %d, %v", i, v, ok)
		}
	}
}

// TestLargeTables checks that a map grows and is cleared right where tables are
// allocated in the background.
func TestLargeTables(t *testing.T) {
	limit := int(loadLimit[int](backgroundBytes / uint64(bucketBytes[int, int]()) / 2))
	m := New[int, int](WithCapacity(limit))
	buckets := m.Stats().Buckets
	for range 3 {
		Within(t, "a table that does not grow", func() {
			for i := 0; int(m.table.Load().size()) == buckets; i++ {
				m.Store(i%(2*limit), i%(2*limit))
			}
		})
		n := m.Len()
		for i := range n {
			if v, ok := m.Load(i); !ok || v != i {
				t.Fatalf("Load(%d) = %d, %v in a map of %d entries", i, v, ok, n)
			}
		}
		m.Clear()
		for i := range limit + checkEvery*maxStripes { // the next table is being allocated
			m.Store(-i, i)
		}
		m.Clear()
		if s := m.Stats(); s.Buckets != buckets || s.Entries != 0 || m.Len() != 0 {
			t.Fatalf("after Clear: %+v", s)
		}
	}
}

// TestTidying checks that overflow buckets do not pile up in a table that is
// never full: it is rebuilt when many chains have each been long once.
func TestTidying(t *testing.T) {
	m := New[int, int](WithCapacity(300))
	for chain := range m.table.Load().size() {
		var keys []int
		for key := 0; len(keys) <= bucketSlots; key++ {
			if m.ChainOf(key) == chain {
				keys = append(keys, key)
			}
		}
		for _, key := range keys {
			m.Store(key, key)
		}
		for _, key := range keys {
			m.Delete(key)
		}
	}
	s := settle(t, m, 0)
	if few, _ := tidyLimits(uint64(s.Buckets)); s.Overflow > int(few)+1 || s.Bytes > 3*uint64(s.Buckets*s.BucketBytes) {
		t.Errorf("no more than %d entries at once have left %+v", bucketSlots+1, s)
	}
}

// TestNeededBucketsStay checks that a table is not rebuilt for chains that are
// as long as their entries make them, and is when some of those have gone.
func TestNeededBucketsStay(t *testing.T) {
	const size, apart = 1024, 5
	m := New[int, int](WithCapacity(int(loadLimit[int](size))))
	table := m.table.Load()
	for chain := uint64(0); chain < size; chain += apart {
		fill(m, chain, bucketSlots+1, 0)
	}
	few, _ := tidyLimits(size)
	if s := m.Stats(); m.table.Load() != table || s.Resizing || s.Overflow != size/apart+1 || s.Overflow < int(few)*3/2 {
		t.Fatalf("rebuilt: %+v", s)
	}
	for chain := uint64(0); chain < size; chain += apart {
		m.Delete(inChain(m, chain, 0))
	}
	for chain := uint64(1); m.table.Load() == table && table.next.Load() == nil; chain += apart {
		if chain > size/4 {
			t.Fatalf("not rebuilt: %+v", m.Stats())
		}
		fill(m, chain, bucketSlots+1, 1)
	}
}

// TestPanicAheadOfHelpers checks that a hasher's panic in the move of a chain
// that helpers have not come to keeps none of the chains before it from them.
func TestPanicAheadOfHelpers(t *testing.T) {
	const size = 4 * stride
	calls := 0
	m := New[int, string](WithCapacity(int(loadLimit[string](size))), WithHasher(func(seed maphash.Seed, key int) uint64 {
		if calls--; calls == 0 {
			panic("the hasher panics")
		}
		return maphash.Comparable(seed, key)
	}))
	for chain := range uint64(size) {
		m.Store(inChain(m, chain, 0), "")
	}
	m.TryResize(2 * size)
	first, last := inChain(m, 0, 0), inChain(m, size-1, 0)
	func() {
		defer func() { _ = recover() }()
		calls = 2 // the second one comes from the move
		m.Swap(last, "")
	}()
	if calls != 0 || !m.Stats().Resizing {
		t.Fatal("the hasher has not panicked")
	}
	if s := settle(t, m, first); s.Buckets != 2*size || s.Entries != size { // writes one chain only
		t.Errorf("%+v", s)
	}
}
