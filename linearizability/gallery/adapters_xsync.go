package main

import (
	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"

	xsync152 "github.com/puzpuzpuz/xsync"
	xsync450 "github.com/puzpuzpuz/xsync/v4"
	xsync100 "pinned.test/xsync-v1.0.0"
	xsync101 "pinned.test/xsync-v1.0.1"
	xsync102 "pinned.test/xsync-v1.0.2"
	xsync151 "pinned.test/xsync-v1.5.1"
	xsync202 "pinned.test/xsync-v2.0.2"
	xsync210 "pinned.test/xsync-v2.1.0"
	xsync240 "pinned.test/xsync-v2.4.0"
	xsync250 "pinned.test/xsync-v2.5.0"
	xsync301 "pinned.test/xsync-v3.0.1"
	xsync410 "pinned.test/xsync-v4.1.0"
	xsync440 "pinned.test/xsync-v4.4.0"
)

// xsyncMap is what the first versions of xsync's maps have.
type xsyncMap[K comparable, V any] interface {
	Load(key K) (V, bool)
	Store(key K, value V)
	LoadOrStore(key K, value V) (V, bool)
	LoadAndDelete(key K) (V, bool)
	Delete(key K)
	Range(f func(key K, value V) bool)
}

// xsyncSized is what they have from version 1.4 on.
type xsyncSized[K comparable, V any] interface {
	xsyncMap[K, V]
	LoadAndStore(key K, value V) (V, bool)
	Size() int
}

func xsyncMethods[K comparable, V any](m xsyncMap[K, V]) model.Methods[K, V] {
	return model.Methods[K, V]{Load: m.Load, Store: m.Store, LoadAndDelete: m.LoadAndDelete, Delete: m.Delete, Range: m.Range,
		LoadOrStore: func(key K, value V) (actual V, loaded bool) {
			actual, loaded = m.LoadOrStore(key, value)
			if !loaded { // the first versions return nil
				return value, false
			}
			return actual, true
		}}
}

func xsyncSizedMethods[K comparable, V any](m xsyncSized[K, V]) model.Methods[K, V] {
	methods := xsyncMethods[K, V](m)
	methods.Len = m.Size
	methods.Swap = func(key K, value V) (previous V, loaded bool) {
		previous, loaded = m.LoadAndStore(key, value)
		if !loaded { // previous is the new value
			return *new(V), false
		}
		return previous, true
	}
	return methods
}

func xsyncV100() model.Methods[string, any] { return xsyncMethods[string, any](xsync100.NewMap()) }
func xsyncV101() model.Methods[string, any] { return xsyncMethods[string, any](xsync101.NewMap()) }
func xsyncV102() model.Methods[string, any] { return xsyncMethods[string, any](xsync102.NewMap()) }

func xsyncV151() model.Methods[string, any] {
	m := xsync151.NewMap()
	methods := xsyncSizedMethods[string, any](m)
	methods.LoadOrCompute = m.LoadOrCompute
	return methods
}

func xsyncV152() model.Methods[int, int] {
	m := xsync152.NewIntegerMapOf[int, int]()
	methods := xsyncSizedMethods[int, int](m)
	methods.LoadOrCompute = m.LoadOrCompute
	return methods
}

func xsyncV202() model.Methods[string, any] {
	m := xsync202.NewMap()
	methods := xsyncSizedMethods[string, any](m)
	methods.LoadOrCompute = m.LoadOrCompute
	return methods
}

func xsyncV210() model.Methods[int, int] {
	return xsyncComputing[int, int](xsync210.NewIntegerMapOf[int, int]())
}
func xsyncV240() model.Methods[int, int] {
	return xsyncComputing[int, int](xsync240.NewIntegerMapOf[int, int]())
}

func xsyncV250() model.Methods[int, int] {
	return xsyncClearing[int, int](xsync250.NewIntegerMapOf[int, int]())
}

