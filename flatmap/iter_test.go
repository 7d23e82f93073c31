package flatmap_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// iterations are the four ways to iterate, as one.
func iterations[K comparable, V any](m *flatmap.Map[K, V]) map[string]func(yield func() bool) {
	return map[string]func(yield func() bool){
		"Range":  func(yield func() bool) { m.Range(func(K, V) bool { return yield() }) },
		"All":    func(yield func() bool) { m.All()(func(K, V) bool { return yield() }) },
		"Keys":   func(yield func() bool) { m.Keys()(func(K) bool { return yield() }) },
		"Values": func(yield func() bool) { m.Values()(func(V) bool { return yield() }) },
	}
}

// TestIterationStops checks that an iteration calls its function no more after
// it has returned false or panicked, in every bucket and chain, and that the
// map is as usable as before.
func TestIterationStops(t *testing.T) {
	for hash, h := range hashers(ints) {
		const n = 100
		m := flatmap.New[int, string](hashWith(h)...)
		for name, iterate := range iterations(m) {
			iterate(func() bool { t.Errorf("%s of an empty map yields", name); return true })
		}
		for i := range n {
			m.Store(i, text(i))
		}
		for name, iterate := range iterations(m) {
			for limit := range n + 1 {
				calls := 0
				iterate(func() bool { calls++; return calls < limit })
				if calls != max(1, limit) {
					t.Errorf("hasher %s: %s calls %d times, not %d", hash, name, calls, limit)
				}
				calls = 0
				ended := panics.run(func() {
					iterate(func() bool {
						if calls++; calls > limit {
							panics.now()
						}
						return true
					})
				})
				if calls != min(limit+1, n) || ended != (limit < n) {
					t.Errorf("hasher %s: %s calls %d times, then panics", hash, name, calls)
				}
			}
		}
	}
}

// TestIterationDuringResizes checks, deterministically, what a resize at any
// moment means for an iteration. A resize to each size and, after that, a
// second one begins at the i-th call of the function, for all i, and is
// completed or not; keys are deleted, stored and changed meanwhile. Those that
// are not touched must come exactly once, the others at most once.
func TestIterationDuringResizes(t *testing.T) {
	for _, sizes := range [][2]int{{32, 64}, {32, 8}, {8, 16}, {8, 4}, {4, 16}, {16, 32}, {16, 16}, {4, 8}} {
		for _, complete := range []bool{false, true} {
			t.Run(fmt.Sprintf("to=%v/complete=%v", sizes, complete), func(t *testing.T) {
				for at := range 60 {
					iterationDuringResizes(t, sizes, complete, at)
				}
			})
		}
	}
}

func iterationDuringResizes(t *testing.T, sizes [2]int, complete bool, at int) {
	const n = 90 // in 32 chains
	m := new(flatmap.Map[int, string])
	for i := range n {
		m.Store(i, text(i))
	}
	for m.Stats().Resizing {
		m.Store(0, text(0))
	}
	stable := func(key int) bool { return key < n/2 }
	calls, seen := 0, make(map[int]int)
	m.Range(func(key int, v string) bool {
		seen[key]++
		if v != text(key) && (stable(key) || v != "new") {
			t.Fatalf("key %d has value %q", key, v)
		}
		if calls++; calls == at || calls == at+15 {
			to := sizes[0]
			if calls > at {
				to = sizes[1]
			}
			m.TryResize(to)
			for i := range n {
				switch {
				case stable(i):
					m.Load(i)
				case i%3 == 0:
					m.Delete(i)
				case i%3 == 1:
					m.Delete(i)
					m.Store(i, "new")
				default:
					m.Store(i, "new")
				}
			}
			for complete && m.Stats().Resizing {
				m.Store(n-1, "new")
			}
		}
		return true
	})
	for key := range n {
		if c := seen[key]; c > 1 || c == 0 && stable(key) {
			t.Fatalf("at %d: key %d comes %d times", at, key, c)
		}
	}
	if len(seen) > n {
		t.Fatalf("at %d: keys come that nobody stored", at)
	}
}

// TestIterationStartsInResize checks that an iteration which starts while a
// resize is in progress sees what was written beyond it, not the entries as they
// were when they moved.
func TestIterationStartsInResize(t *testing.T) {
	for _, shrink := range []bool{false, true} {
		m, parked, n, _ := inFlight(t, shrink, strs)
		want := map[int]string{}
		chain := m.ChainOf(parked)
		for i := range n + 100 {
			switch {
			case m.ChainOf(i)%flatmap.MinBuckets == chain%flatmap.MinBuckets: // it might wait
				if i < n {
					want[i] = text(i % numKeys)
				}
			case i%3 == 0:
				m.Delete(i)
			default:
				m.Store(i, "new")
				want[i] = "new"
			}
		}
		for key, v := range m.All() {
			if w, ok := want[key]; !ok || v != w {
				t.Errorf("shrink %v: key %d comes with %q, not %q, %v", shrink, key, v, w, ok)
			}
			delete(want, key)
		}
		if len(want) != 0 || !m.Stats().Resizing {
			t.Errorf("shrink %v: %d keys do not come", shrink, len(want))
		}
	}
}

// TestIterationWhileOthersWrite checks the guarantees of iterations against
// goroutines that grow and shrink the map, and delete and store keys in other
// buckets of one chain; with Clear the keys that nobody touches go as well, and
// every key must still come at most once. A constant hasher makes one long
// chain, the other hashers many short ones.
func TestIterationWhileOthersWrite(t *testing.T) {
	for hash, h := range hashers(ints) {
		for _, clears := range []bool{false, true} {
			t.Run(fmt.Sprintf("hasher=%s/clear=%v", hash, clears), func(t *testing.T) {
				iterationWhileOthersWrite(t, flatmap.New[int, string](hashWith(h)...), hash == "constant", clears)
			})
		}
	}
}

