package explore

import "sync/atomic"

// A Value stands in for [atomic.Value]. What is stored is treated as a pointer.
type Value struct{ v atomic.Value }

// Load returns what x holds.
//
//go:noinline
func (x *Value) Load() any {
	e := active()
	if e == nil {
		return x.v.Load()
	}
	e.announce(opLoadPointer, addressOf(&x.v), wordBytes, 0)
	v := x.v.Load()
	e.read(bitsOfValue(v))
	return v
}

// Store sets x to val. All values must have one type.
//
//go:noinline
func (x *Value) Store(val any) {
	e := active()
	if e == nil {
		x.v.Store(val)
		return
	}
	e.announce(opStorePointer, addressOf(&x.v), wordBytes, 0)
	old := x.v.Load()
	x.v.Store(val)
	e.wrote(bitsOfValue(old), bitsOfValue(val))
}

// Swap sets x to new and returns what it held.
//
//go:noinline
func (x *Value) Swap(new any) any {
	e := active()
	if e == nil {
		return x.v.Swap(new)
	}
	e.announce(opSwapPointer, addressOf(&x.v), wordBytes, 0)
	old := x.v.Swap(new)
	e.wrote(bitsOfValue(old), bitsOfValue(new))
	return old
}

// CompareAndSwap sets x to new if it holds old, and reports whether it did.
//
//go:noinline
func (x *Value) CompareAndSwap(old, new any) bool {
	e := active()
	if e == nil {
		return x.v.CompareAndSwap(old, new)
	}
	e.announce(opCASPointer, addressOf(&x.v), wordBytes, 0)
	before := x.v.Load()
	ok := x.v.CompareAndSwap(old, new)
	after := before
	if ok {
		after = new
	}
	e.compared(ok, bitsOfValue(before), bitsOfValue(new), bitsOfValue(after))
	return ok
}
