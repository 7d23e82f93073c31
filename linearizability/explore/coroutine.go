package explore

import (
	"fmt"
	"iter"
	"runtime"
	"runtime/debug"
)

// The goroutines of a program are coroutines, made by iter.Pull and used for
// one execution after the other. A coroutine is resumed by next and goes back
// to whoever resumed it by yield. Going through the main goroutine would take
// two such switches from one coroutine to another. Instead, a coroutine itself
// resumes the one that should run, if that one is suspended, and so the active
// ones form a stack, with the main goroutine at the bottom and the running one
// on top. To get to one further down, those above it yield. So a switch between
// two goroutines takes one operation, and no switch happens when the strategy
// wants the running goroutine to go on.

// A worker is the coroutine on which one goroutine of the program runs.
type worker struct {
	e       *engine
	g       int
	active  bool // on the stack
	dead    bool // ended by Goexit, or about to be
	resume  func() (struct{}, bool)
	stop    func()
	suspend func(struct{}) bool
}

func (e *engine) newWorker(g int) *worker {
	w := &worker{e: e, g: g}
	w.resume, w.stop = iter.Pull(func(yield func(struct{}) bool) {
		w.suspend = yield
		for w.run() && w.finish() {
		}
	})
	return w
}

// switchFrom gives control to e.target, and returns when the target is w's
// goroutine (or toMain if w is nil), or false if the coroutine is to end.
func (e *engine) switchFrom(w *worker) bool {
	self := toMain
	if w != nil {
		self = w.g
	}
	for e.target != self {
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
	e.running = self
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

// run makes the calls of the worker's goroutine. It returns false if the
// coroutine is to end.
func (w *worker) run() (ok bool) {
	e := w.e
	e.running = w.g
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

// finish is the end of a goroutine. It returns when the worker is started
// again, in a later execution, or false if the coroutine is to end.
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

// Error is for who sees the panic where there is nothing to unwind.
func (cutOff) Error() string {
	return "explore: the execution was cut off, or a goroutine that Explore does not run has used what it explores"
}

// unwind ends goroutine g, or lets it pass if it is a deferred function that
// is running, or if the program recovered from the panic.
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

// finishes reports whether a goroutine of an execution that is cut off may make
// the access that it announces, since it will be at its end soon. Those whose
// attempts have failed are let through when all others are: nobody is left who
// holds a lock, or whom it would disturb. Against unwinding them by a panic it
// takes 10 to 15 % off the time of the suite 3x1 of the map's clients.
func (e *engine) finishes(o op, a address, width uint8, mask uint64) bool {
	const soon = 1000
	if !e.finishing || e.passed >= soon || o == opSpin || o.masked() && peek(a, width)&mask != 0 {
		return false
	}
	e.passed++
	return true
}

// startWorkers makes the workers that are missing.
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

// bury ends a worker. Goexit passes through iter.Pull's stop to whoever calls
// it, hence the goroutine.
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
