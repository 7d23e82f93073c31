package stress

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/model"
)

// A type with too few different values is an error.
func TestFewValues(t *testing.T) {
	_, err := newSession(func() model.Map[int, bool] { return nil }, new(options))
	require.ErrorContains(t, err, "type bool")
}

// A newMap that returns the same map again is reported as such, not as a fault of
// the map.
func TestSameMap(t *testing.T) {
	m := model.NewMutex[int, int]()
	_, err := Run(t.Context(), func() model.Map[int, int] { return m }, WithWorkloads("counts", "sweeps"), WithBurst(1))
	require.ErrorContains(t, err, "newMap returned a map that is not empty")
}
