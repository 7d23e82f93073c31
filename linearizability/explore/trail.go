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
	opRLock
	opTryRLock
	opRUnlock
	opLockBits
	opWaitClear
	opWait // of a Cond: what comes before its Unlock
	opWoken
	opSignal
	opBroadcast
	opWaitGroup // its Wait
	opCount     // its Add
	opMap
	opGo
	opSend // of a Chan, as the operations that follow
	opRecv
	opClose
	opLen
	opSelect
	opLook      // a Select, without changing anything
	opClaim     // makes a goroutine go on that waits for several Chans
	opRelease   // ends an operation of several steps
	opSending   // a Send that has waited
	opReceiving // a Recv that has waited
	opSelecting // a Select that has waited
	opPoll      // a Select that waits
	opSpin
	opCall // a call that accesses nothing
	numOps
)

// waits reports whether an announced o can be impossible for some time.
func (o op) waits() bool { return o.masked() || o == opSpin }

// masked reports whether o waits for bits of its location to be clear.
func (o op) masked() bool {
	switch o {
	case opLock, opRLock, opLockBits, opWaitClear, opWoken, opWaitGroup,
		opSend, opRecv, opClose, opLen, opSelect, opLook, opSending, opReceiving, opSelecting:
		return true
	}
	return false
}

// mayWrite reports whether o may change its location.
func (o op) mayWrite() bool {
	switch o {
	case opLoad, opLoadPointer, opWaitClear, opWaitGroup, opLen, opLook:
		return false
	}
	return true
}

// ofChan reports whether o is of a Chan.
func (o op) ofChan() bool { return o >= opSend && o <= opPoll }

// orders reports whether o itself says what it orders for data races.
func (o op) orders() bool {
	return o == opWait || o == opWoken || o == opSignal || o == opBroadcast || o.ofChan()
}

// blind reports whether the caller of o learns nothing from it.
func (o op) blind() bool {
	return o.overwrites() || o == opLock || o == opRLock
}

// overwrites reports whether o writes without reading the old value.
func (o op) overwrites() bool {
	return o == opStore || o == opStorePointer || o == opUnlock || o == opGo
}

// content returns the content that o needs its location to have.
func (o op) content() content {
	if o >= opLoadPointer && o <= opCASPointer {
		return pointers
	}
	return numbers
}

// A mode decides which other events an event depends on. A failed CompareAndSwap or
// TryLock only reads, and so does a Store of the value that is there.
type mode uint8

const (
	modeWrite   mode = 1 << iota // it changes its location; otherwise it reads
	modeCall                     // the first event of a call
	modeReturn                   // the last event of a call
	modeAcquire                  // for data races: it learns what the location released
	modeRelease                  // for data races: it releases what its goroutine knows
	modeMerge                    // with modeRelease: what was released before stays
	modeStores                   // for data races: it writes, even if what it writes was there before
)

// An event is an executed step.
type event struct {
	g    uint8
	op   op
	mode mode
	loc  int32 // -1 if it has none
	site int32 // place in the source, if sites are recorded
	seq  uint32
	mask uint64 // announced by the masked operations

	before   uint64 // of a write: the value it found
	previous int32  // of a write: the write before it, or -1

	spinLow, spinHigh int32 // of a Spin: the locations waited for, in spinLocations

	clock clock // the events that happen before it, and itself
}

// A node is a state of the current execution, and the event that was chosen to leave
// it. Each strategy uses some of the fields.
type node struct {
	event
	enabled     set // goroutines that can take a step
	backtrack   set // goroutines that must be tried here, including those tried already
	sleep       set // goroutines that need not be tried: others cover all that starts so
	sleepModes  [MaxGoroutines]mode
	preemptions uint16 // before this node
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

// schedule returns the goroutine of each step of the current execution.
func (e *engine) schedule() []uint8 {
	s := make([]uint8, e.depth)
	for i := range s {
		s[i] = e.trail[i].g
	}
	return s
}
