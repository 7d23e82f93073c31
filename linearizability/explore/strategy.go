package explore

import "math/bits"

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

// A script replays a schedule. It stops at the end, and at a step that is impossible; or
// it leaves out such steps, and continues with the default choices.
type script struct {
	schedule []uint8
	goOn     bool
	at       int // in schedule
}

func (s *script) begin(e *engine)        { e.prefix, s.at = 0, 0 }
func (s *script) owns(*engine) bool      { return true }
func (s *script) advance(e *engine) bool { return false }

func (s *script) choose(e *engine, i int, nd *node) (int, ending) {
	for s.at < len(s.schedule) {
		g := int(s.schedule[s.at])
		s.at++
		if nd.enabled.has(g) {
			return g, running
		}
		if !s.goOn {
			return 0, foreign
		}
	}
	if !s.goOn {
		return 0, redundant
	}
	return e.follow(nd.enabled), running
}
