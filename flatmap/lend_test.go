package flatmap_test

import (
	"hash/maphash"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/flatmap"
)

// A callback that is running, in a separate goroutine.
type callback struct {
	leave, done chan struct{}
}

// begin runs call, which calls back, and returns once it has.
func begin(t *testing.T, call func(f func())) (c callback) {
	t.Helper()
	inside := make(chan struct{})
	c = callback{make(chan struct{}), make(chan struct{})}
	go func() {
		defer close(c.done)
		call(func() { close(inside); <-c.leave })
	}()
	flatmap.Within(t, "the call back", func() { <-inside })
	return c
}

// end lets the callback go on, and waits until its operation has ended.
func (c callback) end(t *testing.T) {
	t.Helper()
	close(c.leave)
	flatmap.Within(t, "the end of a callback", func() { <-c.done })
}

// callers are the operations that call back about key.
var callers = map[string]func(m *flatmap.Map[int, string], key int, f func()){
	"Compute": func(m *flatmap.Map[int, string], key int, f func()) {
		m.Compute(key, func(old string, loaded bool) (string, flatmap.Op) {
			f()
			return old + "+", flatmap.Set
		})
	},
	"LoadOrCompute": func(m *flatmap.Map[int, string], key int, f func()) {
		m.LoadOrCompute(key, func() string { f(); return "+" })
	},
	"Retain": func(m *flatmap.Map[int, string], key int, f func()) {
		m.Retain(func(k int, v *string) bool {
			if k == key {
				f()
				*v += "+"
			}
			return true
		})
	},
}

// TestCallbackHoldsItsKeyOnly checks that nothing waits for a callback except writes of
// its key: neither writes of all other keys, of the same chain too, nor resizes, nor
// Loads of any key; and that the callback's result is stored wherever its key has moved
// to.
func TestCallbackHoldsItsKeyOnly(t *testing.T) {
	for name, call := range callers {
		for _, n := range []int{0, 1, 10, 40} { // entries before, in one chain of up to 6 buckets
			t.Run(name, func(t *testing.T) {
				m := flatmap.New[int, string](hashWith(func(maphash.Seed, int) uint64 { return 0 })...)
				for i := range n {
					m.Store(i, "")
				}
				key := n / 2
				if name == "LoadOrCompute" {
					key = n
				} else {
					m.Store(key, "")
				}
				c := begin(t, func(f func()) { call(m, key, f) })
				flatmap.Within(t, "all but writes of the key", func() {
					for i := range 200 {
						if i != key {
							m.Store(i, "stored")
						}
						m.Load(key)
					}
					m.TryResize(256)
					for range 256 {
						m.Store(1000, "")
					}
					for i := range 200 {
						if i != key && i%2 == 0 {
							m.Delete(i)
						}
					}
					m.TryResize(8)
					for range 256 {
						m.Store(1000, "")
					}
				})
				if s := m.Stats(); s.Resizing || s.Buckets != 8 {
					t.Errorf("the map has not been resized: %+v", s)
				}
				var stored atomic.Bool
				written := make(chan struct{})
				go func() { m.Swap(key, "after"); stored.Store(true); close(written) }()
				for range 100 {
					runtime.Gosched()
				}
				if stored.Load() {
					t.Error("the key was written while its callback ran")
				}
				c.end(t)
				flatmap.Within(t, "the write of the key", func() { <-written })
				if v, _ := m.Load(key); v != "after" {
					t.Errorf("the key has %q", v)
				}
				if got := m.Len(); got != 100+1+(key%2^1)+0 {
					t.Errorf("%d entries", got)
				}
			})
		}
	}
}

