package explore

import (
	"runtime"
	"sync"
)

// A Mutex stands in for [sync.Mutex], and has its size and zero value. Lock is one
// step that waits: a goroutine is not scheduled while its Lock would block.
type Mutex struct{ m sync.Mutex }

// mutexLocked is the bit of a Mutex that is set while it is locked.
const mutexLocked = 1

// Lock waits until m is unlocked, and locks it. In Setup and Check, where no other
// goroutine can unlock it, Lock of a locked Mutex panics.
//
//go:noinline
func (m *Mutex) Lock() {
	e := active()
	if e == nil {
		if !isAlone() {
			m.m.Lock()
		} else if !m.m.TryLock() {
			waitsAlone("Lock of a Mutex that is locked")
		}
		return
	}
	e.announce(opLock, addressOf(&m.m), 4, mutexLocked)
	m.m.TryLock() // succeeds, unless the execution is over
	e.wrote(0, 1)
}

// TryLock locks m if it is unlocked, and reports whether it did.
//
//go:noinline
func (m *Mutex) TryLock() bool {
	e := active()
	if e == nil {
		return m.m.TryLock()
	}
	e.announce(opTryLock, addressOf(&m.m), 4, 0)
	if m.m.TryLock() {
		e.wrote(0, 1)
		return true
	}
	e.read(1)
	return false
}

// Unlock unlocks m. It panics if m is not locked.
//
//go:noinline
func (m *Mutex) Unlock() {
	e := active()
	if e != nil {
		e.announce(opUnlock, addressOf(&m.m), 4, 0)
	}
	old := uint64(stateOf(&m.m).Load() & mutexLocked)
	if old != 0 {
		m.m.Unlock()
	}
	if e != nil {
		e.wrote(old, 0)
		if e.cutting {
			return // the execution is over; its locks no longer matter
		}
	}
	if old == 0 {
		panic("explore: Unlock of a Mutex that is not locked")
	}
}

// LockBits is the atomic step of a lock that consists of bits of a word: it waits until
// no bit of mask is set in x, sets them all, and returns the old value. A goroutine is
// not scheduled while its LockBits would wait.
func (x *Uint64) LockBits(mask uint64) (old uint64) {
	e := active()
	if e == nil {
		for {
			old = x.v.Load()
			if old&mask == 0 && x.v.CompareAndSwap(old, old|mask) {
				return old
			}
			yieldOutside("LockBits of bits that are set")
		}
	}
	e.announce(opLockBits, addressOf(&x.v), 8, mask)
	old = x.v.Or(mask)
	e.wrote(old, old|mask)
	return old
}

// WaitClear is a Load that waits until no bit of mask is set in x. A goroutine is not
// scheduled while its WaitClear would wait.
func (x *Uint64) WaitClear(mask uint64) uint64 {
	e := active()
	if e == nil {
		for {
			if v := x.v.Load(); v&mask == 0 {
				return v
			}
			yieldOutside("WaitClear of bits that are set")
		}
	}
	e.announce(opWaitClear, addressOf(&x.v), 8, mask)
	v := x.v.Load()
	e.read(v)
	return v
}

// Spin says that the calling goroutine is about to repeat its reads. It waits until
// another goroutine has changed the value of one of the locations that the caller read
// since its last Spin or [SpinStart], or since the start of its call. An unbounded loop
// that rereads must call Spin in every iteration; otherwise it has infinitely many
// executions.
//
// Changing a value and changing it back counts as a change. So does a change between
// the read and the Spin, which then does not wait.
func Spin() {
	e := active()
	if e == nil {
		yieldOutside("Spin")
		return
	}
	e.announce(opSpin, nil, 0, 0)
	e.spun()
}

// SpinStart marks the start of a loop that spins: the next [Spin] does not wait for
// changes of locations that were read before the loop. Leaving it out is correct, but
// the first Spin of the loop then wakes up more often than it needs to.
func SpinStart() {
	if e := active(); e != nil {
		e.spinStart()
	}
}

// yieldOutside follows a failed attempt outside of a schedule.
func yieldOutside(what string) {
	if isAlone() {
		waitsAlone(what)
	}
	runtime.Gosched()
}

// waitsAlone panics in Setup and Check, where no other goroutine can end a wait.
func waitsAlone(what string) {
	panic("explore: " + what + " would wait forever: only one goroutine runs")
}
