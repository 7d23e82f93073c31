//go:build long

package linearizability_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/stress"
)

// At least 9 of 10 runs with the default options find each map whose lookups miss a key
// that moves. It takes a second or two for each map.
func TestDefaultRunsFindMisses(t *testing.T) {
	for name, newMap := range moving {
		broken := func() model.Map[int, int] { return newMap(false) }
		found, stressed := 0, 0
		for seed := range uint64(10) {
			if _, err := linearizability.Run(t.Context(), broken, linearizability.WithSeed(seed)); err != nil {
				found++
			}
			if _, err := stress.Run(t.Context(), broken, stress.WithSeed(seed)); err != nil {
				stressed++
			}
		}
		t.Logf("%s: linearizability finds it in %d of 10 runs, stress in %d", name, found, stressed)
		require.GreaterOrEqual(t, found, 9, name)
	}
}
