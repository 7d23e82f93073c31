package explore

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// All of this package's use of unsafe is in this file.

// An address identifies a location. It is a pointer and not a number, so that a location
// that was accessed stays allocated, and its address unique, until the end of the
// execution.
type address = unsafe.Pointer

//go:norace
func addressOf[T any](p *T) address { return unsafe.Pointer(p) }

// number returns the address as a key for a hash table.
func number(a address) uintptr { return uintptr(a) }

// bitsOf makes a pointer comparable with what [peek] reads.
//
//go:norace
func bitsOf[T any](p *T) uint64 { return uint64(uintptr(unsafe.Pointer(p))) }

// bitsOfValue makes what a [Value] holds comparable: 0 stands for nothing.
func bitsOfValue(v any) uint64 {
	if v == nil {
		return 0
	}
	data := (*[2]uintptr)(unsafe.Pointer(&v))[1]
	return max(uint64(data), 1)
}

// peek reads a location for the scheduler. No goroutine of the program runs at that time,
// so the load needs no order.
func peek(a address, width uint8) uint64 {
	if width == 4 {
		return uint64(*(*uint32)(a))
	}
	return *(*uint64)(a)
}

// peekWord is peek of word i of those that begin at a.
func peekWord(a address, i int) uint64 { return peek(unsafe.Add(a, 8*i), 8) }

const wordBytes = uint8(unsafe.Sizeof(uintptr(0)))

// The types that stand in for those of sync/atomic are laid over flat memory, so they
// must be bare words. Each line fails to compile if its type is not.
const (
	_ = -(unsafe.Sizeof(Uint64{}) ^ unsafe.Sizeof(atomic.Uint64{}))
	_ = -(unsafe.Sizeof(Int64{}) ^ unsafe.Sizeof(atomic.Int64{}))
	_ = -(unsafe.Sizeof(Uint32{}) ^ unsafe.Sizeof(atomic.Uint32{}))
	_ = -(unsafe.Sizeof(Int32{}) ^ unsafe.Sizeof(atomic.Int32{}))
	_ = -(unsafe.Sizeof(Uintptr{}) ^ unsafe.Sizeof(atomic.Uintptr{}))
	_ = -(unsafe.Sizeof(Bool{}) ^ unsafe.Sizeof(atomic.Bool{}))
	_ = -(unsafe.Sizeof(Pointer[int]{}) ^ unsafe.Sizeof(atomic.Pointer[int]{}))
)

// The types that stand in for those of package sync use the words of the real ones, so
// that it does not matter how a lock was locked. [checkLayout] checks what is assumed
// of them here and of a mutex's and a wait group's first words.

// stateOf returns the word of m that says whether it is locked.
func stateOf(m *sync.Mutex) *atomic.Uint32 { return (*atomic.Uint32)(unsafe.Pointer(m)) }

// writersOf returns the lock that the writers of m hold.
func writersOf(m *sync.RWMutex) *sync.Mutex { return (*sync.Mutex)(unsafe.Pointer(m)) }

// readersOf returns the word of m that counts readers.
func readersOf(m *sync.RWMutex) *atomic.Uint32 {
	return (*atomic.Uint32)(unsafe.Add(unsafe.Pointer(m), 16))
}

// readersLeftOf returns the word of m that counts readers which a writer waits for.
func readersLeftOf(m *sync.RWMutex) *atomic.Uint32 {
	return (*atomic.Uint32)(unsafe.Add(unsafe.Pointer(m), 20))
}

// realCond returns the part of c that is a sync.Cond.
func realCond(c *Cond) *sync.Cond { return (*sync.Cond)(unsafe.Pointer(c)) }

const (
	_ = -(unsafe.Offsetof(Cond{}.L) ^ unsafe.Offsetof(sync.Cond{}.L))
	_ = -(unsafe.Offsetof(Cond{}.queue) ^ unsafe.Sizeof(sync.Cond{}))
)

// checkLayout returns what is wrong with the assumptions about package sync, or "".
func checkLayout() string {
	var m sync.Mutex
	m.Lock()
	locked := stateOf(&m).Load()
	m.Unlock()
	if locked != mutexLocked || stateOf(&m).Load() != 0 {
		return "sync.Mutex"
	}
	var rw sync.RWMutex
	rw.RLock()
	reading := readersOf(&rw).Load()
	rw.RUnlock()
	rw.Lock()
	writing, writers := readersOf(&rw).Load(), writersOf(&rw).TryLock()
	rw.Unlock()
	if reading != 1 || writing != 1<<32-pendingWriter || writers || readersOf(&rw).Load() != 0 {
		return "sync.RWMutex"
	}
	var g sync.WaitGroup
	g.Add(3)
	count := peek(addressOf(&g), 8)
	g.Add(-3)
	if count != 3<<counterShift || peek(addressOf(&g), 8) != 0 {
		return "sync.WaitGroup"
	}
	return ""
}

