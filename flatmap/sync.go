//go:build !explore

package flatmap

import (
	"hash/maphash"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
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

// spawn runs f in a separate goroutine.
func spawn(f func()) { go f() }

// announceWrite and announceRead report plain accesses to the explorer, so that it
// can check them for data races.
func announceWrite(pointer, uintptr) {}
func announceRead(pointer, uintptr)  {}

// announceVisit reports to the explorer that a Retain, which is known by its retainer, visits
// a chain: it loads the root's meta next.
func announceVisit(pointer) {}

// retry marks a failed attempt that has only read: it lost the race for a lock, or
// saw a writer. Such an attempt has the same outcomes as one that starts now, so the
// explorer may skip executions that contain it. It does nothing in normal builds.
func retry() {}

// retryInCore is retry where a fast path gives up and the general path does
// the rest.
func retryInCore() {}

// random chooses where an iteration starts, and the hash of a key that differs from itself.
func random() uint64 { return rand.Uint64() }

// startTries is how many chains an iteration may look at before it starts at one.
const startTries = 8

// factors are what the maps of a process multiply words by, one for each map. Nobody
// else knows them: see design.go.
var factors = sync.OnceValue(func() (fs [16]uint64) {
	for i := range fs {
		fs[i] = newFactor(rand.Uint64)
	}
	return fs
})

// secrets derives from a seed what words are hashed with.
func secrets(seed maphash.Seed) (secret, factor uint64) {
	fs := factors()
	return maphash.Comparable(seed, uint64(0)), fs[maphash.Comparable(seed, uint64(1))%uint64(len(fs))]
}

// A cond is what goroutines in a parking lot wait for.
type cond = sync.Cond

// Before it sleeps, a waiter looks spinTries times, giving way to other
// goroutines: most critical sections are tens of nanoseconds long. Any value
// from 0 on is correct.
const spinTries = 8

func giveWay() { runtime.Gosched() }

func made(any) {}

func now() time.Time { return time.Now() }

// timeUp reports whether a Clear that has begun to wait then has done so for too long.
func timeUp(begun time.Time, most time.Duration) bool { return time.Since(begun) >= most }

// after calls f after a time, unless stop is called before.
func after(d time.Duration, f func()) (stop func() bool) { return time.AfterFunc(d, f).Stop }

// longAgo reports whether a goroutine that has waited since then should come next:
// after as long as sync.Mutex takes to decide that.
func longAgo(since time.Time) bool { return time.Since(since) > time.Millisecond }

// sleeps says that a goroutine which waits for a chain's lock sleeps in a parking
// lot. It always does, except under the explorer.
const sleeps = true

func blockWhile(*atomicUint64, uint64) {}
