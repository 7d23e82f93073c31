package flatmap_test

import (
	"fmt"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// TestCallbackEnds checks what a panic and a runtime.Goexit in a callback
// leave behind: the entry as it was, everything else as well, no lock, and a
// right Len. It tries Compute and LoadOrCompute for a present and an absent
// key, and Retain at each of its calls, for values that are updated in place
// and such that move to another slot.
func TestCallbackEnds(t *testing.T) {
	callbackEnds(t, "int_int", ints, ints)
	callbackEnds(t, "string_string", strs, strs)
	callbackEnds(t, "int_huge", ints, hugeOnes)
	callbackEnds(t, "int_empty", ints, empties)
}

func callbackEnds[K comparable, V any](t *testing.T, name string, keys kind[K], values kind[V]) {
	const n = 20
	for _, end := range []ending{panics, exits} {
		for hash, h := range hashers(keys) {
			t.Run(fmt.Sprintf("%s/end=%d/hasher=%s", name, end, hash), func(t *testing.T) {
				m := flatmap.New[K, V](hashWith(h)...)
				for i := range n {
					m.Store(keys.make(i), values.make(i))
				}
				verify := func(what string) {
					t.Helper()
					if m.Len() != n {
						t.Fatalf("after %s: %d entries, not %d", what, m.Len(), n)
					}
					for k, v := range m.All() {
						if keys.number(k) != values.number(v) && values.number(v) != 0 {
							t.Errorf("after %s: key %v has value %v", what, k, v)
						}
					}
					flatmap.Within(t, "writes after "+what, func() {
						for i := range n + 1 {
							m.Delete(keys.make(i))
						}
						for i := range n {
							m.Store(keys.make(i), values.make(i))
						}
					})
				}
				compute := func(key K) func() {
					return func() {
						m.Compute(key, func(V, bool) (V, flatmap.Op) {
							end.now()
							return values.make(7), flatmap.Set
						})
					}
				}
				tries := map[string]func(){
					"Compute, present": compute(keys.make(3)),
					"Compute, absent":  compute(keys.make(n)),
					"LoadOrCompute": func() {
						m.LoadOrCompute(keys.make(n), func() V { end.now(); return values.make(7) })
					},
				}
				for at := range n {
					tries[fmt.Sprint("Retain at ", at)] = func() {
						calls := 0
						m.Retain(func(_ K, v *V) bool {
							if calls++; calls > at {
								*v = values.make(199) // must be lost
								end.now()
							}
							return true
						})
					}
				}
				for what, try := range tries {
					if !end.run(try) {
						t.Errorf("%s comes back", what)
					}
					verify(what)
				}
			})
		}
	}
}

// TestRetainEndsHalfway checks that what Retain decided before its function
// panics stays decided.
func TestRetainEndsHalfway(t *testing.T) {
	for _, end := range []ending{panics, exits} {
		var m flatmap.Map[int, string]
		for i := range 100 {
			m.Store(i, text(i))
		}
		var dropped, changed []int
		end.run(func() {
			m.Retain(func(key int, v *string) bool {
				switch {
				case len(dropped) == 20:
					end.now()
				case key%2 == 0:
					dropped = append(dropped, key)
					return false
				}
				*v = "changed"
				changed = append(changed, key)
				return true
			})
		})
		if len(dropped) != 20 || m.Len() != 80 {
			t.Errorf("%d dropped, %d left", len(dropped), m.Len())
		}
		for _, key := range dropped {
			if m.Contains(key) {
				t.Errorf("key %d is back", key)
			}
		}
		for _, key := range changed {
			if v, _ := m.Load(key); v != "changed" {
				t.Errorf("key %d has its old value", key)
			}
		}
	}
}

// TestHasherEnds checks that a panic and a runtime.Goexit in the hasher leave
// the map as it was, when an operation begins and when it resizes the map. The
// hasher ends badly at its n-th call, for all n of a program that grows the
// map; an operation that fell victim is repeated, and at the end everything
// must be there.
func TestHasherEnds(t *testing.T) {
	const n = 60
	for _, end := range []ending{panics, exits} {
		for at := range 3 * n {
			calls := 0
			m := flatmap.New[int, string](flatmap.WithHasher(func(seed maphash.Seed, key int) uint64 {
				if calls++; calls > at && calls <= at+2 {
					end.now()
				}
				return maphash.Comparable(seed, key)
			}))
			ends := 0
			try := func(f func()) {
				for end.run(f) {
					ends++
				}
			}
			flatmap.Within(t, "writes with a hasher that ends", func() {
				for i := range n {
					try(func() { m.Store(i, text(i)) })
				}
				for i := range n / 2 {
					try(func() { m.Delete(i) })
				}
			})
			calls = 10 * n
			if m.Len() != n/2 {
				t.Fatalf("at %d: %d entries, not %d", at, m.Len(), n/2)
			}
			for i := range n {
				if v, ok := m.Load(i); ok != (i >= n/2) || ok && v != text(i) {
					t.Fatalf("at %d: Load(%d) = %q, %v", at, i, v, ok)
				}
			}
			flatmap.Within(t, "Clear", m.Clear)
		}
	}
}

// TestDecidesOnce checks that functions run exactly once per decision, under
// contention and resizes: as many calls to Compute's function as calls to
// Compute, whatever they decide, and one call of all to LoadOrCompute's.
func TestDecidesOnce(t *testing.T) {
	const goroutines, keys, rounds = 4, 50, 200
	var m flatmap.Map[int, int]
	var computes, builds [keys]atomic.Int64
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for i := range keys * rounds {
				key := i % keys
				m.Compute(key, func(old int, loaded bool) (int, flatmap.Op) {
					computes[key].Add(1)
					if i%7 == 0 {
						return old, flatmap.Keep
					}
					return old + 1, flatmap.Set
				})
				m.LoadOrCompute(-1-key, func() int {
					builds[key].Add(1)
					return key
				})
				other := 1000 + g*keys*rounds + i // grow, and shrink again
				m.Store(other, i)
				if i%1000 == 999 {
					for k := other; k > other-1000; k-- {
						m.Delete(k)
					}
				}
			}
		})
	}
	wg.Wait()
	for key := range keys {
		sets := 0
		for i := key; i < keys*rounds; i += keys {
			if i%7 != 0 {
				sets += goroutines
			}
		}
		if n := computes[key].Load(); n != goroutines*rounds {
			t.Errorf("key %d: %d calls for %d Computes", key, n, goroutines*rounds)
		}
		if v, _ := m.Load(key); v != sets {
			t.Errorf("key %d: value %d after %d increments", key, v, sets)
		}
		if n := builds[key].Load(); n != 1 {
			t.Errorf("key %d: %d calls of LoadOrCompute's function", key, n)
		}
	}
}

