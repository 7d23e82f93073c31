package model

import (
	"fmt"
	"math"
	"reflect"
	"slices"

	"pgregory.net/rapid"
)

// Any returns a generator of values of type T that suits keys and values of
// maps: mostly few values, so that they meet; sometimes many, so that maps
// grow; and what is odd about the type. It knows integers, floating-point and
// complex numbers (NaN, both zeros), strings, booleans, arrays, structs, pointers
// and slices of these, and any (holding several comparable types).
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
	)
	drawFloat = rapid.OneOf(
		rapid.Map(rapid.IntRange(0, 7), func(i int) float64 { return float64(i) }),
		rapid.SampledFrom([]float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1),
			math.Float64frombits(math.Float64bits(math.NaN()) ^ 1)}),
		rapid.Float64(),
	)
	drawString = rapid.OneOf(
		rapid.SampledFrom([]string{"", "a", "b", "c", "aa", "\x00", "a\x00"}),
		rapid.StringMatching(`k[0-9]{1,4}`),
		rapid.StringN(0, 40, 80),
	)
	drawAny = []reflect.Type{
		reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[string](), reflect.TypeFor[float64](),
		reflect.TypeFor[bool](), reflect.TypeFor[struct{}](), reflect.TypeFor[[2]int](),
		reflect.TypeFor[struct{ A any }](),
	}
)

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
			draw(rt, held)
			v.Set(held)
		}
	}
	if rapidNeedsADraw := v.Type().Size() == 0; rapidNeedsADraw {
		rapid.Just(0).Draw(rt, "zero")
	}
}
