package explore

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// A Cond stands in for [sync.Cond]. Wait is a step with L locked that makes the
// caller one of those who wait, the Unlock of L, a step that waits to be woken,
// and the Lock of L. So a wake-up that comes too early, or never, leaves a
// goroutine waiting for good, which is a [Deadlock]. As in package sync, Signal
// wakes who has waited longest, and whoever calls Signal or Broadcast need not
// hold L.
//
// Outside of explorations Signal wakes everybody.
type Cond struct {
	_ noCopy

	// L is held while the condition is looked at or changed.
	L sync.Locker

	// A byte for each goroutine: its place among those who wait, from 1 on, or 0.
	queue atomic.Uint64

	generation atomic.Uint32 // of wake-ups, outside of explorations
}

// NewCond returns a Cond with Locker l.
func NewCond(l sync.Locker) *Cond { return &Cond{L: l} }

const placeBits = 64 / MaxGoroutines

// placeOf masks a goroutine's place in a queue.
func placeOf(g int) uint64 { return (1<<placeBits - 1) << (placeBits * g) }

// Wait unlocks c.L, waits to be woken by Broadcast or Signal, and locks c.L. It
// panics if, while a goroutine waits, others have come to wait 255 times.
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
		panic("explore: too many Waits of a Cond that somebody waits for all the while")
	}
	now := old | mine&((last+1)*(^uint64(0)/placeOf(0)))
	c.queue.Store(now)
	e.wrote(old, now)
	c.L.Unlock()
	e.announce(opWoken, addressOf(&c.queue), 8, mine)
	e.read(c.queue.Load())
	c.L.Lock()
}

// wakes announces a step that wakes those who wait, and returns the engine. Outside
// of explorations there is none, and everybody is woken.
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

// Signal wakes the goroutine that has waited longest on c, if one does.
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
