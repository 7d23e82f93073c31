//go:build long

package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"go/format"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability/explore/cmd/explore/internal/programs"
)

var (
	programCount = flag.Int("programs", 500, "how many random programs to verify the command with")
	programFirst = flag.Int("programs.first", 0, "the number of the first random program")
	programFault = flag.String("programs.fault", "", "which of the faults to plant, as a `regexp`: each compiles a copy of this repository")
	programSeed  = flag.Uint64("programs.seed", 1, "which random programs")
)

// together is how many programs are compiled together.
const together = 500

// seen is a package that is not rewritten. It collects the outcomes of executions.
const seen = `package seen

import (
	"encoding/json"
	"os"
)

var outcomes = map[string]bool{}

// Outcome notes an outcome of an execution. Goroutines of an exploration take turns.
func Outcome(n int, outcome string) { outcomes[outcome] = true }

// Report writes all outcomes of program n.
func Report(n int) {
	line, err := json.Marshal(map[string]any{"Program": n, "Outcomes": outcomes})
	if err != nil {
		panic(err)
	}
	clear(outcomes)
	f, err := os.OpenFile(os.Getenv("SEEN"), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	if _, err := f.Write(append(line, '\n')); err != nil {
		panic(err)
	}
}
`

// A found is what the command has found of a program.
type found struct {
	Program  int
	Outcomes map[string]bool
	failure  string // "" if the exploration was exhausted
}

// letters are of the kinds of failures in replay strings.
var letters = map[string]string{"r": "race", "d": "deadlock", "k": "leak", "p": "panic"}

var (
	failedLine  = regexp.MustCompile(`(?m)^explore: TestP(\d+): failed after .*\n.* e1\.(\w)\.\S+ \S+$`)
	partialLine = regexp.MustCompile(`(?m)^explore: TestP(\d+): (?:not exhausted|did not end)`)
	unseenLine  = regexp.MustCompile(`(?m)^explore: (TestP.*: not seen.*)$`)
)

// exploreSource explores the text of programs. prepare may change the workspace, or be nil.
func exploreSource(t *testing.T, list []*programs.Program, prepare func(*workspace)) (map[int]*found, string) {
	files := map[string]string{"seen/seen.go": seen, "p/helpers_test.go": programs.Helpers("p")}
	const perFile = 50
	for i := 0; i < len(list); i += perFile {
		text, err := format.Source([]byte(programs.Source("p", i, list[i:min(i+perFile, len(list))], i/perFile%2 == 1)))
		require.NoError(t, err)
		files[fmt.Sprintf("p/p%d_test.go", i)] = string(text)
	}
	w := newWorkspace(t, files)
	name := filepath.Join(w.dir, "outcomes")
	w.env = []string{"SEEN=" + name}
	if prepare != nil {
		prepare(w)
	}
	stdout, stderr, status := w.explore("test", "-keep=example.com/m/seen", "-time=20s", "./p")
	require.NotEqual(t, trouble, status, "%s%s", stdout, stderr)
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	results := map[int]*found{}
	for line := range strings.Lines(string(data)) {
		f := new(found)
		require.NoError(t, json.Unmarshal([]byte(line), f))
		results[f.Program] = f
	}
	number := func(m []string) *found {
		n, err := strconv.Atoi(m[1])
		require.NoError(t, err)
		require.Contains(t, results, n)
		return results[n]
	}
	for _, m := range failedLine.FindAllStringSubmatch(stderr, -1) {
		f := number(m)
		if f.failure = letters[m[2]]; f.failure == "" {
			f.failure = "a failure of kind " + m[2]
		}
	}
	for _, m := range partialLine.FindAllStringSubmatch(stderr, -1) {
		number(m).failure = "not exhausted"
	}
	for _, m := range unseenLine.FindAllStringSubmatch(stderr, -1) {
		if !strings.HasSuffix(m[1], "-keep example.com/m/seen") {
			t.Error(m[1])
		}
	}
	return results, stdout
}

// verify compares what the command has found with all that there is.
func (f *found) verify(want *programs.Result) error {
	switch {
	case len(want.Failures) > 0 && !want.Failures[f.failure]:
		return fmt.Errorf("found %q, want one of %q", f.failure, slices.Sorted(maps.Keys(want.Failures)))
	case len(want.Failures) == 0 && f.failure != "":
		return fmt.Errorf("found %q, but nothing is wrong", f.failure)
	case len(want.Failures) == 0 && !want.Outcomes[""] && !maps.Equal(f.Outcomes, want.Outcomes):
		return fmt.Errorf("%d outcomes, want %d: missing %q, impossible %q", len(f.Outcomes), len(want.Outcomes),
			less(want.Outcomes, f.Outcomes), less(f.Outcomes, want.Outcomes))
	}
	return nil
}

// less returns what is in a and not in b.
func less(a, b map[string]bool) []string {
	var list []string
	for s := range a {
		if !b[s] {
			list = append(list, s)
		}
	}
	slices.Sort(list)
	return list
}

// The goal: what the command finds in ordinary Go is all that there is, and nothing else.
// The method: random programs are printed as Go source text, rewritten, compiled and
// explored. An oracle enumerates their states, with a separate interpreter of the
// programs that are printed. Every program without a failure must have exactly the
// oracle's outcomes, and in every program with a race, a deadlock, a leak or a panic one
// of those must be found. By default the first 500 programs are compared; the first
// 10,000 were, in parts (-programs.first), and none differed.
//
//	go test -tags long -run RandomPrograms ./linearizability/explore/cmd/explore -programs 10000 -timeout 2h
func TestRandomPrograms(t *testing.T) {
	c := new(comparison)
	begin := time.Now()
	for first := *programFirst; first < *programFirst+*programCount; first += together {
		var numbers []int
		for i := first; i < min(first+together, *programFirst+*programCount); i++ {
			numbers = append(numbers, i)
		}
		c.compare(t, numbers, nil)
	}
	c.report(t)
	t.Logf("%d programs with %d states and %d outcomes in %v, of which the failures are %v",
		*programCount, c.states, c.outcomes, time.Since(begin).Round(time.Second), c.failures)
}

