package explore

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// outcomes returns what body notes in all executions.
func outcomes(t *testing.T, body func(x *T, note func(string))) map[string]bool {
	t.Helper()
	seen := map[string]bool{}
	r := explored(t, func(x *T) {
		body(x, func(s string) { seen[s] = true })
	})
	require.Nil(t, r.Failure, "%v", r)
	require.True(t, r.Exhausted)
	return seen
}

// The goal: readers share a lock, writers do not, and what a writer guards is not seen
// half done.
func TestRWMutex(t *testing.T) {
	seen := outcomes(t, func(x *T, note func(string)) {
		var m RWMutex
		var a, b, in Int64
		var wg WaitGroup
		wg.Go(func() {
			m.Lock()
			a.Store(1)
			b.Store(1)
			m.Unlock()
		})
		for range 2 {
			wg.Go(func() {
				m.RLock()
				if in.Add(1) == 2 {
					note("two readers")
				}
				if a.Load() != b.Load() {
					x.Error("half done")
				}
				in.Add(-1)
				m.RUnlock()
			})
		}
		wg.Wait()
	})
	require.Equal(t, map[string]bool{"two readers": true}, seen)

	// Try methods succeed and fail.
	seen = outcomes(t, func(x *T, note func(string)) {
		var m RWMutex
		var wg WaitGroup
		wg.Go(func() { m.Lock(); m.Unlock() })
		wg.Go(func() { m.RLocker().Lock(); m.RLocker().Unlock() })
		try := func(name string, lock func() bool, unlock func()) {
			if lock() {
				note(name)
				unlock()
			} else {
				note("no " + name)
			}
		}
		try("TryRLock", m.TryRLock, m.RUnlock)
		try("TryLock", m.TryLock, m.Unlock)
		wg.Wait()
	})
	require.Len(t, seen, 4)
}

// The goal: a writer that waits keeps out a second read lock of one goroutine.
func TestRecursiveRLock(t *testing.T) {
	r := explored(t, func(*T) {
		var m RWMutex
		var wg WaitGroup
		wg.Go(func() { m.Lock(); m.Unlock() })
		m.RLock()
		m.RLock()
		m.RUnlock()
		m.RUnlock()
		wg.Wait()
	})
	require.NotNil(t, r.Failure)
	require.Equal(t, Deadlock, r.Failure.Kind)
}

// The goal: writes under a read lock race with each other and not with those under a
// lock; so do those after Done.
func TestRacesOfLocks(t *testing.T) {
	var n uint64
	write := func() { PlainWrite(addressOf(&n), 8) }
	for _, test := range []struct {
		name string
		body func(*T)
		race bool
	}{
		{"a lock", func(*T) {
			var m RWMutex
			Go(func() { m.Lock(); write(); m.Unlock() })
			m.Lock()
			write()
			m.Unlock()
		}, false},
		{"a read lock and a lock", func(*T) {
			var m RWMutex
			Go(func() { m.RLock(); write(); m.RUnlock() })
			m.Lock()
			write()
			m.Unlock()
		}, false},
		{"a read lock and TryLock", func(*T) {
			var m RWMutex
			Go(func() { m.RLock(); write(); m.RUnlock() })
			if m.TryLock() {
				write()
				m.Unlock()
			}
		}, false},
		{"read locks one after the other", func(*T) {
			var m RWMutex
			var order Mutex // of no importance for others
			_ = order.TryLock()
			Go(func() { m.RLock(); write(); m.RUnlock() })
			m.RLock()
			write()
			m.RUnlock()
		}, true},
		{"Wait", func(*T) {
			var wg WaitGroup
			wg.Go(write)
			wg.Wait()
			write()
		}, false},
		{"Done and Done", func(*T) {
			var wg WaitGroup
			wg.Add(2)
			Go(func() { write(); wg.Done() })
			wg.Done()
			write()
		}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := explored(t, test.body)
			require.Equal(t, test.race, r.Failure != nil && r.Failure.Kind == Race, "%v", r)
			require.Equal(t, test.race, r.Failure != nil, "%v", r)
		})
	}
}

