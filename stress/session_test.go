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
