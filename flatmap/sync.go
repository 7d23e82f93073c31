//go:build !explore

package flatmap

import (
	"hash/maphash"
	"runtime"
	"sync"
	"sync/atomic"
)

// Every access to memory that two goroutines can touch at once goes through
// the names in this file. With the build tag explore they come from
// linearizability/explore instead, and nothing else differs.

type (
	atomicUint64         = atomic.Uint64
	atomicUint32         = atomic.Uint32
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

// retry is called where a loop starts again after it has only read: it lost the
// race for a lock, or saw a writer. It tells the explorer that the attempt could
// as well have begun now, so that failed ones need not be explored.
func retry() {}

// secrets derives from a seed what words are hashed with.
func secrets(seed maphash.Seed) (secret, factor uint64) {
	return maphash.Comparable(seed, uint64(0)), factors[maphash.Comparable(seed, uint64(1))%uint64(len(factors))]
}

// Before it sleeps, a waiter looks spinTries times, giving way to other
// goroutines: most critical sections are tens of nanoseconds long. Any value
// from 0 on is correct.
const spinTries = 8

// A parkingLot is where the goroutines that wait for chains' locks sleep. All
// maps of the process share the lots (the idea of the Go runtime's semaphore
// table), so that a chain's lock is one bit.
type parkingLot struct {
	mu   sync.Mutex
	cond sync.Cond
}

const parkingLots = 64 // a power of two

var parking [parkingLots]parkingLot

func init() {
	for i := range parking {
		parking[i].cond.L = &parking[i].mu
	}
}

// awaitUnlock returns when it has seen the lock of a chain free.
func (c *core) awaitUnlock(root *head, chain uint64) {
	for range spinTries {
		if root.meta.Load()&flagLocked == 0 {
			return
		}
		runtime.Gosched()
	}
	p := &parking[chain%parkingLots]
	p.mu.Lock()
	c.waiters.Add(1)
	c.busy.Add(1) // pairs with the load after every unlock
	for root.meta.Load()&flagLocked != 0 {
		p.cond.Wait()
	}
	c.busy.Add(-1)
	c.waiters.Add(-1)
	p.mu.Unlock()
}

// wakeWaiters is called after every unlock of a chain that has found the table
// busy. A waiter counts itself before it looks at the lock for the last time,
// and the unlocker looks at the counts after it has unlocked: one of them sees
// the other.
func (c *core) wakeWaiters(chain uint64) {
	if c.waiters.Load() != 0 {
		p := &parking[chain%parkingLots]
		p.mu.Lock()
		p.cond.Broadcast()
		p.mu.Unlock()
	}
}
