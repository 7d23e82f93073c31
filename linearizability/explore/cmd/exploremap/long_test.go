//go:build long

package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"hash/crc32"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/planted"
	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/stretchr/testify/require"
)

var plantedNames = flag.String("planted", "no-r4,update-twice,moved-before-copy,clear-counts,count-late,wake-without-mutex", "bugs to plant, or all")

// TestPlanted checks that the explorer finds planted bugs.
func TestPlanted(t *testing.T) {
	var out, progress bytes.Buffer
	status := run(t.Context(), []string{"-planted", *plantedNames}, &out, &progress)
	t.Logf("\n%s", out.String())
	require.Zero(t, status, progress.String())
	require.Contains(t, out.String(), "||")
}

// TestPlantedJSON checks what is printed for other programs to read, of a part
// of the bugs; and that what was cut short is not taken for a bug not found.
func TestPlantedJSON(t *testing.T) {
	saved := bugs
	defer func() { bugs = saved }()
	bugs = bugs[:2]
	var out, progress bytes.Buffer
	require.Zero(t, run(t.Context(), []string{"-planted", "all", "-json", "-shard", "1/2"}, &out, &progress), progress.String())
	var first, second wire.Explore
	d := json.NewDecoder(&out)
	require.NoError(t, d.Decode(&first))
	require.NoError(t, d.Decode(&second))
	require.Equal(t, 1, first.Finds)
	require.Equal(t, bugs[1].Name, second.Find.Bug)
	require.NotEmpty(t, second.Find.Client)
	require.Empty(t, second.Find.Error)
	require.False(t, d.More())

	require.Zero(t, run(t.Context(), []string{"-planted", "all", "-json", "-budget", "1us"}, &out, &progress), progress.String())
	var only wire.Explore
	require.NoError(t, json.Unmarshal(out.Bytes(), &only))
	require.Equal(t, wire.Explore{Machine: cli.ThisMachine().String(), Finds: 2}, only)
}

// withBug builds the explorer with the bug of a name in the map.
func withBug(t *testing.T, name string) (b planted.Search, binary string) {
	s, err := planted.Map(t.Context())
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "planted")
	binary = filepath.Join(dir, "exploremap")
	bug := bugs[slices.IndexFunc(bugs, func(b planted.Mistake) bool { return b.Name == name })]
	require.NoError(t, build(t.Context(), bug, s, dir, binary))
	return *bug.Explorer, binary
}

// TestAgain checks that the command that a violation ends with shows it once
// more.
func TestAgain(t *testing.T) {
	b, binary := withBug(t, "update-twice")
	first, err := wire.Output(t.Context(), "", nil, binary, "-suites", b.Suites, "-subject", b.Subject, "-scenario", b.Scenario, "-calls", b.Calls)
	require.ErrorContains(t, err, "exit status 1")
	_, shown, ok := strings.Cut(string(first), b.Subject+", "+b.Scenario+": ")
	require.True(t, ok, string(first))
	require.Contains(t, shown, "goroutine 1") // the table of steps
	_, again, ok := strings.Cut(shown, "again: "+commandLine+" ")
	require.True(t, ok, shown)
	var args []string
	for _, m := range regexp.MustCompile(`'([^']*)'|(\S+)`).FindAllStringSubmatch(again, -1) {
		args = append(args, m[1]+m[2])
	}
	second, err := wire.Output(t.Context(), "", nil, binary, args...)
	require.ErrorContains(t, err, "exit status 1")
	require.Contains(t, string(second), strings.Replace(shown, " (the fewest possible)", "", 1)) // only the search knows
}

// The goal: every access in the map's source is made, and every two that
// conflict do so in both orders, or it is argued why not. The method: what the
// clients of coverage_clients.txt reach, against coverage.md.
func TestCoverage(t *testing.T) {
	binary := buildExplorer(t)
	out, err := wire.Output(t.Context(), "", nil, binary, "-coverage", "-json")
	require.NoError(t, err, "%s", out)
	c := (*coverage)(lastMessage(t, out).Coverage)
	require.Greater(t, len(c.Made), 100)
	require.Greater(t, len(c.Pairs), 300)

	arguments, err := readArguments(argumentsFile)
	require.NoError(t, err)
	gaps, stale := c.judge(arguments)
	require.Empty(t, stale, "arguments that do not hold")
	for _, g := range gaps {
		require.True(t, g.argued, "not seen, and not argued in %s:\n%s", argumentsFile, g.text)
	}

	// Each kind of gap and of argument is noticed.
	for _, change := range []func(*coverage){
		func(c *coverage) { c.Made["Map.Load: t := m.table.Load()"] = false },
		func(c *coverage) { c.Pairs = append(c.Pairs, wire.Orders{A: "Map.a: x", B: "Map.b: y", AB: 1}) },
	} {
		changed := clone(t, c)
		change(changed)
		gaps, _ := changed.judge(arguments)
		argued := 0
		for _, g := range gaps {
			if g.argued {
				argued++
			}
		}
		require.Equal(t, len(gaps)-1, argued)
	}
	var unmade string // the one access of Stats
	for site := range c.Made {
		if strings.HasPrefix(site, "chainMetas: ") {
			require.Empty(t, unmade)
			unmade = site
		}
	}
	for text, change := range map[string]func(*coverage){
		"it is made": func(c *coverage) { c.Made[unmade] = true },
		"seen in the other order": func(c *coverage) {
			c.add(wire.Orders{A: "Map.x: y", B: "core.link: b.version.Store(link)", AB: 1})
		},
		"there is nothing like it": func(c *coverage) {
			delete(c.Made, unmade)
		},
	} {
		changed := clone(t, c)
		change(changed)
		_, stale := changed.judge(arguments)
		require.Len(t, stale, 1)
		require.Contains(t, stale[0], text)
	}
}

