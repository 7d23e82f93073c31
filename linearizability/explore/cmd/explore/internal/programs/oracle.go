package programs

import (
	"fmt"
	"strings"
)

// A Result is all that a program can do.
type Result struct {
	Outcomes map[string]bool // of executions in which nothing fails
	Failures map[string]bool // "race", "deadlock", "leak" and "panic" if it can
	States   int
	// Paths is the number of interleavings.
	Paths float64
	// Choice says that a select can choose between cases.
	Choice bool
}

// A code is a step of a goroutine: an operation, the end of its body, or the wait for all
// goroutines at the end of the test.
type code struct {
	op   *Op
	end  bool
	join bool
	skip int // where to continue if the body does not run
}

func compile(list []Op, into []code) []code {
	for i := range list {
		o := &list[i]
		at := len(into)
		into = append(into, code{op: o})
		into = compile(o.Body, into)
		switch o.Kind {
		case Lock, RLock, WLock, TryLock, TryRLock, TryWLock, Once:
			into = append(into, code{op: o, end: true})
		}
		into[at].skip = len(into)
	}
	return into
}

// A thread is the state of a goroutine.
type thread struct {
	pc      int8
	phase   int8 // within an operation of several steps
	started bool
	parked  bool  // in queues of channels
	woken   bool  // from a channel or the condition
	got     int8  // from a channel
	ok      bool  // the same
	from    int8  // the same: which channel
	reg     int   // what it has seen
	clock   clock // what it knows
}

type clock [most]uint8

func (c *clock) join(d *clock) {
	for i := range c {
		c[i] = max(c[i], d[i])
	}
}

// accesses are the last ones of every goroutine, as of their clocks.
type accesses struct{ plainReads, plainWrites, atomicReads, atomicWrites clock }

// A state is comparable, so that states are visited once.
type state struct {
	threads  [most]thread
	atomics  [atomics]int
	plains   [plains + 1]int
	mutexes  [mutexes]int8 // the owner plus 1
	writer   int8          // of the RWMutex: the owner plus 1
	readers  int8
	group    int8
	once     int8       // 1 while the function runs, 2 after it
	queue    [most]int8 // of the condition: goroutines plus 1
	chans    [chans]channel
	syncMap  [keys]int // 0: no entry
	accessed [plains + 1 + atomics]accesses

	// What was released.
	ofAtomic [atomics]clock
	ofMutex  [mutexes]clock
	ofWriter clock
	ofReader clock
	ofGroup  clock
	ofOnce   clock
	ofKey    [keys]clock
}

// An oracle enumerates the states of a program.
type oracle struct {
	p       *Program
	code    [][]code
	visited map[state]float64 // how many paths begin here
	result  Result
	limit   int
	failed  string // what the step in progress has done wrong
}

// Enumerate returns all that p can do, or nil if p has more than limit states.
func Enumerate(p *Program, limit int) *Result {
	o := &oracle{p: p, limit: limit, visited: map[state]float64{},
		result: Result{Outcomes: map[string]bool{}, Failures: map[string]bool{}}}
	for g, list := range p.Goroutines {
		c := compile(list, nil)
		if g == 0 && p.Join {
			c = append(c, code{join: true})
		}
		o.code = append(o.code, c)
	}
	s := state{group: int8(p.Count)}
	s.threads[0].started = true
	paths, ok := o.walk(&s)
	if !ok {
		return nil
	}
	o.result.Paths = paths
	o.result.States = len(o.visited)
	return &o.result
}

// ended reports whether g has nothing left to do.
func (o *oracle) ended(s *state, g int) bool { return int(s.threads[g].pc) == len(o.code[g]) }

// walk visits s and all that follows it, and returns how many paths begin at s.
func (o *oracle) walk(s *state) (paths float64, ok bool) {
	if paths, ok = o.visited[*s]; ok {
		return paths, true
	}
	if len(o.visited) == o.limit {
		return 0, false
	}
	moved, done := false, true
	for g := range o.code {
		if !s.threads[g].started || o.ended(s, g) {
			continue
		}
		done = false
		if !o.enabled(s, g) {
			continue
		}
		moved = true
		next := *s
		o.failed = ""
		next.threads[g].clock[g]++
		o.step(&next, g)
		if o.failed != "" {
			o.result.Failures[o.failed] = true
			paths++
		} else if more, ok := o.walk(&next); ok {
			paths += more
		} else {
			return 0, false
		}
	}
	o.visited[*s] = max(paths, 1)
	switch {
	case moved:
	case done:
		o.result.Outcomes[o.outcome(s)] = true
	case o.ended(s, 0):
		o.result.Failures["leak"] = true
	default:
		o.result.Failures["deadlock"] = true
	}
	return o.visited[*s], true
}

// outcome is what the text of the program reports, in the same order.
func (o *oracle) outcome(s *state) string {
	if !o.p.Join {
		return "" // nobody knows when it has ended
	}
	var b strings.Builder
	for g := range o.code {
		fmt.Fprintf(&b, "%d ", s.threads[g].reg)
	}
	fmt.Fprint(&b, s.atomics, s.plains[:plains])
	return b.String()
}

// enabled reports whether g's next step does not wait.
func (o *oracle) enabled(s *state, g int) bool {
	t := &s.threads[g]
	c := o.code[g][t.pc]
	switch {
	case c.end:
		return true
	case c.join:
		for other := 1; other < len(o.code); other++ {
			if !o.ended(s, other) {
				return false
			}
		}
		return true
	}
	switch c.op.Kind {
	case Await:
		return s.atomics[c.op.V] == c.op.Val
	case Lock:
		return s.mutexes[c.op.V] == 0
	case RLock:
		return s.writer == 0
	case WLock:
		if t.phase == 1 {
			return s.readers == 0
		}
		return s.writer == 0
	case WaitFor:
		return s.group == 0
	case Once:
		return s.once != 1
	case CondWait:
		return t.phase == 0 || t.woken && s.mutexes[0] == 0
	}
	return !t.parked
}

// fold is what the text of a program has, too.
func (t *thread) see(v int) { t.reg = t.reg*31 + v + 1 }

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