// TestCallbackWritesOtherKeys checks that a callback may write all other keys of its map,
// and resize it, call callbacks for them, and iterate.
func TestCallbackWritesOtherKeys(t *testing.T) {
	for name, call := range callers {
		t.Run(name, func(t *testing.T) {
			var m flatmap.Map[int, string]
			key := 1
			if name != "LoadOrCompute" {
				m.Store(key, "")
			}
			flatmap.Within(t, name, func() {
				call(&m, key, func() {
					for i := range 1000 {
						if i != key {
							m.Store(i, "a")
							m.Compute(i, func(v string, _ bool) (string, flatmap.Op) { return v + "b", flatmap.Set })
							m.LoadOrCompute(i+1000, func() string { return "c" })
						}
					}
					for k := range m.Keys() {
						if k != key {
							m.Delete(k)
						}
					}
				})
			})
			if v, _ := m.Load(key); v != "+" || m.Len() != 1 {
				t.Errorf("the key has %q, of %d", v, m.Len())
			}
		})
	}
}

// TestRecursiveCompute checks that memoizing functions may be recursive: each value is
// computed once.
func TestRecursiveCompute(t *testing.T) {
	var m flatmap.Map[int, uint64]
	calls := 0
	var fibonacci func(n int) uint64
	fibonacci = func(n int) uint64 {
		v, _ := m.LoadOrCompute(n, func() uint64 {
			if calls++; n < 2 {
				return uint64(n)
			}
			return fibonacci(n-1) + fibonacci(n-2)
		})
		return v
	}
	flatmap.Within(t, "fibonacci", func() {
		if got := fibonacci(90); got != 2880067194370816120 || calls != 91 {
			t.Errorf("fibonacci(90) = %d, after %d calls", got, calls)
		}
	})
}

// TestKeysAreComputedInParallel checks that callbacks for different keys of one chain run
// at the same time.
func TestKeysAreComputedInParallel(t *testing.T) {
	const n = 40
	m := flatmap.New[int, string](hashWith(func(maphash.Seed, int) uint64 { return 0 })...)
	var together, done sync.WaitGroup
	together.Add(n)
	for i := range n {
		done.Go(func() {
			m.LoadOrCompute(i, func() string { together.Done(); together.Wait(); return "computed" })
		})
	}
	flatmap.Within(t, "callbacks that wait for each other", done.Wait)
	if m.Len() != n {
		t.Errorf("%d entries of %d", m.Len(), n)
	}
}

// TestCallbackEndsLent checks what a panic and a Goexit leave behind in a callback whose
// lock was taken over, and whose chain has moved: the entry as it was, and no hold.
func TestCallbackEndsLent(t *testing.T) {
	for name, call := range callers {
		for _, end := range []ending{panics, exits} {
			for _, resize := range []bool{false, true} {
				m := flatmap.New[int, string](hashWith(func(maphash.Seed, int) uint64 { return 0 })...)
				m.Store(2, "two")
				key := 1
				if name != "LoadOrCompute" {
					m.Store(key, "one")
				}
				done := make(chan struct{})
				go func() {
					defer close(done)
					defer func() { recover() }()
					call(m, key, func() {
						m.Store(3, "three")
						if resize {
							m.TryResize(64)
							for range 64 {
								m.Store(2, "two")
							}
						}
						end.now()
					})
				}()
				flatmap.Within(t, name, func() { <-done })
				if v, ok := m.Load(key); ok != (name != "LoadOrCompute") || ok && v != "one" {
					t.Errorf("%s: the key has %q, %v", name, v, ok)
				}
				flatmap.Within(t, "writes after "+name, func() { m.Store(key, "again"); m.Delete(2); m.Clear() })
			}
		}
	}
}

