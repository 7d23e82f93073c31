package explore

import "fmt"

// Go stands in for the go statement: it runs f in a new goroutine. It is a step, and
// everything that its caller has done so far happens before f. The i-th goroutine
// that Go starts has the number of the last one of Program.Goroutines, plus i. What it
// does does not belong to a call, and the execution continues until it has ended.
//
// Go panics if the program already has [MaxGoroutines] goroutines, and in Setup and
// Check, which run alone.
//
//go:noinline
func Go(f func()) {
	e := active()
	switch {
	case e != nil:
		e.spawn(f)
	case isAlone():
		panic("explore: Go in Setup or Check: only one goroutine runs")
	default:
		go f()
	}
}

func (e *engine) spawn(f func()) {
	e.announce(opGo, addressOf(&e.started), 8, 0)
	if e.cutting {
		return // the execution is over
	}
	child := e.n
	e.wrote(uint64(child-e.given), uint64(child-e.given+1))
	if child == MaxGoroutines {
		panic(fmt.Sprintf("explore: Go: the program already has %d goroutines", child))
	}
	e.n++
	for i := range e.locations {
		e.locations[i].admit(child)
	}
	e.newborn(child)
	e.synchronized[child].join(&e.locations[e.pending[e.running].loc].released, child)
	e.bodies[child] = f
	if e.workers[child] == nil {
		e.workers[child] = e.newWorker(child)
	}
}

// child returns the goroutine that ev, whose op is opGo, started.
func (e *engine) child(ev *event) int { return e.given + int(ev.before) }

// raise makes everything that happens before ev, the event that started a goroutine,
// happen before that goroutine.
func (e *engine) raise(ev *event) {
	if child := e.child(ev); child < e.n && sabotage != orphans {
		e.known[child] = ev.clock
	}
}

// newborn prepares goroutine g for an execution.
func (e *engine) newborn(g int) {
	e.pending[g] = pending{}
	e.seq[g] = 0
	e.known[g] = clock{}
	e.synchronized[g] = clock{}
	e.synchronized[g][g] = 1
	e.lastCall[g], e.lastReturn[g] = -1, -1
	e.chans[g] = 0
	e.spinReads[g] = e.spinReads[g][:0]
	e.echoes[g] = e.echoes[g][:0]
	e.patience[g] = mostYields
}

// body runs goroutine g.
func (e *engine) body(g int) {
	if g < e.given {
		e.client.body(g)
	} else {
		e.bodies[g]()
	}
}
