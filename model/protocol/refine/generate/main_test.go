package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/model/protocol"
)

// TestCurrent checks that the compiled model is that of the model as it is.
func TestCurrent(t *testing.T) {
	for name, want := range compile(protocol.Flatmap()) {
		got, err := os.ReadFile(filepath.Join("..", name))
		require.NoError(t, err)
		require.True(t, string(got) == string(want), "%s is not current: go generate ./model/protocol/refine", name)
	}
}
