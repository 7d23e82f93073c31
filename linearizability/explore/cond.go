package explore

import (
	"math/bits"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A Cond stands in for [sync.Cond]. Wait is four steps: one with L locked that adds
// the caller to the goroutines that wait, the Unlock of L, a step that waits for a
// wake-up, and the Lock of L. A wake-up that comes too early, or never, therefore
// leaves a goroutine waiting permanently, which is a [Deadlock]. As in package sync,
// Signal wakes the goroutine that has waited longest, and a caller of Signal or
// Broadcast need not hold L.
type Cond struct {
	_ noCopy

	// L is held while the condition is read or changed.
	L sync.Locker

	// Outside of explorations, what comes before queue is a sync.Cond.
	_ [2]uint32
	_ uintptr
	_ [2]unsafe.Pointer
	_ uintptr

	// A few bits for each goroutine: its place among those that wait, from 1, or 0.
	queue atomic.Uint64
}

// NewCond returns a Cond with Locker l.
func NewCond(l sync.Locker) *Cond { return &Cond{L: l} }

const placeBits = 64 / MaxGoroutines

// placeOf masks a goroutine's place in a queue.
func placeOf(g int) uint64 { return (1<<placeBits - 1) << (placeBits * g) }

// firstPlaces is a queue in which every goroutine has the first place.
const firstPlaces = ^uint64(0) / (1<<placeBits - 1)

// Wait unlocks c.L, waits for a Broadcast or Signal, and locks c.L.
//
//go:noinline
func (c *Cond) Wait() {
	e := active()
	if e == nil {
		if isAlone() {
			waitsAlone("Wait of a Cond")
		}
		realCond(c).Wait()
		return
	}
	mine := placeOf(e.running)
	e.announce(opWait, addressOf(&c.queue), 8, 0)
	old := c.queue.Load()
	last := uint64(0)
	for g := range MaxGoroutines {
		last = max(last, old&placeOf(g)>>(placeBits*g))
	}
	// The last place is shared only if all goroutines wait.
	last = min(last+1, placeOf(0))
	now := old | mine&(last*firstPlaces)
	c.queue.Store(now)
	e.wrote(old, now)
	c.L.Unlock()
	e.announce(opWoken, addressOf(&c.queue), 8, mine)
	e.acquireWakeup()
	e.read(c.queue.Load())
	c.L.Lock()
}

// Broadcast wakes all goroutines that wait on c.
//
//go:noinline
func (c *Cond) Broadcast() {
	e := active()
	if e == nil {
		realCond(c).Broadcast()
		return
	}
	e.announce(opBroadcast, addressOf(&c.queue), 8, 0)
	old := c.queue.Swap(0)
	e.releaseWakeups(old, 0)
	e.wrote(old, 0)
}

// Signal wakes the goroutine that has waited longest on c, if one waits.
//
//go:noinline
func (c *Cond) Signal() {
	e := active()
	if e == nil {
		realCond(c).Signal()
		return
	}
	e.announce(opSignal, addressOf(&c.queue), 8, 0)
	old := c.queue.Load()
	now := old
	for rest := old; rest != 0; { // everyone moves up
		mask := placeOf(bits.TrailingZeros64(rest) / placeBits)
		now -= mask & firstPlaces
		rest &^= mask
	}
	c.queue.Store(now)
	e.releaseWakeups(old, now)
	e.wrote(old, now)
}

// releaseWakeups lets the goroutines that leave a queue know, once they run again, what
// the running goroutine knows. By Go's memory model nothing else is ordered by a Cond: a
// goroutine that waits releases nothing except by its Unlock of L.
func (e *engine) releaseWakeups(old, now uint64) {
	if e.cutting {
		return
	}
	c := &e.synchronized[e.running]
	for rest := old; rest != 0; {
		g := bits.TrailingZeros64(rest) / placeBits
		rest &^= placeOf(g)
		if now&placeOf(g) == 0 {
			e.wakeups[g] = *c
		}
	}
	c[e.running]++
}

// acquireWakeup lets the running goroutine know what the one that woke it released.
func (e *engine) acquireWakeup() {
	if !e.cutting {
		e.synchronized[e.running].join(&e.wakeups[e.running], e.n)
	}
}
