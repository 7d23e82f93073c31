package linearizability

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The default keys and values are different from each other, for any type that
// has enough of them, and none of them is the zero value.
func TestMakers(t *testing.T) {
	distinct(t, makerOrFail[int](t))
	distinct(t, makerOrFail[uint16](t))
	distinct(t, makerOrFail[string](t))
	distinct(t, makerOrFail[float32](t))
	distinct(t, makerOrFail[complex64](t))
	distinct(t, makerOrFail[any](t))
	distinct(t, makerOrFail[[3]int](t))
	distinct(t, makerOrFail[struct {
		A string
		B int8
		C [2]uint
	}](t))
	_, err := makerOf[int8](nil, "WithKeys")
	require.ErrorContains(t, err, "WithKeys")
	_, err = makerOf[*int](nil, "WithValues")
	require.ErrorContains(t, err, "WithValues")
	_, err = makerOf[int](func(int) string { return "" }, "WithKeys")
	require.ErrorContains(t, err, "func(int) string")
	_, err = makerOf[int8](func(i int) int8 { return int8(-i) }, "WithKeys")
	require.ErrorContains(t, err, "the function of WithKeys returns 0 for 0 and for 256")
	_, err = makerOf[int]((func(int) int)(nil), "WithKeys")
	require.ErrorContains(t, err, "WithKeys was given no function")
	f, err := makerOf[int16](func(i int) int16 { return int16(-i) }, "WithKeys")
	require.NoError(t, err)
	require.EqualValues(t, -3, f(3))
}

func makerOrFail[T comparable](t *testing.T) func(int) T {
	f, err := makerOf[T](nil, "")
	require.NoError(t, err)
	return f
}

func distinct[T comparable](t *testing.T, f func(int) T) {
	seen := make(map[T]bool)
	for i := range 1 << 16 {
		seen[f(i)] = true
	}
	require.Len(t, seen, 1<<16)
	require.NotEqual(t, *new(T), f(1))
}
