package stress

import (
	"fmt"
	"math"
	"reflect"
	"runtime"
	"testing"

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
		m, err := makerOf[T](nil, "WithValues", false)
		require.NoError(t, err)
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

func TestMakers(t *testing.T) {
	makes[int](t)
	makes[uint64](t)
	makes[float64](t)
	makes[string](t)
	makes[any](t)
	makes[[]byte](t)
	makes[[]string](t)
	makes[*int](t)
	makes[parts](t)
	_, err := makerOf[int](Maker[int]{Make: func(n int) int { return n }}, "WithKeys", true)
	require.ErrorContains(t, err, "the Maker of WithKeys lacks Make or Number")
}

// Pointers in keys are equal for equal numbers; those in values are new each time,
// and can be watched.
func TestPointers(t *testing.T) {
	keys, err := makerOf[*int](nil, "WithKeys", true)
	require.NoError(t, err)
	first, again := keys.Make(7), keys.Make(7)
	require.True(t, first == again)
	require.Empty(t, keys.watch(keys.Make(7)))
	values, err := makerOf[parts](nil, "WithValues", false)
	require.NoError(t, err)
	value := values.Make(1)
	watched := values.watch(value)
	require.Len(t, watched, 7) // Text, Bytes, List, Ptr, Any, Pair
	require.Equal(t, 7, countAlive(watched))
	require.NotEmpty(t, fmt.Sprint(value))
	runtime.KeepAlive(value)
	value = parts{}
	require.Zero(t, countAlive(watched))
}

// A string that is made of two others is not a string.
func TestStrings(t *testing.T) {
	for _, s := range []string{"", "7", "!", "12345", makeString(12) + "!", makeString(12)[1:], "99999999999999999999!"} {
		_, ok := numberOfString(s)
		require.False(t, ok, "%q", s)
	}
}
