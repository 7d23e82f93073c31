package linearizability

import (
	"fmt"
	"reflect"

	"github.com/flatmap-go/flatmap/internal/numbered"
)

// makerOf returns the function that an option holds, or the default.
func makerOf[T comparable](option any, name string) (func(int) T, error) {
	switch f := option.(type) {
	case func(int) T:
		return f, different(f, name)
	case nil:
		if values, ok := numbered.Of[T](numbered.Style{Bits: 16, Identical: true, Brief: true}); ok {
			return values.Make, nil
		}
	default:
		return nil, fmt.Errorf("linearizability: %s: got a %T, want a %T", name, option, (func(int) T)(nil))
	}
	return nil, fmt.Errorf("linearizability: %s is needed: no default makes different values of type %v", name, reflect.TypeFor[T]())
}

// different returns an error unless f makes different values. It looks at the
// first thousand, which a mistake shows in.
func different[T comparable](f func(int) T, name string) error {
	if f == nil {
		return fmt.Errorf("linearizability: %s: nil function", name)
	}
	numbers := make(map[T]int)
	for i := range 1000 {
		x := f(i)
		if first, ok := numbers[x]; ok {
			return fmt.Errorf("linearizability: the function of %s returns %v for %d and for %d, but should tell them apart", name, x, first, i)
		}
		numbers[x] = i
	}
	return nil
}
