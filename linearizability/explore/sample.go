package explore

import (
	"math/bits"
	"math/rand/v2"
)

// A random strategy makes a number of independent random executions.
//
//   - With Random, each choice is uniform.
//   - With PCT (probabilistic concurrency testing: Burckhardt, Kothari, Musuvathi and
//     Nagarakatte 2010), goroutines have random priorities, and the one with the highest
//     runs. At changes random steps, the running one drops to the lowest priority.
//   - With POS (partial order sampling: Yuan, Yang and Gu, "Partial order aware
//     concurrency sampling", CAV 2018), steps have random priorities. When one is made,
//     those that race with it get new ones.
//   - With SURW, a [walk] decides the order of some steps, and POS that of the others.
type random struct {
	search     Search
	changes    int
	seed       uint64
	executions uint64
	index      uint64 // of this execution
	shards     uint64 // distance to the next index

	rng      rand.PCG
	priority [MaxGoroutines]int64
	at       []int // the steps at which PCT changes priorities
	length   int   // of the longest execution so far
	walk     walk
}

func (s *random) owns(*engine) bool { return true }

func (s *random) advance(e *engine) bool {
	s.index += s.shards
	if s.search == SURW {
		s.walk.learn(e)
	}
	return s.index < s.executions
}

func (s *random) begin(e *engine) {
	e.prefix = 0
	s.rng.Seed(s.seed, s.index)
	for g := range s.priority { // also for goroutines that Go will start
		s.renew(g)
	}
	switch s.search {
	case PCT:
		s.at = s.at[:0]
		for range s.changes {
			s.at = append(s.at, 1+s.below(max(s.length, 1)))
		}
	case SURW:
		s.walk.begin(s)
	}
}

// below returns a random number in [0, n).
func (s *random) below(n int) int {
	high, _ := bits.Mul64(s.rng.Uint64(), uint64(n))
	return int(high)
}

// renew gives g a random priority, which is not negative.
func (s *random) renew(g int) { s.priority[g] = int64(s.rng.Uint64() >> 1) }

func (s *random) choose(e *engine, i int, nd *node) (int, ending) {
	s.length = max(s.length, i+1)
	rest := nd.enabled
	switch s.search {
	case Random:
		for range s.below(bits.OnesCount16(uint16(rest))) {
			rest &= rest - 1
		}
		return first(rest), running
	case PCT:
		for k, at := range s.at {
			if at == i {
				s.priority[e.trail[i-1].g] = -1 - int64(k)
			}
		}
	case POS:
		s.renewRacing(e, i)
	case SURW:
		s.renewRacing(e, i)
		rest = s.walk.choices(e, s, i, rest)
	}
	best := first(rest)
	for ; rest != 0; rest &= rest - 1 {
		if g := first(rest); s.priority[g] > s.priority[best] {
			best = g
		}
	}
	return best, running
}

// renewRacing gives priorities to the next step of the goroutine that has made the step
// before step i, and again to the steps that race with that one.
func (s *random) renewRacing(e *engine, i int) {
	if i == 0 {
		return
	}
	ev := &e.trail[i-1].event
	for rest := e.live; rest != 0; rest &= rest - 1 {
		if g := first(rest); g == int(ev.g) || e.mayDepend(g, ev) {
			s.renew(g)
		}
	}
}

// mayDepend reports whether q's announced step may depend on ev, an event of another
// goroutine that was just executed.
func (e *engine) mayDepend(q int, ev *event) bool {
	var m mode
	p := &e.pending[q]
	if p.op.mayWrite() {
		m = modeWrite
	}
	if p.call && !e.ignoreRealTime {
		m |= modeCall
	}
	return e.depends(q, m, ev)
}

