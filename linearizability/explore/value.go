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
	e.wrote(bitsOfValue(x.v.Load()), bitsOfValue(val))
	x.v.Store(val) // may panic, after the step
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
	e.wrote(bitsOfValue(x.v.Load()), bitsOfValue(new))
	return x.v.Swap(new) // may panic, after the step
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
	ok := false
	defer func() { // may panic, after the step
		e.compared(ok, bitsOfValue(before), bitsOfValue(new), bitsOfValue(before))
	}()
	ok = x.v.CompareAndSwap(old, new)
	return ok
}
