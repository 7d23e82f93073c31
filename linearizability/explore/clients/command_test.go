package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestExplore runs a part of the default run.
func TestExplore(t *testing.T) {
	binary := buildExplorer(t)
	out, err := command(t.Context(), binary, "-suites", "2x1,progress", "-json")
	require.NoError(t, err, "%s", out)
	last := lastMessage(t, out)
	require.Len(t, last.Rows, len(allSubjects)+len(everySubject))
	for _, r := range last.Rows {
		require.Positive(t, r.Clients, r)
		require.Greater(t, r.Executions, r.Clients, r)
		require.Equal(t, r.Clients, r.Exhausted, r)
		require.True(t, r.Complete, r)
	}
	require.Len(t, last.Bounds, len(everySubject)*int(kinds))
	for _, b := range last.Bounds {
		require.Positive(t, b.Steps, b)
		require.Positive(t, b.LoadMost, b)
		require.Less(t, b.LoadMost, 100, b) // the largest is printed by the command
	}

	// Shards leave nothing out.
	whole, err := command(t.Context(), binary, "-suites", "2x1", "-subject", "words", "-json")
	require.NoError(t, err)
	var clients uint64
	for _, shard := range []string{"0/3", "1/3", "2/3"} {
		part, err := command(t.Context(), binary, "-suites", "2x1", "-subject", "words", "-json", "-shard", shard)
		require.NoError(t, err)
		clients += lastMessage(t, part).Rows[0].Clients
	}
	require.Equal(t, lastMessage(t, whole).Rows[0].Clients, clients)
}

// TestUsage checks that what cannot be done is said clearly, with status 2.
func TestUsage(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"-suites 2x1,9x9", `no suite "9x9"; there are long, 2x1, `},
		{"-subject ints", `no subject "ints"; there are words, `},
		{"-scenario none", `no scenario "none"; there are empty; `},
		{"-calls Store,Get", `no call "Get"; there are Load, `},
		{"-shard 2/2", `-shard is "2/2", but must be i/n with 0 <= i < n`},
		{"-shard 0", `-shard is "0"`},
		{"-shard 0/2x", `-shard is "0/2x"`},
		{"-shard -1/2", `-shard is "-1/2"`},
		{"-budget -1s", "-budget is -1s, but must not be negative"},
		{"-budget soon", "invalid value"},
		{"-suites helpers -subject pairs", "suite helpers does not run on pairs"},
		{"-planted typo", `no bug "typo" to plant; there are all, no-r4`},
		{"-depth 3", "flag provided but not defined"},
		{"2x1", `unexpected argument "2x1"`},
		{"-suites 2x1 -cpuprofile /nowhere/profile", map[bool]string{true: "/nowhere/profile", false: "without the explorer"}[built]},
	} {
		var out bytes.Buffer
		require.Equal(t, statusUsage, run(context.Background(), strings.Fields(c.args), &out, &out), c.args)
		require.Contains(t, out.String(), c.want, c.args)
	}
	if !built {
		var out bytes.Buffer
		require.Equal(t, statusUsage, run(context.Background(), nil, &out, &out))
		require.Contains(t, out.String(), "use go run -tags explore")
	}
}
