package linearizability_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability"
)

// Check leaves the history of its caller as it is, in whatever order its events are.
func TestCheckLeavesHistoryAlone(t *testing.T) {
	for _, last := range []int{2, 1} { // is there, or not
		h := history{at(5, 6, load("a", last)), at(1, 2, store("a", 1)), at(3, 4, store("a", 2))}
		before := slices.Clone(h)
		err := linearizability.Check(h)
		require.Equal(t, last == 1, err != nil)
		require.Equal(t, before, h)
	}
}
