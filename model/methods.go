package model

import (
	"iter"

	"github.com/flatmap-go/flatmap/internal/flatmap"
)

// Methods are the methods of a map as functions, for [Adapt]. The semantics of
// each are those documented on flatmap.Map's method of that name.
type Methods[K comparable, V any] struct {
	Load             func(key K) (value V, ok bool)
	Store            func(key K, value V)
	LoadOrStore      func(key K, value V) (actual V, loaded bool)
	LoadAndDelete    func(key K) (value V, loaded bool)
	Delete           func(key K)
	Swap             func(key K, value V) (previous V, loaded bool)
	CompareAndSwap   func(key K, old, new V) (swapped bool)
	CompareAndDelete func(key K, old V) (deleted bool)
	Range            func(f func(key K, value V) bool)
	Clear            func()
	Len              func() int
	Contains         func(key K) bool
	Compute          func(key K, f func(old V, loaded bool) (V, flatmap.Op)) (actual V, ok bool)
	LoadOrCompute    func(key K, f func() V) (actual V, loaded bool)
	Retain           func(f func(key K, value *V) bool)
	Insert           func(seq iter.Seq2[K, V])
	All              func() iter.Seq2[K, V]
	Keys             func() iter.Seq[K]
	Values           func() iter.Seq[V]
}

// Adapt returns a [Map] made of functions: for a map whose methods have other
// names or types, or that lacks some of sync.Map's. What is nil is not
// supported, and panics. The layers of the suite leave it out, but need at least
// Load, Store, Delete and Range: without these, a test fails (see [Required]).
func Adapt[K comparable, V any](methods Methods[K, V]) Map[K, V] { return adapted[K, V]{methods} }

type adapted[K comparable, V any] struct{ Methods[K, V] }

// Supports reports whether there is a function for kind.
func (a adapted[K, V]) Supports(kind Kind) bool {
	switch m := &a.Methods; kind {
	case Load:
		return m.Load != nil
	case Store:
		return m.Store != nil
	case LoadOrStore:
		return m.LoadOrStore != nil
	case LoadAndDelete:
		return m.LoadAndDelete != nil
	case Delete:
		return m.Delete != nil
	case Swap:
		return m.Swap != nil
	case CompareAndSwap:
		return m.CompareAndSwap != nil
	case CompareAndDelete:
		return m.CompareAndDelete != nil
	case Range:
		return m.Range != nil
	case Clear:
		return m.Clear != nil
	case Len:
		return m.Len != nil
	case Contains:
		return m.Contains != nil
	case Compute:
		return m.Compute != nil
	case LoadOrCompute:
		return m.LoadOrCompute != nil
	case Retain:
		return m.Retain != nil
	case Insert:
		return m.Insert != nil
	case All:
		return m.All != nil
	case Keys:
		return m.Keys != nil
	case Values:
		return m.Values != nil
	}
	return false
}

func (a adapted[K, V]) Load(key K) (V, bool) { return a.Methods.Load(key) }
func (a adapted[K, V]) Store(key K, value V) { a.Methods.Store(key, value) }
func (a adapted[K, V]) LoadOrStore(key K, value V) (V, bool) {
	return a.Methods.LoadOrStore(key, value)
}
func (a adapted[K, V]) LoadAndDelete(key K) (V, bool) { return a.Methods.LoadAndDelete(key) }
func (a adapted[K, V]) Delete(key K)                  { a.Methods.Delete(key) }
func (a adapted[K, V]) Swap(key K, value V) (V, bool) { return a.Methods.Swap(key, value) }
func (a adapted[K, V]) CompareAndSwap(key K, old, new V) bool {
	return a.Methods.CompareAndSwap(key, old, new)
}
func (a adapted[K, V]) CompareAndDelete(key K, old V) bool {
	return a.Methods.CompareAndDelete(key, old)
}
func (a adapted[K, V]) Range(f func(key K, value V) bool) { a.Methods.Range(f) }
func (a adapted[K, V]) Clear()                            { a.Methods.Clear() }
func (a adapted[K, V]) Len() int                          { return a.Methods.Len() }
func (a adapted[K, V]) Contains(key K) bool               { return a.Methods.Contains(key) }
func (a adapted[K, V]) Compute(key K, f func(old V, loaded bool) (V, flatmap.Op)) (V, bool) {
	return a.Methods.Compute(key, f)
}
func (a adapted[K, V]) LoadOrCompute(key K, f func() V) (V, bool) {
	return a.Methods.LoadOrCompute(key, f)
}
func (a adapted[K, V]) Retain(f func(key K, value *V) bool) { a.Methods.Retain(f) }
func (a adapted[K, V]) Insert(seq iter.Seq2[K, V])          { a.Methods.Insert(seq) }
func (a adapted[K, V]) All() iter.Seq2[K, V]                { return a.Methods.All() }
func (a adapted[K, V]) Keys() iter.Seq[K]                   { return a.Methods.Keys() }
func (a adapted[K, V]) Values() iter.Seq[V]                 { return a.Methods.Values() }
