package explore

import (
	"runtime"
	"slices"
)

// A loop that rereads until another goroutine acts does not say so in code that was
// not written for the explorer. With Options.SpinAfter, a goroutine is taken to spin if
// it is about to read what it has read before, from the same place in the source, in so
// many rounds with the same results, and has not written since. It then waits as if it
// had called [Spin].
//
// This can be wrong: the loop may give up after some rounds. If no other goroutine can
// run, the goroutine therefore goes on, a limited number of times. What it does if it
// gives up earlier than that is not explored. Report.Spins has the places of all loops
// that were taken to spin.

const (
	// longestRound is how many reads a round of a loop may have.
	longestRound = 32
	// mostYields is how often a goroutine goes on, in an execution.
	mostYields = 32
)

// A loopTable counts the loops that were taken to spin, by their places.
type loopTable struct {
	sites  siteTable
	counts []uint64
}

func (t *loopTable) note(wrappers []string) {
	if t.sites.list == nil {
		t.sites.start()
	}
	id := t.sites.here(wrappers)
	for int(id) >= len(t.counts) {
		t.counts = append(t.counts, 0)
	}
	t.counts[id]++
}

// list returns the places, in source order.
func (t *loopTable) list() []SiteCount {
	var list []SiteCount
	for id, n := range t.counts {
		if n > 0 {
			list = append(list, SiteCount{t.sites.list[id], n})
		}
	}
	slices.SortFunc(list, func(a, b SiteCount) int { return compareSites(a.Site, b.Site) })
	return list
}

// An echo is a read since the goroutine's last write.
type echo struct {
	loc     int32
	op      op
	value   uint64
	changes uint32 // by others, when it was read
	stack   uintptr
}

// mayOnlyRead reports whether o may leave its location as it is.
func (o op) mayOnlyRead() bool {
	switch o {
	case opLoad, opLoadPointer, opCAS, opCASPointer, opTryLock, opTryRLock, opWaitClear, opMap,
		opLen, opSelect, opLook:
		return true
	}
	return false
}

// hear notes what g has read, and forgets everything when it writes.
func (e *engine) hear(g int, o op, m mode, loc int32, value uint64) {
	h := e.echoes[g]
	switch {
	case o == opSpin:
	case m&modeWrite != 0 || !o.mayOnlyRead():
		e.echoes[g] = h[:0]
	default:
		e.echoes[g] = append(h, echo{loc, o, value, e.locations[loc].othersChanges(g), e.stack})
		e.stack = 0
	}
}

// echoing reports whether g, which is about to make o at a, is in a loop that spins. If
// so, its next Spin waits for what a round reads.
func (e *engine) echoing(g int, o op, a address) bool {
	h := e.echoes[g]
	e.stack = 0
	if len(h) < e.spinAfter || !o.mayOnlyRead() {
		return false
	}
	s := e.byAddress.find(number(a))
	if s.generation != e.byAddress.generation {
		return false
	}
	for n := 1; n <= longestRound && n*e.spinAfter <= len(h); n++ {
		round := h[len(h)-n:]
		if round[0].loc != s.id || round[0].op != o || !e.repeats(h, n) {
			continue
		}
		// It repeats. Whether it is a loop, the next round shows.
		if e.stack == 0 {
			e.stack = stackHash()
		}
		if round[0].stack != e.stack {
			continue
		}
		e.spinReads[g] = e.spinReads[g][:0]
		for _, r := range round {
			e.spinReads[g] = append(e.spinReads[g], spinRead{r.loc, r.changes})
		}
		return true
	}
	return false
}

// repeats reports whether the last n of h came spinAfter times.
func (e *engine) repeats(h []echo, n int) bool {
	last := h[len(h)-n:]
	for k := 2; k <= e.spinAfter; k++ {
		for i, r := range h[len(h)-k*n:][:n] {
			if r.loc != last[i].loc || r.op != last[i].op || r.value != last[i].value {
				return false
			}
		}
	}
	return true
}

// stackHash identifies the calls that the running goroutine is in.
func stackHash() uintptr {
	var pcs [64]uintptr
	h := uintptr(1)
	for _, pc := range pcs[:runtime.Callers(4, pcs[:])] {
		h = (h ^ pc) * 0x9e3779b1
	}
	return h | 1
}

// Yield is [Spin] for loops of which it is not certain that they only reread: what
// Gosched and Sleep are in a loop. If no other goroutine can run, the caller continues.
//
//go:noinline
func Yield() {
	e := active()
	switch {
	case e == nil:
		runtime.Gosched()
	case !e.cutting && len(e.spinReads[e.running]) != 0:
		e.yield(false)
	}
}

// yield waits until one of the spinReads changes, or no other goroutine can run.
func (e *engine) yield(guessed bool) {
	g := e.running
	if guessed {
		e.loops.note(e.wrappers)
	}
	e.soft |= only(g)
	e.announce(opSpin, nil, 0, 0)
	e.soft &^= only(g)
	e.spun()
	if !e.cutting && e.changed == 0 {
		e.patience[g]--
	}
	e.echoes[g] = e.echoes[g][:0]
}

// impatient returns the goroutines that go on although nothing has changed, since no
// goroutine can run.
func (e *engine) impatient() (s set) {
	for rest := e.live &^ e.parked &^ e.retried & e.waiting & e.soft; rest != 0; rest &= rest - 1 {
		if g := first(rest); e.patience[g] > 0 {
			s |= only(g)
		}
	}
	if s != 0 {
		e.reverseStuck() // as if the execution ended here
	}
	return s
}
