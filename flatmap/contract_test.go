package flatmap_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// TestResults checks what every method returns and leaves behind, for a key
// that is present with value "old" and for one that is absent, in a map with
// default options and in the zero Map.
func TestResults(t *testing.T) {
	type result struct {
		v  string
		ok bool
	}
	type sut = flatmap.Map[string, string]
	compute := func(op flatmap.Op) func(m *sut, k string) result {
		return func(m *sut, k string) (r result) {
			r.v, r.ok = m.Compute(k, func(old string, loaded bool) (string, flatmap.Op) {
				if loaded && old != "old" || !loaded && old != "" {
					t.Errorf("Compute's function is given %q, %v", old, loaded)
				}
				return "new", op
			})
			return r
		}
	}
	old, new_, none := result{"old", true}, result{"new", true}, result{}
	for _, test := range []struct {
		name          string
		f             func(m *sut, k string) result
		hit, afterHit result
		miss, after   result
	}{
		{"Load", func(m *sut, k string) (r result) { r.v, r.ok = m.Load(k); return r }, old, old, none, none},
		{"Contains", func(m *sut, k string) result { return result{"", m.Contains(k)} }, result{"", true}, old, none, none},
		{"Store", func(m *sut, k string) result { m.Store(k, "new"); return none }, none, new_, none, new_},
		{"Swap", func(m *sut, k string) (r result) { r.v, r.ok = m.Swap(k, "new"); return r }, old, new_, none, new_},
		{
			"LoadOrStore", func(m *sut, k string) (r result) { r.v, r.ok = m.LoadOrStore(k, "new"); return r },
			old, old, result{"new", false}, new_,
		},
		{
			"LoadOrCompute", func(m *sut, k string) (r result) {
				r.v, r.ok = m.LoadOrCompute(k, func() string { return "new" })
				return r
			},
			old, old, result{"new", false}, new_,
		},
		{"Delete", func(m *sut, k string) result { m.Delete(k); return none }, none, none, none, none},
		{"LoadAndDelete", func(m *sut, k string) (r result) { r.v, r.ok = m.LoadAndDelete(k); return r }, old, none, none, none},
		{
			"CompareAndSwap", func(m *sut, k string) result { return result{"", m.CompareAndSwap(k, "old", "new")} },
			result{"", true}, new_, none, none,
		},
		{
			"CompareAndSwap, another value", func(m *sut, k string) result { return result{"", m.CompareAndSwap(k, "", "new")} },
			none, old, none, none,
		},
		{
			"CompareAndDelete", func(m *sut, k string) result { return result{"", m.CompareAndDelete(k, "old")} },
			result{"", true}, none, none, none,
		},
		{
			"CompareAndDelete, another value", func(m *sut, k string) result { return result{"", m.CompareAndDelete(k, "")} },
			none, old, none, none,
		},
		{"Compute, Keep", compute(flatmap.Keep), old, old, none, none},
		{"Compute, Set", compute(flatmap.Set), new_, new_, new_, new_},
		{"Compute, Remove", compute(flatmap.Remove), none, none, none, none},
		{
			"Retain", func(m *sut, k string) result {
				m.Retain(func(key string, _ *string) bool { return key != k })
				return none
			},
			none, none, none, none,
		},
		{
			"Retain, changing", func(m *sut, k string) result {
				m.Retain(func(key string, v *string) bool {
					if key == k {
						*v = "new"
					}
					return true
				})
				return none
			}, none, new_, none, none,
		},
		{"Insert", func(m *sut, k string) result { m.Insert(maps.All(map[string]string{k: "new"})); return none }, none, new_, none, new_},
	} {
		t.Run(test.name, func(t *testing.T) {
			check := func(what string, m *sut, k string, got, want, left result, others int) {
				t.Helper()
				if got != want {
					t.Errorf("%s: returns %v, not %v", what, got, want)
				}
				if v, ok := m.Load(k); v != left.v || ok != left.ok {
					t.Errorf("%s: leaves %q, %v, not %v", what, v, ok, left)
				}
				if left.ok {
					others++
				}
				if n := m.Len(); n != others {
					t.Errorf("%s: leaves %d entries, not %d", what, n, others)
				}
			}
			m := flatmap.New[string, string]()
			m.Store("other", "kept")
			m.Store("key", "old")
			check("hit", m, "key", test.f(m, "key"), test.hit, test.afterHit, 1)
			m.Delete("key")
			check("miss", m, "key", test.f(m, "key"), test.miss, test.after, 1)
			if v, _ := m.Load("other"); v != "kept" {
				t.Errorf("another key has %q", v)
			}
			var zero sut
			check("zero Map", &zero, "key", test.f(&zero, "key"), test.miss, test.after, 0)
		})
	}
}

