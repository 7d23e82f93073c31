package main

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestUnreached checks that what unreached.md argues about is still in the
// map's sources.
func TestUnreached(t *testing.T) {
	sources, err := mapSources(t.Context())
	require.NoError(t, err)
	list, err := mapAccesses(sources)
	require.NoError(t, err)
	require.Greater(t, len(list), 50)
	known := map[string]bool{}
	for _, a := range list {
		known[a.text] = true
	}
	text, err := os.ReadFile("unreached.md")
	require.NoError(t, err)
	lines := regexp.MustCompile("(?m)^- `(.*)`$").FindAllSubmatch(text, -1)
	require.NotEmpty(t, lines)
	for _, l := range lines {
		require.True(t, known[string(l[1])], "no access of the map: %s", l[1])
	}
}
