//go:build long

package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/cli"
	catalogue "github.com/flatmap-go/flatmap/internal/planted"
	"github.com/flatmap-go/flatmap/internal/wire"
)

var (
	plantedBugs  = flag.String("planted", "^(no-r4|moved-before-copy|busy-first|panic-of-others)$", "which planted bugs of the map to look for, as a `regexp`")
	plantedWrite = flag.Bool("planted.write", false, "write what came of them to "+plantedFile)
)

const plantedFile = "PLANTED.md"

// geometry is that of the tagged build, as far as constants decide it. The hash of a word is
// the word, except for the bits of a secret.
var geometry = []string{
	"bucketSlots=3", "minBuckets=1", "shrinkDivisor=2", "overflowPart=8", "stride=1", "maxStripes=1", "maxShrink=2",
	"checkEvery=1", "exactBelow=0", "parkingLots=2", "spinTries=0", "startTries=0", "factors=func() []uint64 { return []uint64{1} }",
}

// mapArguments are those of go tool explore test on the map in a scenario of the tagged
// build. A table with one bucket of two entries grows when it holds more than one of them;
// tables that are to be worn or full hold two.
func mapArguments(scenario string) []string {
	slots, num, load, large := 2, 1, 2, "1<<62"
	if strings.Contains(scenario, "overflowing") {
		num = 4
	}
	if strings.Contains(scenario, "three slots") {
		slots = 3
	}
	for _, name := range []string{"worn", "three slots", "full"} {
		if strings.Contains(scenario, name) {
			load = 1
		}
	}
	if strings.Contains(scenario, "large") {
		large = "0"
	}
	args := []string{"test"}
	for _, set := range append(slices.Clone(geometry), fmt.Sprintf("allSlots=slotSet(highBits & (1<<(8*%d) - 1) << 8)", slots),
		fmt.Sprintf("loadNum=%d", num), fmt.Sprintf("loadDen=%d", load), "backgroundBytes="+large) {
		args = append(args, "-set", catalogue.MapPackage+"."+set)
	}
	return args
}

// mapWorkspace is a module with files of testdata/planted.
func mapWorkspace(t *testing.T, names ...string) *workspace {
	files := map[string]string{}
	for _, name := range append(names, "clients_test.go") {
		text, err := os.ReadFile(filepath.Join("testdata", "planted", name))
		require.NoError(t, err)
		files[name] = string(text)
	}
	return newWorkspace(t, files)
}

// testsFor are the files and tests in which a bug is looked for: those for the kind of map
// in which the tagged build finds it.
func testsFor(s *catalogue.Search) (files []string, tests string) {
	switch {
	case strings.Contains(s.Calls, "ComputePanic"):
		return []string{"callback_test.go"}, "TestCallback"
	case s.Subject == "panicking":
		return []string{"resizing_test.go", "panicking_test.go"}, "TestPanicking"
	case s.Suites != "large" && slices.ContainsFunc([]string{"growing", "shrinking", "two chains", "overflowing"},
		func(part string) bool { return strings.Contains(s.Scenario, part) }):
		kind, _, _ := strings.Cut(s.Scenario, " ")
		return []string{"resizing_test.go"}, "TestResizing/" + s.Subject + "/" + strings.TrimSuffix(kind, ",")
	case s.Suites == "large": // explore.Map cannot begin with a map that has started a goroutine
		return []string{"words_test.go"}, "TestWords/pairs|more"
	case s.Subject == "words-core":
		return []string{"core_test.go"}, "TestWordsCore"
	}
	return []string{s.Subject + "_test.go"}, "Test" + strings.ToUpper(s.Subject[:1]) + s.Subject[1:]
}

// runFlag returns the flag -run for tests. What comes after the last slash may begin several
// names.
func runFlag(tests string) string {
	levels := strings.Split(tests, "/")
	for i, level := range levels {
		levels[i] = "^" + level + "$"
		if i > 0 && i == len(levels)-1 {
			levels[i] = "^(" + level + ")"
		}
	}
	return strings.Join(levels, "/")
}

var (
	failedTest = regexp.MustCompile(`(?m)^ *--- FAIL: (\S+) \(`)
	failedHow  = regexp.MustCompile(`(?m)^\s*(?:\S+_test\.go:\d+: )?explore: (.*)$`)
	failedWhen = regexp.MustCompile(`(\d+) executions \(and (\d+) redundant\)`)
)

