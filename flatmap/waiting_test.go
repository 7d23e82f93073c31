//go:build !explore

package flatmap

import (
	"hash/maphash"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// inBackground calls f and returns what is closed when f returns.
func inBackground(f func()) (done chan struct{}) {
	done = make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	return done
}

// idle fails if a table that nobody waits for, and that is not being resized,
// counts reasons to look around: its writers would never take the short path
// again.
func idle[V any](t *testing.T, m *Map[int, V]) {
	t.Helper()
	if c := m.table.Load(); c.waiters.Load() != 0 || c.busy.Load() != 0 {
		t.Errorf("%d waiters are counted, and %d reasons to look around", c.waiters.Load(), c.busy.Load())
	}
}

// TestWaitersOfOneLot checks that goroutines which sleep in one parking lot for
// the locks of different chains do not interfere: the goroutine that waits first, for the
// lock that is given back last, takes no wake-up and holds no mutex.
func TestWaitersOfOneLot(t *testing.T) {
	m := New[int, int](WithCapacity(20 * parkingLots * bucketSlots))
	first, second := 0, 1
	for m.ChainOf(second) == m.ChainOf(first) || m.ChainOf(second)%parkingLots != m.ChainOf(first)%parkingLots {
		second++
	}
	releaseFirst, releaseSecond := Park(t, m, first), Park(t, m, second)
	one := inBackground(func() { m.Store(first, 1) })
	Eventually(t, "one asleep", func() bool { return m.Waiting() == 1 })
	two := inBackground(func() { m.Store(second, 2) })
	Eventually(t, "both asleep", func() bool { return m.Waiting() == 2 })
	releaseSecond()
	Within(t, "the Store of the chain that is free", func() { <-two })
	releaseFirst()
	Within(t, "the other Store", func() { <-one })
	idle(t, m)
}

// TestTooFullTableWaits checks that writers go on in a full table while another
// is allocated, and wait for it when theirs is half again as full as it should be.
func TestTooFullTableWaits(t *testing.T) {
	m := New[int, int](WithCapacity(100))
	table := m.table.Load()
	limit := table.growAt + table.growAt/2
	m.resizing.Lock() // as the goroutine that allocates does
	m.allocating.Lock()
	Within(t, "writers next to an allocation", func() {
		for i := 0; int64(m.Len()) < limit; i++ {
			m.Store(i, i)
		}
	})
	if m.table.Load() != table || table.next.Load() != nil {
		t.Fatal("the table has been replaced")
	}
	table.counts.add(0, 1) // as if the next one were stored
	var allocated atomic.Bool
	begun := make(chan struct{})
	done := inBackground(func() {
		close(begun)
		m.start(table, 2*table.size())
		if !allocated.Load() {
			t.Error("a writer goes on in a table that is too full")
		}
	})
	<-begun
	for range 1000 {
		runtime.Gosched()
	}
	allocated.Store(true)
	m.allocating.Unlock()
	<-done
	m.resizing.Unlock()
}

// TestMoverWakesWaiters checks that a goroutine which sleeps for the lock of a
// chain that is being moved is woken, whether the move comes off or is given
// up. Method: the hasher stops the mover.
func TestMoverWakesWaiters(t *testing.T) {
	for _, gives := range []bool{false, true} {
		const moved, waiting = 3, 3 + 1<<20 // keys of one chain
		armed := false
		inside, leave := make(chan struct{}), make(chan struct{})
		m := New[int, string](WithHasher(func(seed maphash.Seed, key int) uint64 {
			if key == moved && armed {
				armed = false
				close(inside)
				<-leave
				if gives {
					panic("the hasher panics")
				}
			}
			return maphash.Comparable(seed, key&(1<<20-1))
		}))
		for i := range 10 {
			m.Store(i, "")
		}
		armed = true
		mover := inBackground(func() { m.TryResize(2 * m.Stats().Buckets) })
		Within(t, "the hasher", func() { <-inside })
		writer := inBackground(func() { m.Store(waiting, "") })
		Eventually(t, "the writer asleep", func() bool { return m.Waiting() == 1 })
		close(leave)
		Within(t, "the writer", func() { <-writer })
		Within(t, "the mover", func() { <-mover })
		settle(t, m, 0)
		idle(t, m)
		if s := m.Stats(); s.Entries != 11 {
			t.Errorf("%d entries", s.Entries)
		}
	}
}

// TestClearWakesWaiters checks that Clear wakes those that sleep for a lock it
// holds. Method: it locks the chains in order, so it holds the first one while
// it waits for the last.
func TestClearWakesWaiters(t *testing.T) {
	m := New[int, int]()
	m.Store(0, 0)
	last := m.table.Load().mask
	release := Park(t, m, inChain(m, last, 1))
	clearing := inBackground(m.Clear)
	Eventually(t, "Clear asleep", func() bool { return m.Waiting() == 1 })
	key := inChain(m, 0, 1)
	writer := inBackground(func() { m.Store(key, 1) })
	Eventually(t, "both asleep", func() bool { return m.Waiting() == 2 })
	release()
	Within(t, "Clear", func() { <-clearing })
	Within(t, "the Store", func() { <-writer })
	if v, ok := m.Load(key); !ok || v != 1 {
		t.Errorf("Load(%d) = %d, %v", key, v, ok)
	}
	idle(t, m)
}

// A sleeper stands for a goroutine that waits for the lock of a chain: it is
// counted, has seen the lock taken, and is about to sleep. Until it does, it
// holds the mutex of its parking lot, where a goroutine that wakes it has to stop.
type sleeper struct {
	c    *core
	root *head
	lot  *parkingLot
}

func newSleeper[V any](t *table[int, V], chain uint64) *sleeper {
	t.counts.parking.Store(newParking())
	s := &sleeper{&t.core, t.root(chain), &t.counts.parking.Load()[chain%parkingLots]}
	s.lot.mu.Lock()
	s.c.waiters.Add(1)
	s.c.busy.Add(1)
	return s
}

// wokenBy checks that op, which unlocks the chain, has done so when it sets out
// to wake the sleeper, and that it does wake it. Meanwhile it calls then.
func (s *sleeper) wokenBy(t *testing.T, op, then func()) {
	t.Helper()
	done := inBackground(op)
	ended := false
	Eventually(t, "waking", func() bool {
		select {
		case <-done:
			ended = true
		default:
		}
		return ended || wakes()
	})
	locked := s.root.meta.Load()&flagLocked != 0
	then()
	woken := make(chan struct{})
	go func() {
		if !ended {
			s.lot.cond.Wait()
		}
		s.c.busy.Add(-1)
		s.c.waiters.Add(-1)
		s.lot.mu.Unlock()
		close(woken)
	}()
	if ended {
		t.Fatal("nobody wakes the sleeper, or without the mutex")
	}
	if locked {
		t.Fatal("the lock is still taken when the sleeper is woken")
	}
	Within(t, "the sleeper", func() { <-woken })
	Within(t, "the goroutine that has woken it", func() { <-done })
}

// wakes reports whether a goroutine waits for the mutex of a parking lot in
// order to wake others.
func wakes() bool {
	for g := range strings.SplitSeq(stacks(), "\n\n") {
		if strings.Contains(g, "[sync.Mutex.Lock") && strings.Contains(g, ".wakeWaiters(") {
			return true
		}
	}
	return false
}

// rests checks that a map can end its resize and is idle then.
func rests[V any](t *testing.T, m *Map[int, V]) {
	t.Helper()
	settle(t, m, 0)
	idle(t, m)
}

// TestSleeperIsWoken checks, for all places that unlock a chain, that a waiter
// which has seen the lock taken at the last moment is woken, and not before the
// lock is free.
func TestSleeperIsWoken(t *testing.T) {
	const chain = stride + 8 // neither in the first stride nor in the lot of chain 0
	nothing := func() {}
	for _, test := range []struct {
		name string
		f    func(t *testing.T)
	}{
		{"unlock", func(t *testing.T) {
			m := New[int, int]()
			release := Park(t, m, 0)
			newSleeper(m.table.Load(), m.ChainOf(0)).wokenBy(t, release, nothing)
			idle(t, m)
		}},
		{"Clear", func(t *testing.T) {
			m := New[int, int]()
			m.Store(0, 0)
			newSleeper(m.table.Load(), 0).wokenBy(t, m.Clear, nothing)
			idle(t, m)
		}},
		{"grow", func(t *testing.T) {
			m, r := halfResized(false)
			newSleeper(r.src, chain).wokenBy(t, func() { m.help(r) }, nothing)
			rests(t, m)
		}},
		{"grow, given up", func(t *testing.T) {
			armed := false
			m, r := halfResized(false, WithHasher(func(seed maphash.Seed, key int) uint64 {
				if armed {
					armed = false
					panic("the hasher panics")
				}
				return maphash.Comparable(seed, key)
			}))
			newSleeper(r.src, chain).wokenBy(t, func() {
				armed = true
				if r.tryMove(chain) != notMoved {
					t.Error("the hasher has not panicked")
				}
			}, nothing)
			rests(t, m)
		}},
		{"shrink", func(t *testing.T) {
			m, r := halfResized(true)
			newSleeper(r.src, chain).wokenBy(t, func() { m.help(r) }, nothing)
			rests(t, m)
		}},
		{"shrink, for the destination", func(t *testing.T) {
			m, r := halfResized(true)
			newSleeper(r.dst, chain).wokenBy(t, func() { m.help(r) }, nothing)
			rests(t, m)
		}},
		{"shrink, given back", func(t *testing.T) {
			m, r := halfResized(true)
			r.dst.lockChain(r.dst.root(chain), chain)
			var result moveResult
			newSleeper(r.src, chain).wokenBy(t, func() { result = r.tryMove(chain) }, nothing)
			if result != notMoved {
				t.Error("a chain has moved to one that is locked")
			}
			root := r.dst.root(chain)
			m.unlockChain(r.dst, root, chain, root.meta.Load()&^flagLocked)
			rests(t, m)
		}},
		{"shrink, given back too late", func(t *testing.T) {
			// The writer that held the destination's lock has looked for skipped chains while
			// this one was locked, and comes no more.
			m, r := halfResized(true)
			r.dst.lockChain(r.dst.root(chain), chain)
			var result moveResult
			newSleeper(r.src, chain).wokenBy(t, func() { result = r.tryMove(chain) }, func() {
				root := r.dst.root(chain)
				root.meta.Store(root.meta.Load() &^ flagLocked)
			})
			if result != movedEntries {
				t.Error("a chain is left over")
			}
			m.count(r, 1)
			rests(t, m)
		}},
	} {
		t.Run(test.name, test.f)
	}
}

// TestNobodyStarves checks that a goroutine that waits for the lock of a chain gets it, though
// another goroutine takes it again as soon as it has given it back; and so that a
// Clear which waits does not keep its other locks for long. Method: the callback
// of that goroutine takes much longer than to wake somebody, and is counted.
func TestNobodyStarves(t *testing.T) {
	const most = 200 // a few are enough, on a machine that does nothing else
	for name, wait := range map[string]func(m *Map[int, int]){
		"Store":         func(m *Map[int, int]) { m.Store(0, 1) },
		"Clear":         func(m *Map[int, int]) { m.Clear() },
		"next to Clear": func(m *Map[int, int]) { done := inBackground(m.Clear); m.Store(1, 1); <-done },
	} {
		t.Run(name, func(t *testing.T) {
			m := New[int, int](WithCapacity(1000))
			inside := make(chan struct{})
			var got atomic.Bool
			busy := inBackground(func() {
				for n := 0; !got.Load(); n++ {
					if n > most {
						t.Errorf("not after %d callbacks of another goroutine", n)
						return
					}
					m.Compute(0, func(int, bool) (int, Op) {
						if n == 0 {
							close(inside)
						}
						for begun := time.Now(); time.Since(begun) < 2*time.Millisecond; {
							runtime.Gosched() // a goroutine that waits finds the lock taken, and sleeps
						}
						return 0, Set
					})
				}
			})
			<-inside
			wait(m)
			got.Store(true)
			<-busy
		})
	}
}

// TestBubbles checks that maps in different bubbles of testing/synctest have
// nothing to do with each other: a goroutine may be woken from its own bubble only.
func TestBubbles(t *testing.T) {
	for _, name := range []string{"one", "two"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 50 {
				synctest.Test(t, func(t *testing.T) {
					var m Map[string, int]
					var wg sync.WaitGroup
					for range 8 {
						wg.Go(func() {
							for range 20 {
								m.Compute("hits", func(n int, _ bool) (int, Op) {
									synctest.Wait() // until all others are asleep
									return n + 1, Set
								})
							}
						})
					}
					wg.Wait()
					if n, _ := m.Load("hits"); n != 160 {
						t.Errorf("%d of 160 calls count", n)
					}
				})
			}
		})
	}
}