func clone(t *testing.T, c *coverage) *coverage {
	text, err := json.Marshal(c)
	require.NoError(t, err)
	changed := &coverage{}
	require.NoError(t, json.Unmarshal(text, changed))
	return changed
}

// TestStarted checks that a violation has a column for every goroutine in it, also
// for those that the map has started.
func TestStarted(t *testing.T) {
	b, binary := withBug(t, "large-allocating")
	out, err := wire.Output(t.Context(), "", nil, binary, "-json", "-suites", b.Suites, "-subject", b.Subject, "-scenario", b.Scenario, "-calls", b.Calls)
	require.ErrorContains(t, err, "exit status 1")
	v := lastMessage(t, out).Violation
	require.NotNil(t, v, string(out))
	most := 0
	for _, s := range v.Steps {
		most = max(most, s.Goroutine)
	}
	require.Greater(t, most, 1)
	require.Len(t, v.Goroutines, most+1)
	require.Equal(t, "go", v.Goroutines[most])
}

// TestNotFound checks that a change which is right is reported as a bug that is
// not found, with status 1.
func TestNotFound(t *testing.T) {
	saved := bugs
	defer func() { bugs = saved }()
	bugs = []planted.Mistake{{Name: "none", What: "nothing is wrong",
		Edits:    []planted.Edit{{Func: "slotSet.first", Old: "return", New: "return 0 +", Times: 1}},
		Explorer: &planted.Search{Suites: "2x1", Subject: "words", Scenario: "empty", Calls: "Load,Store"}}}
	var out, progress bytes.Buffer
	require.Equal(t, cli.StatusViolation, run(t.Context(), []string{"-planted", "none"}, &out, &progress))
	require.Contains(t, out.String(), "FAILED: not found")
}

// TestSuites runs a part of the default run. Layer explore of ci runs it all.
func TestSuites(t *testing.T) {
	binary := buildExplorer(t)
	explore := func(args ...string) wire.Explore {
		out, err := wire.Output(t.Context(), "", nil, binary, append(args, "-json")...)
		require.NoError(t, err, "%s", out)
		last := lastMessage(t, out)
		for _, r := range last.Rows {
			require.Positive(t, r.Clients, r)
			require.Greater(t, r.Executions, r.Clients, r)
			require.Equal(t, r.Clients, r.Exhausted, r)
			require.True(t, r.Complete, r)
		}
		return last
	}
	for _, subject := range []string{"words", "pairs", "pointers"} {
		require.Len(t, explore("-suites", "2x1", "-subject", subject).Rows, 1)
	}
	explore("-suites", "reuse,moving,beginning,large")   // few clients, and each suite found what no other did
	for _, subject := range []string{"words", "pairs"} { // strings take longer than all others
		bounds := explore("-suites", "progress", "-subject", subject).Bounds
		require.Len(t, bounds, int(kinds))
		for _, b := range bounds {
			require.Positive(t, b.Steps, b)
			require.Positive(t, b.LoadMost, b)
			require.Less(t, b.LoadMost, 100, b) // the largest is printed by the command
		}
	}
}

// TestExplore runs a suite of the default run, and checks that shards and bounds
// divide it as they should. Layer explore of ci runs every suite.
func TestExplore(t *testing.T) {
	binary := buildExplorer(t)
	// Shards leave nothing out.
	whole, err := wire.Output(t.Context(), "", nil, binary, "-suites", "2x1", "-subject", "words", "-json")
	require.NoError(t, err)
	var clients uint64
	for _, shard := range []string{"0/3", "1/3", "2/3"} {
		part, err := wire.Output(t.Context(), "", nil, binary, "-suites", "2x1", "-subject", "words", "-json", "-shard", shard)
		require.NoError(t, err)
		clients += lastMessage(t, part).Rows[0].Clients
	}
	all := lastMessage(t, whole).Rows[0]
	require.True(t, all.Complete)
	require.Equal(t, all.Clients, all.Exhausted)
	require.Greater(t, all.Executions, all.Clients)
	require.Equal(t, all.Clients, clients)

	// A bound on preemptions leaves out executions, and no client.
	few, err := wire.Output(t.Context(), "", nil, binary, "-suites", "2x1", "-subject", "words", "-json", "-bound", "0")
	require.NoError(t, err)
	bounded := lastMessage(t, few).Rows[0]
	require.Equal(t, all.Clients, bounded.Clients)
	require.Zero(t, bounded.Bound)
	require.Zero(t, bounded.Exhausted)
	require.GreaterOrEqual(t, bounded.Executions, bounded.Clients)
	require.Less(t, bounded.Executions, all.Executions)
}

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
		{"-suites", "reuse-large", "-subject", "strings", "-scenario", "one entry"},
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

// buildExplorer builds the command with the explorer, which go test does not.
func buildExplorer(t *testing.T) string {
	binary := filepath.Join(t.TempDir(), "exploremap")
	_, err := wire.Output(t.Context(), "", nil, "go", "build", "-tags", "explore", "-o", binary, commandPackage)
	require.NoError(t, err)
	return binary
}

func lastMessage(t *testing.T, out []byte) (m wire.Explore) {
	lines := strings.Split(string(bytes.TrimSpace(out)), "\n")
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &m))
	return m
}