// TestDecidesOnceAfterWaiting checks that a writer that has found a key absent looks
// again once it has the lock: all goroutines get past that first look while
// a Compute holds the lock, then one of them inserts.
func TestDecidesOnceAfterWaiting(t *testing.T) {
	const n = 4
	var m flatmap.Map[int, string]
	for name, insert := range map[string]func() (string, bool){
		"LoadOrStore":   func() (string, bool) { return m.LoadOrStore(1, "value") },
		"LoadOrCompute": func() (string, bool) { return m.LoadOrCompute(1, func() string { return "value" }) },
	} {
		m.Delete(1)
		release := flatmap.Park(t, &m, 1)
		var inserted atomic.Int64
		var wg sync.WaitGroup
		for range n {
			wg.Go(func() {
				v, loaded := insert()
				if !loaded {
					inserted.Add(1)
				}
				if v != "value" {
					t.Errorf("%s returns %q", name, v)
				}
			})
		}
		flatmap.Eventually(t, name+" asleep", func() bool { return m.Waiting() == n })
		release()
		wg.Wait()
		if c := inserted.Load(); c != 1 || m.Len() != 1 {
			t.Errorf("%s: %d of %d have inserted, %d entries", name, c, n, m.Len())
		}
	}
}

// TestHasherPanicLeavesNoCopies checks that a chain which the hasher stopped
// from moving halfway leaves nothing in the next table: when its entries are
// deleted before it moves, they must not be found there.
func TestHasherPanicLeavesNoCopies(t *testing.T) {
	const n = 30 // in one chain of several buckets
	for at := range n {
		left := -1
		m := flatmap.New[int, string](flatmap.WithHasher(func(maphash.Seed, int) uint64 {
			if left--; left == 0 {
				panic("the hasher panics")
			}
			return 1
		}))
		for i := range n {
			m.Store(i, text(i))
		}
		for m.Stats().Resizing {
			m.Store(0, text(0))
		}
		left = at + 1
		m.TryResize(2 * m.Stats().Buckets)
		if left != 0 || !m.Stats().Resizing {
			t.Fatalf("at %d: the hasher has not panicked", at)
		}
		m.Retain(func(int, *string) bool { return false })
		for i := range n {
			if m.Contains(i) || m.Len() != 0 {
				t.Fatalf("at %d: key %d is back, of %d", at, i, m.Len())
			}
		}
		for key := range m.Keys() {
			t.Fatalf("at %d: key %d comes", at, key)
		}
	}
}

