package main

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDrawn checks that a sample depends on the seed, and that a larger one includes
// it.
func TestDrawn(t *testing.T) {
	var mutants []*Mutant
	for i := range 100 {
		mutants = append(mutants, &Mutant{ID: fmt.Sprint("f drop: ", i)})
	}
	require.Equal(t, mutants, drawn(mutants, 0, 1))
	require.Equal(t, mutants, drawn(mutants, 100, 1))
	few := drawn(mutants, 10, 1)
	require.Len(t, few, 10)
	require.Equal(t, few, drawn(mutants, 30, 1)[:10])
	require.NotEqual(t, few, drawn(mutants, 10, 2))
	places := map[int]bool{}
	for _, m := range drawn(mutants, 30, 1) {
		places[slices.Index(mutants, m)/25] = true
	}
	require.Len(t, slices.Collect(maps.Keys(places)), 4, "the sample is of everything")
}
