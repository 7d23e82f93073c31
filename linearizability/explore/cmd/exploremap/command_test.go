package main

import (
	"bytes"
	"context"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/stretchr/testify/require"
)

// TestSingle checks that one client can be explored, and that a violation shows
// the command that shows it again; that a string that is not a replay string of it is
// refused clearly.
func TestSingle(t *testing.T) {
	binary := buildExplorer(t)
	single := []string{"-subject", "words", "-scenario", "full", "-client", "Store(k0, 10) || Load(k0); Clear()"}
	out, err := wire.Output(t.Context(), "", nil, binary, single...)
	require.NoError(t, err)
	require.Contains(t, string(out), "client  words        1          1")
	for replay, want := range map[string]string{
		"e1.c.2.0x1.00000000":            "wrong checksum",
		"hello":                          "1 parts, want 5",
		"e1.c.3.0x5-1x5.f04e2ba1":        "wrong checksum",
		replayString(t, "e1.c.1.0x1"):    "is for 1 goroutines, but the program has 2",
		replayString(t, "e1.c.2.0x999"):  "does not fit the program",
		replayString(t, "e1.c.2.0x4-1x"): "is not a run of steps",
	} {
		out, err := wire.Output(t.Context(), "", nil, binary, append(single, "-replay", replay)...)
		require.Error(t, err, replay)
		require.Contains(t, string(out)+err.Error(), want, replay)
	}
}

// TestRefine checks that executions are compared with the model, also those of one
// client alone.
func TestRefine(t *testing.T) {
	binary := buildExplorer(t)
	for _, args := range [][]string{
		{"-subject", "words", "-scenario", "full", "-client", "Store(k0, 10) || Load(k0); Clear()"},
		{"-suites", "reuse", "-subject", "strings", "-scenario", "one entry"},
	} {
		out, err := wire.Output(t.Context(), "", nil, binary, append([]string{"-refine"}, args...)...)
		require.NoError(t, err)
		require.Regexp(t, `all +\d+ +[1-9]\d+ +[\d.]+ +\d+ +[1-9]\d* of \d+`, string(out))
		require.Contains(t, string(out), "actions that were not taken: ")
		require.NotRegexp(t, `\bR1,`, string(out), "no read was followed")
	}
}

// replayString adds the checksum.
func replayString(t *testing.T, body string) string {
	t.Helper()
	return fmt.Sprintf("%s.%08x", body, crc32.ChecksumIEEE([]byte(body)))
}

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
