package flatmap_test

import (
	"fmt"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// TestRetain checks what Retain keeps, changes and deletes, in chains of one
// bucket and of many, for values that are updated in place and such that move.
func TestRetain(t *testing.T) {
	retain(t, ints, ints)
	retain(t, ints, strs)
	retain(t, ints, hugeOnes)
	retain(t, pointers, byteSlices)
	retain(t, ints, pointers)
}

func retain[K comparable, V any](t *testing.T, keys kind[K], values kind[V]) {
	for hash, h := range hashers(keys) {
		const n = 200
		m := flatmap.New[K, V](hashWith(h)...)
		for i := range n {
			m.Store(keys.make(i), values.make(i))
		}
		calls := make(map[int]int)
		m.Retain(func(k K, v *V) bool {
			key := keys.number(k)
			calls[key]++
			if values.number(*v) != key {
				t.Errorf("hasher %s: key %d comes with %v", hash, key, *v)
			}
			if key%3 == 1 {
				*v = values.make(key + 1)
			}
			return key%3 != 0
		})
		for i := range n {
			v, ok := m.Load(keys.make(i))
			if calls[i] != 1 || ok == (i%3 == 0) || ok && values.number(v) != i+i%3%2 {
				t.Errorf("hasher %s: key %d, decided %d times, has %v, %v", hash, i, calls[i], v, ok)
			}
		}
		if m.Len() != n-(n+2)/3 {
			t.Errorf("hasher %s: %d entries", hash, m.Len())
		}
	}
}

// TestRetainToZero checks that a zero value which a function sets is stored, as
// any other is.
func TestRetainToZero(t *testing.T) {
	retainToZero(t, ints)
	retainToZero(t, strs)
	retainToZero(t, hugeOnes)
}

func retainToZero[V any](t *testing.T, values kind[V]) {
	const n = 50
	var m flatmap.Map[int, V]
	for i := range n {
		m.Store(i, values.make(i+1))
	}
	var zero V
	m.Retain(func(key int, v *V) bool {
		if key%2 == 0 {
			*v = zero
		}
		return true
	})
	for i := range n {
		if v, ok := m.Load(i); !ok || same(v, zero) != (i%2 == 0) {
			t.Errorf("key %d has %v, %v", i, v, ok)
		}
	}
}

// TestRetainWritesNothing checks that entries which a function keeps as they are
// are not written. The sign would be a slot that was left: values that are
// larger than a word move when they are updated.
func TestRetainWritesNothing(t *testing.T) {
	retainWritesNothing(t, ints, strs)
	retainWritesNothing(t, ints, hugeOnes)
	retainWritesNothing(t, pointers, byteSlices)
}

func retainWritesNothing[K comparable, V any](t *testing.T, keys kind[K], values kind[V]) {
	m := flatmap.New[K, V](flatmap.WithCapacity(100))
	for i := range 100 {
		m.Store(keys.make(i), values.make(i+1))
	}
	m.Retain(func(K, *V) bool { return true })
	if s := m.Stats(); s.Tombstones != 0 || s.Entries != 100 {
		t.Errorf("%d slots were left by %d entries", s.Tombstones, s.Entries)
	}
}

// TestRetainDuringResizes checks that Retain decides every entry once and no
// more, though a resize begins at the i-th call of its function, for all i:
// entries that were decided must not be met again where they have moved to.
func TestRetainDuringResizes(t *testing.T) {
	const n = 90
	for _, to := range []int{64, 32, 16, 8, 4} {
		for at := range n {
			var m flatmap.Map[int, string]
			for i := range n {
				m.Store(i, text(i))
			}
			for m.Stats().Resizing {
				m.Store(0, text(0))
			}
			calls, seen := 0, make(map[int]bool)
			flatmap.Within(t, "Retain", func() {
				m.Retain(func(key int, v *string) bool {
					if *v != text(key) || seen[key] {
						t.Errorf("to %d at %d: key %d comes with %q; already seen: %v", to, at, key, *v, seen[key])
					}
					seen[key] = true
					if calls++; calls == at || calls == at+20 {
						m.TryResize(to) // as another goroutine would
					}
					if key%2 == 0 {
						*v = "changed"
					}
					return key%10 != 0
				})
			})
			if calls != n || m.Len() != n-n/10 {
				t.Fatalf("to %d at %d: %d calls, %d entries left", to, at, calls, m.Len())
			}
			for i := range n {
				if v, ok := m.Load(i); ok == (i%10 == 0) || ok && (v == "changed") != (i%2 == 0) {
					t.Errorf("to %d at %d: key %d has %q, %v", to, at, i, v, ok)
				}
			}
		}
	}
}

// TestRetainWhileOthersWrite checks that Retain meets every entry that nobody
// touches exactly once, and its changes are not lost, while other goroutines
// make the map grow and shrink.
func TestRetainWhileOthersWrite(t *testing.T) {
	rounds := 60
	if testing.Short() {
		rounds = 8
	}
	for hash, h := range hashers(ints) {
		stable, volatile := 300, 2000
		if hash == "constant" {
			stable, volatile = 20, 40
		}
		t.Run(fmt.Sprintf("hasher=%s", hash), func(t *testing.T) {
			m := flatmap.New[int, string](hashWith(h)...)
			for i := range stable {
				m.Store(i, text(0))
			}
			var stop atomic.Bool
			var wg sync.WaitGroup
			for g := range 2 {
				wg.Go(func() {
					for !stop.Load() {
						first := stable + g*volatile
						for i := range volatile {
							m.Store(first+i, text(i))
						}
						for i := range volatile {
							m.Delete(first + i)
						}
					}
				})
			}
			calls := make([]int, stable)
			for round := range rounds {
				m.Retain(func(key int, v *string) bool {
					if key >= stable {
						return parse(*v)%2 == 0
					}
					if calls[key]++; *v != text(round) {
						t.Errorf("round %d: key %d comes with %q", round, key, *v)
					}
					*v = text(round + 1)
					return true
				})
				for key, c := range calls {
					if c != round+1 {
						t.Errorf("key %d was decided %d times in %d rounds", key, c, round+1)
						calls[key] = round + 1
					}
				}
			}
			stop.Store(true)
			wg.Wait()
		})
	}
}

// TestRetainShowsItsDecisions checks that an entry which Retain has removed is
// gone for everybody at once, not when its chain has been decided. Method: the
// function looks for the keys that it has removed before, all of one chain, for
// values without pointers and with.
func TestRetainShowsItsDecisions(t *testing.T) {
	retainShows(t, func(i int) int { return i })
	retainShows(t, text)
}

func retainShows[V any](t *testing.T, value func(int) V) {
	t.Helper()
	m := flatmap.New[int, V](flatmap.WithHasher(func(maphash.Seed, int) uint64 { return 1 }))
	const n = 20
	for i := range n {
		m.Store(i, value(i))
	}
	var removed []int
	m.Retain(func(key int, _ *V) bool {
		for _, k := range removed {
			if m.Contains(k) {
				t.Errorf("%T: key %d was removed and is there", value(0), k)
			}
		}
		if key%3 != 0 {
			removed = append(removed, key)
		}
		return key%3 == 0
	})
	if len(removed) != n-7 || m.Len() != 7 {
		t.Errorf("%T: %d entries were removed, %d are left", value(0), len(removed), m.Len())
	}
}

// TestRetainSettles checks that a Retain ends the resizes that its deletions call for,
// also of tables that another goroutine allocates, and one that was in progress before.
func TestRetainSettles(t *testing.T) {
	settles(t, ints, 10_000)
	settles(t, ints, 300_000)
	settles(t, hugeOnes, 20_000)

	m := flatmap.New[int, int]()
	n := 0
	for ; n < 1000 || !m.Stats().Resizing; n++ {
		m.Store(n, n)
	}
	m.Retain(func(k int, _ *int) bool { return k < n/3 })
	if s := m.Stats(); s.Resizing || m.Len() != n/3 {
		t.Errorf("after a Retain during a growth: %+v", s)
	}
}

func settles[V any](t *testing.T, values kind[V], n int) {
	m := flatmap.New[int, V]()
	for i := range n {
		m.Store(i, values.make(i%100))
	}
	m.Retain(func(k int, _ *V) bool { return k < 10 })
	if s := m.Stats(); s.Resizing || s.Buckets > 16 || m.Len() != 10 {
		t.Errorf("10 entries of %d: %+v", n, s)
	}
}

// TestRetainWithSickHasher checks that a Retain does not hang if a hasher panics for keys
// that have to move, and that the resize ends when it does not.
func TestRetainWithSickHasher(t *testing.T) {
	var sick atomic.Bool
	m := flatmap.New[int, int](flatmap.WithHasher(func(_ maphash.Seed, k int) uint64 {
		if k == 1 && sick.Load() {
			panic("sick")
		}
		return uint64(k)
	}))
	for i := range 10_000 {
		m.Store(i, i)
	}
	for m.Stats().Resizing {
		m.Store(2, 2)
	}
	m.TryResize(2 * m.Stats().Buckets)
	purge := func() { m.Retain(func(k int, _ *int) bool { return k < 10 }) }
	sick.Store(true)
	mustPanic(t, "sick", purge)
	if !m.Stats().Resizing || m.Len() != 10 {
		t.Errorf("while the hasher panics: %+v", m.Stats())
	}
	sick.Store(false)
	purge()
	if s := m.Stats(); s.Resizing || s.Buckets > 16 || m.Len() != 10 {
		t.Errorf("%+v", s)
	}
}

// TestRemovalsSettle checks that a table does not stay large after the last of many removals,
// although a goroutine was still allocating the next table when it came.
func TestRemovalsSettle(t *testing.T) {
	m := flatmap.New[int, int]()
	const n = 300_000
	for i := range n {
		m.Store(i, i)
	}
	for i := 10; i < n; i++ {
		m.Delete(i)
	}
	flatmap.Eventually(t, "the end of the resizes", func() bool {
		s := m.Stats()
		return !s.Resizing && s.Buckets <= 16 && m.Len() == 10
	})
}