// The goal: misuse panics, as in package sync.
func TestMisuse(t *testing.T) {
	for text, body := range map[string]func(*T){
		"RUnlock of an RWMutex that is not locked": func(*T) { new(RWMutex).RUnlock() },
		"Unlock of an RWMutex that is not locked":  func(*T) { new(RWMutex).Unlock() },
		"Unlock of a Mutex that is not locked":     func(*T) { new(Mutex).Unlock() },
		"negative WaitGroup counter":               func(*T) { new(WaitGroup).Done() },
		"store of inconsistently typed":            func(*T) { var v Value; v.Store(1); v.Store("") },
		"swap of inconsistently typed":             func(*T) { var v Value; v.Store(1); v.Swap("") },
		"and swap of inconsistently typed":         func(*T) { var v Value; v.Store(1); v.CompareAndSwap(1, "") },
		"unhashable":                               func(*T) { var m SyncMap; m.Load([]int{}) },
	} {
		r := explored(t, body)
		require.NotNil(t, r.Failure, text)
		require.Equal(t, Panic, r.Failure.Kind)
		require.ErrorContains(t, r.Failure, text)
	}
}

// The goal: a SyncMap does what a sync.Map does, and every method is one step.
func TestSyncMap(t *testing.T) {
	type methods interface {
		Load(any) (any, bool)
		Store(any, any)
		Clear()
		LoadOrStore(any, any) (any, bool)
		LoadAndDelete(any) (any, bool)
		Delete(any)
		Swap(any, any) (any, bool)
		CompareAndSwap(any, any, any) bool
		CompareAndDelete(any, any) bool
		Range(func(any, any) bool)
	}
	run := func(m methods) (results []any) {
		note := func(values ...any) { results = append(results, values...) }
		two := func(v any, ok bool) { note(v, ok) }
		two(m.Load(1))
		m.Store(1, "a")
		two(m.Load(1))
		two(m.LoadOrStore(1, "b"))
		two(m.LoadOrStore(2, "b"))
		two(m.Swap(2, "c"))
		two(m.Swap(3, "d"))
		note(m.CompareAndSwap(3, "x", "y"), m.CompareAndSwap(3, "d", "e"), m.CompareAndSwap(4, nil, "y"))
		note(m.CompareAndDelete(3, "x"), m.CompareAndDelete(3, "e"), m.CompareAndDelete(4, nil))
		two(m.LoadAndDelete(2))
		two(m.LoadAndDelete(2))
		m.Delete(9)
		m.Range(func(k, v any) bool { note(k, v); return true })
		m.Clear()
		m.Range(func(k, v any) bool { note(k, v); return true })
		return results
	}
	want := run(new(sync.Map))
	require.Equal(t, want, run(new(SyncMap)))
	var inOrder []any
	var many SyncMap
	for i := range 20 {
		many.Store(i*7%20, nil)
	}
	for range 2 { // keys keep their places
		many.Range(func(k, _ any) bool { inOrder = append(inOrder, k); many.Store(k, 1); return true })
	}
	for i, k := range inOrder {
		require.Equal(t, i*7%20, k, "an iteration is in the order of the first stores, so that executions repeat")
	}
	calls := 0
	many.Range(func(k, _ any) bool { calls++; return calls < 3 })
	require.Equal(t, 3, calls, "false ends an iteration")
	calls = 0
	many.Range(func(any, any) bool { calls++; many.Clear(); return true })
	require.Equal(t, 1, calls, "an iteration does not yield what has been deleted")
	r := explored(t, func(x *T) { assert.Equal(x, want, run(new(SyncMap))) })
	require.Nil(t, r.Failure, "%v", r)
	seen := outcomes(t, func(x *T, note func(string)) {
		var m SyncMap
		Go(func() { m.Store(1, "first"); m.Store(2, "second") })
		m.Range(func(_, v any) bool { note(v.(string)); return true })
		if _, ok := m.Load(2); ok {
			if _, ok := m.Load(1); !ok {
				x.Error("the second without the first")
			}
		}
	})
	require.Equal(t, map[string]bool{"first": true, "second": true}, seen)
}

// The goal: a Value does what an atomic.Value does.
func TestValue(t *testing.T) {
	seen := outcomes(t, func(x *T, note func(string)) {
		var v Value
		assert.Nil(x, v.Load())
		v.Store("a")
		var wg WaitGroup
		wg.Go(func() { assert.Contains(x, []any{"a", "b"}, v.Swap("c")) })
		if v.CompareAndSwap("a", "b") {
			note("swapped")
		} else {
			note("not swapped")
		}
		wg.Wait()
		assert.Equal(x, "c", v.Load())
	})
	require.Len(t, seen, 2)
}
