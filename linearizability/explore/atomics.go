package explore

import "sync/atomic"

// The types below have the methods, the size, the alignment and the useful zero value of
// their namesakes in sync/atomic. While a program is explored, every method first
// announces its access to the scheduler. At any other time it is the real atomic
// operation.

type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// A Uint64 stands in for [atomic.Uint64].
type Uint64 struct{ v atomic.Uint64 }

// A Uint32 stands in for [atomic.Uint32].
type Uint32 struct{ v atomic.Uint32 }

// An Int64 stands in for [atomic.Int64].
type Int64 struct{ v atomic.Int64 }

// An Int32 stands in for [atomic.Int32].
type Int32 struct{ v atomic.Int32 }

// A Uintptr stands in for [atomic.Uintptr].
type Uintptr struct{ v atomic.Uintptr }

// Load returns the value of x.
func (x *Uint64) Load() uint64 { return load(&x.v, 8) }

// Store sets x to val.
func (x *Uint64) Store(val uint64) { store(&x.v, 8, val) }

// Swap sets x to new and returns its old value.
func (x *Uint64) Swap(new uint64) uint64 { return swap(&x.v, 8, new) }

// CompareAndSwap sets x to new if it is old, and reports whether it did.
func (x *Uint64) CompareAndSwap(old, new uint64) bool { return compareAndSwap(&x.v, 8, old, new) }

// Add adds delta to x and returns the sum.
func (x *Uint64) Add(delta uint64) uint64 { return add(&x.v, 8, delta) }

// And clears the bits of x that mask lacks and returns the old value.
func (x *Uint64) And(mask uint64) uint64 { return and(&x.v, 8, mask) }

// Or sets the bits of mask in x and returns the old value.
func (x *Uint64) Or(mask uint64) uint64 { return or(&x.v, 8, mask) }

// Load returns the value of x.
func (x *Uint32) Load() uint32 { return load(&x.v, 4) }

// Store sets x to val.
func (x *Uint32) Store(val uint32) { store(&x.v, 4, val) }

// Swap sets x to new and returns its old value.
func (x *Uint32) Swap(new uint32) uint32 { return swap(&x.v, 4, new) }

// CompareAndSwap sets x to new if it is old, and reports whether it did.
func (x *Uint32) CompareAndSwap(old, new uint32) bool { return compareAndSwap(&x.v, 4, old, new) }

// Add adds delta to x and returns the sum.
func (x *Uint32) Add(delta uint32) uint32 { return add(&x.v, 4, delta) }

// And clears the bits of x that mask lacks and returns the old value.
func (x *Uint32) And(mask uint32) uint32 { return and(&x.v, 4, mask) }

// Or sets the bits of mask in x and returns the old value.
func (x *Uint32) Or(mask uint32) uint32 { return or(&x.v, 4, mask) }

// Load returns the value of x.
func (x *Int64) Load() int64 { return load(&x.v, 8) }

// Store sets x to val.
func (x *Int64) Store(val int64) { store(&x.v, 8, val) }

// Swap sets x to new and returns its old value.
func (x *Int64) Swap(new int64) int64 { return swap(&x.v, 8, new) }

// CompareAndSwap sets x to new if it is old, and reports whether it did.
func (x *Int64) CompareAndSwap(old, new int64) bool { return compareAndSwap(&x.v, 8, old, new) }

// Add adds delta to x and returns the sum.
func (x *Int64) Add(delta int64) int64 { return add(&x.v, 8, delta) }

// And clears the bits of x that mask lacks and returns the old value.
func (x *Int64) And(mask int64) int64 { return and(&x.v, 8, mask) }

// Or sets the bits of mask in x and returns the old value.
func (x *Int64) Or(mask int64) int64 { return or(&x.v, 8, mask) }

// Load returns the value of x.
func (x *Int32) Load() int32 { return load(&x.v, 4) }

// Store sets x to val.
func (x *Int32) Store(val int32) { store(&x.v, 4, val) }

// Swap sets x to new and returns its old value.
func (x *Int32) Swap(new int32) int32 { return swap(&x.v, 4, new) }

// CompareAndSwap sets x to new if it is old, and reports whether it did.
func (x *Int32) CompareAndSwap(old, new int32) bool { return compareAndSwap(&x.v, 4, old, new) }

