package linearizability

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The default keys and values are different from each other; functions that are
// given have to be, too. (Package numbered tests the default for more types.)
func TestMakers(t *testing.T) {
	f, err := makerOf[string](nil, "WithKeys")
	require.NoError(t, err)
	require.NoError(t, different(f, "WithKeys"))
	require.Equal(t, "s7", f(7))
	_, err = makerOf[int8](nil, "WithKeys")
	require.ErrorContains(t, err, "WithKeys")
	_, err = makerOf[chan int](nil, "WithValues")
	require.ErrorContains(t, err, "WithValues")
	_, err = makerOf[int](func(int) string { return "" }, "WithKeys")
	require.ErrorContains(t, err, "func(int) string")
	_, err = makerOf[int8](func(i int) int8 { return int8(-i) }, "WithKeys")
	require.ErrorContains(t, err, "the function of WithKeys returns 0 for 0 and for 256")
	_, err = makerOf[int]((func(int) int)(nil), "WithKeys")
	require.ErrorContains(t, err, "WithKeys: nil function")
	g, err := makerOf[int16](func(i int) int16 { return int16(-i) }, "WithKeys")
	require.NoError(t, err)
	require.EqualValues(t, -3, g(3))
}
