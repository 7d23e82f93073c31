package flatmap

import (
	"runtime"
	"sync"
	"testing"
	"time"
	"weak"
)

// What the tests of the public contract, which live outside of the package,
// need to know of its inside, and the helpers that all tests share.

// MinBuckets is the size of the smallest table, and BucketSlots that of a bucket.
const (
	MinBuckets  = minBuckets
	BucketSlots = bucketSlots
)

// ChainOf returns the number of the chain that key belongs to in the map's
// current table.
func (m *Map[K, V]) ChainOf(key K) uint64 {
	t := m.table.Load()
	return t.hash.of(key) & t.mask
}

// TryResize starts a resize to the given number of chains, which is a power of
// two, unless one is in progress, and moves one stride of it. It respects what
// the map relies on: to grow is to double.
func (m *Map[K, V]) TryResize(chains int) {
	t := m.table.Load()
	m.start(t, max(minBuckets, min(uint64(chains), 2*t.size())))
}

// ClearHasStarted reports whether somebody is in Clear or starts a resize.
func (m *Map[K, V]) ClearHasStarted() bool {
	if m.resizing.TryLock() {
		m.resizing.Unlock()
		return false
	}
	return true
}

// ClearWaits reports whether a goroutine, as that of a Clear, waits for a callback to end.
func (m *Map[K, V]) ClearWaits() bool {
	h := m.table.Load().holds
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, hold := range h.keys {
		if hold.awaited {
			return true
		}
	}
	return false
}

// Holds returns how many keys callbacks hold whose chain another goroutine has had.
func (m *Map[K, V]) Holds() int {
	h := m.table.Load().holds
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.keys)
}

// Waiting returns how many goroutines sleep until a chain of the map's current
// table is unlocked.
func (m *Map[K, V]) Waiting() int { return int(m.table.Load().waiters.Load()) }

// WatchTable returns a function that reports whether the current table, its
// array of buckets and its first segment of overflow buckets have been
// collected.
func (m *Map[K, V]) WatchTable() (collected func() bool) {
	t := m.table.Load()
	table, base, segment := weak.Make(t), weak.Make(t.base), weak.Make(t.overflow[0].Load())
	return func() bool { return table.Value() == nil && base.Value() == nil && segment.Value() == nil }
}

// patience is how long a test waits for what must happen before it calls it a
// hang. No test passes by waiting.
const patience = 30 * time.Second

// Within runs f in a goroutine and fails, with all stacks, if it hangs.
func Within(t testing.TB, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("%s: still waiting after %v\n%s", what, patience, stacks())
	}
}

// Eventually waits until holds returns true, giving way to other goroutines,
// and fails if it never does.
func Eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for start := time.Now(); !holds(); runtime.Gosched() {
		if time.Since(start) > patience {
			t.Fatalf("%s: not after %v\n%s", what, patience, stacks())
		}
	}
}

// Collected waits until gone returns true, with a garbage collection between
// looks, and fails if a bounded number of them does not bring it about.
func Collected(t testing.TB, what string, gone func() bool) {
	t.Helper()
	for range 20 {
		if gone() {
			return
		}
		runtime.GC()
	}
	t.Errorf("%s: still reachable", what)
}

func stacks() string {
	buf := make([]byte, 1<<20)
	return string(buf[:runtime.Stack(buf, true)])
}

// Park starts a write of key that stops with the lock of the key's chain held. It stays
// there until release is called, which returns when the write has; the entry is kept as
// it is.
func Park[K comparable, V any](t testing.TB, m *Map[K, V], key K) (release func()) {
	t.Helper()
	inside, leave, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		var w writer[K, V]
		m.begin(&w, key)
		close(inside)
		<-leave
		m.unlock(&w)
	}()
	Within(t, "a lock", func() { <-inside })
	release = sync.OnceFunc(func() {
		close(leave)
		<-done
	})
	t.Cleanup(release)
	return release
}
