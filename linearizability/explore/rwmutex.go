package explore

import "sync"

// An RWMutex stands in for [sync.RWMutex], and has its size and zero value. As there, a
// Lock that waits keeps out new readers. Lock is two steps that wait: one for other
// writers, and one for the readers.
type RWMutex struct{ m sync.RWMutex }

// One word of an RWMutex has the number of readers, minus pendingWriter while a writer
// waits or has the lock. These are its bits.
const (
	pendingWriter = 1 << 30
	readersMask   = pendingWriter - 1
	writerMask    = 1 << 31
)

// RLock waits until no writer has m locked or waits for it, and locks m for reading.
//
//go:noinline
func (m *RWMutex) RLock() {
	e := active()
	if e == nil {
		if !isAlone() {
			m.m.RLock()
		} else if !m.m.TryRLock() {
			waitsAlone("RLock of an RWMutex that is locked")
		}
		return
	}
	word := readersOf(&m.m)
	e.announce(opRLock, addressOf(word), 4, writerMask)
	old := word.Add(1) - 1
	e.wrote(uint64(old), uint64(old+1))
}

// TryRLock locks m for reading if RLock would not wait, and reports whether it did.
//
//go:noinline
func (m *RWMutex) TryRLock() bool {
	e := active()
	if e == nil {
		return m.m.TryRLock()
	}
	word := readersOf(&m.m)
	e.announce(opTryRLock, addressOf(word), 4, 0)
	old := word.Load()
	if old&writerMask != 0 {
		e.read(uint64(old))
		return false
	}
	word.Add(1)
	e.wrote(uint64(old), uint64(old+1))
	return true
}

// RUnlock undoes one RLock. It panics if m is not locked for reading.
//
//go:noinline
func (m *RWMutex) RUnlock() {
	e := active()
	word := readersOf(&m.m)
	if e != nil {
		e.announce(opRUnlock, addressOf(word), 4, 0)
	}
	old := word.Load()
	if old&readersMask != 0 {
		if e == nil {
			m.m.RUnlock()
		} else {
			word.Add(^uint32(0))
		}
	}
	if e != nil {
		// What readers release does not concern other readers.
		e.releaseTo(addressOf(readersLeftOf(&m.m)))
		e.wrote(uint64(old), uint64(word.Load()))
		if e.cutting {
			return // the execution is over; its locks no longer matter
		}
	}
	if old&readersMask == 0 {
		panic("explore: RUnlock of an RWMutex that is not locked for reading")
	}
}

// Lock waits until no other goroutine has m locked, and locks it.
//
//go:noinline
func (m *RWMutex) Lock() {
	e := active()
	if e == nil {
		if !isAlone() {
			m.m.Lock()
		} else if !m.m.TryLock() {
			waitsAlone("Lock of an RWMutex that is locked")
		}
		return
	}
	word := readersOf(&m.m)
	e.announce(opLock, addressOf(word), 4, writerMask)
	old := word.Load()
	if old&writerMask == 0 { // or else the execution is over
		writersOf(&m.m).TryLock()
		word.Store(old - pendingWriter)
	}
	e.wrote(uint64(old), uint64(word.Load()))
	e.announce(opWaitClear, addressOf(word), 4, readersMask)
	e.acquireFrom(addressOf(readersLeftOf(&m.m)))
	e.read(uint64(word.Load()))
}

// TryLock locks m if Lock would not wait, and reports whether it did.
//
//go:noinline
func (m *RWMutex) TryLock() bool {
	e := active()
	if e == nil {
		return m.m.TryLock()
	}
	word := readersOf(&m.m)
	e.announce(opTryLock, addressOf(word), 4, 0)
	old := word.Load()
	if !m.m.TryLock() {
		e.read(uint64(old))
		return false
	}
	e.acquireFrom(addressOf(readersLeftOf(&m.m)))
	e.wrote(uint64(old), uint64(word.Load()))
	return true
}

// Unlock unlocks m. It panics if m is not locked for writing.
//
//go:noinline
func (m *RWMutex) Unlock() {
	e := active()
	word := readersOf(&m.m)
	if e != nil {
		e.announce(opUnlock, addressOf(word), 4, 0)
	}
	old := word.Load()
	if old&writerMask != 0 {
		m.m.Unlock()
	}
	if e != nil {
		e.wrote(uint64(old), uint64(word.Load()))
		if e.cutting {
			return
		}
	}
	if old&writerMask == 0 {
		panic("explore: Unlock of an RWMutex that is not locked")
	}
}

// RLocker returns a [sync.Locker] with m's RLock and RUnlock.
func (m *RWMutex) RLocker() sync.Locker { return (*readLocker)(m) }

type readLocker RWMutex

func (l *readLocker) Lock()   { (*RWMutex)(l).RLock() }
func (l *readLocker) Unlock() { (*RWMutex)(l).RUnlock() }
