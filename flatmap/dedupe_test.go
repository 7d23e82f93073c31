package flatmap

import (
	"hash/maphash"
	"slices"
	"strconv"
	"testing"
)

// TestUnchanged checks that an iteration notices every change of a chain's
// buckets that can bring a key into two of them: a deletion, which no version
// shows, and a slot that is used again; but not that the chain is locked.
func TestUnchanged(t *testing.T) {
	const n = 3 * bucketSlots
	for key := range n {
		m := New[int, int](WithHasher(constant))
		for i := range n {
			m.Store(i, i)
		}
		settle(t, m, 0)
		table := m.table.Load()
		chain := m.ChainOf(0)
		metas, since := chainMetas(table, chain), table.root(chain).version.Load()
		if len(metas) < 3 || !table.unchanged(chain, since, metas) {
			t.Fatalf("a chain of %d buckets that nobody writes has changed", len(metas))
		}
		release := Park(t, m, key)
		if !table.unchanged(chain, since, metas) {
			t.Error("a lock is a change")
		}
		release()
		m.Delete(key)
		if table.unchanged(chain, since, metas) {
			t.Errorf("key %d is deleted unseen", key)
		}
		m.Store(key, key)
		if after := chainMetas(table, chain); !slices.Equal(metas, after) {
			t.Fatalf("key %d is in another slot now", key)
		}
		if table.unchanged(chain, since, metas) {
			t.Errorf("key %d is back unseen", key)
		}
	}
}

// TestDedupe checks that of entries with one key the first stays, from where
// it is asked to begin, and that nothing is left behind the last.
func TestDedupe(t *testing.T) {
	type entries = []pair[int, int]
	for _, test := range []struct {
		in, want entries
		start    int
	}{
		{nil, nil, 0},
		{entries{{1, 1}}, entries{{1, 1}}, 0},
		{entries{{1, 1}, {2, 2}, {1, 3}, {3, 4}, {2, 5}}, entries{{1, 1}, {2, 2}, {3, 4}}, 0},
		{entries{{1, 1}, {2, 2}, {1, 3}, {3, 4}, {1, 5}}, entries{{1, 1}, {2, 2}, {1, 3}, {3, 4}}, 1},
	} {
		all := slices.Clone(test.in)
		got := dedupe(all, test.start)
		if !slices.Equal(got, test.want) {
			t.Errorf("%v from %d on become %v, not %v", test.in, test.start, got, test.want)
		}
		for _, e := range all[len(got):] {
			if e != (pair[int, int]{}) {
				t.Errorf("%v is left behind %v", e, got)
			}
		}
	}
}

// TestFilter checks that of a bucket's entries those of the class stay, behind
// what was there before, and that nothing is left behind the last.
func TestFilter(t *testing.T) {
	m := New[int, int](WithCapacity(1000))
	for i := range 600 {
		m.Store(i, i)
	}
	table := m.table.Load()
	const before = 2
	others := 0
	for chain := range table.size() {
		if table.root(chain).meta.Load()&flagLinked != 0 {
			continue // filter is for one bucket
		}
		part, ok := table.collectChain(nil, chain, table.mask, chain)
		if !ok {
			t.Fatalf("chain %d has moved", chain)
		}
		for _, class := range []uint64{chain, chain + table.size()} {
			entries := append(make([]pair[int, int], before), part...)
			kept := entries[:before:before]
			for _, e := range part {
				if table.hash.of(e.key)&(2*table.size()-1) == class {
					kept = append(kept, e)
				} else {
					others++
				}
			}
			got := table.filter(entries, table.root(chain).meta.Load(), before, 2*table.size()-1, class)
			if !slices.Equal(got, kept) {
				t.Fatalf("of %v stay %v", part, got)
			}
			for _, e := range entries[len(got):] {
				if e != (pair[int, int]{}) {
					t.Fatalf("%v is left behind %v", e, got)
				}
			}
		}
	}
	if others < 300 {
		t.Errorf("only %d entries were of the other class", others)
	}
}

