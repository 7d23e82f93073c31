package main

import (
	"bytes"
	"encoding/json"
	"flag"
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
	if testing.Short() {
		t.Skip("left out by -short: it builds the explorer with bugs in the map, which takes seconds for each")
	}
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
	if testing.Short() {
		t.Skip("left out by -short: it builds the explorer with bugs in the map, which takes seconds for each")
	}
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

// TestStarted checks that a violation has a column for every goroutine in it, also
// for those that the map has started.
func TestStarted(t *testing.T) {
	if testing.Short() {
		t.Skip("left out by -short: it builds the explorer with a bug in the map, which takes seconds")
	}
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

// TestNotFound checks that a change which is right is reported as a bug that is
// not found, with status 1.
func TestNotFound(t *testing.T) {
	if testing.Short() {
		t.Skip("left out by -short: it builds the explorer with bugs in the map, which takes seconds for each")
	}
	saved := bugs
	defer func() { bugs = saved }()
	bugs = []planted.Mistake{{Name: "none", What: "nothing is wrong",
		Edits:    []planted.Edit{{Func: "slotSet.first", Old: "return", New: "return 0 +", Times: 1}},
		Explorer: &planted.Search{Suites: "2x1", Subject: "words", Scenario: "empty", Calls: "Load,Store"}}}
	var out, progress bytes.Buffer
	require.Equal(t, cli.StatusViolation, run(t.Context(), []string{"-planted", "none"}, &out, &progress))
	require.Contains(t, out.String(), "FAILED: not found")
}