// A plantedFind is what the command has found of a bug.
type plantedFind struct {
	bug        catalogue.Mistake
	test       string // "" if nothing fails
	executions int    // up to the failure, or of all tests
	how        string
}

// findPlanted looks for a bug in the map as it ships.
func findPlanted(t *testing.T, s *catalogue.Source, m catalogue.Mistake) (f plantedFind) {
	f.bug = m
	files, tests := testsFor(m.Explorer)
	w := mapWorkspace(t, files...)
	list, err := s.Overlay(m, t.TempDir())
	require.NoError(t, err)
	args := append(mapArguments(m.Explorer.Scenario),
		"-overlay="+list, "-time=10s", "-allow-partial", "-failfast", "-v", "-run", runFlag(tests), ".")
	stdout, stderr, status := w.explore(args...)
	for _, m := range failedWhen.FindAllStringSubmatch(stdout, -1) {
		var complete, redundant int
		_, err := fmt.Sscan(m[1]+" "+m[2], &complete, &redundant)
		require.NoError(t, err)
		f.executions += complete + redundant
	}
	if status == ok || !strings.Contains(stdout, "--- FAIL") && strings.Contains(stderr, "no exploration ran") {
		return f
	}
	require.Equal(t, wrong, status)
	require.NotContains(t, stdout, "panic in Setup")
	for _, m := range failedTest.FindAllStringSubmatch(stdout, -1) {
		if len(m[1]) > len(f.test) {
			f.test = m[1]
		}
	}
	require.NotEmpty(t, f.test)
	if m := failedHow.FindStringSubmatch(stdout); m != nil {
		f.how = m[1]
	}
	return f
}

func (f plantedFind) row() string {
	test := f.test
	if test == "" {
		_, tests := testsFor(f.bug.Explorer)
		test = "**not found** by " + strings.ReplaceAll(tests, "|", ", ")
	}
	how, _, _ := strings.Cut(strings.ReplaceAll(f.how, "|", "or"), ";")
	if len(how) > 100 {
		how = how[:100] + "..."
	}
	return fmt.Sprintf("| %s | %s | %s | %d | %s |", f.bug.Name, f.bug.What, test, f.executions, how)
}

// The goal: go tool explore test finds planted bugs in the map as it ships, without the
// build tag explore. The method: the tests of testdata/planted, with small constants by
// -set and a bug by -overlay. All bugs:
//
//	go test -tags long -run TestPlantedBugsOfTheMap -timeout 2h ./linearizability/explore/cmd/explore -planted . -planted.write
//
// PLANTED.md keeps the rows of bugs that are not looked for.
func TestPlantedBugsOfTheMap(t *testing.T) {
	chosen := regexp.MustCompile(*plantedBugs)
	s, err := catalogue.Map(t.Context())
	require.NoError(t, err)
	rows := plantedRows(t)
	tried := 0
	for _, m := range catalogue.ForExplorer() {
		if !chosen.MatchString(m.Name) {
			continue
		}
		tried++
		t.Run(m.Name, func(t *testing.T) {
			f := findPlanted(t, s, m)
			t.Log(f.row())
			if *plantedWrite {
				rows[m.Name] = f.row()
				writePlanted(t, rows)
				return
			}
			// What was found once is found again.
			assert.Equal(t, strings.Contains(rows[m.Name], "not found"), f.test == "", "the row is now\n%s", f.row())
		})
	}
	require.NotZero(t, tried, "no bug matches -planted")
}

var plantedRow = regexp.MustCompile(`(?m)^\| ([a-z0-9-]+) \| .*$`)

func plantedRows(t *testing.T) map[string]string {
	rows := map[string]string{}
	text, err := os.ReadFile(plantedFile)
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	for _, m := range plantedRow.FindAllStringSubmatch(string(text), -1) {
		if m[1] != "bug" {
			rows[m[1]] = m[0]
		}
	}
	return rows
}

func writePlanted(t *testing.T, rows map[string]string) {
	var table []string
	found, all := 0, 0
	for _, m := range catalogue.ForExplorer() {
		all++
		if r := rows[m.Name]; r != "" {
			table = append(table, r)
			if !strings.Contains(r, "not found") {
				found++
			}
		}
	}
	text := fmt.Sprintf("Written on %s. **%d of the %d bugs that the tagged build finds are found**", cli.ThisMachine(), found, all)
	if len(table) < all {
		text += fmt.Sprintf("; %d have not been looked for", all-len(table))
	}
	writeSection(t, "## The bugs, one by one", text+".\n\n| bug | what is wrong | found by | executions | what fails |\n|---|---|---|---|---|\n"+strings.Join(table, "\n")+"\n"+plantedNotes)
}

