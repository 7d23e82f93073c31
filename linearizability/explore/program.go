package explore

import "fmt"

// A Program is a client of the code under test: a fresh state, and what each
// of a few goroutines does with it. It must be deterministic but for the order
// of the goroutines' steps: no random numbers, clocks, channels, map iteration,
// goroutines but those that [Go] starts, real sync.Mutex or sync.Pool. S is the
// state, R what a call returns.
type Program[S, R any] struct {
	// Setup makes the state. It runs before every execution, alone.
	Setup func() S

	// Goroutines are the calls that each goroutine makes, one after the other.
	// There are 1 to MaxGoroutines goroutines.
	Goroutines [][]Call[S, R]

	// Check judges the history of an execution: all calls, those of goroutine
	// 0 first, in the order in which each goroutine makes them. It runs after
	// every execution, alone, and may look at the state. The slice is valid
	// only during the call. A nil Check accepts everything.
	Check func(state S, history []Op[R]) error

	// Park[g], if there is one and it is not 0, is the number of steps after
	// which goroutine g is never scheduled again. What it has not done stays
	// undone: the calls of its that have not returned have Returned == 0.
	Park []int

	// AllowDeadlock makes an execution in which everybody waits a normal one,
	// with calls that have not returned. Otherwise it is a failure.
	AllowDeadlock bool

	// IgnoreRealTime says that Check does not look at Times. Then executions
	// that differ only in the order of returns and invocations count as one.
	IgnoreRealTime bool
}

// A Call is one call that a goroutine makes.
type Call[S, R any] struct {
	Name string // for people
	Do   func(S) R
}

// An Op is a call in the history of an execution.
type Op[R any] struct {
	Call      string // its Name
	Goroutine int
	Index     int // its place among the calls of its goroutine, from 0
	Result    R   // the zero R unless it has returned
	// Exited says that the call ended its goroutine by runtime.Goexit.
	Exited bool
	Times
}

// Times is when a call happened. Invoked and Returned are stamps from one
// counter that starts at 1; 0 is never. A call is invoked right before its
// first access and returns right after its last, which is the shortest it can
// take: any history with longer calls and the same results is linearizable if
// this one is.
type Times struct {
	Invoked, Returned int
	Steps             int // how many steps the call took
}

// validate panics if p cannot be explored.
func (p *Program[S, R]) validate() {
	if p.Setup == nil {
		panic("explore: a Program needs a Setup")
	}
	if n := len(p.Goroutines); n < 1 || n > MaxGoroutines {
		panic(fmt.Sprintf("explore: a Program has 1 to %d goroutines, not %d", MaxGoroutines, n))
	}
	for g, calls := range p.Goroutines {
		for i, call := range calls {
			if call.Do == nil {
				panic(fmt.Sprintf("explore: Goroutines[%d][%d] has no Do", g, i))
			}
		}
	}
	for g, park := range p.Park {
		if park < 0 {
			panic(fmt.Sprintf("explore: Park[%d] is %d", g, park))
		}
		if park > 0 && g >= len(p.Goroutines) {
			panic(fmt.Sprintf("explore: Park[%d] is for none of %d goroutines", g, len(p.Goroutines)))
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
	calls   [MaxGoroutines]int     // how many calls it has begun
}

func newClient[S, R any](e *engine, p *Program[S, R]) *typedClient[S, R] {
	c := &typedClient[S, R]{e: e, p: p}
	for g, calls := range p.Goroutines {
		c.first[g+1] = c.first[g] + len(calls)
	}
	c.history = make([]Op[R], c.first[len(p.Goroutines)])
	return c
}

func (c *typedClient[S, R]) setup() {
	for g, calls := range c.p.Goroutines {
		c.calls[g] = 0
		for i := range calls {
			c.history[c.first[g]+i] = Op[R]{Call: calls[i].Name, Goroutine: g, Index: i}
		}
	}
	c.state = c.p.Setup()
}

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
		c.e.returned()
		op.Result = r
	}
}

func (c *typedClient[S, R]) exited(g int) {
	c.history[c.first[g]+c.calls[g]-1].Exited = true
	c.e.returned()
}

func (c *typedClient[S, R]) check() error {
	if c.p.Check == nil {
		return nil
	}
	return c.p.Check(c.state, c.history)
}

func (c *typedClient[S, R]) callName(g int) string {
	if i := c.calls[g] - 1; i >= 0 {
		if name := c.p.Goroutines[g][i].Name; name != "" {
			return name
		}
		return fmt.Sprintf("call %d", i)
	}
	return ""
}
