// Package torn recognizes values whose words do not belong together, before they
// make the program that looks at them crash.
package torn

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"unsafe"
)

// Of says what in a value is torn, as "a torn string (length 7, no data)". It returns
// "" if nothing is. It looks at strings, slices and interfaces, and into structs,
// arrays and interfaces, but does not follow pointers: what they point at is not part
// of the value.
func Of[T any](value *T) (what string) {
	switch any(value).(type) { // the common types, without reflection
	case *int, *uint64, *bool, *struct{}:
		return ""
	}
	v := reflect.ValueOf(value).Elem()
	if !tearable(v.Type()) {
		return ""
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			what = fmt.Sprintf("a torn %v (its memory cannot be read)", v.Type())
		}
	}()
	return of(v)
}

// tearable reports whether a value of type t has more than one word of which one
// says what another is.
func tearable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Slice, reflect.Interface:
		return true
	case reflect.Array:
		return t.Len() > 0 && tearable(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if tearable(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

// of is Of for a value that is addressable.
func of(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		s := *(*string)(word(v, 0))
		if len(s) != 0 && unsafe.StringData(s) == nil {
			return fmt.Sprintf("a torn string (length %d, no data)", len(s))
		}
		if n := len(s); n > 0 {
			_, _ = touch(s[0]), touch(s[n-1])
		}
	case reflect.Slice:
		return ofSlice(v)
	case reflect.Interface:
		return ofInterface(v)
	case reflect.Array:
		for i := range v.Len() {
			if what := of(v.Index(i)); what != "" {
				return what
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if what := of(v.Field(i)); what != "" {
				return what
			}
		}
	}
	return ""
}

// word returns the address of a word of v.
func word(v reflect.Value, i uintptr) unsafe.Pointer {
	return unsafe.Add(v.Addr().UnsafePointer(), i*unsafe.Sizeof(uintptr(0)))
}

//go:noinline
func touch(b byte) byte { return b }

func ofSlice(v reflect.Value) string {
	data, length, capacity := *(*unsafe.Pointer)(word(v, 0)), *(*int)(word(v, 1)), *(*int)(word(v, 2))
	switch {
	case data == nil && capacity != 0:
		return fmt.Sprintf("a torn slice (length %d, capacity %d, no data)", length, capacity)
	case length < 0 || length > capacity:
		return fmt.Sprintf("a torn slice (length %d, capacity %d)", length, capacity)
	}
	return ""
}

func ofInterface(v reflect.Value) string {
	if *(*unsafe.Pointer)(word(v, 0)) == nil {
		return "" // nil
	}
	t, data := v.Elem().Type(), *(*unsafe.Pointer)(word(v, 1))
	if direct(t) {
		return ""
	}
	if data == nil {
		return fmt.Sprintf("a torn interface (type %v, no data)", t)
	}
	return of(reflect.NewAt(t, data).Elem())
}

// direct reports whether an interface that holds a t may hold it in place of its
// address.
func direct(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Chan, reflect.Map, reflect.Func, reflect.UnsafePointer:
		return true
	case reflect.Array:
		return t.Len() == 1 && direct(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if direct(t.Field(i).Type) {
				return t.Size() == unsafe.Sizeof(uintptr(0))
			}
		}
	}
	return false
}