// TestZeroMap checks that methods on the whole map work without a table.
func TestZeroMap(t *testing.T) {
	var m flatmap.Map[int, int]
	m.Clear()
	m.Retain(func(int, *int) bool { t.Error("called"); return false })
	for range m.All() {
		t.Error("an entry comes")
	}
	if c := m.Clone(); m.Len() != 0 || c.Len() != 0 || m.Stats().Buckets != 0 {
		t.Error("there are entries")
	}
	c := m.Clone()
	c.Store(1, 1)
	if m.Len() != 0 || c.Len() != 1 {
		t.Error("a clone is not a separate map")
	}
}

// TestNothingMakesNoTable checks that a map of which no capacity is asked has no
// table, and that methods which store nothing leave it so.
func TestNothingMakesNoTable(t *testing.T) {
	for _, m := range []*flatmap.Map[string, int]{{}, flatmap.New[string, int](flatmap.WithCapacity(0))} {
		m.Load("key")
		m.Delete("key")
		m.LoadAndDelete("key")
		m.CompareAndSwap("key", 0, 1)
		m.CompareAndDelete("key", 0)
		m.Retain(func(string, *int) bool { return false })
		m.Clear()
		if s := m.Stats(); s.Buckets != 0 {
			t.Errorf("there is a table: %+v", s)
		}
	}
}

// TestCollectAndInsert checks that of several pairs with one key the last
// stays, that what was there before is overwritten, and that a map may be
// inserted into itself and others.
func TestCollectAndInsert(t *testing.T) {
	pairs := func(yield func(int, string) bool) {
		_ = yield(1, "a") && yield(2, "b") && yield(1, "c")
	}
	m := flatmap.Collect(pairs, flatmap.WithCapacity(100))
	if got := maps.Collect(m.All()); !maps.Equal(got, map[int]string{1: "c", 2: "b"}) {
		t.Errorf("collected %v", got)
	}
	if s := m.Stats(); s.Slots < 100 {
		t.Errorf("the capacity was ignored: %+v", s)
	}
	m.Store(3, "d")
	m.Insert(pairs)
	m.Insert(m.All())
	if got := maps.Collect(m.All()); !maps.Equal(got, map[int]string{1: "c", 2: "b", 3: "d"}) {
		t.Errorf("inserted %v", got)
	}
}

// TestClone checks that a clone has the entries and none of the later changes.
func TestClone(t *testing.T) {
	for hash, h := range hashers(strs) {
		m := flatmap.New[string, int](hashWith(h)...)
		for i := range 1000 {
			m.Store(text(i), i)
		}
		c := m.Clone()
		for i := range 500 {
			m.Delete(text(i))
			c.Store(text(i), -i)
		}
		if m.Len() != 500 || c.Len() != 1000 {
			t.Errorf("hasher %s: %d and %d entries", hash, m.Len(), c.Len())
		}
		got := slices.Sorted(c.Values())
		if got[0] != -499 || got[999] != 999 {
			t.Errorf("hasher %s: values from %d to %d", hash, got[0], got[999])
		}
	}
}

// TestCloneShrinks checks that a clone, which is made as large as it has to be,
// shrinks as any map does that was not given a capacity.
func TestCloneShrinks(t *testing.T) {
	var m flatmap.Map[int, int]
	const n = 20_000
	for i := range n {
		m.Store(i, i)
	}
	c := m.Clone()
	before := c.Stats()
	for i := range n {
		c.Delete(i)
	}
	if after := c.Stats(); before.Slots < n || after.Buckets*8 > before.Buckets {
		t.Errorf("it had %d buckets, and has %d when it is empty", before.Buckets, after.Buckets)
	}
}

// TestStats checks that the statistics are those of what was stored.
func TestStats(t *testing.T) {
	m := flatmap.New[int, int](flatmap.WithGrowOnly())
	const n = 1000
	for i := range n {
		m.Store(i, i)
	}
	for m.Stats().Resizing {
		m.Store(0, 0)
	}
	s := m.Stats()
	if s.Entries != n || s.Tombstones != 0 || s.Slots != s.Buckets*s.SlotsPerBucket || s.Slots < n ||
		s.Buckets&(s.Buckets-1) != 0 || s.LongestChain < 1 || s.LongestChain > 1+s.Overflow ||
		s.Bytes < uint64((s.Buckets+s.Overflow)*s.BucketBytes) {
		t.Errorf("full: %+v", s)
	}
	for i := range n / 2 {
		m.Delete(i)
	}
	d := m.Stats()
	if d.Entries != n/2 || d.Tombstones != n/2 || d.Buckets != s.Buckets || d.Bytes != s.Bytes {
		t.Errorf("half empty: %+v", d)
	}
	large := flatmap.New[int, string](flatmap.WithCapacity(n))
	if l := large.Stats(); l.Slots != l.Buckets*(l.SlotsPerBucket-1) {
		t.Errorf("values larger than a word leave a slot free: %+v", l)
	}
}