// Add adds delta to x and returns the sum.
func (x *Int32) Add(delta int32) int32 { return add(&x.v, 4, delta) }

// And clears the bits of x that mask lacks and returns the old value.
func (x *Int32) And(mask int32) int32 { return and(&x.v, 4, mask) }

// Or sets the bits of mask in x and returns the old value.
func (x *Int32) Or(mask int32) int32 { return or(&x.v, 4, mask) }

// Load returns the value of x.
func (x *Uintptr) Load() uintptr { return load(&x.v, wordBytes) }

// Store sets x to val.
func (x *Uintptr) Store(val uintptr) { store(&x.v, wordBytes, val) }

// Swap sets x to new and returns its old value.
func (x *Uintptr) Swap(new uintptr) uintptr { return swap(&x.v, wordBytes, new) }

// CompareAndSwap sets x to new if it is old, and reports whether it did.
func (x *Uintptr) CompareAndSwap(old, new uintptr) bool {
	return compareAndSwap(&x.v, wordBytes, old, new)
}

// Add adds delta to x and returns the sum.
func (x *Uintptr) Add(delta uintptr) uintptr { return add(&x.v, wordBytes, delta) }

// And clears the bits of x that mask lacks and returns the old value.
func (x *Uintptr) And(mask uintptr) uintptr { return and(&x.v, wordBytes, mask) }

// Or sets the bits of mask in x and returns the old value.
func (x *Uintptr) Or(mask uintptr) uintptr { return or(&x.v, wordBytes, mask) }

// integer and word describe the integers of sync/atomic, W, and what is in
// them, T.
type integer interface {
	uint64 | uint32 | int64 | int32 | uintptr
}

type word[T, W any] interface {
	*W
	Load() T
	Store(T)
	Swap(T) T
	CompareAndSwap(old, new T) bool
	Add(T) T
	And(T) T
	Or(T) T
}

//go:norace
func load[T integer, W any, P word[T, W]](x P, width uint8) T {
	e := active()
	if e == nil {
		return x.Load()
	}
	e.announce(opLoad, addressOf[W](x), width, 0)
	v := x.Load()
	e.read(uint64(v))
	return v
}

//go:norace
func store[T integer, W any, P word[T, W]](x P, width uint8, val T) {
	e := active()
	if e == nil {
		x.Store(val)
		return
	}
	e.announce(opStore, addressOf[W](x), width, 0)
	old := x.Swap(val)
	e.wrote(uint64(old), uint64(val))
}

//go:norace
func swap[T integer, W any, P word[T, W]](x P, width uint8, val T) T {
	e := active()
	if e == nil {
		return x.Swap(val)
	}
	e.announce(opSwap, addressOf[W](x), width, 0)
	old := x.Swap(val)
	e.wrote(uint64(old), uint64(val))
	return old
}

//go:norace
func compareAndSwap[T integer, W any, P word[T, W]](x P, width uint8, old, new T) bool {
	e := active()
	if e == nil {
		return x.CompareAndSwap(old, new)
	}
	e.announce(opCAS, addressOf[W](x), width, 0)
	ok := x.CompareAndSwap(old, new)
	e.compared(ok, uint64(old), uint64(new), uint64(x.Load()))
	return ok
}

//go:norace
func add[T integer, W any, P word[T, W]](x P, width uint8, delta T) T {
	e := active()
	if e == nil {
		return x.Add(delta)
	}
	e.announce(opAdd, addressOf[W](x), width, 0)
	sum := x.Add(delta)
	e.wrote(uint64(sum-delta), uint64(sum))
	return sum
}

//go:norace
func and[T integer, W any, P word[T, W]](x P, width uint8, mask T) T {
	e := active()
	if e == nil {
		return x.And(mask)
	}
	e.announce(opAnd, addressOf[W](x), width, 0)
	old := x.And(mask)
	e.wrote(uint64(old), uint64(old&mask))
	return old
}

//go:norace
func or[T integer, W any, P word[T, W]](x P, width uint8, mask T) T {
	e := active()
	if e == nil {
		return x.Or(mask)
	}
	e.announce(opOr, addressOf[W](x), width, 0)
	old := x.Or(mask)
	e.wrote(uint64(old), uint64(old|mask))
	return old
}
