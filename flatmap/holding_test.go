package flatmap_test

import (
	"hash/maphash"
	"math"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flatmap-go/flatmap/flatmap"
)

// TestRetainDecidesUnequalKeysOnce checks that Retain decides the entry of a NaN once, also if its
// function makes the map grow: the keys of the chain are in several chains then, and a
// change in one has it visit all of them again.
func TestRetainDecidesUnequalKeysOnce(t *testing.T) {
	var m flatmap.Map[float64, int]
	const unequal = 30
	for i := range unequal {
		m.Store(math.NaN(), i)
	}
	for key := 1.0; key < 20; key++ {
		m.Store(key, -1)
	}
	calls := make([]int, unequal)
	m.Retain(func(key float64, v *int) bool {
		if key != key {
			calls[*v]++
			return true
		}
		for k := 100.0; k < 300; k++ { // some in each chain
			if k != key {
				m.Store(k, -1)
			}
		}
		return true
	})
	for i, n := range calls {
		if n != 1 {
			t.Errorf("the entry of NaN number %d was decided %d times", i, n)
		}
	}
}

// TestHasherEndsRetain checks that a Retain leaves no hold behind whose goroutine the hasher ends
// while it helps a resize, after it has lent the lock.
func TestHasherEndsRetain(t *testing.T) {
	armed := false
	for _, long := range []bool{false, true} { // a hash for all keys: the last ones are held from the start
		m := flatmap.New[float64, int](flatmap.WithCapacity(1000), flatmap.WithHasher(func(_ maphash.Seed, key float64) uint64 {
			if armed {
				runtime.Goexit()
			}
			if long {
				return 5
			}
			return uint64(key)
		}))
		last, arm := 20.0, 13.0
		for k := 1.0; k < last; k++ {
			m.Store(k, 1)
		}
		if !long {
			for ; last < 500 || !m.Stats().Resizing; last++ {
				m.Store(last, 1)
			}
			arm = 0
		}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			armed = !long
			m.Retain(func(key float64, _ *int) bool {
				if key == arm {
					m.TryResize(2 * m.Stats().Buckets)
					armed = true
				}
				return true
			})
		}()
		<-ended
		armed = false
		flatmap.Within(t, "writes, and a Clear", func() {
			for k := 1.0; k < last; k++ {
				m.Store(k, 2)
			}
			m.Clear()
		})
		if n := m.Holds(); n != 0 {
			t.Errorf("%d holds are left", n)
		}
	}
}

// TestRetainShrinks checks that Retain ends the resize that its deletions call for, also if it keeps
// the last entry that it decides of each chain, and so looks at the size nowhere.
func TestRetainShrinks(t *testing.T) {
	m := flatmap.New[int, int]()
	for i := range 20_000 {
		m.Store(i, i)
	}
	for m.Stats().Resizing {
		m.Store(0, 0)
	}
	last := make(map[uint64]int)
	m.Retain(func(k int, _ *int) bool { last[m.ChainOf(k)] = k; return true })
	chains := uint64(m.Stats().Buckets)
	m.Retain(func(k int, _ *int) bool { c := m.ChainOf(k); return c >= chains-chains/5 && last[c] == k })
	if s := m.Stats(); s.Resizing || s.Bytes > 8*m.Clone().Stats().Bytes {
		t.Errorf("%d entries are left in %d chains; resizing: %v", m.Len(), s.Buckets, s.Resizing)
	}
}

// TestClearWaitsWithoutLocks checks that a Clear that waits for a callback holds up no writer for
// more than a few milliseconds, however long the callback runs, and does not allocate
// a table each time it tries. The time is that of package synctest: it
// passes while all goroutines wait.
func TestClearWaitsWithoutLocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := flatmap.New[int, int](flatmap.WithGrowOnly(), flatmap.WithCapacity(100_000))
		m.Store(1, 1)
		table := uint64(m.Stats().Bytes)
		leave := make(chan struct{})
		go m.Compute(1, func(v int, ok bool) (int, flatmap.Op) { <-leave; return v, flatmap.Keep })
		synctest.Wait()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		cleared := make(chan struct{})
		go func() { m.Clear(); close(cleared) }()
		for range 1000 {
			time.Sleep(100 * time.Millisecond)
			begun := time.Now()
			m.Store(2, 2)
			if d := time.Since(begun); d > 2*time.Millisecond {
				t.Fatalf("a Store has waited for %v", d)
			}
		}
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 2*table {
			t.Errorf("Clear has allocated %d bytes, and a table has %d", n, table)
		}
		begun := time.Now()
		close(leave)
		<-cleared
		if d := time.Since(begun); d > time.Millisecond {
			t.Errorf("Clear has waited for %v after the callback", d)
		}
	})
}

// TestClearComesToAnEnd checks that callbacks of different chains that overlap hold up a Clear only
// for a time: each runs for 3 ms, longer than Clear keeps the locks at first, and one always runs.
func TestClearComesToAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m flatmap.Map[int, int]
		m.Store(1, 1)
		chains := map[uint64]bool{}
		cleared := make(chan struct{})
		var wg sync.WaitGroup
		for key := 0; len(chains) < 3; key++ {
			if chains[m.ChainOf(key)] {
				continue
			}
			chains[m.ChainOf(key)] = true
			wait := time.Duration(len(chains)) * time.Millisecond
			wg.Go(func() {
				time.Sleep(wait)
				for {
					select {
					case <-cleared:
						return
					default:
						m.Compute(key, func(v int, ok bool) (int, flatmap.Op) { time.Sleep(3 * time.Millisecond); return v, flatmap.Set })
					}
				}
			})
		}
		time.Sleep(10 * time.Millisecond)
		begun := time.Now()
		m.Clear()
		close(cleared)
		if d := time.Since(begun); d > 100*time.Millisecond {
			t.Errorf("Clear has taken %v", d)
		}
		wg.Wait()
	})
}
