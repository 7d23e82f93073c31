// Package record has the names of sync/atomic that flatmap uses, and records
// every access made through them. Package flatmap/bench/internal/accesses builds
// flatmap with this package in place of sync/atomic, to count what an operation
// reads and writes. No other build uses it. It is for one goroutine.
package record

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// A Kind is a kind of access.
type Kind uint8

const (
	Load       Kind = iota
	Store           // atomic
	Locked          // read-modify-write
	Count           // read-modify-write of an Int64, which is a counter
	PlainRead       // not atomic
	PlainWrite      // not atomic
)

// An Access is one access to memory that goroutines share.
type Access struct {
	Kind  Kind
	Addr  uintptr
	Bytes uintptr
}

var (
	recording bool
	accesses  []Access
)

// During returns the accesses that f makes. They are valid until the next call.
func During(f func()) []Access {
	accesses, recording = accesses[:0], true
	defer func() { recording = false }()
	f()
	return accesses
}

func note(k Kind, p unsafe.Pointer, bytes uintptr) {
	if recording {
		accesses = append(accesses, Access{k, uintptr(p), bytes})
	}
}

// Plain records an access that is not atomic.
func Plain(k Kind, p unsafe.Pointer, bytes uintptr) { note(k, p, bytes) }

// A Uint64 is an atomic.Uint64.
type Uint64 struct{ v atomic.Uint64 }

func (x *Uint64) Load() uint64     { note(Load, unsafe.Pointer(x), 8); return x.v.Load() }
func (x *Uint64) Store(val uint64) { note(Store, unsafe.Pointer(x), 8); x.v.Store(val) }
func (x *Uint64) Add(delta uint64) uint64 {
	note(Locked, unsafe.Pointer(x), 8)
	return x.v.Add(delta)
}
func (x *Uint64) And(mask uint64) uint64 { note(Locked, unsafe.Pointer(x), 8); return x.v.And(mask) }
func (x *Uint64) Or(mask uint64) uint64  { note(Locked, unsafe.Pointer(x), 8); return x.v.Or(mask) }
func (x *Uint64) Swap(val uint64) uint64 { note(Locked, unsafe.Pointer(x), 8); return x.v.Swap(val) }
func (x *Uint64) CompareAndSwap(old, new uint64) bool {
	note(Locked, unsafe.Pointer(x), 8)
	return x.v.CompareAndSwap(old, new)
}

// A Uint32 is an atomic.Uint32.
type Uint32 struct{ v atomic.Uint32 }

func (x *Uint32) Load() uint32     { note(Load, unsafe.Pointer(x), 4); return x.v.Load() }
func (x *Uint32) Store(val uint32) { note(Store, unsafe.Pointer(x), 4); x.v.Store(val) }
func (x *Uint32) Add(delta uint32) uint32 {
	note(Locked, unsafe.Pointer(x), 4)
	return x.v.Add(delta)
}
func (x *Uint32) CompareAndSwap(old, new uint32) bool {
	note(Locked, unsafe.Pointer(x), 4)
	return x.v.CompareAndSwap(old, new)
}

// An Int64 is an atomic.Int64.
type Int64 struct{ v atomic.Int64 }

func (x *Int64) Load() int64           { note(Load, unsafe.Pointer(x), 8); return x.v.Load() }
func (x *Int64) Store(val int64)       { note(Store, unsafe.Pointer(x), 8); x.v.Store(val) }
func (x *Int64) Add(delta int64) int64 { note(Count, unsafe.Pointer(x), 8); return x.v.Add(delta) }
func (x *Int64) CompareAndSwap(old, new int64) bool {
	note(Count, unsafe.Pointer(x), 8)
	return x.v.CompareAndSwap(old, new)
}

// A Pointer is an atomic.Pointer.
type Pointer[T any] struct{ v atomic.Pointer[T] }

func (x *Pointer[T]) Load() *T       { note(Load, unsafe.Pointer(x), 8); return x.v.Load() }
func (x *Pointer[T]) Store(val *T)   { note(Store, unsafe.Pointer(x), 8); x.v.Store(val) }
func (x *Pointer[T]) Swap(val *T) *T { note(Locked, unsafe.Pointer(x), 8); return x.v.Swap(val) }
func (x *Pointer[T]) CompareAndSwap(old, new *T) bool {
	note(Locked, unsafe.Pointer(x), 8)
	return x.v.CompareAndSwap(old, new)
}

// LoadUintptr is atomic.LoadUintptr.
func LoadUintptr(p *uintptr) uintptr {
	note(Load, unsafe.Pointer(p), unsafe.Sizeof(*p))
	return atomic.LoadUintptr(p)
}

// StoreUintptr is atomic.StoreUintptr.
func StoreUintptr(p *uintptr, val uintptr) {
	note(Store, unsafe.Pointer(p), unsafe.Sizeof(*p))
	atomic.StoreUintptr(p, val)
}

// LoadPointer is atomic.LoadPointer.
func LoadPointer(p *unsafe.Pointer) unsafe.Pointer {
	note(Load, unsafe.Pointer(p), unsafe.Sizeof(*p))
	return atomic.LoadPointer(p)
}

// StorePointer is atomic.StorePointer.
func StorePointer(p *unsafe.Pointer, val unsafe.Pointer) {
	note(Store, unsafe.Pointer(p), unsafe.Sizeof(*p))
	atomic.StorePointer(p, val)
}

// A Mutex is a sync.Mutex.
type Mutex struct{ mu sync.Mutex }

func (m *Mutex) Lock()         { note(Locked, unsafe.Pointer(m), 8); m.mu.Lock() }
func (m *Mutex) Unlock()       { note(Locked, unsafe.Pointer(m), 8); m.mu.Unlock() }
func (m *Mutex) TryLock() bool { note(Locked, unsafe.Pointer(m), 8); return m.mu.TryLock() }
