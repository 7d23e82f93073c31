package explore

import (
	"math/bits"
	"math/rand/v2"
)

// A strategy decides which executions are made.
type strategy interface {
	// begin prepares an execution.
	begin(e *engine)
	// choose picks the goroutine that leaves nd, the state after i events. It may
	// end the execution instead, by an ending other than running.
	choose(e *engine, i int, nd *node) (g int, why ending)
	// owns reports whether the execution, which has ended, counts. If not,
	// another shard counts it, or it was seen before.
	owns(e *engine) bool
	// advance prepares the next execution. It returns false after the last.
	advance(e *engine) bool
}

// follow returns the goroutine that runs by default: the running one, to save switches
// and preemptions, or else the first of available.
func (e *engine) follow(available set) int {
	if e.depth > 0 {
		if g := int(e.trail[e.depth-1].g); available.has(g) {
			return g
		}
	}
	return first(available)
}

func first(s set) int { return bits.TrailingZeros16(uint16(s)) }

// backtrack changes the last choice that has an alternative, and drops everything after
// it. The alternatives are those of backtrack that are not in sleep. A goroutine that
// was tried joins sleep.
func (e *engine) backtrack() bool {
	for i := e.depth - 1; i >= 0; i-- {
		nd := &e.trail[i]
		nd.sleep |= only(int(nd.g))
		nd.sleepModes[nd.g] = nd.mode
		if rest := nd.backtrack &^ nd.sleep; rest != 0 {
			nd.g = uint8(first(rest))
			e.prefix = i + 1
			return true
		}
	}
	return false
}

// A script replays a schedule. At the end of the schedule it stops, or continues with
// the default choices.
type script struct {
	schedule []uint8
	goOn     bool
}

func (s *script) begin(e *engine)        { e.prefix = 0 }
func (s *script) owns(*engine) bool      { return true }
func (s *script) advance(e *engine) bool { return false }

func (s *script) choose(e *engine, i int, nd *node) (int, ending) {
	if i >= len(s.schedule) {
		if s.goOn {
			return e.follow(nd.enabled), running
		}
		return 0, redundant
	}
	if g := int(s.schedule[i]); nd.enabled.has(g) {
		return g, running
	}
	return 0, foreign
}

// A random strategy makes a number of independent random executions. With
// changes < 0 each choice is uniform. Otherwise it is probabilistic concurrency
// testing (PCT: Burckhardt, Kothari, Musuvathi and Nagarakatte 2010): goroutines
// have random priorities, and the one with the highest runs. At changes random steps,
// the running one drops to the lowest priority.
type random struct {
	changes    int
	seed       uint64
	executions uint64
	index      uint64 // of this execution
	shards     uint64 // distance to the next index

	rng      rand.PCG
	priority [MaxGoroutines]int
	at       []int // the steps at which priorities change
	length   int   // of the longest execution so far
}

func (s *random) owns(*engine) bool { return true }

func (s *random) advance(*engine) bool {
	s.index += s.shards
	return s.index < s.executions
}

func (s *random) begin(e *engine) {
	e.prefix = 0
	s.rng.Seed(s.seed, s.index)
	for g := range MaxGoroutines { // also for goroutines that Go will start
		s.priority[g] = g
	}
	for g := MaxGoroutines - 1; g > 0; g-- {
		h := s.below(g + 1)
		s.priority[g], s.priority[h] = s.priority[h], s.priority[g]
	}
	s.at = s.at[:0]
	for range s.changes {
		s.at = append(s.at, 1+s.below(max(s.length, 1)))
	}
}

// below returns a random number in [0, n).
func (s *random) below(n int) int {
	high, _ := bits.Mul64(s.rng.Uint64(), uint64(n))
	return int(high)
}

func (s *random) choose(e *engine, i int, nd *node) (int, ending) {
	s.length = max(s.length, i+1)
	if s.changes < 0 {
		rest := nd.enabled
		for range s.below(bits.OnesCount16(uint16(rest))) {
			rest &= rest - 1
		}
		return first(rest), running
	}
	for k, at := range s.at {
		if at == i {
			s.priority[e.trail[i-1].g] = -1 - k
		}
	}
	best := first(nd.enabled)
	for rest := nd.enabled; rest != 0; rest &= rest - 1 {
		if g := first(rest); s.priority[g] > s.priority[best] {
			best = g
		}
	}
	return best, running
}
