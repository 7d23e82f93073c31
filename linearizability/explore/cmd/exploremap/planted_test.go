package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBugs checks that the command line takes the search of every bug, and that
// it is a search of one suite.
func TestBugs(t *testing.T) {
	for _, b := range bugs {
		x := b.Explorer
		cfg, err := parse([]string{"-suites", x.Suites, "-subject", x.Subject, "-scenario", x.Scenario, "-calls", x.Calls}, t.Output())
		require.NoError(t, err, b.Name)
		require.Len(t, cfg.suites, 1, b.Name)
	}
	require.GreaterOrEqual(t, len(bugs), 51)
}
