package main

import (
	"runtime"

	"github.com/flatmap-go/flatmap/model"

	"github.com/bytedance/gg/collection/skipmap"
	hashmap108 "github.com/cornelk/hashmap"
	swiss109 "github.com/mhmtszr/concurrent-swiss-map"
	cmap1 "github.com/orcaman/concurrent-map"
	cmap2 "github.com/orcaman/concurrent-map/v2"
	skipmap2 "github.com/zhangyunhao116/skipmap"
	cmap0 "pinned.test/concurrent-map-v0.0.0-20160823150647-8bf1e9bacbf6"
	swiss106 "pinned.test/concurrent-swiss-map-v1.0.6"
)

// hashmapOf is what the generic versions of cornelk's hashmap have.
type hashmapOf[K comparable, V any] interface {
	Get(key K) (V, bool)
	Set(key K, value V)
	GetOrInsert(key K, value V) (V, bool)
	Del(key K) bool
	Range(f func(K, V) bool)
	Len() int
}

func hashmapMethods[K comparable, V any](m hashmapOf[K, V]) model.Methods[K, V] {
	return model.Methods[K, V]{Load: m.Get, Store: m.Set, LoadOrStore: m.GetOrInsert,
		Delete: func(key K) { m.Del(key) }, Range: m.Range, Len: m.Len}
}

func hashmapV108() model.Methods[int, int] {
	return hashmapMethods[int, int](hashmap108.New[int, int]())
}

// iterated returns a Range over what m's IterBuffered yields, as its README says to
// iterate: with a loop that may break.
func iterated[T, V any](iterate func() <-chan T, entry func(T) (string, V)) func(func(string, V) bool) {
	return func(f func(string, V) bool) {
		for t := range iterate() {
			if !f(entry(t)) {
				return
			}
		}
	}
}

func cmapV2016() model.Methods[string, any] {
	m := cmap0.New()
	return model.Methods[string, any]{
		Load: m.Get, Store: m.Set, LoadAndDelete: m.Pop, Delete: m.Remove, Len: m.Count, Contains: m.Has,
		Range: iterated(m.IterBuffered, func(t cmap0.Tuple) (string, any) { return t.Key, t.Val }),
	}
}

func cmapV100() model.Methods[string, any] {
	m := cmap1.New()
	return model.Methods[string, any]{
		Load: m.Get, Store: m.Set, LoadAndDelete: m.Pop, Delete: m.Remove, Len: m.Count, Contains: m.Has, Clear: m.Clear,
		Range: iterated(m.IterBuffered, func(t cmap1.Tuple) (string, any) { return t.Key, t.Val }),
	}
}

func cmapV201() model.Methods[string, int] {
	m := cmap2.New[int]()
	return model.Methods[string, int]{
		Load: m.Get, Store: m.Set, LoadAndDelete: m.Pop, Delete: m.Remove, Len: m.Count, Contains: m.Has, Clear: m.Clear,
		Range: iterated(m.IterBuffered, func(t cmap2.Tuple[string, int]) (string, int) { return t.Key, t.Val }),
	}
}

// swissOf is what the versions of concurrent-swiss-map have.
type swissOf[K comparable, V any] interface {
	Load(key K) (V, bool)
	Store(key K, value V)
	SetIf(key K, condition func(previous V, found bool) (V, bool))
	Delete(key K) bool
	DeleteIf(key K, condition func(value V) bool) bool
	Has(key K) bool
	Range(f func(key K, value V) (stop bool))
	Count() int
	Clear()
}

func swissMethods[K, V comparable](m swissOf[K, V]) model.Methods[K, V] {
	return model.Methods[K, V]{Load: m.Load, Store: m.Store, Contains: m.Has, Len: m.Count, Clear: m.Clear,
		Delete:           func(key K) { m.Delete(key) },
		CompareAndDelete: func(key K, old V) bool { return m.DeleteIf(key, func(value V) bool { return value == old }) },
		Range:            func(f func(K, V) bool) { m.Range(func(key K, value V) bool { return !f(key, value) }) },
		Swap: func(key K, value V) (previous V, loaded bool) {
			m.SetIf(key, func(old V, found bool) (V, bool) {
				previous, loaded = old, found
				return value, true
			})
			return previous, loaded
		},
		LoadOrStore: func(key K, value V) (actual V, loaded bool) {
			m.SetIf(key, func(old V, found bool) (V, bool) {
				if actual, loaded = old, found; !found {
					actual = value
				}
				return value, !found
			})
			return actual, loaded
		},
		CompareAndSwap: func(key K, old, new V) (swapped bool) {
			m.SetIf(key, func(value V, found bool) (V, bool) {
				swapped = found && value == old
				return new, swapped
			})
			return swapped
		},
	}
}

func swissV106() model.Methods[int, int] { return swissMethods[int, int](swiss106.Create[int, int]()) }
func swissV109() model.Methods[int, int] { return swissMethods[int, int](swiss109.New[int, int]()) }

// drained returns the methods with a Range that goes on, to no effect, when its
// function has said that it may end.
func drained[K comparable, V any](newMethods func() model.Methods[K, V]) func() model.Methods[K, V] {
	return func() model.Methods[K, V] {
		methods := newMethods()
		iterate := methods.Range
		methods.Range = func(f func(K, V) bool) {
			more := true
			iterate(func(key K, value V) bool {
				more = more && f(key, value)
				return true
			})
		}
		return methods
	}
}

// carried returns the methods with a Range that ends as its function does: for a
// map that runs the function in a separate goroutine.
func carried[K comparable, V any](newMethods func() model.Methods[K, V]) func() model.Methods[K, V] {
	return func() model.Methods[K, V] {
		methods := newMethods()
		iterate := methods.Range
		methods.Range = func(f func(K, V) bool) {
			var panicked any
			exited := false
			iterate(func(key K, value V) (more bool) {
				returned := false
				defer func() {
					if !returned {
						panicked = recover()
						exited, more = panicked == nil, false
					}
				}()
				more = f(key, value)
				returned = true
				return more
			})
			switch {
			case exited:
				runtime.Goexit()
			case panicked != nil:
				panic(panicked)
			}
		}
		return methods
	}
}

// skipmapOf is what the skip lists of zhangyunhao116 and of bytedance have.
type skipmapOf[K comparable, V any] interface {
	Load(key K) (V, bool)
	Store(key K, value V)
	LoadOrStore(key K, value V) (V, bool)
	LoadOrStoreLazy(key K, f func() V) (V, bool)
	LoadAndDelete(key K) (V, bool)
	Delete(key K) bool
	Range(f func(key K, value V) bool)
	Len() int
}

func skipmapMethods[K comparable, V any](m skipmapOf[K, V]) model.Methods[K, V] {
	return model.Methods[K, V]{Load: m.Load, Store: m.Store, LoadOrStore: m.LoadOrStore, LoadAndDelete: m.LoadAndDelete,
		LoadOrCompute: m.LoadOrStoreLazy, Delete: func(key K) { m.Delete(key) }, Range: m.Range, Len: m.Len}
}

func skipmapV110() model.Methods[int, int]  { return skipmapMethods[int, int](skipmap.New[int, int]()) }
func skipmapV0101() model.Methods[int, int] { return skipmapMethods[int, int](skipmap2.NewInt[int]()) }
