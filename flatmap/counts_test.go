//go:build !explore

package flatmap

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// What a map counts of waiters, resizes and chains, when several change it at
// once.

// TestWaitersAreCounted checks that waiters which come and go at once are
// counted right. Method: a count that is lost is never found again.
func TestWaitersAreCounted(t *testing.T) {
	m := New[int, int](WithCapacity(1000))
	stop := comeAndGo(&m.table.Load().core)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 500 {
				m.Compute(i%3, func(v int, _ bool) (int, Op) {
					for range 2 * spinTries {
						runtime.Gosched()
					}
					return v + 1, Set
				})
			}
		})
	}
	Within(t, "writers that wait for each other", all.Wait)
	stop()
	idle(t, m)
	sum := 0
	for _, v := range m.All() {
		sum += v
	}
	if sum != 8*500 {
		t.Errorf("%d steps are left of %d", sum, 8*500)
	}
}

// comeAndGo counts waiters for chains of a table that are not there any more
// when stop returns, as many as it can.
func comeAndGo(c *core) (stop func()) {
	var over atomic.Bool
	c.counts.parking.CompareAndSwap(nil, newParking()) // as a waiter does
	begun := make(chan struct{})
	done := inBackground(func() {
		close(begun)
		for ; !over.Load(); runtime.Gosched() {
			for range 100 {
				c.waiters.Add(1)
				c.busy.Add(1)
				c.busy.Add(-1)
				c.waiters.Add(-1)
			}
		}
	})
	<-begun
	return func() {
		over.Store(true)
		<-done
	}
}

// atOnce calls functions at the same moment, as far as there are processors,
// and returns when all have.
func atOnce(fs ...func()) {
	var ready atomic.Int32
	var all sync.WaitGroup
	for _, f := range fs {
		all.Go(func() {
			ready.Add(1)
			for i := 1; int(ready.Load()) < len(fs); i++ {
				if i%1000 == 0 {
					runtime.Gosched()
				}
			}
			f()
		})
	}
	all.Wait()
}

// TestResizesAreCounted checks that a resize is counted as a reason to look
// around while waiters are, and is not any more when it is over, though two
// finish it at once.
func TestResizesAreCounted(t *testing.T) {
	m := New[int, int](WithCapacity(1))
	for range 500 {
		src := m.table.Load()
		r := &resize[int, int]{src: src, dst: newTable(&src.config, src.size(), src.counts)}
		stopSource, stopDestination := comeAndGo(&src.core), comeAndGo(&r.dst.core)
		r.announce()
		atOnce(func() { m.finish(r) }, func() { m.finish(r) })
		stopSource()
		stopDestination()
		if n := src.busy.Load(); n != 1 {
			t.Fatalf("%d reasons to look around in a table that is replaced", n)
		}
		idle(t, m)
		if t.Failed() || m.table.Load() != r.dst {
			t.Fatal("the resize is not over as it should be")
		}
	}
}

// TestOffersAreKept checks that a chain which is offered to helpers again is not
// forgotten, whatever other goroutine takes or offers chains at that moment.
func TestOffersAreKept(t *testing.T) {
	m := New[int, int](WithCapacity(int(loadLimit[int](4 * stride))))
	src := m.table.Load()
	r := &resize[int, int]{src: src, dst: newTable(&src.config, 2*src.size(), src.counts)}
	const first, second = 1, stride + 1
	for range 2000 {
		r.ticket.Store(2 * stride)
		atOnce(func() { r.offerAgain(first) }, func() { r.offerAgain(second) })
		if n := r.ticket.Load(); n > first {
			t.Fatalf("helpers go on at chain %d", n)
		}
		r.ticket.Store(2 * stride)
		atOnce(func() { r.offerAgain(first) }, func() { m.help(r) })
		if n := r.ticket.Load(); n > first && src.root(first).meta.Load()&flagMoved == 0 {
			t.Fatalf("helpers go on at chain %d, but the offered one has not moved", n)
		}
		r.moved.Store(0)
		for chain := range src.size() {
			src.root(chain).meta.Store(0)
		}
	}
}

// TestIdleAfterResizes checks that nothing is counted that is over, once a map
// has been resized and cleared.
func TestIdleAfterResizes(t *testing.T) {
	var m Map[int, int]
	for range 3 {
		for i := range 5000 {
			m.Store(i, i)
		}
		settle(t, &m, 0)
		idle(t, &m)
		for i := range 5000 {
			m.Delete(i)
		}
		settle(t, &m, 0)
		idle(t, &m)
	}
	m.Clear()
	idle(t, &m)
}
