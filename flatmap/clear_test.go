package flatmap_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// TestClearWhileResizing checks that Clear is not dropped while a resize is
// in progress. It holds one chain in a callback, starts a resize, calls Clear at
// the same time, and lets go: nothing may be left, and nothing come back.
func TestClearWhileResizing(t *testing.T) {
	for _, shrink := range []bool{false, true} {
		t.Run(fmt.Sprintf("shrink=%v", shrink), func(t *testing.T) {
			m, parked, entries, release := inFlight(t, shrink, strs)
			var cleared atomic.Bool
			done := make(chan struct{})
			go func() {
				defer close(done)
				m.Clear()
				cleared.Store(true)
			}()
			flatmap.Eventually(t, "Clear", func() bool { return cleared.Load() || m.ClearHasStarted() })
			release()
			flatmap.Within(t, "Clear after the release", func() { <-done })
			if n := m.Len(); n != 0 {
				t.Errorf("%d entries after Clear", n)
			}
			for i := range entries {
				if m.Contains(i) {
					t.Fatalf("key %d is back", i)
				}
			}
			for key := range m.Keys() {
				t.Fatalf("key %d comes", key)
			}
			m.Store(parked, "new")
			for i := range 100 { // writes that would help a resize along
				m.Store(-1-i, "")
			}
			if v, _ := m.Load(parked); v != "new" || m.Len() != 101 {
				t.Errorf("value %q, %d entries", v, m.Len())
			}
			if s := m.Stats(); s.Entries != 101 {
				t.Errorf("the walk finds %d entries", s.Entries)
			}
		})
	}
}

// TestClearWaitsForWriters checks that Clear takes its place among the writes
// in progress, at rest and when they are on the far side of a resize. A Compute
// that is parked and then sets a value comes either before Clear, which must
// have waited for it and taken the value, or after, and then it must be there.
func TestClearWaitsForWriters(t *testing.T) {
	for _, resizing := range []bool{false, true} {
		t.Run(fmt.Sprintf("resizing=%v", resizing), func(t *testing.T) {
			m := new(flatmap.Map[int, string])
			key, goOn := 1000, func() {}
			if resizing {
				var parked int
				m, parked, _, goOn = inFlight(t, false, strs)
				for m.ChainOf(key) == m.ChainOf(parked) {
					key++
				}
			}
			m.Store(key, "old") // moves its chain
			inside, leave, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
			go func() {
				defer close(done)
				m.Compute(key, func(string, bool) (string, flatmap.Op) {
					close(inside)
					<-leave
					return "new", flatmap.Set
				})
			}()
			<-inside
			var cleared atomic.Bool
			finished := make(chan struct{})
			go func() {
				defer close(finished)
				m.Clear()
				cleared.Store(true)
			}()
			flatmap.Eventually(t, "Clear", func() bool { return cleared.Load() || m.ClearHasStarted() })
			goOn()
			flatmap.Eventually(t, "Clear, or its wait for the callback", func() bool {
				return cleared.Load() || !m.Stats().Resizing && m.ClearWaits()
			})
			first := cleared.Load()
			close(leave)
			flatmap.Within(t, "Clear and Compute", func() { <-finished; <-done })
			if v, ok := m.Load(key); ok != first || ok && v != "new" {
				t.Errorf("Clear has overtaken Compute: %v; the value is %q, %v", first, v, ok)
			}
		})
	}
}

// TestClearIsAtomic checks Clear against its order with everything else, while
// other goroutines make the map grow and shrink. One goroutine owns a set of
// keys and is the only one to call Clear: what it stored before must be gone
// afterwards, what it stores afterwards must stay. The others store a number
// under their key a, then b: a Clear that takes b takes the older a as well.
func TestClearIsAtomic(t *testing.T) {
	rounds := 300
	if testing.Short() {
		rounds = 50
	}
	const own, churn = 64, 2000
	m := flatmap.New[int, int]()
	var stop atomic.Bool
	var wg sync.WaitGroup
	for g := range 2 {
		wg.Go(func() {
			a, b := -10-g, -20-g
			for n := 1; !stop.Load(); n++ {
				m.Store(a, n)
				m.Store(b, n)
				for i := range 50 {
					m.Store(1000+(g*churn+n*50+i)%(2*churn), n)
				}
				for i := range 30 {
					m.Delete(1000 + (g*churn+n*50+i)%(2*churn))
				}
				vb, okB := m.Load(b)
				va, okA := m.Load(a)
				if okA && va != n || okB && vb != n {
					t.Errorf("a is %d, %v and b %d, %v, not %d", va, okA, vb, okB, n)
				}
				// Only a Clear takes b away, and that one takes a as well.
				if !okB && okA {
					t.Errorf("a Clear took b and left a, which is older")
				}
			}
		})
	}
	for r := range rounds {
		for i := range own {
			m.Store(i, r)
		}
		for i := range own {
			if v, ok := m.Load(i); !ok || v != r {
				t.Errorf("round %d: key %d has %d, %v", r, i, v, ok)
			}
		}
		m.Clear()
		for i := range own {
			if v, ok := m.Load(i); ok {
				t.Fatalf("round %d: key %d has value %d after Clear", r, i, v)
			}
		}
	}
	stop.Store(true)
	wg.Wait()
	m.Clear()
	if n := m.Len(); n != 0 || m.Stats().Entries != 0 {
		t.Errorf("%d entries are left", n)
	}
}

// TestClearOfNothing checks Clear of maps without entries or without a table.
func TestClearOfNothing(t *testing.T) {
	var m flatmap.Map[string, int]
	m.Clear()
	m.Clear()
	m.Store("a", 1)
	m.Delete("a")
	m.Clear()
	if m.Store("b", 2); m.Len() != 1 || m.Contains("a") || !m.Contains("b") {
		t.Error("a cleared map does not work")
	}
}

// TestLen checks that Len is exact when no write is in flight, and never
// negative nor above what is possible when some are. Goroutines store and
// delete separate keys; another reads Len all the time, and another
// clears the map in half of the rounds.
func TestLen(t *testing.T) {
	const goroutines, keys = 4, 500
	rounds := 40
	if testing.Short() {
		rounds = 8
	}
	for round := range rounds {
		m := flatmap.New[int, string]()
		var stop atomic.Bool
		var watchers, writers sync.WaitGroup
		watchers.Go(func() {
			for !stop.Load() {
				if n := m.Len(); n < 0 || n > goroutines*(keys+1) {
					t.Errorf("Len() = %d", n)
					return
				}
			}
		})
		clears := round%2 == 1
		if clears {
			writers.Go(func() {
				for range 20 {
					m.Clear()
				}
			})
		}
		for g := range goroutines {
			writers.Go(func() {
				for i := range 4 * keys {
					m.Store(g*keys+i%keys, "value")
					if i%2 == 0 { // so that others are stored twice
						m.Delete(g*keys + (i*7)%keys)
					}
				}
				for i := range keys {
					m.LoadAndDelete(g*keys + i)
				}
				for i := range 10 * g {
					m.Swap(g*keys+i, "value")
				}
			})
		}
		writers.Wait()
		stop.Store(true)
		watchers.Wait()
		n := 0
		m.Range(func(int, string) bool { n++; return true })
		want := 10 * (0 + 1 + 2 + 3)
		if m.Len() != n || !clears && n != want || n > want {
			t.Errorf("Len() = %d, but %d entries come, of %d stored", m.Len(), n, want)
		}
	}
}