// plantedNotes come after the table.
const plantedNotes = `
Executions are those of the test until it fails, redundant ones included; those of TestResizing are of the client that fails, and
0 if its first execution does. A bug counts as not found if nothing fails within 10 seconds a test.

- no-zero: no caller sees it; the invariants of the tagged build do.
- give-up, offer-blindly, panic-leaves-copies: they need a shrink to one chain with two entries, two chains whose hasher panics
  in a resize of which nothing has moved, or a third entry of a chain. The clients do not begin there.
- key-before-r4, r2-before-r1: three goroutines, of which the clients are too many to exhaust in that time.
`

// writeSection replaces what is below a heading of PLANTED.md.
func writeSection(t *testing.T, heading, text string) {
	old, err := os.ReadFile(plantedFile)
	require.NoError(t, err)
	before, after, ok := strings.Cut(string(old), heading+"\n")
	require.True(t, ok, "%s has no %s", plantedFile, heading)
	if i := strings.Index(after, "\n## "); i >= 0 {
		after = after[i:]
	} else {
		after = ""
	}
	require.NoError(t, os.WriteFile(plantedFile, []byte(before+heading+"\n\n"+text+after), 0o666))
}

// The goal: PLANTED.md says how fast both builds explore the map. The method: the clients of
// 1 and 1 calls, by both, with one processor. Seconds are of processor time, of
// the whole process.
func TestRatesOfTheMap(t *testing.T) {
	rows := []string{"| map | build | clients | executions, redundant ones included | processor time | executions/s |", "|---|---|---|---|---|---|"}
	add := func(subject, build string, clients string, executions uint64, c *exec.Cmd) {
		used := c.ProcessState.UserTime() + c.ProcessState.SystemTime()
		require.NotZero(t, executions)
		rows = append(rows, fmt.Sprintf("| %s | %s | %s | %d | %.1f s | %.0f |", subject, build, clients, executions, used.Seconds(), float64(executions)/used.Seconds()))
	}
	tagged := filepath.Join(t.TempDir(), "exploremap")
	out, err := exec.Command("go", "build", "-tags", "explore", "-o", tagged, "../exploremap").CombinedOutput()
	require.NoError(t, err, "%s", out)
	for _, subject := range []string{"words", "words-core", "pairs", "strings"} {
		files, tests := testsFor(&catalogue.Search{Subject: subject})
		w := mapWorkspace(t, files...)
		binary := filepath.Join(w.dir, "m.test")
		for _, races := range []string{"", ", `-races=false`"} {
			_, _, status := w.explore(append(mapArguments(""), "-races="+strconv.FormatBool(races == ""), "-c", "-o", binary, ".")...)
			require.Equal(t, ok, status)
			c := w.command(binary, "-test.run", "^"+tests+"$/^pairs$", "-test.v")
			c.Env = append(c.Env, "GOMAXPROCS=1", "EXPLORE_TIME=20s")
			out, err := c.Output()
			require.NoError(t, err, "%s", out)
			m := failedWhen.FindSubmatch(out)
			clients := regexp.MustCompile(`clients of 1\+1 calls: (\d+ of \d+)`).FindSubmatch(out)
			require.True(t, m != nil && clients != nil, "%s", out)
			var complete, redundant uint64
			_, err = fmt.Sscan(string(m[1])+" "+string(m[2]), &complete, &redundant)
			require.NoError(t, err)
			add(subject, "as it ships, by this command"+races, string(clients[1]), complete+redundant, c)
		}

		var last wire.Row
		c := exec.Command(tagged, "-json", "-suites", "2x1", "-subject", subject)
		c.Env = append(os.Environ(), "GOMAXPROCS=1")
		status, stderr, err := wire.Messages(c, func(m wire.Explore) error {
			if len(m.Rows) > 0 {
				last = m.Rows[0]
			}
			return nil
		})
		require.NoError(t, err)
		require.Zero(t, status, "%s", stderr)
		add(subject, "with the tag explore", fmt.Sprintf("%d of %d", last.Exhausted, last.Clients), last.Executions+last.Redundant, c)
	}
	table := strings.Join(rows, "\n") + "\n"
	t.Logf("%s\n%s", cli.ThisMachine(), table)
	if *plantedWrite {
		writeSection(t, "## Executions a second", fmt.Sprintf("Written on %s, with GOMAXPROCS=1.\n\n%s", cli.ThisMachine(), table))
	}
}