// A walk is a selectively uniform random walk (SURW: Zhao, Wolff, Mathur and
// Roychoudhury, "Selectively uniform concurrency testing", ASPLOS 2025). It samples the
// order of the interesting steps uniformly, however many others there are. A goroutine
// whose turn is drawn makes the next interesting step, and the others wait before
// theirs. The probability is proportional to the interesting steps that the goroutine,
// and those that it is yet to start, have left.
//
// The interesting steps are the accesses to one location, drawn from those that several
// goroutines have accessed in the execution before. That one also gives the numbers of
// steps; where the schedule decides them, they are estimates. The location is
// recognized by the step at which a goroutine first accesses it.
type walk struct {
	// Of the execution before.
	accesses []accesses // by location
	parent   [MaxGoroutines]uint8
	started  int // goroutines

	seen  accesses // to the interesting location
	left  [MaxGoroutines]int
	found []bool // by location: it is interesting
	turn  int    // the goroutine that makes the next interesting step, or -1
}

// accesses are those to one location, by goroutine.
type accesses struct {
	by     set
	writes bool
	first  [MaxGoroutines]uint32
	count  [MaxGoroutines]int
}

// learn counts the accesses of the execution that has ended.
func (w *walk) learn(e *engine) {
	w.started = e.n
	w.accesses = append(w.accesses[:0], make([]accesses, len(e.locations))...)
	for i := range e.depth {
		ev := &e.trail[i].event
		switch g := int(ev.g); {
		case ev.op == opGo:
			w.parent[e.child(ev)] = ev.g
		case ev.loc >= 0:
			a := &w.accesses[ev.loc]
			if !a.by.has(g) {
				a.by |= only(g)
				a.first[g] = ev.seq
			}
			a.count[g]++
			a.writes = a.writes || ev.mode&modeWrite != 0
		}
	}
}

// begin draws the interesting location.
func (w *walk) begin(s *random) {
	w.seen = accesses{}
	shared := 0
	for i := range w.accesses {
		if a := &w.accesses[i]; a.writes && a.by&(a.by-1) != 0 {
			if shared++; s.below(shared) == 0 {
				w.seen = *a
			}
		}
	}
	w.left = w.seen.count
	w.found = w.found[:0]
	w.turn = -1
}

// interesting reports whether the step that g has announced is.
func (w *walk) interesting(e *engine, g int) bool {
	p := &e.pending[g]
	if p.loc < 0 || p.op == opGo {
		return false
	}
	for len(w.found) <= int(p.loc) {
		w.found = append(w.found, false)
	}
	if w.seen.by.has(g) && w.seen.first[g] == e.seq[g]+1 {
		w.found[p.loc] = true
	}
	return w.found[p.loc]
}

// choices returns the enabled goroutines that may make step i.
func (w *walk) choices(e *engine, s *random, i int, enabled set) set {
	if i > 0 {
		ev := &e.trail[i-1].event
		g := int(ev.g)
		switch {
		case ev.op == opGo && w.turn == g: // it was drawn for the goroutine that it has started, too
			w.draw(e, s, only(g)|only(e.child(ev)))
		case ev.op != opGo && ev.loc >= 0 && w.found[ev.loc]:
			w.left[g] = max(0, w.left[g]-1)
			w.turn = -1
		}
	}
	var interesting set
	for rest := enabled; rest != 0; rest &= rest - 1 {
		if g := first(rest); w.interesting(e, g) {
			interesting |= only(g)
			w.left[g] = max(1, w.left[g])
		}
	}
	if interesting == 0 {
		return enabled
	}
	if w.turn < 0 || enabled&^interesting == 0 && !enabled.has(w.turn) {
		w.draw(e, s, enabled)
	}
	return enabled &^ (interesting &^ only(w.turn))
}

// draw draws whose turn it is, one of candidates. It is nobody's if they have no
// interesting steps left.
func (w *walk) draw(e *engine, s *random, candidates set) {
	left := w.left
	for g := w.started - 1; g >= e.n; g-- {
		left[w.parent[g]] += left[g]
	}
	sum := 0
	w.turn = -1
	for rest := candidates; rest != 0; rest &= rest - 1 {
		g := first(rest)
		if sum += left[g]; left[g] > 0 && s.below(sum) < left[g] {
			w.turn = g
		}
	}
}
