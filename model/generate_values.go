package model

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// Any returns a generator of values of type T that suits keys and values of
// maps: mostly few values, so that they meet; sometimes many, so that maps
// grow; and what is odd about the type. It knows integers (also those that differ
// only above the 32nd bit), floating-point and complex numbers (several NaNs, both
// zeros), strings (also long ones that differ only at an end, and invalid UTF-8),
// booleans, arrays, structs, pointers and slices of these, and any (holding several
// comparable types, and a nil pointer).
//
// Any panics if T is or holds another type, or itself.
func Any[T any]() *rapid.Generator[T] {
	t := reflect.TypeFor[T]()
	if err := generatable(t); err != nil {
		panic("model: Any: " + err.Error())
	}
	return rapid.Custom(func(rt *rapid.T) T {
		var value T
		draw(rt, reflect.ValueOf(&value).Elem())
		return value
	})
}

// generatable returns an error if Any cannot generate a t, which is part of the
// types within.
func generatable(t reflect.Type, within ...reflect.Type) error {
	if slices.Contains(within, t) {
		return fmt.Errorf("%v holds itself: supply a generator", t)
	}
	within = append(within, t)
	switch t.Kind() {
	case reflect.Array, reflect.Slice, reflect.Pointer:
		return generatable(t.Elem(), within...)
	case reflect.Struct:
		for i := range t.NumField() {
			if !t.Field(i).IsExported() && t.Field(i).Name != "_" {
				return fmt.Errorf("%v has the unexported field %s: supply a generator", t, t.Field(i).Name)
			}
			if err := generatable(t.Field(i).Type, within...); err != nil {
				return err
			}
		}
		return nil
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return nil
		}
	case reflect.Chan, reflect.Func, reflect.Map, reflect.UnsafePointer:
	default:
		return nil
	}
	return fmt.Errorf("no generator for %v: supply one", t)
}

var (
	drawInt = rapid.OneOf(
		rapid.Int64Range(0, 7),
		rapid.Int64Range(0, 255),
		rapid.Int64Range(0, 1<<14),
		rapid.Int64(),
		rapid.Custom(largeInt),
	)
	drawFloat = rapid.OneOf(
		rapid.Map(rapid.IntRange(0, 7), func(i int) float64 { return float64(i) }),
		rapid.SampledFrom([]float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1),
			nan(1), nan(1 << 40), -nan(1)}),
		rapid.Float64(),
	)
	drawString = rapid.OneOf(
		rapid.SampledFrom([]string{"", "a", "b", "c", "aa", "\x00", "a\x00", "A", " a", "\xff", "\xfe", "a\xff"}),
		rapid.StringMatching(`k[0-9]{1,4}`),
		rapid.StringN(0, 40, 80),
		rapid.Custom(longString),
	)
	drawAny = []reflect.Type{
		reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[string](), reflect.TypeFor[float64](),
		reflect.TypeFor[bool](), reflect.TypeFor[struct{}](), reflect.TypeFor[[2]int](),
		reflect.TypeFor[struct{ A any }](), reflect.TypeFor[*int](),
	}
)

// nan returns a NaN with another payload than math.NaN.
func nan(payload uint64) float64 {
	return math.Float64frombits(math.Float64bits(math.NaN()) ^ payload)
}

// largeInt draws a small number plus a large one, so that two keys may be equal in
// their low bits, in their high bits, or as a float64.
func largeInt(rt *rapid.T) int64 {
	base := rapid.SampledFrom([]int64{1 << 31, 1 << 32, -1 << 31, -1 << 32, 1 << 53, math.MinInt64}).Draw(rt, "base")
	return base + rapid.Int64Range(-1, 7).Draw(rt, "more")
}

// longString draws strings of 100 bytes or of kilobytes that differ only at one of
// their ends.
func longString(rt *rapid.T) string {
	long := strings.Repeat("x", rapid.SampledFrom([]int{100, 3000}).Draw(rt, "length"))
	end := rapid.SampledFrom([]string{"", "1", "2", "3"}).Draw(rt, "end")
	if rapid.Bool().Draw(rt, "suffix") {
		return long + end
	}
	return end + long
}

// draw fills v.
func draw(rt *rapid.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(rt, "bool"))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(drawInt.Draw(rt, "int"))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(uint64(drawInt.Draw(rt, "uint")))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(drawFloat.Draw(rt, "float"))
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(complex(drawFloat.Draw(rt, "real"), drawFloat.Draw(rt, "imag")))
	case reflect.String:
		v.SetString(drawString.Draw(rt, "string"))
	case reflect.Array:
		for i := range v.Len() {
			if i < 4 || i == v.Len()-1 { // the rest of a large array stays zero
				draw(rt, v.Index(i))
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name != "_" {
				draw(rt, v.Field(i))
			}
		}
	case reflect.Slice:
		if n := rapid.IntRange(-1, 3).Draw(rt, "len"); n >= 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				draw(rt, v.Index(i))
			}
		}
	case reflect.Pointer:
		if rapid.Bool().Draw(rt, "nonnil") {
			v.Set(reflect.New(v.Type().Elem()))
			draw(rt, v.Elem())
		}
	case reflect.Interface:
		if i := rapid.IntRange(-1, len(drawAny)-1).Draw(rt, "type"); i >= 0 {
			held := reflect.New(drawAny[i]).Elem()
			if held.Kind() != reflect.Pointer { // else it stays nil, which is not the nil of the interface
				draw(rt, held)
			}
			v.Set(held)
		}
	}
	if rapidNeedsADraw := v.Type().Size() == 0; rapidNeedsADraw {
		rapid.Just(0).Draw(rt, "zero")
	}
}
