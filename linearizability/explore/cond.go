package explore

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// A Cond stands in for [sync.Cond]. Wait is four steps: one with L locked that adds
// the caller to the goroutines that wait, the Unlock of L, a step that waits for a
// wake-up, and the Lock of L. A wake-up that comes too early, or never, therefore
// leaves a goroutine waiting permanently, which is a [Deadlock]. As in package sync,
// Signal wakes the goroutine that has waited longest, and a caller of Signal or
// Broadcast need not hold L.
//
// Outside of explorations Signal wakes all goroutines.
type Cond struct {
	_ noCopy

	// L is held while the condition is read or changed.
	L sync.Locker

	// A byte for each goroutine: its place among those that wait, from 1, or 0.
	queue atomic.Uint64

	generation atomic.Uint32 // of wake-ups, outside of explorations
}

// NewCond returns a Cond with Locker l.
func NewCond(l sync.Locker) *Cond { return &Cond{L: l} }

const placeBits = 64 / MaxGoroutines

// placeOf masks a goroutine's place in a queue.
func placeOf(g int) uint64 { return (1<<placeBits - 1) << (placeBits * g) }

// Wait unlocks c.L, waits for a Broadcast or Signal, and locks c.L. It panics if other
// goroutines call Wait 255 times while one goroutine waits.
func (c *Cond) Wait() {
	e := current
	if e == nil {
		before := c.generation.Load()
		c.L.Unlock()
		for c.generation.Load() == before {
			yieldOutside("Wait of a Cond")
		}
		c.L.Lock()
		return
	}
	mine := placeOf(e.running)
	e.announce(opWait, addressOf(&c.queue), 8, 0)
	old := c.queue.Load()
	last := uint64(0)
	for g := range MaxGoroutines {
		last = max(last, old&placeOf(g)>>(placeBits*g))
	}
	if last == placeOf(0) {
		panic("explore: Cond.Wait: 255 calls of Wait while one goroutine waits")
	}
	now := old | mine&((last+1)*(^uint64(0)/placeOf(0)))
	c.queue.Store(now)
	e.wrote(old, now)
	c.L.Unlock()
	e.announce(opWoken, addressOf(&c.queue), 8, mine)
	e.read(c.queue.Load())
	c.L.Lock()
}

// wakes announces a step that wakes goroutines, and returns the engine. Outside of
// explorations it wakes all goroutines and returns nil.
func (c *Cond) wakes(o op) *engine {
	e := current
	if e == nil {
		c.generation.Add(1)
		return nil
	}
	e.announce(o, addressOf(&c.queue), 8, 0)
	return e
}

// Broadcast wakes all goroutines that wait on c.
func (c *Cond) Broadcast() {
	if e := c.wakes(opBroadcast); e != nil {
		e.wrote(c.queue.Swap(0), 0)
	}
}

// Signal wakes the goroutine that has waited longest on c, if one waits.
func (c *Cond) Signal() {
	e := c.wakes(opSignal)
	if e == nil {
		return
	}
	old := c.queue.Load()
	now, least := old, ^uint64(0)
	for rest := old; rest != 0; {
		mask := placeOf(bits.TrailingZeros64(rest) / placeBits)
		if place := old & mask >> (bits.TrailingZeros64(mask)); place < least {
			now, least = old&^mask, place
		}
		rest &^= mask
	}
	c.queue.Store(now)
	e.wrote(old, now)
}
