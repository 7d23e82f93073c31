package model

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/flatmap"
)

// A writer holds the others out as long as its callback runs, and gives every lock back
// however it ends.
func TestMutexLocks(t *testing.T) {
	m := NewMutex[int, int]()
	free := func() bool {
		writers, rw := m.writers.TryLock(), m.rw.TryLock()
		if writers {
			m.writers.Unlock()
		}
		if rw {
			m.rw.Unlock()
		}
		return writers && rw
	}
	inside := func() {
		require.False(t, m.writers.TryLock())
		require.True(t, m.rw.TryRLock(), "readers go on")
		m.rw.RUnlock()
	}
	for _, empty := range []bool{true, false} {
		for _, kind := range Kinds() {
			for _, exit := range []Exit{Finish, Panic, Goexit} {
				*m = Mutex[int, int]{}
				if !empty {
					m.Store(1, 2)
				}
				Apply(m, Op[int, int]{Kind: kind, Key: 1, Exit: exit, Pairs: []Entry[int, int]{{3, 4}}})
				require.True(t, free(), "%v %v", kind, exit)
			}
		}
	}
	m.Store(1, 2)
	m.Compute(1, func(int, bool) (int, flatmap.Op) { inside(); return 3, flatmap.Set })
	m.LoadOrCompute(5, func() int { inside(); return 3 })
	m.Retain(func(int, *int) bool { inside(); return true })
	m.write(func(*State[int, int]) { require.False(t, m.rw.TryRLock()) })
	keys := NewMutex[any, int]()
	require.Panics(t, func() { keys.Load([]int{}) })
	require.Panics(t, func() { keys.Store([]int{}, 1) })
	keys.Store(1, 1)
	require.Panics(t, func() { keys.Load([]int{}) })
	require.Equal(t, 1, keys.Len())

	// What another goroutine does has to wait.
	waits := func(begin func(call func()), call func()) {
		done := make(chan struct{})
		begin(func() {
			go func() { defer close(done); call() }()
			select {
			case <-done:
				t.Error("it does not wait")
			case <-time.After(5 * time.Millisecond):
			}
		})
		<-done
	}
	callback := func(call func()) {
		m.Compute(1, func(old int, _ bool) (int, flatmap.Op) { call(); return old, flatmap.Keep })
	}
	locked := func(call func()) { m.rw.Lock(); call(); m.rw.Unlock() }
	reading := func(call func()) { m.rw.RLock(); call(); m.rw.RUnlock() }
	for _, write := range []func(){m.Clear, func() { m.Store(3, 4) }, func() { m.Delete(3) }, func() { m.Retain(func(int, *int) bool { return true }) }} {
		waits(callback, write)
		waits(reading, func() { m.Store(6, 7); write() })
		waits(locked, write)
	}
	for _, read := range []func(){func() { m.Load(1) }, func() { m.Len() }, func() { m.Range(func(int, int) bool { return true }) }} {
		waits(locked, read)
	}
}

// Goroutines that use the map at the same time do not lose anything. (The race detector sees more.)
func TestMutexAtOnce(t *testing.T) {
	m := NewMutex[int, int]()
	done := make(chan struct{})
	for range 4 {
		go func() {
			defer func() { done <- struct{}{} }()
			for i := range 500 {
				m.Compute(0, func(old int, _ bool) (int, flatmap.Op) { return old + 1, flatmap.Set })
				m.Store(1+i%3, i)
				m.Delete(1 + (i+1)%3)
				m.Len()
				m.Load(2)
				for range m.All() {
					m.Contains(3)
				}
				m.Retain(func(int, *int) bool { return true })
				if i%100 == 0 {
					NewMutex[int, int]().Clear()
				}
			}
		}()
	}
	for range 4 {
		<-done
	}
	value, _ := m.Load(0)
	require.Equal(t, 2000, value)
}

// Retain keeps those of the odd entries that it should, with their new values.
func TestMutexRetainOdd(t *testing.T) {
	for removed := range 4 {
		m := NewMutex[float64, int]()
		want := map[int]bool{}
		for i := range 4 {
			m.Store(math.NaN(), i)
			if i != removed {
				want[10+i] = true
			}
		}
		m.Retain(func(_ float64, value *int) bool {
			*value += 10
			return *value != 10+removed
		})
		got := map[int]bool{}
		for value := range m.Values() {
			got[value] = true
		}
		require.Equal(t, want, got)
	}
}
