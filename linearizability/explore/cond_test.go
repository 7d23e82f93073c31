package explore_test

import (
	"fmt"
	"sync"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// A gate is open once ready is set, under mu if all is right.
type gate struct {
	mu    explore.Mutex
	cond  explore.Cond
	ready explore.Uint64
	data  uint64 // for plain accesses
	woken []string
}

func newGate() *gate {
	g := &gate{}
	g.cond.L = &g.mu
	return g
}

// pass waits until the gate is open.
func (g *gate) pass(name string) string {
	g.mu.Lock()
	for g.ready.Load() == 0 {
		g.cond.Wait()
	}
	g.woken = append(g.woken, name)
	g.mu.Unlock()
	return ""
}

func gateProgram(open func(g *gate), waiters int) explore.Program[*gate, string] {
	type call = explore.Call[*gate, string]
	p := explore.Program[*gate, string]{
		Setup:      newGate,
		Goroutines: [][]call{{{Name: "open", Do: func(g *gate) string { open(g); return "" }}}},
	}
	for i := range waiters {
		name := fmt.Sprint("pass", i)
		p.Goroutines = append(p.Goroutines, []call{{Name: name, Do: func(g *gate) string { return g.pass(name) }}})
	}
	return p
}

// A lost wake-up leaves a goroutine waiting. The programs without one do not.
func TestCond(t *testing.T) {
	for _, test := range []struct {
		name    string
		open    func(g *gate)
		waiters int
		want    expectation
	}{
		{"broadcast", func(g *gate) { g.mu.Lock(); g.ready.Store(1); g.cond.Broadcast(); g.mu.Unlock() }, 2, right},
		{"broadcast afterwards", func(g *gate) { g.mu.Lock(); g.ready.Store(1); g.mu.Unlock(); g.cond.Broadcast() }, 2, right},
		{"the mutex is taken after the change", func(g *gate) { g.ready.Store(1); g.mu.Lock(); g.cond.Broadcast(); g.mu.Unlock() }, 2, right},
		{"signal for one", func(g *gate) { g.mu.Lock(); g.ready.Store(1); g.cond.Signal(); g.mu.Unlock() }, 1, right},
		{"signal for each", func(g *gate) { g.mu.Lock(); g.ready.Store(1); g.mu.Unlock(); g.cond.Signal(); g.cond.Signal() }, 2, right},
		{"signal for two", func(g *gate) { g.mu.Lock(); g.ready.Store(1); g.cond.Signal(); g.mu.Unlock() }, 2, expectation{explore.Deadlock, 0}},
		{"no broadcast", func(g *gate) { g.mu.Lock(); g.ready.Store(1); g.mu.Unlock() }, 1, expectation{explore.Deadlock, 0}},
		{"broadcast too early", func(g *gate) { g.cond.Broadcast(); g.mu.Lock(); g.ready.Store(1); g.mu.Unlock() }, 1, expectation{explore.Deadlock, 1}},
		{"without the mutex", func(g *gate) { g.ready.Store(1); g.cond.Broadcast() }, 1, expectation{explore.Deadlock, 1}},
	} {
		t.Run(test.name, func(t *testing.T) { expect(t, gateProgram(test.open, test.waiters), test.want) })
	}
	r := explore.Explore(t.Context(), gateProgram(func(*gate) {}, 1), explore.Options{})
	require.ErrorContains(t, r.Failure, ".Wait")
}

// What comes before a Signal or Broadcast is ordered with what follows the Wait that it
// ends, and a Cond orders nothing else. An execution shows a race in any order.
func TestCondRaces(t *testing.T) {
	write := func(g *gate) { explore.PlainWrite(unsafe.Pointer(&g.data), 8) }
	wait := func(g *gate) { g.mu.Lock(); g.cond.Wait(); g.mu.Unlock() }
	for name, wake := range map[string]func(*explore.Cond){"Signal": (*explore.Cond).Signal, "Broadcast": (*explore.Cond).Broadcast} {
		for _, test := range []struct {
			name       string
			goroutines []func(g *gate)
			races      bool
		}{
			{"before the wake-up, after the wait", []func(g *gate){
				func(g *gate) { wait(g); write(g) },
				func(g *gate) { write(g); wake(&g.cond) },
			}, false},
			{"before the wait, after the wake-up", []func(g *gate){
				func(g *gate) { write(g); wait(g) },
				func(g *gate) { wake(&g.cond); write(g) },
			}, true},
			{"before the wait, after another", []func(g *gate){
				func(g *gate) { write(g); wait(g) },
				func(g *gate) { g.mu.Lock(); g.cond.Wait(); write(g); g.mu.Unlock() },
			}, false},
			{"before one wake-up, after another", []func(g *gate){
				func(g *gate) { write(g); wake(&g.cond) },
				func(g *gate) { wake(&g.cond); write(g) },
			}, true},
			{"before a wake-up, after a wait that another ends", []func(g *gate){
				func(g *gate) { wait(g); write(g) },
				func(g *gate) { g.cond.Signal() },
				func(g *gate) { write(g); g.cond.Signal() },
			}, true},
		} {
			t.Run(name+" "+test.name, func(t *testing.T) {
				p := explore.Program[*gate, string]{Setup: newGate, AllowDeadlock: true}
				for _, f := range test.goroutines {
					p.Goroutines = append(p.Goroutines, []explore.Call[*gate, string]{{Do: func(g *gate) string { f(g); return "" }}})
				}
				r := explore.Explore(t.Context(), p, explore.Options{})
				require.Equal(t, test.races, r.Failure != nil, "%v", r)
				if test.races {
					require.Equal(t, explore.Race, r.Failure.Kind)
					require.Zero(t, r.Executions, "%v", r)
				}
			})
		}
	}
}

// Signal wakes the goroutine that has waited longest, whatever its number.
func TestSignalOrder(t *testing.T) {
	p := gateProgram(func(g *gate) {
		g.mu.Lock()
		g.ready.Store(1)
		g.mu.Unlock()
		for range 3 {
			g.cond.Signal()
		}
	}, 3)
	var waited []string
	p.Setup = func() *gate { waited = nil; return newGate() }
	for i := range p.Goroutines[1:] {
		name := fmt.Sprint(i)
		p.Goroutines[i+1][0].Do = func(g *gate) string {
			g.mu.Lock()
			if g.ready.Load() == 0 {
				waited = append(waited, name)
				g.cond.Wait()
				g.woken = append(g.woken, name)
			}
			g.mu.Unlock()
			return ""
		}
	}
	orders := map[string]bool{}
	p.Check = func(g *gate, _ []explore.Op[string]) error {
		if len(waited) == 3 && len(g.woken) == 3 {
			orders[fmt.Sprint(waited)] = true
		}
		return nil
	}
	r := explore.Explore(t.Context(), p, explore.Options{})
	require.Nil(t, r.Failure)
	require.Len(t, orders, 6)

	// One Signal wakes the first of them alone.
	p.Goroutines[0][0].Do = func(g *gate) string {
		g.mu.Lock()
		g.ready.Store(1)
		g.cond.Signal()
		g.mu.Unlock()
		return ""
	}
	p.AllowDeadlock = true
	p.Check = func(g *gate, _ []explore.Op[string]) error {
		if len(waited) > 0 && (len(g.woken) != 1 || g.woken[0] != waited[0]) {
			return fmt.Errorf("%v waited, %v were woken", waited, g.woken)
		}
		return nil
	}
	r = explore.Explore(t.Context(), p, explore.Options{})
	require.Nil(t, r.Failure)
	require.True(t, r.Exhausted)
}

// Outside of an exploration a Cond is for real goroutines. In Setup no goroutine can end
// a wait.
func TestCondOutside(t *testing.T) {
	for _, open := range []func(c *explore.Cond){(*explore.Cond).Broadcast, (*explore.Cond).Signal} {
		var mu explore.Mutex
		cond, ready := explore.NewCond(&mu), false
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				mu.Lock()
				defer mu.Unlock()
				for !ready {
					cond.Wait()
				}
			})
		}
		mu.Lock()
		ready = true
		open(cond)
		mu.Unlock()
		all.Wait()
	}
	p := gateProgram(func(*gate) {}, 0)
	p.Setup = func() *gate { g := newGate(); g.mu.Lock(); g.cond.Wait(); return g }
	r := explore.Explore(t.Context(), p, explore.Options{})
	require.ErrorContains(t, r.Failure, "Wait of a Cond would wait forever")
}