// Programs that versions of the engine, or of what stands in for channels, got wrong.
var regressions = []int{
	1466, // a Signal was ordered with what a goroutine did before its Wait
	516,  // goroutines that waited in a select counted as running
}

func TestRegressions(t *testing.T) {
	c := new(comparison)
	c.compare(t, regressions, nil)
	c.report(t)
}

// A comparison is that of programs with the oracle.
type comparison struct {
	states, outcomes int
	failures         map[string]int // programs, by what was found
	wrong            map[int]error
}

// report fails t for each program that was wrong.
func (c *comparison) report(t *testing.T) {
	for i, err := range c.wrong {
		p, _ := programs.Find(*programSeed, uint64(i))
		t.Errorf("program %d: %v\n%v", i, err, p)
	}
}

// compare compares the programs with numbers.
func (c *comparison) compare(t *testing.T, numbers []int, prepare func(*workspace)) {
	if c.failures == nil {
		c.failures, c.wrong = map[string]int{}, map[int]error{}
	}
	var list []*programs.Program
	var want []*programs.Result
	for _, n := range numbers {
		p, r := programs.Find(*programSeed, uint64(n))
		list, want = append(list, p), append(want, r)
	}
	got, stdout := exploreSource(t, list, prepare)
	for i, n := range numbers {
		f := got[i]
		if f == nil {
			t.Fatalf("program %d did not run:\n%s", n, stdout)
		}
		if err := f.verify(want[i]); err != nil {
			c.wrong[n] = err
		}
		c.failures[f.failure]++
		c.outcomes += len(want[i].Outcomes)
		c.states += want[i].States
	}
}

// planted are faults in the rewriter, in what stands in for package sync and for channels,
// and in the engine, each with programs that find it.
var planted = map[string]struct {
	file, old, new string
	programs       []int
}{
	"the rewriter forgets copy": {
		"cmd/explore/internal/rewrite/memory.go", `case "copy":`, `case "copies":`, []int{16}},
	"sleeping goroutines never wake": {
		"dpor.go", "var sabotage saboteur", "var sabotage = neverWake", []int{10, 17}},
	"a wait group releases nothing": {
		"commit.go", "m |= modeRelease | modeMerge", "", []int{1, 5, 6}},
	"a channel is closed without waking": {
		"chan.go", "for n, ok := s.first(c, &c.receivers); ok; n, ok = s.first(c, &c.receivers) {", "for n, ok := (chanEntry{}), false; ok; {", []int{57}},
	"a goroutine that waits in a select goes on twice": {
		"select.go", "if w.word.Load() != 0 {", "if true {", []int{1257, 1501}},
}

// The goal: the comparison of random programs can fail. The method: copies of this
// repository, each with a fault.
func TestPlantedFaultsAreFound(t *testing.T) {
	chosen := regexp.MustCompile(*programFault)
	tried := 0
	for name, fault := range planted {
		if !chosen.MatchString(name) {
			continue
		}
		tried++
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			copyRepository(t, dir)
			replace(t, filepath.Join(dir, "linearizability", "explore", filepath.FromSlash(fault.file)), fault.old, fault.new)
			c := new(comparison)
			c.compare(t, fault.programs, func(w *workspace) { w.useCopy(dir) })
			require.Equal(t, fault.programs, slices.Sorted(maps.Keys(c.wrong)))
		})
	}
	require.NotZero(t, tried, "no fault matches -programs.fault")
}

// copyRepository copies what the command needs of this repository, and the map, to dir.
func copyRepository(t *testing.T, dir string) {
	for _, part := range []string{"go.mod", "go.sum", "linearizability", "model", "internal", "flatmap"} {
		copyTree(t, filepath.Join(root, part), filepath.Join(dir, part))
	}
}

// replace replaces what a file has once.
func replace(t *testing.T, file, old, new string) {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(text), old), "in %s", file)
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(text), old, new, 1)), 0o666))
}

// copyTree copies a file or the Go files of a folder.
func copyTree(t *testing.T, from, to string) {
	require.NoError(t, filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name != from && filepath.Ext(name) != ".go" && filepath.Ext(name) != ".s" {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o666)
	}))
}

// useCopy lets w use the copy of this repository in dir, and the command that is built
// of it.
func (w *workspace) useCopy(dir string) {
	mod, err := os.ReadFile(filepath.Join(w.dir, "go.mod"))
	require.NoError(w.t, err)
	abs, err := filepath.Abs(root)
	require.NoError(w.t, err)
	w.write("go.mod", strings.Replace(string(mod), filepath.ToSlash(abs), filepath.ToSlash(dir), 1))
	w.bin = filepath.Join(dir, "explore.exe")
	c := exec.Command("go", "build", "-o", w.bin, "./linearizability/explore/cmd/explore")
	c.Dir = dir
	c.Env = append(os.Environ(), "PWD="+dir, "GOFLAGS=-buildvcs=false")
	out, err := c.CombinedOutput()
	require.NoError(w.t, err, "%s", out)
}
