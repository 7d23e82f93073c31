package model

import (
	"iter"

	"github.com/flatmap-go/flatmap/internal/flatmap"
)

// A Map is the least a map under test implements: the methods of sync.Map,
// typed. Whatever else it offers is found by interface assertion: see
// [Lener], [Container], [Computer], [LoadOrComputer], [Retainer], [Inserter]
// and [Iterable]. A method with another signature is not verified, nor is one of
// Iterable's without the others; [Test] logs them. The semantics expected of every method are those documented
// on flatmap.Map's method of that name.
type Map[K comparable, V any] interface {
	Load(key K) (value V, ok bool)
	Store(key K, value V)
	LoadOrStore(key K, value V) (actual V, loaded bool)
	LoadAndDelete(key K) (value V, loaded bool)
	Delete(key K)
	Swap(key K, value V) (previous V, loaded bool)
	CompareAndSwap(key K, old, new V) (swapped bool)
	CompareAndDelete(key K, old V) (deleted bool)
	Range(f func(key K, value V) bool)
	Clear()
}

// A Lener is a [Map] that counts its entries.
type Lener interface{ Len() int }

// A Container is a [Map] that answers whether a key is present.
type Container[K comparable] interface{ Contains(key K) bool }

// A Computer is a [Map] with an atomic read-modify-write of one entry.
type Computer[K comparable, V any] interface {
	Compute(key K, f func(old V, loaded bool) (V, flatmap.Op)) (actual V, ok bool)
}

// A LoadOrComputer is a [Map] that builds absent values under its lock.
type LoadOrComputer[K comparable, V any] interface {
	LoadOrCompute(key K, f func() V) (actual V, loaded bool)
}

// A Retainer is a [Map] that filters and edits its entries in place.
type Retainer[K comparable, V any] interface {
	Retain(f func(key K, value *V) bool)
}

// An Inserter is a [Map] that stores every pair of a sequence, one by one.
type Inserter[K comparable, V any] interface{ Insert(seq iter.Seq2[K, V]) }

// An Iterable is a [Map] that yields its entries, keys and values as
// sequences. It takes all three methods; a map that has only some of them is
// verified through [Adapt].
type Iterable[K comparable, V any] interface {
	All() iter.Seq2[K, V]
	Keys() iter.Seq[K]
	Values() iter.Seq[V]
}
