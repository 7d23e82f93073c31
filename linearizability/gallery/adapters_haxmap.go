package main

import (
	"github.com/flatmap-go/flatmap/model"

	haxmap141 "github.com/alphadose/haxmap"
	haxmap031 "pinned.test/haxmap-v0.3.1"
	haxmap120 "pinned.test/haxmap-v1.2.0"
	haxmap131 "pinned.test/haxmap-v1.3.1"
)

// roomy is a capacity that no workload exceeds. haxmap says that what is stored
// while it grows may show up only later, and that is not what the entries are about.
const roomy = 1 << 15

// haxmapOf is what the versions of haxmap from 1.0 on have.
type haxmapOf[K comparable, V any] interface {
	Get(key K) (V, bool)
	Set(key K, value V)
	Del(keys ...K)
	ForEach(f func(K, V) bool)
	Len() uintptr
}

// haxmapMethods adapts Get and GetAndDel, which return the value of a deleted entry
// along with false.
func haxmapMethods[K comparable, V any](m haxmapOf[K, V]) model.Methods[K, V] {
	return model.Methods[K, V]{Load: zeroed(m.Get), Store: m.Set, Delete: func(key K) { m.Del(key) }, Range: m.ForEach,
		Len: func() int { return int(m.Len()) }}
}

func haxmapV031() model.Methods[int, int] {
	m := haxmap031.New[int, int]()
	return model.Methods[int, int]{Load: m.Get, Store: m.Set, Delete: m.Del,
		Len: func() int { return int(m.Len()) },
		Range: func(f func(int, int) bool) {
			more := true
			m.ForEach(func(key, value int) { more = more && f(key, value) })
		}}
}

func haxmapV120() model.Methods[int, int] {
	return haxmapMethods[int, int](haxmap120.New[int, int](roomy))
}
func haxmapV131() model.Methods[int, int] {
	return haxmapMethods[int, int](haxmap131.New[int, int](roomy))
}
func haxmapV141() model.Methods[int, int] {
	return haxmapMethods[int, int](haxmap141.New[int, int](roomy))
}

// haxmapAll is all of the newest version's methods, except Swap, which stores
// nothing if there is nothing.
func haxmapAll() model.Methods[int, int] {
	m := haxmap141.New[int, int](roomy)
	methods := haxmapMethods[int, int](m)
	methods.LoadOrStore, methods.LoadOrCompute, methods.CompareAndSwap = m.GetOrSet, m.GetOrCompute, m.CompareAndSwap
	methods.LoadAndDelete, methods.Clear = zeroed(m.GetAndDel), m.Clear
	return methods
}

// zeroed returns f with the zero value where it returns false.
func zeroed[K comparable, V any](f func(K) (V, bool)) func(K) (V, bool) {
	return func(key K) (V, bool) {
		value, ok := f(key)
		if !ok {
			return *new(V), false
		}
		return value, true
	}
}
