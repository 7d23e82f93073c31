package flatmap_test

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// TestIterationMeetsMovingKeyOnce checks that a key which is deleted and stored
// again while an iteration passes, from the first bucket of a long chain to
// the last one and back, does not come twice.
func TestIterationMeetsMovingKeyOnce(t *testing.T) {
	const n = 1500
	m := flatmap.New[int, int](flatmap.WithHasher(func(maphash.Seed, int) uint64 { return 1 }))
	for i := range n {
		m.Store(i, i)
	}
	var stop atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		const moving, filler = 0, -1
		for !stop.Load() {
			m.Delete(moving)
			m.Store(filler, 0) // takes its place
			m.Store(moving, 0) // behind all others
			m.Delete(filler)
			m.Delete(moving)
			m.Store(moving, 0) // in its place
		}
	})
	for range steps(20) {
		seen := make([]int, n)
		for key := range m.All() {
			if key >= 0 {
				seen[key]++
			}
		}
		for key, c := range seen {
			if c > 1 || c == 0 && key > 0 {
				t.Errorf("key %d comes %d times", key, c)
			}
		}
		if t.Failed() {
			break
		}
	}
	stop.Store(true)
	wg.Wait()
}

// TestIterationOfShortChains is the same for a chain of one bucket and of two,
// which iterations read in another way, and for entries that are copied in
// different ways: none is of two, either. It takes chance to meet a writer in the
// few nanoseconds that count; the explorer's suite moving does for certain.
func TestIterationOfShortChains(t *testing.T) {
	for _, n := range []int{flatmap.BucketSlots - 2, flatmap.BucketSlots, 2*flatmap.BucketSlots - 3} {
		iterationOfShortChains(t, n, ints, ints)
		iterationOfShortChains(t, n, strs, ints)
		iterationOfShortChains(t, n, ints, strs)
	}
}

func iterationOfShortChains[K comparable, V any](t *testing.T, n int, keys kind[K], values kind[V]) {
	m := flatmap.New[K, V](flatmap.WithCapacity(100), flatmap.WithHasher(func(maphash.Seed, K) uint64 { return 1 }))
	store := func(i int) { m.Store(keys.make(i), values.make(i)) }
	for i := range n {
		store(i)
	}
	var stop atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		moving, filler := keys.make(0), keys.make(n)
		for !stop.Load() {
			m.Delete(moving)
			store(n) // takes its place
			store(0) // behind all others
			m.Delete(filler)
			m.Delete(moving)
			store(0) // in its place
		}
	})
	for range steps(30_000) {
		seen := make([]int, n+1)
		for key, value := range m.All() {
			i := keys.number(key)
			if seen[i]++; values.number(value) != i {
				t.Errorf("%d entries: %v has value %v", n, key, value)
			}
		}
		for i, c := range seen {
			if c > 1 || c == 0 && 0 < i && i < n {
				t.Errorf("%d entries: %v comes %d times", n, keys.make(i), c)
			}
		}
		if t.Failed() {
			break
		}
	}
	stop.Store(true)
	wg.Wait()
}
