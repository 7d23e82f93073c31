package explore

import (
	"fmt"
	"slices"
)

// A Program is a client of the code under test: a new state, and what each of a few
// goroutines does with it. It must be deterministic except for the order of the
// goroutines' steps. It must not use random numbers, clocks, real channels (see [Chan]),
// map iteration, a real sync.Mutex or sync.Pool, or goroutines other than those that [Go]
// starts. S is the type of the state, and R that of a call's result.
type Program[S, R any] struct {
	// Setup makes the state. It runs before every execution, alone.
	Setup func() S

	// Goroutines has the calls that each goroutine makes, one after the other. There
	// must be 1 to MaxGoroutines goroutines.
	Goroutines [][]Call[S, R]

	// Check judges the history of an execution: all calls, those of goroutine 0
	// first, in the order in which each goroutine makes them. It runs alone, after
	// every execution, and may read the state. The slice is valid only during the
	// call. A nil Check accepts everything.
	Check func(state S, history []Op[R]) error

	// Park[g], if it exists and is not 0, is the number of steps after which
	// goroutine g is never scheduled again. Its calls that have not returned have
	// Returned == 0.
	Park []int

	// AllowDeadlock accepts an execution in which all goroutines wait, with calls
	// that have not returned. Otherwise it is a failure.
	AllowDeadlock bool

	// IgnoreRealTime says that Check does not read Times. Executions that differ
	// only in the order of returns and invocations then count as one.
	IgnoreRealTime bool
}

// A Call is one call that a goroutine makes.
type Call[S, R any] struct {
	Name string // for reports
	Do   func(S) R
}

// An Op is a call in the history of an execution.
type Op[R any] struct {
	Call      string // the Name of the Call
	Goroutine int
	Index     int // place among the calls of the goroutine, from 0
	Result    R   // the zero R unless the call has returned
	// Exited reports that the call ended its goroutine by runtime.Goexit.
	Exited bool
	// Silent reports that the call announced no access. What it did, it may have done
	// at any time between the calls before and after it.
	Silent bool
	Times
}

// Times says when a call happened. Invoked and Returned are stamps of one counter that
// starts at 1; 0 means never. A call is invoked right before its first access and
// returns right after its last, which is the shortest possible time: if this history is
// linearizable, so is any history with longer calls and the same results.
type Times struct {
	Invoked, Returned int
	Steps             int // number of steps of the call
}

// validate panics if p cannot be explored.
//
//go:norace
func (p *Program[S, R]) validate() {
	if p.Setup == nil {
		panic("explore: Program.Setup is nil")
	}
	if n := len(p.Goroutines); n < 1 || n > MaxGoroutines {
		panic(fmt.Sprintf("explore: Program.Goroutines has %d goroutines, want 1 to %d", n, MaxGoroutines))
	}
	for g, calls := range p.Goroutines {
		for i, call := range calls {
			if call.Do == nil {
				panic(fmt.Sprintf("explore: Program.Goroutines[%d][%d].Do is nil", g, i))
			}
		}
	}
	for g, park := range p.Park {
		if park < 0 {
			panic(fmt.Sprintf("explore: Program.Park[%d] is negative: %d", g, park))
		}
		if park > 0 && g >= len(p.Goroutines) {
			panic(fmt.Sprintf("explore: Program.Park[%d] is set, but Program.Goroutines has %d goroutines", g, len(p.Goroutines)))
		}
	}
}

// A typedClient runs a Program for the engine.
type typedClient[S, R any] struct {
	e       *engine
	p       *Program[S, R]
	state   S
	history []Op[R]
	first   [MaxGoroutines + 1]int // where in history each goroutine begins
	calls   [MaxGoroutines]int     // number of calls that each goroutine has begun
	seen    []bool                 // calls that have made an access, by place in history
}

//go:norace
func newClient[S, R any](e *engine, p *Program[S, R]) *typedClient[S, R] {
	c := &typedClient[S, R]{e: e, p: p}
	for g, calls := range p.Goroutines {
		c.first[g+1] = c.first[g] + len(calls)
	}
	c.history = make([]Op[R], c.first[len(p.Goroutines)])
	c.seen = make([]bool, len(c.history))
	return c
}

//go:norace
func (c *typedClient[S, R]) setup() {
	for g, calls := range c.p.Goroutines {
		c.calls[g] = 0
		for i := range calls {
			c.history[c.first[g]+i] = Op[R]{Call: calls[i].Name, Goroutine: g, Index: i}
		}
	}
	c.state = c.p.Setup()
}

//go:norace
func (c *typedClient[S, R]) body(g int) {
	calls := c.p.Goroutines[g]
	for i := range calls {
		op := &c.history[c.first[g]+i]
		c.calls[g] = i + 1
		c.e.invoke(&op.Times)
		r := calls[i].Do(c.state)
		if c.e.cutting {
			return
		}
		if op.Silent = c.e.pending[g].call; !op.Silent {
			c.seen[c.first[g]+i] = true
		}
		c.e.returned()
		op.Result = r
	}
}

//go:norace
func (c *typedClient[S, R]) exited(g int) {
	c.history[c.first[g]+c.calls[g]-1].Exited = true
	c.e.returned()
}

//go:norace
func (c *typedClient[S, R]) check() error {
	if c.p.Check == nil {
		return nil
	}
	return c.p.Check(c.state, c.history)
}

//go:norace
func (c *typedClient[S, R]) silent() []string {
	var list []string
	for i, seen := range c.seen {
		if name := c.history[i].Call; !seen && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

//go:norace
func (c *typedClient[S, R]) callName(g int) string {
	if i := c.calls[g] - 1; i >= 0 {
		if name := c.p.Goroutines[g][i].Name; name != "" {
			return name
		}
		return fmt.Sprintf("call %d", i)
	}
	return ""
}
