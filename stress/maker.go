package stress

import (
	"fmt"
	"reflect"
	"weak"

	"github.com/flatmap-go/flatmap/internal/numbered"
)

// A Maker makes values of type T out of numbers, and returns the number of a
// value: so a key shows which one it is, and a value which key it belongs to.
type Maker[T any] struct {
	// Make returns the value number n, for n from 0 up to 1<<48. If T is used
	// for keys, it returns equal ones for equal numbers. Otherwise what a value
	// points to should be fresh, so that its memory can be seen to be collected.
	Make func(n int) T
	// Number returns the n that value was made from, and false if it was not
	// made by Make: if it is torn. The number should be in every part of a value.
	Number func(value T) (n int, ok bool)
	// Watch returns weak pointers to memory that only this value holds on to. It
	// may be nil.
	Watch func(value T) []weak.Pointer[byte]
}

// numberBits is how large the numbers are that a Maker is asked for.
const numberBits = 48

// makerOf returns what the option holds, or a Maker for types with at least one
// part, or pointee, that can hold a large number. Parts that are maps, channels,
// functions or not exported stay zero. For keys, equal numbers make equal
// pointers.
func makerOf[T any](option any, name string, keys bool) (Maker[T], error) {
	if m, ok := option.(Maker[T]); ok {
		if m.Make == nil || m.Number == nil {
			return m, fmt.Errorf("stress: %s: Maker lacks Make or Number", name)
		}
		return m, nil
	} else if option != nil {
		return m, fmt.Errorf("stress: %s: got a %T, want a %T", name, option, m)
	}
	values, ok := numbered.Of[T](numbered.Style{Bits: numberBits, Identical: keys})
	if !ok {
		return Maker[T]{}, fmt.Errorf("stress: no part of type %v can hold a number of %d bits: supply a Maker with %s", reflect.TypeFor[T](), numberBits, name)
	}
	return Maker[T](values), nil
}
