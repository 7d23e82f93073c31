package explore

import (
	"fmt"
	"iter"
	"runtime"
	"runtime/debug"

	"github.com/flatmap-go/flatmap/linearizability/explore/internal/self"
)

// The goroutines of a program are coroutines, made by iter.Pull and used for one
// execution after the other. next resumes a coroutine, and yield returns to the
// coroutine that resumed it. A switch by way of the main goroutine would take two such
// operations. Instead, a coroutine itself resumes the one that should run, if that one
// is suspended. The active coroutines therefore form a stack, with the main goroutine
// at the bottom and the running one on top. To get to a coroutine further down, those
// above it yield. A switch between two goroutines thus takes one operation, and there
// is no switch if the strategy lets the running goroutine continue.

// A worker is the coroutine on which one goroutine of the program runs.
type worker struct {
	e       *engine
	g       int
	active  bool // on the stack
	dead    bool // ended by Goexit, or is about to end
	resume  func() (struct{}, bool)
	stop    func()
	suspend func(struct{}) bool
}

func (e *engine) newWorker(g int) *worker {
	w := &worker{e: e, g: g}
	w.resume, w.stop = iter.Pull(func(yield func(struct{}) bool) {
		w.suspend = yield
		e.selves[g].Store(self.Goroutine() | 1)
		for w.run() && w.finish() {
		}
	})
	return w
}

// switchFrom gives control to e.target. It returns true when the target is w's
// goroutine (or toMain if w is nil), and false if the coroutine must end.
func (e *engine) switchFrom(w *worker) bool {
	g := toMain
	if w != nil {
		g = w.g
	}
	if here.Load() != e.entered {
		hang()
	}
	for e.target != g {
		if e.target != toMain {
			if t := e.workers[e.target]; !t.active {
				t.active = true
				t.resume()
				continue
			}
		}
		w.active = false
		if !w.suspend(struct{}{}) {
			return false
		}
	}
	e.running = g
	if w == nil {
		e.enter(0)
	} else {
		e.enter(e.selves[g].Load())
	}
	return true
}

// leave gives control to next. It returns when g may make the access that it
// announced.
func (e *engine) leave(g, next int) {
	e.target = next
	if !e.switchFrom(e.workers[g]) || e.cutting && !e.finishing {
		e.unwind(g)
	}
}

// run makes the calls of the worker's goroutine. It returns false if the coroutine
// must end.
func (w *worker) run() (ok bool) {
	e := w.e
	e.running = w.g
	e.enter(e.selves[w.g].Load())
	returned := false
	defer func() {
		if returned {
			return
		}
		r := recover()
		if r == nil { // Goexit, which cannot be stopped
			w.dead = true
			if !e.cutting && w.g < e.given {
				e.client.exited(w.g)
			}
			w.finish()
			return
		}
		if _, cut := r.(cutOff); !cut && !e.cutting {
			e.fail(Panic, w.g, fmt.Errorf("panic: %v", r))
			e.failure.Stack = debug.Stack()
		}
		ok = true
	}()
	e.body(w.g)
	returned = true
	return true
}

// finish ends a goroutine. It returns true when a later execution starts the worker
// again, and false if the coroutine must end.
func (w *worker) finish() bool {
	e := w.e
	e.live &^= only(w.g)
	if e.cutting {
		e.target = toMain
	} else {
		e.target = e.next()
	}
	return e.switchFrom(w)
}

// A cutOff is the panic that unwinds a goroutine whose execution is cut off.
type cutOff struct{}

// Error is the text of the panic in a goroutine that Explore does not run, or that
// prints the panics that it recovers.
func (cutOff) Error() string {
	return "explore: the execution was cut off, or a goroutine that Explore does not run used an explored type"
}

// unwind ends goroutine g by a panic. A second time it lets g pass, since a deferred
// function runs or the program recovered from the panic.
func (e *engine) unwind(g int) {
	if !e.unwound.has(g) {
		e.unwound |= only(g)
		panic(cutOff{})
	}
	const enough = 10_000
	if e.passed++; e.passed > enough {
		runtime.Goexit()
	}
}

// finishes reports whether a goroutine of an execution that is cut off may make the
// access that it announces, since it will end soon. Goroutines whose attempts failed
// may run to their end when all others have ended: no other goroutine holds a lock or
// can be disturbed. Compared with unwinding them by a panic, the suite 3x1 of the
// map's clients takes 10 to 15 % less time.
func (e *engine) finishes(o op, a address, width uint8, mask uint64) bool {
	const soon = 1000
	if !e.finishing || e.passed >= soon || o == opSpin || o.masked() && peek(a, width)&mask != 0 {
		return false
	}
	e.passed++
	return true
}

// startWorkers makes missing workers.
func (e *engine) startWorkers() {
	for g := range e.n {
		if e.workers[g] == nil {
			e.workers[g] = e.newWorker(g)
		}
	}
}

// buryDead replaces workers that ended.
func (e *engine) buryDead() {
	for g := range e.n {
		if w := e.workers[g]; w.dead {
			w.bury()
			e.workers[g] = e.newWorker(g)
		}
	}
}

// bury ends a worker. Goexit passes through iter.Pull's stop to its caller, so a dead
// worker's stop is called in a separate goroutine.
func (w *worker) bury() {
	if !w.dead {
		w.stop()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.stop()
	}()
	<-done
}

// stopWorkers ends all workers.
func (e *engine) stopWorkers() {
	for g, w := range e.workers {
		if w != nil {
			w.bury()
			e.workers[g] = nil
		}
	}
}
