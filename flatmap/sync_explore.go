//go:build explore

package flatmap

import (
	"hash/maphash"
	"time"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// The twin of sync.go under the explorer.

type (
	atomicUint64         = explore.Uint64
	atomicUint32         = explore.Uint32
	atomicInt64          = explore.Int64
	atomicPointer[T any] = explore.Pointer[T]
	mutex                = explore.Mutex
)

func loadWord(p *uintptr) uintptr     { return explore.LoadUintptr(p) }
func storeWord(p *uintptr, w uintptr) { explore.StoreUintptr(p, w) }

func loadPointer(p *pointer) pointer     { return explore.LoadPointer(p) }
func storePointer(p *pointer, q pointer) { explore.StorePointer(p, q) }

func spawn(f func()) { explore.Go(f) }

func announceWrite(p pointer, bytes uintptr) { explore.PlainWrite(p, bytes) }
func announceRead(p pointer, bytes uintptr)  { explore.PlainRead(p, bytes) }

// announceVisit announces a plain write of the retainer, which no other goroutine uses
// meanwhile. So it is not a step.
func announceVisit(r pointer) { explore.PlainWrite(r, wordBytes) }

// random is always the same, so that executions can be repeated. The order of the
// chains changes nothing in what happens to each.
func random() uint64 { return 0 }

// startTries is 0: an iteration that starts at the first chain needs to look at none.
const startTries = 0

// secrets makes the hash of a word the word itself (see mix), and that of
// WithHasher what it returns, so that clients choose chains and tags.
func secrets(maphash.Seed) (secret, factor uint64) { return 0, 1 }

func retry() { explore.Retry() }

// What the general path does after a failed attempt is what it does if it begins
// alone, unless it sleeps: then the fast path that found the lock taken is the only
// way there.
func retryInCore() {
	if !sleeps {
		retry()
	}
}

type cond = explore.Cond

// Trying before sleeping changes only the time that it takes.
const spinTries = 0

func giveWay() {}

// allMade are the tables, the holds and the retainers that were made since the last Reset.
var allMade []any

func made(x any) { allMade = append(allMade, x) }

// The scheduler decides which goroutine comes next.
func now() (none struct{})  { return }
func longAgo(struct{}) bool { return false }

// A Clear gives up at once, and waits for callbacks to end.
func timeUp(struct{}, time.Duration) bool                      { return true }
func after(time.Duration, func()) (stop func() (stopped bool)) { return func() bool { return false } }

// sleeps makes goroutines that wait for a chain's lock sleep in a parking lot, as
// they do in the build that ships. That has many more executions, so by default
// the scheduler lets no goroutine run whose lock is taken.
var sleeps = false

// blockWhile blocks until a word has none of the given bits.
func blockWhile(word *atomicUint64, bits uint64) { word.WaitClear(bits) }
