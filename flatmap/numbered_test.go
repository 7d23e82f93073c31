package flatmap_test

import (
	"iter"
	"math"
	"reflect"

	"pgregory.net/rapid"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// A numberedMap is a map of any type whose keys and values are known by their
// numbers, so that the specification, the programs and what compares them are
// compiled once and not for each type. A number stands for its key or value in
// everything that matters to a map: NaN for what is not equal to itself, the two
// zeros for two that are equal, and a slice for what cannot be compared.
type numberedMap interface {
	model.Map[float64, any]
	Clone() numberedMap
	Collect(pairs entries, opts ...flatmap.Option) numberedMap
}

// numbers translates the values of one kind.
type numbers[T any] struct {
	kind[T]
	nan   int  // the number of those that are not equal to themselves, or -1
	zeros bool // numbers 0 and 1 are equal
}

func numbersOf[T any](k kind[T]) numbers[T] {
	n := numbers[T]{kind: k, nan: -1}
	for i := range 10 {
		if v := any(k.make(i)); isComparable(v) && v != v {
			n.nan = i
		}
	}
	if zero, one := k.make(0), k.make(1); isComparable(zero) {
		n.zeros = k.number(zero) != k.number(one) && any(zero) == any(one)
	}
	return n
}

// isComparable reports whether v == v does not panic.
func isComparable(v any) bool { return v == nil || reflect.ValueOf(v).Comparable() }

// of returns what stands for v, which can be compared.
func (n *numbers[T]) of(v T) float64 {
	i := n.number(v)
	switch {
	case n.nan >= 0 && any(v) != any(v):
		return math.NaN()
	case n.zeros && i == 1:
		return math.Copysign(0, -1)
	}
	return float64(i)
}

// from is the inverse of of.
func (n *numbers[T]) from(x float64) T {
	switch {
	case x != x:
		return n.make(n.nan)
	case x == 0 && math.Signbit(x):
		return n.make(1)
	}
	return n.make(int(x))
}

// standIns stand for what cannot be compared: to package model, slices are the same
// if they are the same memory.
var standIns = func() (s [numValues][]int) {
	for i := range s {
		s[i] = []int{i}
	}
	return s
}()

// ofAny is of for any value.
func (n *numbers[T]) ofAny(v T) any {
	if !isComparable(v) {
		return standIns[n.number(v)]
	}
	return n.of(v)
}

// fromAny is the inverse of ofAny. Nil stands for the zero T.
func (n *numbers[T]) fromAny(x any) (v T) {
	switch x := x.(type) {
	case []int:
		return n.make(x[0])
	case float64:
		return n.from(x)
	}
	return v
}

// returned is ofAny for what a method returned. Where there is no entry it has to
// be the zero T.
func (n *numbers[T]) returned(v T, ok bool) any {
	if !ok && n.zero(v) {
		return nil
	}
	return n.ofAny(v)
}

// generator returns a generator of what stands for the first so many of a kind.
func (n *numbers[T]) generator(limit int) *rapid.Generator[float64] {
	return rapid.Map(rapid.IntRange(0, limit-1), func(i int) float64 { return n.of(n.make(i)) })
}

func (n *numbers[T]) generatorOfAny(limit int) *rapid.Generator[any] {
	return rapid.Map(rapid.IntRange(0, limit-1), func(i int) any { return n.ofAny(n.make(i)) })
}

// byNumber is a map as a numberedMap.
type byNumber[K comparable, V any] struct {
	m      *flatmap.Map[K, V]
	keys   *numbers[K]
	values *numbers[V]
}

func (m *byNumber[K, V]) Load(key float64) (any, bool) {
	v, ok := m.m.Load(m.keys.from(key))
	return m.values.returned(v, ok), ok
}

func (m *byNumber[K, V]) Contains(key float64) bool { return m.m.Contains(m.keys.from(key)) }

func (m *byNumber[K, V]) Store(key float64, value any) {
	m.m.Store(m.keys.from(key), m.values.fromAny(value))
}

func (m *byNumber[K, V]) Swap(key float64, value any) (any, bool) {
	v, ok := m.m.Swap(m.keys.from(key), m.values.fromAny(value))
	return m.values.returned(v, ok), ok
}

func (m *byNumber[K, V]) LoadOrStore(key float64, value any) (any, bool) {
	v, ok := m.m.LoadOrStore(m.keys.from(key), m.values.fromAny(value))
	return m.values.ofAny(v), ok
}

func (m *byNumber[K, V]) LoadOrCompute(key float64, f func() any) (any, bool) {
	v, ok := m.m.LoadOrCompute(m.keys.from(key), func() V { return m.values.fromAny(f()) })
	return m.values.ofAny(v), ok
}

func (m *byNumber[K, V]) Compute(key float64, f func(old any, loaded bool) (any, flatmap.Op)) (any, bool) {
	v, ok := m.m.Compute(m.keys.from(key), func(old V, loaded bool) (V, flatmap.Op) {
		v, op := f(m.values.returned(old, loaded), loaded)
		return m.values.fromAny(v), op
	})
	return m.values.returned(v, ok), ok
}

func (m *byNumber[K, V]) Delete(key float64) { m.m.Delete(m.keys.from(key)) }

func (m *byNumber[K, V]) LoadAndDelete(key float64) (any, bool) {
	v, ok := m.m.LoadAndDelete(m.keys.from(key))
	return m.values.returned(v, ok), ok
}

func (m *byNumber[K, V]) CompareAndSwap(key float64, old, new any) bool {
	return m.m.CompareAndSwap(m.keys.from(key), m.values.fromAny(old), m.values.fromAny(new))
}

func (m *byNumber[K, V]) CompareAndDelete(key float64, old any) bool {
	return m.m.CompareAndDelete(m.keys.from(key), m.values.fromAny(old))
}

func (m *byNumber[K, V]) Len() int { return m.m.Len() }
func (m *byNumber[K, V]) Clear()   { m.m.Clear() }

func (m *byNumber[K, V]) Range(f func(key float64, value any) bool) {
	m.m.Range(func(key K, value V) bool { return f(m.keys.of(key), m.values.ofAny(value)) })
}

func (m *byNumber[K, V]) All() iter.Seq2[float64, any] {
	return func(yield func(float64, any) bool) {
		m.m.All()(func(key K, value V) bool { return yield(m.keys.of(key), m.values.ofAny(value)) })
	}
}

func (m *byNumber[K, V]) Keys() iter.Seq[float64] {
	return func(yield func(float64) bool) {
		m.m.Keys()(func(key K) bool { return yield(m.keys.of(key)) })
	}
}

func (m *byNumber[K, V]) Values() iter.Seq[any] {
	return func(yield func(any) bool) {
		m.m.Values()(func(value V) bool { return yield(m.values.ofAny(value)) })
	}
}

// Retain leaves a value alone that f leaves alone.
func (m *byNumber[K, V]) Retain(f func(key float64, value *any) bool) {
	m.m.Retain(func(key K, value *V) bool {
		before := m.values.ofAny(*value)
		after := before
		defer func() { // also if f panics
			if !model.Same(before, after) {
				*value = m.values.fromAny(after)
			}
		}()
		return f(m.keys.of(key), &after)
	})
}

func (m *byNumber[K, V]) Insert(seq iter.Seq2[float64, any]) { m.m.Insert(m.translated(seq)) }

func (m *byNumber[K, V]) translated(seq iter.Seq2[float64, any]) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		seq(func(key float64, value any) bool { return yield(m.keys.from(key), m.values.fromAny(value)) })
	}
}

func (m *byNumber[K, V]) with(other *flatmap.Map[K, V]) numberedMap {
	return &byNumber[K, V]{other, m.keys, m.values}
}

func (m *byNumber[K, V]) Clone() numberedMap { return m.with(m.m.Clone()) }

func (m *byNumber[K, V]) Collect(pairs entries, opts ...flatmap.Option) numberedMap {
	return m.with(flatmap.Collect(m.translated(pairs.all), opts...))
}
