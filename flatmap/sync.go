//go:build !explore

package flatmap

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Every access to memory that two goroutines can touch at once goes through
// the names in this file. With the build tag explore they come from
// linearizability/explore instead, and nothing else differs.

type (
	atomicUint64         = atomic.Uint64
	atomicInt64          = atomic.Int64
	atomicPointer[T any] = atomic.Pointer[T]
	mutex                = sync.Mutex
)

func loadWord(p *uintptr) uintptr     { return atomic.LoadUintptr(p) }
func storeWord(p *uintptr, w uintptr) { atomic.StoreUintptr(p, w) }

func loadPointer(p *pointer) pointer     { return atomic.LoadPointer(p) }
func storePointer(p *pointer, q pointer) { atomic.StorePointer(p, q) }

// announceWrite and announceRead tell the explorer of plain accesses, so that
// it can check them for data races.
func announceWrite(pointer, uintptr) {}
func announceRead(pointer, uintptr)  {}

// A parkingStripe is where the goroutines that wait for some chains' locks
// sleep. The lots are shared by all maps of the process (the idea of the
// Go runtime's semaphore table), so that a chain's lock is one bit.
type parkingStripe struct {
	mu      sync.Mutex
	cond    sync.Cond
	waiters atomic.Int64
	_       [64]byte // keeps neighbours off one cache line
}

const parkingStripes = 128 // a power of two

var parking [parkingStripes]parkingStripe

func init() {
	for i := range parking {
		parking[i].cond.L = &parking[i].mu
	}
}

// Before it sleeps, a waiter looks spinTries times, giving way to other
// goroutines: most critical sections are tens of nanoseconds long. Any value
// from 0 on is correct.
const spinTries = 8

// awaitUnlock takes the lock of a chain that was seen locked, or returns
// false because the chain has moved.
func awaitUnlock(root *head, chain uint64) {
	for range spinTries {
		if root.meta.Load()&flagLocked == 0 {
			return
		}
		runtime.Gosched()
	}
	p := &parking[chain%parkingStripes]
	p.mu.Lock()
	p.waiters.Add(1) // pairs with the load in wakeWaiters
	for root.meta.Load()&flagLocked != 0 {
		p.cond.Wait()
	}
	p.waiters.Add(-1)
	p.mu.Unlock()
}

// wakeWaiters is called after every unlock of a chain. A waiter counts itself
// before it looks at the lock for the last time, and the unlocker looks at the
// count after it has unlocked: one of them sees the other.
func wakeWaiters(chain uint64) {
	if p := &parking[chain%parkingStripes]; p.waiters.Load() != 0 {
		p.mu.Lock()
		p.cond.Broadcast()
		p.mu.Unlock()
	}
}