// TestClearWaitsForCallbacks checks that Clear waits for a callback, though others begin and end
// meanwhile, that they need not wait for it, and that it takes what the callback has stored.
func TestClearWaitsForCallbacks(t *testing.T) {
	for name, call := range callers {
		t.Run(name, func(t *testing.T) {
			var m flatmap.Map[int, string]
			if name != "LoadOrCompute" {
				m.Store(1, "")
			}
			c := begin(t, func(f func()) { call(&m, 1, f) })
			var cleared atomic.Bool
			done := make(chan struct{})
			go func() { m.Clear(); cleared.Store(true); close(done) }()
			flatmap.Eventually(t, "Clear's wait", func() bool { return cleared.Load() || m.ClearWaits() })
			flatmap.Within(t, "writes and callbacks of other keys", func() {
				for i := range 100 {
					m.Store(i+10, "")
					m.LoadOrCompute(i+1000, func() string { return "" })
				}
			})
			if cleared.Load() {
				t.Error("Clear has not waited")
			}
			c.end(t)
			flatmap.Within(t, "Clear", func() { <-done })
			if m.Len() != 0 {
				t.Errorf("Clear left %v", slices.Collect(m.Keys()))
			}
		})
	}
}

// TestOwnKeyWaits checks that a callback that writes its own key waits for itself, every
// time: it must never go through.
func TestOwnKeyWaits(t *testing.T) {
	for range 50 {
		var m flatmap.Map[int, int]
		m.Store(1, 1)
		c := begin(t, func(f func()) {
			m.Compute(1, func(v int, _ bool) (int, flatmap.Op) {
				inner := make(chan struct{})
				go func() { m.Store(1, 2); close(inner) }() // as f itself would, but this can be given up
				f()
				select {
				case <-inner:
					t.Error("a write of the key went through")
				default:
				}
				return v, flatmap.Keep
			})
		})
		for range 20 {
			runtime.Gosched()
		}
		c.end(t)
	}
}

// TestHeldKeyOfBrokenHasher checks that a key is given back if the hasher panics when its
// goroutine looks for it in the table to which it has moved.
func TestHeldKeyOfBrokenHasher(t *testing.T) {
	broken := false
	m := flatmap.New[int, int](flatmap.WithHasher(func(seed maphash.Seed, key int) uint64 {
		if broken {
			panic("broken hasher")
		}
		return maphash.Comparable(seed, key)
	}), flatmap.WithCapacity(1000)) // so many chains that Retain does not hash the key itself
	m.Store(1, 1)
	require.PanicsWithValue(t, "broken hasher", func() {
		m.Retain(func(key int, _ *int) bool {
			if key == 1 {
				for other := range 5000 { // the table grows, and the chain moves
					m.Store(2+other, 0)
				}
				broken = true
			}
			return false
		})
	})
	broken = false
	value, ok := m.Load(1)
	require.True(t, ok)
	require.Equal(t, 1, value)
	flatmap.Within(t, "a write of the key that was held", func() { m.Store(1, 2) })
	flatmap.Within(t, "a Clear", m.Clear)
}

// TestKeyThatDiffersIsNotHeld checks that a Retain leaves no hold of a key that differs
// from itself behind: nothing could end it, and Clear would wait forever. A goroutine wants
// the chain, which may be any, while the Retain decides about such a key.
func TestKeyThatDiffersIsNotHeld(t *testing.T) {
	var m flatmap.Map[float64, int]
	m.Store(0, 0)
	var others [flatmap.MinBuckets]float64 // a key of each chain, that is absent
	for key, found := 1.0, 0; found < 2*len(others); key++ {
		switch other := &others[m.ChainOf(key)]; {
		case *other == 0: // the first is present, and comes before the NaN
			*other = -key
			m.Store(key, 0)
			found++
		case *other < 0:
			*other = key
			found++
		}
	}
	m.Store(math.NaN(), 0)
	stored := make(chan struct{})
	m.Retain(func(key float64, _ *int) bool {
		if key != key {
			go func() {
				for _, key := range others {
					m.Store(key, 0)
				}
				close(stored)
			}()
			flatmap.Within(t, "a goroutine that waits for the chain, or has had it", func() {
				for m.Waiting() == 0 && !m.Contains(others[len(others)-1]) {
					runtime.Gosched()
				}
			})
		}
		return true
	})
	<-stored
	if holds := m.Holds(); holds != 0 {
		t.Errorf("%d holds are left", holds)
	}
	flatmap.Within(t, "Clear", m.Clear)
}
