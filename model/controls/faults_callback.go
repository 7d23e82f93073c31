package controls

import (
	"runtime"
	"sync"
)

// publishInPanic returns what a defer calls to keep the edit of a function that
// does not return.
func (m *base[K, V]) publishInPanic(b *bucket[K, V], i int, value *V, keep *bool) func() {
	*keep = true
	return func() {
		if p := recover(); p != nil {
			m.fire()
			b.publish(b.load().with(i, *value))
			panic(p)
		}
	}
}

// unlockSometimes returns what a defer calls to release the lock, unless it is
// leaked.
func (f *fault) unlockSometimes(mu *sync.Mutex, returned *bool) func() {
	return func() {
		p := recover()
		if f.has(LockLeaked) && p != nil || f.has(LockLeakedByGoexit) && p == nil && !*returned {
			f.leak(mu)
		} else {
			mu.Unlock()
		}
		if p != nil {
			panic(p)
		}
	}
}

// leak leaves a lock locked until Close.
func (f *fault) leak(mu *sync.Mutex) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.off.Load() {
		mu.Unlock()
		return
	}
	f.fire()
	f.leaked = append(f.leaked, mu)
}

// awaitUnlock waits until a lock is free, as a reader must not.
func (f *fault) awaitUnlock(mu *sync.Mutex) {
	for first := true; !f.off.Load(); first = false {
		if mu.TryLock() {
			mu.Unlock()
			return
		}
		if first {
			f.fire()
		}
		runtime.Gosched()
	}
}