func init() {
	if name := checkLayout(); name != "" {
		panic("explore: this Go version has another " + name + ", which this package does not know")
	}
}

// LoadUintptr stands in for [atomic.LoadUintptr].
func LoadUintptr(addr *uintptr) uintptr {
	e := active()
	if e == nil {
		return atomic.LoadUintptr(addr)
	}
	e.announce(opLoad, unsafe.Pointer(addr), wordBytes, 0)
	v := atomic.LoadUintptr(addr)
	e.read(uint64(v))
	return v
}

// StoreUintptr stands in for [atomic.StoreUintptr].
func StoreUintptr(addr *uintptr, val uintptr) {
	e := active()
	if e == nil {
		atomic.StoreUintptr(addr, val)
		return
	}
	e.announce(opStore, unsafe.Pointer(addr), wordBytes, 0)
	old := atomic.SwapUintptr(addr, val)
	e.wrote(uint64(old), uint64(val))
}

// CompareAndSwapUintptr stands in for [atomic.CompareAndSwapUintptr].
func CompareAndSwapUintptr(addr *uintptr, old, new uintptr) bool {
	e := active()
	if e == nil {
		return atomic.CompareAndSwapUintptr(addr, old, new)
	}
	e.announce(opCAS, unsafe.Pointer(addr), wordBytes, 0)
	ok := atomic.CompareAndSwapUintptr(addr, old, new)
	e.compared(ok, uint64(old), uint64(new), uint64(*addr))
	return ok
}

// LoadPointer stands in for [atomic.LoadPointer].
func LoadPointer(addr *unsafe.Pointer) unsafe.Pointer {
	e := active()
	if e == nil {
		return atomic.LoadPointer(addr)
	}
	e.announce(opLoadPointer, unsafe.Pointer(addr), wordBytes, 0)
	p := atomic.LoadPointer(addr)
	e.read(uint64(uintptr(p)))
	return p
}

// StorePointer stands in for [atomic.StorePointer].
func StorePointer(addr *unsafe.Pointer, val unsafe.Pointer) {
	e := active()
	if e == nil {
		atomic.StorePointer(addr, val)
		return
	}
	e.announce(opStorePointer, unsafe.Pointer(addr), wordBytes, 0)
	old := atomic.SwapPointer(addr, val)
	e.wrote(uint64(uintptr(old)), uint64(uintptr(val)))
}

// SwapPointer stands in for [atomic.SwapPointer].
func SwapPointer(addr *unsafe.Pointer, new unsafe.Pointer) unsafe.Pointer {
	e := active()
	if e == nil {
		return atomic.SwapPointer(addr, new)
	}
	e.announce(opSwapPointer, unsafe.Pointer(addr), wordBytes, 0)
	old := atomic.SwapPointer(addr, new)
	e.wrote(uint64(uintptr(old)), uint64(uintptr(new)))
	return old
}

// CompareAndSwapPointer stands in for [atomic.CompareAndSwapPointer].
func CompareAndSwapPointer(addr *unsafe.Pointer, old, new unsafe.Pointer) bool {
	e := active()
	if e == nil {
		return atomic.CompareAndSwapPointer(addr, old, new)
	}
	e.announce(opCASPointer, unsafe.Pointer(addr), wordBytes, 0)
	ok := atomic.CompareAndSwapPointer(addr, old, new)
	e.compared(ok, uint64(uintptr(old)), uint64(uintptr(new)), uint64(uintptr(*addr)))
	return ok
}

// Active reports whether the calling goroutine is one of a program that is explored, or
// runs its Setup or Check. Code that must be deterministic then can ask for that.
//
//go:noinline
func Active() bool { return active() != nil || isAlone() }

// PlainRead announces an ordinary, non-atomic read of bytes bytes at addr. It is not a
// step: no other goroutine is scheduled at it. It is checked against all conflicting
// accesses of the execution, plain and atomic. If no chain of synchronization orders
// one of them with the read, that is a data race, and ends the exploration with a
// [Failure]. Call it right before the read.
//
//go:noinline
func PlainRead(addr unsafe.Pointer, bytes uintptr) {
	if e := active(); e != nil {
		e.plain(addr, uintptr(addr), bytes, false)
	}
}

// PlainWrite is [PlainRead] for a write.
//
//go:noinline
func PlainWrite(addr unsafe.Pointer, bytes uintptr) {
	if e := active(); e != nil {
		e.plain(addr, uintptr(addr), bytes, true)
	}
}

// Name gives the location at addr a name for the table of a [Failure]. Without a name
// it is called x0, x1, ... in the order of first use. Call Name in Program.Setup. It
// does nothing unless a failure is replayed.
func Name(addr unsafe.Pointer, name string) {
	if e := naming.Load(); e != nil && (isAlone() || active() == e) {
		e.name(addr, name)
	}
}
