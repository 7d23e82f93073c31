package numbered

import (
	"fmt"
	"math"
	"reflect"
	"runtime"
	"testing"
	"weak"

	"github.com/stretchr/testify/require"
)

type parts struct {
	Small int8
	Flag  bool
	Word  uint64
	Text  string
	Bytes []byte
	List  []int16
	Ptr   *float64
	Any   any
	Pair  [2]string
	inner int //lint:ignore U1000 it is there to be skipped
	Func  func()
}

// makes checks that numbers survive a value of type T, and that values differ
// in all of their parts: mixing the parts of two is noticed.
func makes[T any](t *testing.T) {
	t.Run(reflect.TypeFor[T]().String(), func(t *testing.T) {
		m, ok := Of[T](Style{Bits: 48})
		require.True(t, ok)
		for _, n := range []int{0, 1, 2, 3, 1<<20 + 5, math.MaxInt >> 16} {
			value := m.Make(n)
			got, ok := m.Number(value)
			require.True(t, ok, "%d makes %v", n, value)
			require.Equal(t, n, got)
		}
		a, b := m.Make(1<<20+6), m.Make(1<<20+7)
		v, w := reflect.ValueOf(&a).Elem(), reflect.ValueOf(&b).Elem()
		if v.Kind() != reflect.Struct && v.Kind() != reflect.Array {
			return
		}
		part, n := reflect.Value.Field, 0
		if n = v.NumField(); v.Kind() == reflect.Array {
			part, n = reflect.Value.Index, v.Len()
		}
		for i := range n {
			if !part(v, i).CanSet() || part(v, i).Kind() == reflect.Func {
				continue
			}
			torn := reflect.New(v.Type()).Elem()
			torn.Set(v)
			part(torn, i).Set(part(w, i))
			_, ok := m.Number(torn.Interface().(T))
			require.False(t, ok, "part %d is another's", i)
		}
	})
}

func TestValues(t *testing.T) {
	makes[int](t)
	makes[uint64](t)
	makes[float64](t)
	makes[complex128](t)
	makes[string](t)
	makes[any](t)
	makes[[]byte](t)
	makes[[]string](t)
	makes[*int](t)
	makes[parts](t)
}

// Types that have too few values, or none that a number can be put in, are
// refused.
func TestRefused(t *testing.T) {
	refused := func(bits int, ok bool) { t.Helper(); require.False(t, ok, "%d bits", bits) }
	_, ok := Of[int32](Style{Bits: 48})
	refused(48, ok)
	_, ok = Of[float32](Style{Bits: 48})
	refused(48, ok)
	_, ok = Of[int16](Style{Bits: 16})
	refused(16, ok)
	_, ok = Of[uint8](Style{Bits: 16})
	refused(16, ok)
	_, ok = Of[struct{ a int }](Style{Bits: 16})
	refused(16, ok)
	_, ok = Of[chan int](Style{Bits: 16})
	refused(16, ok)
	_, ok = Of[error](Style{Bits: 16})
	refused(16, ok)
	_, ok = Of[[0]int](Style{Bits: 16})
	refused(16, ok)
}

// Brief values differ from each other for all numbers of the given bits, and only
// number 0 may be the zero value.
func TestBrief(t *testing.T) {
	distinct[int](t)
	distinct[uint16](t)
	distinct[string](t)
	distinct[float32](t)
	distinct[complex64](t)
	distinct[any](t)
	distinct[*uint16](t)
	distinct[[3]int](t)
	distinct[struct {
		A string
		B int8
		C [2]uint
		D bool
	}](t)
	values, _ := Of[any](Style{Bits: 16, Brief: true})
	require.Equal(t, 7, values.Make(7))
	texts, _ := Of[string](Style{Bits: 16, Brief: true})
	require.Equal(t, "s7", texts.Make(7))
}

func distinct[T comparable](t *testing.T) {
	values, ok := Of[T](Style{Bits: 16, Identical: true, Brief: true})
	require.True(t, ok)
	seen := make(map[T]bool)
	for i := range 1 << 16 {
		v := values.Make(i)
		seen[v] = true
		if n, ok := values.Number(v); !ok || n != i || v != values.Make(i) {
			t.Fatalf("%T: number %d comes back as %d, %v", v, i, n, ok)
		}
	}
	require.Len(t, seen, 1<<16)
	require.NotEqual(t, *new(T), values.Make(1))
}

// Pointers in keys are equal for equal numbers; those in values are new each time,
// and can be watched.
func TestPointers(t *testing.T) {
	keys, ok := Of[*int](Style{Bits: 48, Identical: true})
	require.True(t, ok)
	first, again := keys.Make(7), keys.Make(7)
	require.True(t, first == again)
	kept := keys.Watch(keys.Make(7))
	require.Equal(t, 1, countAlive(kept))
	runtime.KeepAlive(keys)
	first, again, keys = nil, nil, Values[*int]{}
	require.Zero(t, countAlive(kept))
	values, ok := Of[parts](Style{Bits: 48})
	require.True(t, ok)
	value := values.Make(1)
	watched := values.Watch(value)
	require.Len(t, watched, 7) // Text, Bytes, List, Ptr, Any, Pair
	require.Equal(t, 7, countAlive(watched))
	require.NotEmpty(t, fmt.Sprint(value))
	runtime.KeepAlive(value)
	value = parts{}
	require.Zero(t, countAlive(watched))
}

// countAlive returns how many of the pointers still lead to memory after a
// garbage collection.
func countAlive(watched []weak.Pointer[byte]) (alive int) {
	runtime.GC()
	for _, p := range watched {
		if p.Value() != nil {
			alive++
		}
	}
	return alive
}

// A string that is made of two others is not a string of a number.
func TestStrings(t *testing.T) {
	f := &filler{}
	for _, s := range []string{"", "7", "!", "12345", f.text(12) + "!", f.text(12)[1:], "99999999999999999999!"} {
		_, ok := f.numberOfText(s)
		require.False(t, ok, "%q", s)
	}
	f.Brief = true
	for _, s := range []string{"", "7", "s", "s07", "s-7", "7s", "ss7", "s99999999999999999999"} {
		_, ok := f.numberOfText(s)
		require.False(t, ok, "%q", s)
	}
}
