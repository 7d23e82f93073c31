package stress

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What is wrong with an option is reported with the option's name.
func TestMakerOf(t *testing.T) {
	_, err := makerOf[int](Maker[int]{Make: func(n int) int { return n }}, "WithKeys", true)
	require.EqualError(t, err, "stress: WithKeys: Maker lacks Make or Number")
	_, err = makerOf[int](Maker[string]{}, "WithKeys", true)
	require.EqualError(t, err, "stress: WithKeys: got a stress.Maker[string], want a stress.Maker[int]")
	_, err = makerOf[chan int](nil, "WithValues", false)
	require.EqualError(t, err, "stress: no part of type chan int can hold a number of 48 bits: supply a Maker with WithValues")
	keys, err := makerOf[*int](nil, "WithKeys", true)
	require.NoError(t, err)
	require.True(t, keys.Make(7) == keys.Make(7))
	values, err := makerOf[*int](nil, "WithValues", false)
	require.NoError(t, err)
	require.False(t, values.Make(7) == values.Make(7))
}
