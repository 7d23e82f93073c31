package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/fuzz"
	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/kinds"
	"github.com/flatmap-go/flatmap/internal/kinds/few"
	"github.com/flatmap-go/flatmap/model"
)

// TestCostRejects checks that the layer cost rejects a Go map, which does not shrink: an
// iteration over the few entries that are left of many takes long.
func TestCostRejects(t *testing.T) {
	shortened(t)
	everyKind = []kinds.Kind{few.Ints.Of("Go map", func(fuzz.Config) model.Map[int, int] { return model.NewMutex[int, int]() })}
	var out bytes.Buffer
	require.Equal(t, cli.StatusViolation, run(t.Context(), []string{"-only", "cost", "-budget", "20s"}, &out, &bytes.Buffer{}), out.String())
	require.Contains(t, out.String(), "Go map: cost: the cost of a step grows with the number of entries: ")
}
