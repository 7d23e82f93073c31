package model

import (
	"math"
	"reflect"
	"slices"

	"github.com/flatmap-go/flatmap/internal/torn"
)

// Same reports whether a and b are identical: they are equal down to the
// bits of floating-point numbers, so that a NaN is the same as itself and +0 is
// not the same as -0. Pointers, maps, channels and functions are the same if they
// are identical, slices if they are the same part of the same array. A torn value,
// such as a string with a length but no data, is not the same as any other.
func Same[T any](a, b T) bool {
	switch x := any(a).(type) { // the common types, without reflection
	case int:
		return any(b) == any(x)
	case uint64:
		return any(b) == any(x)
	}
	if torn.Of(&a) != "" || torn.Of(&b) != "" {
		return false
	}
	if x, ok := any(a).(string); ok {
		return any(b) == any(x)
	}
	return same(reflect.ValueOf(&a).Elem(), reflect.ValueOf(&b).Elem())
}

func same(a, b reflect.Value) bool {
	if a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Float32, reflect.Float64:
		return math.Float64bits(a.Float()) == math.Float64bits(b.Float())
	case reflect.Complex64, reflect.Complex128:
		x, y := a.Complex(), b.Complex()
		return math.Float64bits(real(x)) == math.Float64bits(real(y)) &&
			math.Float64bits(imag(x)) == math.Float64bits(imag(y))
	case reflect.Array:
		for i := range a.Len() {
			if !same(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		for i := range a.NumField() {
			if !same(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		return same(a.Elem(), b.Elem())
	case reflect.Slice:
		return a.Len() == b.Len() && a.Cap() == b.Cap() && a.UnsafePointer() == b.UnsafePointer()
	case reflect.Map, reflect.Func:
		return a.UnsafePointer() == b.UnsafePointer()
	}
	return a.Equal(b)
}

// isComparable reports whether values of type T can be compared with ==, which
// for an interface still depends on what it holds.
func isComparable[T any]() bool { return reflect.TypeFor[T]().Comparable() }

// compare returns a == b, or that the comparison panics.
func compare[T any](a, b T) (equal, panics bool) {
	defer func() { panics = recover() != nil }()
	return any(a) == any(b), false
}

// plain reports whether == on values of type t is the same as [Same].
func plain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Array:
		return plain(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if !plain(t.Field(i).Type) {
				return false
			}
		}
		return true
	case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128, reflect.Interface:
		return false
	}
	return t.Comparable()
}

// A valueSet counts values that are the [Same]. Its zero value is empty.
type valueSet[V any] struct {
	counts map[any]int // if V is plain
	list   []V         // otherwise
}

func (s *valueSet[V]) add(value V) {
	if s.counts == nil && s.list == nil && plain(reflect.TypeFor[V]()) {
		s.counts = make(map[any]int)
	}
	if s.counts != nil {
		s.counts[value]++
	} else {
		s.list = append(s.list, value)
	}
}

func (s *valueSet[V]) index(value V) int {
	return slices.IndexFunc(s.list, func(v V) bool { return Same(v, value) })
}

func (s *valueSet[V]) has(value V) bool {
	if s.counts != nil {
		return s.counts[value] > 0
	}
	return s.index(value) >= 0
}

// take removes one occurrence of value, which s must have.
func (s *valueSet[V]) take(value V) {
	if s.counts != nil {
		s.counts[value]--
	} else if i := s.index(value); i >= 0 {
		s.list = slices.Delete(s.list, i, i+1)
	}
}
