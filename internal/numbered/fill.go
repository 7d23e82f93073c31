package numbered

import (
	"math"
	"reflect"
	"sync"
	"unsafe"
	"weak"
)

// A filler makes values of a style.
type filler struct {
	Style
	pointers *sync.Map // those made, by type and number, if they are identical
}

// carries reports whether every value of type t that fill makes holds its number.
func (f *filler) carries(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return t.Bits() > f.Bits // and the sign
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return t.Bits() >= f.Bits
	case reflect.Float32, reflect.Complex64:
		return f.Bits <= 24
	case reflect.Float64, reflect.Complex128:
		return f.Bits <= 53
	case reflect.String:
		return true
	case reflect.Interface:
		return t.NumMethod() == 0
	case reflect.Slice:
		return t.Elem().Kind() == reflect.Uint8 || f.carries(t.Elem())
	case reflect.Pointer:
		return f.carries(t.Elem())
	case reflect.Array:
		return t.Len() > 0 && f.carries(t.Elem())
	case reflect.Struct:
		return f.carrier(t) >= 0
	}
	return false
}

// carrier returns the first field of a struct type that carries a number, or
// -1.
func (f *filler) carrier(t reflect.Type) int {
	for i := range t.NumField() {
		if field := t.Field(i); field.IsExported() && f.carries(field.Type) {
			return i
		}
	}
	return -1
}

// hasPointers reports whether == on values of type t compares addresses.
func hasPointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer:
		return true
	case reflect.Array:
		return hasPointers(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if hasPointers(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

// An any holds one of these, by its number.
type (
	textual struct {
		A int
		B string
	}
	floating struct{ A, B float64 }
)

var held = []reflect.Type{
	reflect.TypeFor[int](), reflect.TypeFor[string](), reflect.TypeFor[textual](), reflect.TypeFor[floating](),
}

// heldBy returns the type that an interface of number n holds.
func (f *filler) heldBy(n int) reflect.Type {
	if f.Brief {
		return held[0]
	}
	return held[n%len(held)]
}

// fill sets v, which is zero, to the value number n of its type.
func (f *filler) fill(v reflect.Value, n int) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(f.pointer(v.Type(), n))
	case reflect.Slice:
		if isBytes(v) {
			v.SetBytes([]byte(f.text(n)))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), sliceLen(v, n), sliceLen(v, n)))
		for i := range v.Len() {
			f.fill(v.Index(i), n)
		}
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i), n)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				f.fill(v.Field(i), n)
			}
		}
	case reflect.Interface:
		if v.NumMethod() == 0 {
			x := reflect.New(f.heldBy(n)).Elem()
			f.fill(x, n)
			v.Set(x)
		}
	default:
		f.fillBasic(v, n)
	}
}

// pointer returns a pointer of type t to a value number n. The pointee has a
// separate allocation, however small it is.
func (f *filler) pointer(t reflect.Type, n int) reflect.Value {
	type id struct {
		t reflect.Type
		n int
	}
	if f.pointers != nil {
		if p, ok := f.pointers.Load(id{t, n}); ok {
			return p.(reflect.Value)
		}
	}
	room := reflect.New(reflect.StructOf([]reflect.StructField{
		{Name: "Value", Type: t.Elem()},
		{Name: "Room", Type: reflect.TypeFor[[3]uint64]()},
	}))
	p := room.Elem().Field(0).Addr().Convert(t)
	f.fill(p.Elem(), n)
	if f.pointers != nil {
		first, _ := f.pointers.LoadOrStore(id{t, n}, p)
		p = first.(reflect.Value)
	}
	return p
}

// isBytes reports whether v is a slice of bytes, which holds a string's.
func isBytes(v reflect.Value) bool { return v.Type().Elem().Kind() == reflect.Uint8 }

// sliceLen returns the length of the slice number n: at least 24 bytes.
func sliceLen(v reflect.Value, n int) int {
	size := max(1, int(v.Type().Elem().Size()))
	return (23+size)/size + n%3
}

func (f *filler) fillBasic(v reflect.Value, n int) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(n&1 != 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(n)) // what does not fit is cut off
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(uint64(n))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(n))
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(complex(float64(n), float64(n)))
	case reflect.String:
		v.SetString(f.text(n))
	}
}

// carried returns the number that v has in the first part that can hold one.
func (f *filler) carried(v reflect.Value) (n int, ok bool) {
	switch v.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return int(v.Int()), true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return int(v.Uint()), true
	case reflect.Float32, reflect.Float64:
		return whole(v.Float())
	case reflect.Complex64, reflect.Complex128:
		return whole(real(v.Complex()))
	case reflect.String:
		return f.numberOfText(v.String())
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			return f.carried(v.Elem())
		}
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && isBytes(v) {
			return f.numberOfText(string(v.Bytes()))
		}
		if v.Len() > 0 {
			return f.carried(v.Index(0))
		}
	case reflect.Struct:
		if i := f.carrier(v.Type()); i >= 0 {
			return f.carried(v.Field(i))
		}
	}
	return 0, false
}

// whole returns x as an int, and whether it is one that is not negative.
func whole(x float64) (n int, ok bool) {
	if !(x >= 0 && x < 1<<53) {
		return 0, false
	}
	return int(x), x == math.Trunc(x)
}

// matches reports whether v is the value number n in all of its parts.
func (f *filler) matches(v reflect.Value, n int) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return !v.IsNil() && f.matches(v.Elem(), n)
	case reflect.Interface:
		return v.NumMethod() > 0 || !v.IsNil() && v.Elem().Type() == f.heldBy(n) && f.matches(v.Elem(), n)
	case reflect.Slice:
		if isBytes(v) {
			got, ok := f.numberOfText(string(v.Bytes()))
			return ok && got == n
		}
		if v.Len() != sliceLen(v, n) || v.Cap() != v.Len() {
			return false
		}
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			if !f.matches(v.Index(i), n) {
				return false
			}
		}
		return true
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && !f.matches(v.Field(i), n) {
				return false
			}
		}
		return true
	case reflect.String:
		got, ok := f.numberOfText(v.String())
		return ok && got == n
	}
	want := reflect.New(v.Type()).Elem()
	f.fillBasic(want, n)
	return v.Kind() == reflect.Map || v.Kind() == reflect.Chan || v.Kind() == reflect.Func || v.Equal(want)
}

// watch appends weak pointers to what v holds in memory.
func (f *filler) watch(v reflect.Value, to []weak.Pointer[byte]) []weak.Pointer[byte] {
	var p unsafe.Pointer
	switch v.Kind() {
	case reflect.String:
		p = unsafe.Pointer(unsafe.StringData(v.String()))
	case reflect.Slice:
		p = v.UnsafePointer()
	case reflect.Pointer:
		if !v.IsNil() {
			p = v.UnsafePointer()
			to = f.watch(v.Elem(), to)
		}
	case reflect.Interface:
		if !v.IsNil() {
			to = f.watch(v.Elem(), to)
		}
	case reflect.Array:
		for i := range v.Len() {
			to = f.watch(v.Index(i), to)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				to = f.watch(v.Field(i), to)
			}
		}
	}
	if p != nil {
		to = append(to, weak.Make((*byte)(p)))
	}
	return to
}