func xsyncV301() model.Methods[int, int] {
	m := xsync301.NewMapOf[int, int]()
	methods := xsyncComputing[int, int](m)
	methods.Clear = m.Clear
	return methods
}

// xsyncComputer is what versions 2.1 to 3 have.
type xsyncComputer[K comparable, V any] interface {
	xsyncSized[K, V]
	LoadOrCompute(key K, f func() V) (V, bool)
	Compute(key K, f func(old V, loaded bool) (V, bool)) (V, bool)
}

// xsyncComputing adapts Compute, whose function cannot keep an entry other than
// by storing it again, and which returns the old value of one that is deleted.
func xsyncComputing[K comparable, V any](m xsyncComputer[K, V]) model.Methods[K, V] {
	methods := xsyncSizedMethods[K, V](m)
	methods.LoadOrCompute = m.LoadOrCompute
	methods.Compute = func(key K, f func(V, bool) (V, flatmap.Op)) (actual V, ok bool) {
		actual, ok = m.Compute(key, func(old V, loaded bool) (V, bool) {
			value, op := f(old, loaded)
			if op == flatmap.Keep {
				return old, !loaded
			}
			return value, op == flatmap.Remove
		})
		if !ok {
			return *new(V), false
		}
		return actual, true
	}
	return methods
}

// xsyncClearing is xsyncComputing for versions that have Clear.
func xsyncClearing[K comparable, V any](m interface {
	xsyncComputer[K, V]
	Clear()
}) model.Methods[K, V] {
	methods := xsyncComputing[K, V](m)
	methods.Clear = m.Clear
	return methods
}

// xsyncV4 is what version 4 has; its Compute speaks of operations of type O.
type xsyncV4[K comparable, V any, O any] interface {
	xsyncSized[K, V]
	Clear()
	LoadOrCompute(key K, f func() (V, bool)) (V, bool)
	Compute(key K, f func(old V, loaded bool) (V, O)) (V, bool)
}

func xsyncV4Methods[K comparable, V any, O any](m xsyncV4[K, V, O], keep, set, remove O) model.Methods[K, V] {
	methods := xsyncSizedMethods[K, V](m)
	methods.Clear = m.Clear
	methods.LoadOrCompute = func(key K, f func() V) (V, bool) {
		return m.LoadOrCompute(key, func() (V, bool) { return f(), false })
	}
	methods.Compute = operating[K, V](m.Compute, keep, set, remove)
	return methods
}

// removing returns the methods with a Compute that returns the zero value for an
// entry that it has removed, as version 4 of xsync promises. It returns the old
// value, which would hide what else is wrong.
func removing[K comparable, V any](newMethods func() model.Methods[K, V]) func() model.Methods[K, V] {
	return func() model.Methods[K, V] {
		methods := newMethods()
		compute := methods.Compute
		methods.Compute = func(key K, f func(V, bool) (V, flatmap.Op)) (actual V, ok bool) {
			removed := false
			actual, ok = compute(key, func(old V, loaded bool) (V, flatmap.Op) {
				value, op := f(old, loaded)
				removed = loaded && op == flatmap.Remove
				return value, op
			})
			if removed && !ok {
				return *new(V), false
			}
			return actual, ok
		}
		return methods
	}
}

func xsyncV410() model.Methods[int, int] {
	return xsyncV4Methods[int, int](xsync410.NewMap[int, int](), xsync410.CancelOp, xsync410.UpdateOp, xsync410.DeleteOp)
}

func xsyncV440() model.Methods[int, int] {
	return xsyncV4Methods[int, int](xsync440.NewMap[int, int](), xsync440.CancelOp, xsync440.UpdateOp, xsync440.DeleteOp)
}

func xsyncV450() model.Methods[int, int] {
	return xsyncV4Methods[int, int](xsync450.NewMap[int, int](), xsync450.CancelOp, xsync450.UpdateOp, xsync450.DeleteOp)
}
