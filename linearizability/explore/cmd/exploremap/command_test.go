package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/stretchr/testify/require"
)

// TestDiskFull checks that results that cannot be printed are no success.
func TestDiskFull(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	require.NoError(t, err)
	defer full.Close()
	file := filepath.Join(t.TempDir(), "a.json")
	require.NoError(t, os.WriteFile(file, []byte("{}\n"), 0o600))
	var stderr bytes.Buffer
	require.Equal(t, cli.StatusUndone, run(t.Context(), []string{"-json", "-merge", file}, full, &stderr))
	require.Contains(t, stderr.String(), "exploremap: write /dev/full: no space left on device")
}

// TestUsage checks that what cannot be done is said clearly, with status 2.
func TestUsage(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"-suites 2x1,9x9", `unknown suite "9x9" (have long, 2x1, `},
		{"-subject ints", `unknown subject "ints" (have words, `},
		{"-scenario none", `unknown scenario "none" (have empty; `},
		{"-calls Store,Get", `unknown call "Get" (have Load, `},
		{"-shard 2/2", `"2/2" for flag -shard: must be i/n with 0 <= i < n`},
		{"-shard 0", `"0" for flag -shard: must be i/n`},
		{"-shard 0/2x", `"0/2x" for flag -shard`},
		{"-shard -1/2", `"-1/2" for flag -shard`},
		{"-budget -1s", "-budget is -1s, but must not be negative"},
		{"-budget soon", "invalid value"},
		{"-suites helpers -subject pairs", "suite helpers does not run on pairs"},
		{"-replay x", "-replay needs -client"},
		{"-client Load(k0) -subject words", "-client needs -subject and -scenario"},
		{"-client Lead(k0) -subject words -scenario full", `-client: "words | full | Lead(k0)": malformed call "Lead(k0)"`},
		{"-merge", "-merge needs files"},
		{"-merge /nowhere/a.json", "no such file"},
		{"-bound -2 -suites 2x2", "-bound is -2, but must not be below -1"},
		{"-bound 1", "-bound is for -suites"},
		{"-bound 1 -fewest -suites 2x2", "-bound is for -suites"},
		{"-bound 1 -suites 2x1,progress", "suite progress does not support -bound"},
		{"-results /nowhere/a.json -suites 2x2 -calls Load", "-results is for whole suites or their shards"},
		{"-results a.json -planted all", "-results is for whole suites or their shards"},
		{"-results a.json -merge b.json", "-results is for whole suites or their shards"},
		{"-results /nowhere/a.json -suites 2x2", "-results: "},
		{"-sleeping -suites 2x1", "-sleeping needs -client"},
		{"-results . -suites 2x2", "-results: read .: is a directory"},
		{"-planted typo", `unknown bug "typo" (have all, no-r4`},
		{"-depth 3", "flag provided but not defined"},
		{"2x1", `unexpected argument "2x1"`},
		{"-suites 2x1 -cpuprofile /nowhere/profile", map[bool]string{true: "/nowhere/profile", false: "without the explorer"}[built]},
	} {
		var out bytes.Buffer
		require.Equal(t, cli.StatusUndone, run(context.Background(), strings.Fields(c.args), &out, &out), c.args)
		require.Contains(t, out.String(), c.want, c.args)
	}
	if !built {
		var out bytes.Buffer
		require.Equal(t, cli.StatusUndone, run(context.Background(), nil, &out, &out))
		require.Contains(t, out.String(), "use go run -tags explore")
	}
}
