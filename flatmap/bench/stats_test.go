package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSummarize(t *testing.T) {
	for _, c := range []struct {
		values []float64
		median float64
	}{
		{[]float64{7}, 7},
		{[]float64{1, 9}, 5},
		{[]float64{9, 1, 2}, 2},
		{[]float64{4, 1, 3, 2}, 2.5},
		{[]float64{100, 1, 1, 1, 1}, 1},
	} {
		s, ok := summarize(c.values)
		require.True(t, ok)
		require.InDelta(t, c.median, s.Median, 1e-12, c.values)
		require.LessOrEqual(t, s.Low, s.Median, c.values)
		require.GreaterOrEqual(t, s.High, s.Median, c.values)
	}
	s, _ := summarize([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9})
	require.InDelta(t, 2.666, s.Low, 0.01)
	require.InDelta(t, 7.333, s.High, 0.01)
	_, ok := summarize(nil)
	require.False(t, ok)
}

// Ratios pair samples of the same round, so that drift cancels out.
func TestRatios(t *testing.T) {
	var c Cell
	for _, drift := range []float64{1, 10, 100, 3} {
		c.Add("flatmap", 2*drift)
		c.Add("xsync", 3*drift)
	}
	s, ok := c.Ratio("xsync", "flatmap")
	require.True(t, ok)
	require.InDelta(t, 1.5, s.Median, 1e-12)
	require.InDelta(t, 1.5, s.Low, 1e-12)
	require.InDelta(t, 1.5, s.High, 1e-12)

	require.Equal(t, []float64{2}, ratios([]float64{2, 5, 0}, []float64{1, 0, 0}))
	require.Equal(t, []float64{3}, ratios([]float64{3, 4}, []float64{1}))
	_, ok = c.Ratio("nobody", "flatmap")
	require.False(t, ok)
	require.InDelta(t, 2, geomean([]float64{1, 4}), 1e-12)
}

func TestInterleave(t *testing.T) {
	var order []int
	r := runner{rounds: 2}
	require.NoError(t, r.interleave(3, 2, func(i int) error { order = append(order, i); return nil }))
	require.Equal(t, []int{0, 1, 2, 1, 2, 0, 2, 0, 1, 0, 1, 2}, order)
	require.ErrorIs(t, r.interleave(3, 1, func(int) error { return errUsage }), errUsage)
	require.Equal(t, 1, r.atMost(1, 9).rounds)
	require.Equal(t, 2, r.atMost(5, 1).rounds)
}