// TestQuietChains checks that iterations walk chains of one bucket and of two that nobody
// changes, and of longer ones the first two buckets.
func TestQuietChains(t *testing.T) {
	for n := range 3 * bucketSlots {
		words, chain := oneChain(n, func(i int) int { return i }, 0)
		quietChain(t, n, words, chain, words.showSmall)
		quietChain(t, n, words, chain, words.showLarge)
		names, chain := oneChain(n, strconv.Itoa, 0)
		quietChain(t, n, names, chain, names.showSmall)
		large, chain := oneChain(n, func(i int) int { return i }, "")
		quietChain(t, n, large, chain, large.showLarge)
	}
}

// oneChain returns a table with n entries, all in one chain.
func oneChain[K comparable, V any](n int, key func(i int) K, value V) (*table[K, V], uint64) {
	m := New[K, V](WithCapacity(100), WithHasher(func(maphash.Seed, K) uint64 { return 0 }))
	for i := range n {
		m.Store(key(i), value)
	}
	table := m.table.Load()
	return table, table.hash.of(key(0)) & table.mask
}

func quietChain[K comparable, V any](t *testing.T, n int, table *table[K, V], chain uint64, show func(uint64, *keysOfChain[K], func(K, V) bool) (int, ending)) {
	t.Helper()
	want, whole := n, complete
	if most := 2 * int(usableSlots[V]()); n > most {
		want, whole = most, cut
	}
	seen := map[K]bool{}
	got, end := show(chain, new(keysOfChain[K]), func(key K, _ V) bool {
		seen[key] = true
		return true
	})
	if got != want || len(seen) != want || end != whole {
		t.Errorf("of %d entries in %T, %d are shown, %d of them different, with ending %d", n, table, got, len(seen), end)
	}
}

// TestKeyMovesBehindIteration checks that a key comes once that is deleted when
// an iteration has seen it and stored again, into a later bucket of the same
// chain. Method: the hasher does it, which an iteration calls, without a lock,
// between two buckets of a table that is smaller than the one it began in.
func TestKeyMovesBehindIteration(t *testing.T) {
	keyMovesBehindIteration(t, bucketSlots+3) // two buckets
	keyMovesBehindIteration(t, 3*bucketSlots)
}

func keyMovesBehindIteration(t *testing.T, n int) {
	const first, filler = -1, -2
	low, rest := uint64(0), uint64(0)
	hook := func(int) {}
	m := New[int, int](WithHasher(func(_ maphash.Seed, key int) uint64 {
		hook(key)
		if key == first {
			return low
		}
		return rest
	}))
	// The chain of all keys but the first is the first that the iteration finds
	// of those which merge into one.
	hash := &m.init(0).hash
	chain := func(key int) uint64 { return hash.of(key) & (2*minBuckets - 1) }
	for chain(0) == 0 || chain(0) >= minBuckets {
		rest++
	}
	for chain(first) >= chain(0) {
		low++
	}
	for i := range n {
		m.Store(i, i)
	}
	m.TryResize(2 * minBuckets)
	settle(t, m, 0)
	m.Store(first, 0)
	began := m.table.Load()
	moved := false
	seen := make(map[int]int)
	iterate := func() (ok bool) {
		for key := range m.All() {
			if len(seen) == 0 && key != first {
				return false // it has begun elsewhere
			}
			seen[key]++
			if key != first {
				continue
			}
			m.TryResize(minBuckets)
			settle(t, m, first)
			hook = func(key int) {
				if key != 0 {
					return
				}
				hook = func(int) {}
				moved = true
				m.Delete(0)
				m.Store(filler, 0) // takes its slot
				m.Store(0, 0)      // behind all others
			}
		}
		return true
	}
	for !iterate() {
	}
	if now := m.table.Load(); now == began || !moved {
		t.Fatal("the key has not moved")
	}
	for i := range n {
		if seen[i] != 1 {
			t.Errorf("key %d comes %d times", i, seen[i])
		}
	}
}