func iterationWhileOthersWrite(t *testing.T, m *flatmap.Map[int, string], long, clears bool) {
	stable, volatile, rounds := 100, 2000, 60
	if long {
		stable, volatile = 20, 40
	}
	if testing.Short() {
		rounds = 20
	}
	for i := range stable {
		m.Store(i, text(i))
	}
	var stop atomic.Bool
	var wg sync.WaitGroup
	for g := range 2 {
		wg.Go(func() {
			for n := 0; !stop.Load(); n++ {
				first := stable + g*volatile
				for i := range volatile { // fill, and empty in another order
					m.Store(first+i, text(first+i))
				}
				for i := range volatile {
					m.Delete(first + (i*17+n)%volatile)
				}
				for i := range volatile {
					m.Delete(first + i)
				}
				if clears {
					m.Clear()
				}
			}
		})
	}
	for range rounds {
		seen := make(map[int]int)
		for key, v := range m.All() {
			if v != text(key) {
				t.Errorf("key %d has value %q", key, v)
			}
			seen[key]++
		}
		for key, c := range seen {
			if c > 1 {
				t.Errorf("key %d comes %d times", key, c)
			}
		}
		for key := range stable {
			if !clears && seen[key] != 1 {
				t.Errorf("key %d comes %d times, though nobody touches it", key, seen[key])
			}
		}
	}
	stop.Store(true)
	wg.Wait()
}

// TestIterationBlocksNoWriter parks an iteration in its callback, at every
// entry in turn, while another goroutine writes every key, grows and clears
// the map.
func TestIterationBlocksNoWriter(t *testing.T) {
	for hash, h := range hashers(ints) {
		m := flatmap.New[int, string](hashWith(h)...)
		const n = 40
		calls := 0
		for i := range n {
			m.Store(i, text(i))
		}
		for range m.All() {
			calls++
			flatmap.Within(t, "writes during an iteration, hasher "+hash, func() {
				for i := range n {
					m.Store(i, text(i))
					m.Compute(i, func(v string, _ bool) (string, flatmap.Op) { return v, flatmap.Set })
				}
				m.Retain(func(int, *string) bool { return true })
				if calls%5 == 0 {
					for i := range 300 {
						m.Store(n+i, "")
					}
					for i := range 300 {
						m.Delete(n + i)
					}
				}
				if calls == n {
					m.Clear()
				}
			})
		}
		if calls < n || m.Len() != 0 {
			t.Errorf("hasher %s: %d entries come, %d are left", hash, calls, m.Len())
		}
	}
}

// TestIterationWrites checks that the callback of an iteration may call any
// method of its map, nested iterations included.
func TestIterationWrites(t *testing.T) {
	var m flatmap.Map[int, int]
	for i := range 50 {
		m.Store(i, i)
	}
	flatmap.Within(t, "writes of an iteration's callback", func() {
		for key, v := range m.All() {
			if key >= 50 { // added below
				continue
			}
			m.CompareAndSwap(key, v, v+1)
			m.Swap(key+1000, v)
			m.LoadOrStore(key+2000, v)
			m.LoadOrCompute(key+3000, func() int { return v })
			m.Compute(key+4000, func(int, bool) (int, flatmap.Op) { return v, flatmap.Set })
			m.Insert(func(yield func(int, int) bool) { yield(key+5000, v) })
			m.CompareAndDelete(key+1000, v)
			m.LoadAndDelete(key + 2000)
			m.Delete(key + 3000)
			m.Retain(func(k int, v *int) bool { return k < 5000 })
			for k := range m.Keys() {
				m.Contains(k)
			}
			m.Clone()
			m.Stats()
		}
	})
	if n := m.Len(); n != 100 {
		t.Errorf("%d entries, not 100", n)
	}
	for range m.All() {
		m.Clear()
	}
	for k := range 50 {
		if m.Contains(k) || m.Contains(k+4000) {
			t.Errorf("key %d is there after Clear", k)
		}
	}
}

// TestIterationStartsAnywhere checks that iterations do not all come to the same entry
// first: a program that takes an arbitrary entry again and again would look at more and
// more empty chains, and entries would pile up in the others.
func TestIterationStartsAnywhere(t *testing.T) {
	const n = 1000
	m := flatmap.New[int, int]()
	for i := range 100 * n {
		m.Store(i, i)
		if m.Len() > n {
			for k := range m.Keys() {
				m.Delete(k)
				break
			}
		}
	}
	if s := m.Stats(); s.LongestChain > 14 { // 28 if all iterations start at one chain
		t.Errorf("%+v", s)
	}
}

// TestTakenEntries checks that a loop which takes an arbitrary entry for each that it
// inserts, as bounded caches do, leaves all chains short.
func TestTakenEntries(t *testing.T) {
	const n = 1_000
	for range 20 {
		var m flatmap.Map[int, int]
		for i := range 50 * n {
			m.Store(i, i)
			if m.Len() > n {
				for key := range m.Keys() {
					m.Delete(key)
					break
				}
			}
		}
		if longest := m.Stats().LongestChain; longest > 3 {
			t.Fatalf("a chain of %d buckets, with %d entries in the map", longest, m.Len())
		}
	}
}