// TestReadsInCallbacks checks that all reading methods work inside a callback,
// for the entry at hand as it was before, in a map of one chain and in one
// that is being resized.
func TestReadsInCallbacks(t *testing.T) {
	for hash, h := range hashers(ints) {
		m := flatmap.New[int, string](hashWith(h)...)
		const n = 30
		for i := range n {
			m.Store(i, text(i))
		}
		reads := func(what string, key int, present bool) {
			t.Helper()
			if v, ok := m.Load(key); ok != present || ok && v != text(key) {
				t.Errorf("hasher %s, %s: Load(%d) = %q, %v", hash, what, key, v, ok)
			}
			for i := range n {
				if v, _ := m.Load(i); v != text(i) || !m.Contains(i) {
					t.Errorf("hasher %s, %s: Load(%d) = %q", hash, what, i, v)
				}
				if v, ok := m.LoadOrStore(i, "no"); !ok || v != text(i) { // reads, if there is one
					t.Errorf("hasher %s, %s: LoadOrStore(%d) = %q, %v", hash, what, i, v, ok)
				}
			}
			counts := [4]int{m.Len(), 0, 0, 0}
			for range m.All() {
				counts[1]++
			}
			for range m.Keys() {
				counts[2]++
			}
			for range m.Values() {
				counts[3]++
			}
			if counts != [4]int{n, n, n, n} {
				t.Errorf("hasher %s, %s: %d entries, not %d", hash, what, counts, n)
			}
			if c := m.Clone(); c.Len() != n {
				t.Errorf("hasher %s, %s: a clone of %d entries", hash, what, c.Len())
			}
			m.Stats()
		}
		for _, resized := range []bool{false, true} {
			flatmap.Within(t, "reads in callbacks", func() {
				for key := range n + 1 {
					m.Compute(key, func(string, bool) (string, flatmap.Op) {
						if resized {
							m.TryResize(2 * m.Stats().Buckets)
						}
						reads("Compute", key, key < n)
						return "", flatmap.Keep
					})
				}
				m.LoadOrCompute(n, func() string { reads("LoadOrCompute", n, false); return "" })
				m.Delete(n)
				m.Retain(func(key int, _ *string) bool { reads("Retain", key, true); return true })
				m.Range(func(key int, _ string) bool { reads("Range", key, true); return true })
			})
		}
	}
}
