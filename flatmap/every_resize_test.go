package flatmap

import (
	"fmt"
	"hash/maphash"
	"testing"
)

// TestEveryResize moves the same entries to a table of each size and back,
// step by step, and looks at them after every step: through the table that is
// being replaced, and as a reader does that still is in the first one.
func TestEveryResize(t *testing.T) {
	for _, n := range []int{0, 1, 20, 300} {
		for _, hash := range []Option{WithHasher(maphash.Comparable[int]), WithHasher(constant), WithCapacity(1)} {
			for factor := -3; factor <= 1; factor++ {
				m := New[int, string](hash)
				for i := range n {
					m.Store(i, fmt.Sprint(i))
				}
				m.Store(-1, "")
				from := settle(t, m, -1).Buckets
				to := from * 2
				if factor <= 0 {
					to = max(minBuckets, from>>-factor)
				}
				first := m.table.Load()
				m.TryResize(to)
				for step := 0; ; step++ {
					for i := range n {
						key := i
						v, ok := m.Load(key)
						w, ok2 := first.find(key, first.hash.of(key))
						if want := fmt.Sprint(i); !ok || v != want || !ok2 || w != want {
							t.Fatalf("from %d to %d, step %d: Load(%d) = %q and %q", from, to, step, key, v, w)
						}
					}
					if m.Len() != n+1 {
						t.Fatalf("from %d to %d: %d entries, not %d", from, to, m.Len(), n+1)
					}
					if m.table.Load() != first {
						break
					}
					m.Store(-1, "")
				}
				if s := m.Stats(); s.Buckets != to || s.Entries != n+1 || m.table.Load().prev.Load() != nil {
					t.Errorf("from %d to %d: %+v", from, to, s)
				}
			}
		}
	}
}

// TestWordsResize checks that a map of words, which are written on a separate path, grows in time and shrinks. Method: every chain gets as many
// entries as fit into its root, so that the generic code, which would resize
// the table as well, has nothing to do.
func TestWordsResize(t *testing.T) {
	m := New[int, int](WithCapacity(300))
	first := m.table.Load()
	filled := make([]int, first.size())
	for i, full := 0, 0; m.table.Load().next.Load() == nil && m.table.Load() == first; i++ {
		chain := m.ChainOf(i)
		if filled[chain] == bucketSlots {
			continue
		}
		m.Store(i, i)
		if filled[chain]++; filled[chain] == bucketSlots {
			full++
		}
		if full == len(filled) && m.table.Load() == first && first.next.Load() == nil {
			t.Fatalf("all slots are in use: %+v", m.Stats())
		}
	}

	var n Map[int, int]
	for i := range 20_000 {
		n.Store(i, i)
	}
	for i := range 20_000 {
		n.Delete(i)
	}
	for range 3 { // the last delete may have come during a resize
		settle(t, &n, 0)
		n.Delete(0)
	}
	if s := settle(t, &n, 0); s.Buckets > 16 {
		t.Errorf("%d entries in %d buckets", n.Len(), s.Buckets)
	}
}
