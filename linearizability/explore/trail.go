package explore

// An op is what a goroutine announces.
type op uint8

const (
	opLoad op = iota
	opStore
	opSwap
	opCAS
	opAdd
	opAnd
	opOr
	opLoadPointer
	opStorePointer
	opSwapPointer
	opCASPointer
	opLock
	opTryLock
	opUnlock
	opLockBits
	opWaitClear
	opWait // of a Cond: what comes before its Unlock
	opWoken
	opSignal
	opBroadcast
	opGo
	opSpin
	opCall // a call that accesses nothing
	numOps
)

// waits reports whether an announced o can be impossible for now.
func (o op) waits() bool { return o.masked() || o == opSpin }

// masked reports whether o waits for bits of its own location to be clear.
func (o op) masked() bool {
	return o == opLock || o == opLockBits || o == opWaitClear || o == opWoken
}

// blind reports whether o tells its caller nothing.
func (o op) blind() bool {
	return o.overwrites() || o == opLock
}

// overwrites reports whether o writes without learning what was there.
func (o op) overwrites() bool {
	return o == opStore || o == opStorePointer || o == opUnlock || o == opGo
}

// content tells what o takes its location to hold.
func (o op) content() content {
	if o >= opLoadPointer && o <= opCASPointer {
		return pointers
	}
	return numbers
}

// A mode is what makes an event depend on others. A failed CompareAndSwap or
// TryLock only reads, and so does a Store of the value that is there.
type mode uint8

const (
	modeWrite   mode = 1 << iota // it changes its location; without, it reads
	modeCall                     // the first event of a call
	modeReturn                   // the last event of a call
	modeAcquire                  // for data races: learns what the location released
	modeRelease                  // for data races: releases what its goroutine knows
)

// An event is an executed step.
type event struct {
	g    uint8
	op   op
	mode mode
	loc  int32 // -1 if none
	site int32 // when sites are recorded: where in the source
	seq  uint32
	mask uint64 // announced by the masked operations

	before   uint64 // of a write: the value it found
	previous int32  // of a write: the write before it, or -1

	spinLow, spinHigh int32 // of a Spin: the locations waited for, in spinLocations

	clock clock // the events that happen before it, and itself
}

// A node is a state on the way of the current execution, and the event that
// was chosen to leave it. Which fields are used is up to the strategy.
type node struct {
	event
	enabled     set // who can take a step
	backtrack   set // who must be tried here; includes those tried already
	sleep       set // who need not be tried: all that starts so is covered
	sleepModes  [MaxGoroutines]mode
	preemptions uint16 // on the way here
}

// push returns the node for the state after depth events.
func (e *engine) push() *node {
	if e.depth == len(e.trail) {
		e.trail = append(e.trail, node{})
	}
	return &e.trail[e.depth]
}

// preempts reports whether the choice made at node i preempts a goroutine.
func (e *engine) preempts(i int) bool {
	if i == 0 {
		return false
	}
	before := e.trail[i-1].g
	return e.trail[i].g != before && e.trail[i].enabled.has(int(before))
}

// preemptions counts the preemptions of the current execution.
func (e *engine) preemptions() int {
	count := 0
	for i := range e.depth {
		if e.preempts(i) {
			count++
		}
	}
	return count
}

// schedule returns who took each step of the current execution.
func (e *engine) schedule() []uint8 {
	s := make([]uint8, e.depth)
	for i := range s {
		s[i] = e.trail[i].g
	}
	return s
}
