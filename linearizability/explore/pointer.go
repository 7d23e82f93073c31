package explore

import "sync/atomic"

// A Pointer stands in for [atomic.Pointer].
type Pointer[T any] struct{ v atomic.Pointer[T] }

// Load returns the pointer in x.
//
//go:norace
func (x *Pointer[T]) Load() *T {
	e := active()
	if e == nil {
		return x.v.Load()
	}
	e.announce(opLoadPointer, addressOf(x), wordBytes, 0)
	p := x.v.Load()
	e.read(bitsOf(p))
	return p
}

// Store sets x to val.
//
//go:norace
func (x *Pointer[T]) Store(val *T) {
	e := active()
	if e == nil {
		x.v.Store(val)
		return
	}
	e.announce(opStorePointer, addressOf(x), wordBytes, 0)
	old := x.v.Swap(val)
	e.wrote(bitsOf(old), bitsOf(val))
}

// Swap sets x to new and returns its old value.
//
//go:norace
func (x *Pointer[T]) Swap(new *T) *T {
	e := active()
	if e == nil {
		return x.v.Swap(new)
	}
	e.announce(opSwapPointer, addressOf(x), wordBytes, 0)
	old := x.v.Swap(new)
	e.wrote(bitsOf(old), bitsOf(new))
	return old
}

// CompareAndSwap sets x to new if it is old, and reports whether it did.
//
//go:norace
func (x *Pointer[T]) CompareAndSwap(old, new *T) bool {
	e := active()
	if e == nil {
		return x.v.CompareAndSwap(old, new)
	}
	e.announce(opCASPointer, addressOf(x), wordBytes, 0)
	ok := x.v.CompareAndSwap(old, new)
	e.compared(ok, bitsOf(old), bitsOf(new), bitsOf(x.v.Load()))
	return ok
}

// A Bool stands in for [atomic.Bool].
type Bool struct{ v atomic.Uint32 }

func bit(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// Load returns the value of x.
func (x *Bool) Load() bool { return load(&x.v, 4) != 0 }

// Store sets x to val.
func (x *Bool) Store(val bool) { store(&x.v, 4, bit(val)) }

// Swap sets x to new and returns its old value.
func (x *Bool) Swap(new bool) bool { return swap(&x.v, 4, bit(new)) != 0 }

// CompareAndSwap sets x to new if it is old, and reports whether it did.
func (x *Bool) CompareAndSwap(old, new bool) bool {
	return compareAndSwap(&x.v, 4, bit(old), bit(new))
}
