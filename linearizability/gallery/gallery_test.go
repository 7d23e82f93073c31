package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/stretchr/testify/require"
)

// End to end: a bug is found, its fixed version passes, so does a map that is
// right; and the lines of JSON and the ledger say so.
func TestCommand(t *testing.T) {
	file := filepath.Join(t.TempDir(), "LEDGER.md")
	status, stdout, stderr := command(t, "-only", "xsync-duplicates,syncmap", "-json", "-pass", "3s", "-seed", "7", "-ledger", file)
	require.Zero(t, status, stdout+stderr)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	require.Len(t, lines, 4)
	var results []wire.Entry
	for _, line := range lines[:3] {
		var m wire.Gallery
		require.NoError(t, wire.Decode([]byte(line), &m))
		require.NotNil(t, m.Entry, line)
		r := *m.Entry
		require.True(t, r.OK, line)
		require.Empty(t, r.Error)
		results = append(results, r)
	}
	bug, fixed, reference := results[0], results[1], results[2]
	require.True(t, bug.Found)
	require.Equal(t, string(layerModel), bug.Layer)
	require.Equal(t, "xsync-duplicates-fixed", fixed.Name)
	require.False(t, fixed.Found)
	require.Equal(t, wire.KindReference, reference.Kind)
	require.Empty(t, reference.Finding)
	var m wire.Gallery
	require.NoError(t, wire.Decode([]byte(lines[3]), &m))
	sum := *m.Summary
	require.Equal(t, wire.GallerySummary{Bugs: 1, Found: 1, Passing: 2, Passed: 2, OK: true,
		Seconds: sum.Seconds, Slowest: bug.Seconds}, sum)

	page, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(page), "[puzpuzpuz/xsync#63](https://github.com/puzpuzpuz/xsync/issues/63)")
	require.Contains(t, string(page), "v2.0.2: ") // it has another documented bug, xsync#87
	require.Contains(t, string(page), "model.Replay(t, newMap")
	require.Contains(t, string(page), "| sync.Map |")
}

// The fixed version can be asked for alone.
func TestFixedAlone(t *testing.T) {
	status, stdout, stderr := command(t, "-only", "xsync-duplicates-fixed", "-pass", "1s")
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "xsync-duplicates-fixed")
}

// A ledger that cannot be written is an error.
func TestLedgerCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "no", "such", "folder")
	status, _, stderr := command(t, "-only", "xsync-duplicates", "-pass", "1s", "-ledger", file)
	require.Equal(t, cli.StatusUndone, status)
	require.Contains(t, stderr, "no such file")
}
