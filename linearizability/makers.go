package linearizability

import (
	"fmt"
	"reflect"
	"strconv"
)

// makerOf returns the function that an option holds, or the default.
func makerOf[T comparable](option any, name string) (func(int) T, error) {
	switch f := option.(type) {
	case func(int) T:
		return f, different(f, name)
	case nil:
		if t := reflect.TypeFor[T](); makeable(t) {
			return func(i int) T {
				var x T
				number(reflect.ValueOf(&x).Elem(), i)
				return x
			}, nil
		}
	default:
		return nil, fmt.Errorf("linearizability: %s was given a %T, want a %T", name, option, (func(int) T)(nil))
	}
	return nil, fmt.Errorf("linearizability: say with %s how to make different values of type %v", name, reflect.TypeFor[T]())
}

// different returns an error unless f makes different values. It looks at the
// first thousand, which a mistake shows in.
func different[T comparable](f func(int) T, name string) error {
	if f == nil {
		return fmt.Errorf("linearizability: %s was given no function", name)
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

// makeable reports whether number can make 65,536 different values of type t.
func makeable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Uintptr, reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128, reflect.String:
		return true
	case reflect.Interface:
		return t.NumMethod() == 0
	case reflect.Array:
		return t.Len() > 0 && makeable(t.Elem())
	case reflect.Struct:
		return t.NumField() > 0 && t.Field(0).IsExported() && makeable(t.Field(0).Type)
	}
	return false
}

// number sets v to the value number i of its type. All elements of an array
// are set, so that a value that is torn shows.
func number(v reflect.Value, i int) {
	switch v.Kind() {
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(i))
	case reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(uint64(i))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(i))
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(complex(float64(i), float64(i)))
	case reflect.String:
		v.SetString("s" + strconv.Itoa(i))
	case reflect.Interface:
		v.Set(reflect.ValueOf(i))
	case reflect.Array:
		for j := range v.Len() {
			number(v.Index(j), i)
		}
	case reflect.Struct:
		for j := range v.NumField() {
			if j == 0 || v.Type().Field(j).IsExported() && makeable(v.Type().Field(j).Type) {
				number(v.Field(j), i)
			}
		}
	}
}
