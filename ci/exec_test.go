package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/fuzz"
	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/wire"
)

func newTask() *task {
	return &task{budget: time.Second, seed: 7, shard: cli.Whole}
}

// TestExploration checks what the explore layer makes of the output of the
// processes that it runs.
func TestExploration(t *testing.T) {
	task := newTask()
	e := &exploration{task: task, parts: []map[[2]string]wire.Row{{}, {}}}
	for _, line := range []string{
		`{"row":{"suite":"2x1","subject":"words","clients":2,"exhausted":1,"executions":10,"complete":false}}`,
		`{"row":{"suite":"2x1","subject":"words","clients":3,"exhausted":2,"executions":30,"complete":false}}`,
		`{"rows":[{"suite":"2x1","subject":"words","clients":4,"exhausted":3,"executions":40,"seconds":2,"max_steps":9,"complete":true}],
			"bounds":[{"subject":"words","parked":"Store","steps":5,"load_most":7}]}`,
	} {
		take(t, e, 0, line)
	}
	take(t, e, 1, `{"row":{"suite":"2x1","subject":"words","clients":1,"exhausted":1,"executions":2,"max_steps":5}}`)
	take(t, e, 1, `{"bounds":[{"subject":"words","parked":"Store","steps":6,"load_most":6}]}`)
	l := task.result()
	require.Equal(t, []report.Count{{What: "executions", N: 42}, {What: "clients", N: 5}, {What: "clients exhausted", N: 4}}, l.Counts,
		"rows of one process replace each other, and those of two add up")
	require.Equal(t, [][]any{{"2x1", "words", 5.0, 4.0, 42.0, 0.0, 9.0, 1.0, 2.0, 21.0}}, l.Tables[0].Rows)
	require.Equal(t, [][]any{{"words", "Store", 11.0, 7.0}}, l.Tables[1].Rows)
	require.Nil(t, e.found())
	take(t, e, 1, `{"violation":{"text":"not linearizable","client":"Load(k0) || Store(k0, 1); Load(k0)",
		"steps":[{"number":1,"goroutine":1,"text":"lock","site":"a.go:1"}],"goroutines":["Load(k0)","Store(k0, 1); Load(k0)"]}}`)
	require.Equal(t, "not linearizable", e.found().Text)
	require.Equal(t, "Load,Store", e.found().calls())
	require.Equal(t, 1, e.found().trace().Steps[0].Goroutine)
}

// take passes on a line of output of a process.
func take(t *testing.T, e *exploration, process int, line string) {
	e.take(process, decoded[wire.Explore](t, line))
}

func decoded[M any](t *testing.T, line string) (m M) {
	require.NoError(t, wire.Decode([]byte(line), &m))
	return m
}

// TestBuild checks that what cannot be built is a layer that could not do its
// work.
func TestBuild(t *testing.T) {
	_, err := build(t.Context(), "", "build", "./no/such/package")
	require.ErrorAs(t, err, new(couldNot))
}

// TestTestEvents checks what is read from the output of tests.
func TestTestEvents(t *testing.T) {
	for line, want := range map[string]testEvent{
		"    --- PASS: TestControls/torn-value (0.12s)":    {test: "TestControls/torn-value", passed: true, seconds: 0.12},
		"--- FAIL: TestA (2.00s)":                          {test: "TestA", seconds: 2},
		"=== ATTR  TestControls/torn-value stress 0.120 7": {test: "TestControls/torn-value", key: "stress", value: "0.120 7"},
		"--- PASS: ExampleFault (0.00s)":                   {test: "ExampleFault", passed: true},
	} {
		e, ok := parseTestEvent(line)
		require.True(t, ok, line)
		require.Equal(t, want, e)
	}
	for _, line := range []string{"=== RUN   TestA", "ok", "", "--- PASS: TestA", "=== ATTR  TestA", "    a_test.go:7: --- so"} {
		_, ok := parseTestEvent(line)
		require.False(t, ok, line)
	}
}

// TestAdopt checks that what a build with the race detector reports becomes
// the race layer's result, a violation and a failure too.
func TestAdopt(t *testing.T) {
	part := &report.Report{Layers: []report.Layer{
		{Name: "linearizability", Verdict: report.Holds, Seconds: 2, Counts: []report.Count{{What: "histories", N: 10}, {What: "operations", N: 100}}},
		{Name: "stress", Verdict: report.Holds, Seconds: 1, Counts: []report.Count{{What: "operations", N: 50}}},
	}}
	task := newTask()
	require.NoError(t, task.adopt(part, ""))
	require.Equal(t, []report.Count{{What: "operations", N: 150}, {What: "histories", N: 10}}, task.result().Counts)
	part.Layers[1].Verdict, part.Layers[1].Reason = report.Failed, "no memory"
	require.ErrorContains(t, task.adopt(part, "killed"), "stress: no memory\nkilled")
	part.Layers[1].Verdict, part.Layers[1].Violation = report.Violated, &report.Violation{Title: "torn", Text: "torn value"}
	require.ErrorContains(t, task.adopt(part, ""), "torn value")
	part.Layers[1].Verdict = report.Interrupted
	require.ErrorIs(t, task.adopt(part, ""), context.Canceled)
}

// TestGallery checks what the gallery layer makes of the output of the command
// that it runs.
func TestGallery(t *testing.T) {
	task := newTask()
	g := galleryRun{task: task}
	g.take(wire.Entry{Name: "a", Kind: wire.KindBug, Module: "m", Version: "v1", Issue: "m#7", Layer: "model", Finding: "lost", Found: true, OK: true, Seconds: 2})
	g.take(wire.Entry{Name: "a-fixed", Kind: wire.KindFixed, Module: "m", Version: "v2", OK: true, Seconds: 4})
	g.take(wire.Entry{Name: "b", Kind: wire.KindCurrent, Module: "m", Version: "v3", Layer: "stress", Finding: "Len", OK: true, Seconds: 1})
	l := task.result()
	require.Equal(t, []report.Count{{What: "maps", N: 3}, {What: "documented bugs found", N: 1}, {What: "findings in newest versions", N: 1}}, l.Counts)
	require.Equal(t, [][]any{
		{"a", "m v1", "bug to find: m#7", "model", "lost", 2.0}, {"a-fixed", "m v2", "fixed", "", "nothing", 4.0}, {"b", "m v3", "newest", "stress", "Len", 1.0},
	}, l.Tables[0].Rows)
	require.ErrorContains(t, wrongEntry(wire.Entry{Name: "a", Kind: wire.KindBug, Issue: "m#7"}), "m#7")
	require.Contains(t, wrongEntry(wire.Entry{Name: "a-fixed", Kind: wire.KindFixed, Layer: "model"}).(*violation).Title, "finds something in a map that must pass")
}

// TestMutants checks what the mutation layer makes of the output of the command
// that it runs.
func TestMutants(t *testing.T) {
	task := newTask()
	m := mutationRun{task: task}
	for _, line := range []string{
		`{"progress":{"done":1,"of":9}}`,
		`{"mutant":{"id":"a","class":"concurrency","file":"write.go","line":7,"verdict":"killed","by":"explore","how":"fail","seconds":2}}`,
		`{"mutant":{"id":"b","class":"general","file":"load.go","line":8,"verdict":"equivalent","why":"never read"}}`,
		`{"mutant":{"id":"c","class":"general","file":"load.go","line":9,"verdict":"unfinished"}}`,
		`{"summary":{"mutants":3}}`,
	} {
		require.NoError(t, m.take(decoded[wire.Mutation](t, line)))
	}
	require.Empty(t, m.survivors)
	l := task.result()
	require.Equal(t, []report.Count{{What: "mutants", N: 2}, {What: "killed", N: 1}}, l.Counts)
	require.Equal(t, [][]any{{"a", "concurrency", "write.go:7", "explore", "fail", 2.0}, {"b", "general", "load.go:8", "none: never read", "", 0.0}}, l.Tables[0].Rows)
	require.Equal(t, [][]any{{"explore", "concurrency", 1.0}}, l.Tables[1].Rows)
	require.NoError(t, m.take(decoded[wire.Mutation](t, `{"mutant":{"id":"d","verdict":"survived","text":"a()","becomes":"b()"}}`)))
	require.Contains(t, m.survivors[0], "d: survived")
}

// TestFuzzTargets checks that the targets of the repository are found, and
// nothing where there are none.
func TestFuzzTargets(t *testing.T) {
	total := 0
	for _, folder := range fuzzed {
		names, err := fuzzTargets(filepath.Join("..", folder))
		require.NoError(t, err)
		total += len(names)
	}
	require.Equal(t, 10, total)
	names, err := fuzzTargets("../fuzz")
	require.NoError(t, err)
	libfuzzer, err := os.ReadFile("../fuzz/libfuzzer/main.go")
	require.NoError(t, err)
	var built []string
	for _, m := range regexp.MustCompile(`(?m)^\t"(Fuzz[A-Za-z]*)":`).FindAllSubmatch(libfuzzer, -1) {
		built = append(built, string(m[1]))
	}
	require.ElementsMatch(t, names, built, "what .clusterfuzzlite/build.sh finds")
	_, err = fuzzTargets("testdata")
	require.ErrorContains(t, err, "no fuzz targets")
	m := fuzzLine.FindStringSubmatch("fuzz: elapsed: 3s, execs: 12345 (4115/sec), new interesting: 5 (total: 40)")
	require.Equal(t, []string{"12345", "5"}, m[1:])
}

// TestFuzzInput checks that an input that fails is made smaller and shown, and
// that one that was in the corpus before is not taken for it.
func TestFuzzInput(t *testing.T) {
	shortened(t)
	everyKind = everyKind[:1]
	everyKind[0].FuzzConcurrent = nil
	fails := 0
	everyKind[0].Fuzz = func(data []byte, _ ...fuzz.Option) error {
		for _, b := range data {
			if b == 250 {
				fails++
				return os.ErrInvalid
			}
		}
		return nil
	}
	err := verifyFuzz(t.Context(), newTask())
	require.ErrorIs(t, err, os.ErrInvalid)
	require.Contains(t, err.Error(), `int to int, input "\xfa": `)
	require.Greater(t, fails, 1)

	dir := t.TempDir()
	copied, corpus := filepath.Join(dir, "copied"), filepath.Join(dir, "corpus")
	for _, file := range []string{"copied/old", "corpus/old", "copied/new"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte("input "+file), 0o600))
	}
	f := target{"fuzz", "FuzzInt", &testRun{output: []string{"Failing input written to " + dir + "/new"}}}
	text := f.violation(dir, copied, corpus).Error()
	require.Contains(t, text, "saved as fuzz/testdata/fuzz/FuzzInt/new:\ninput copied/new")
	require.NotContains(t, text, "old")
	require.NotContains(t, text, dir)
}

// TestAllLines checks that what a program writes to standard error is among its
// lines: Go's fuzzing engine reports its progress there.
func TestAllLines(t *testing.T) {
	var text strings.Builder
	status, err := wire.AllLines(exec.Command("go", "no-such-command"), func(line []byte) error {
		text.Write(line)
		return nil
	})
	require.NoError(t, err)
	require.Positive(t, status)
	require.Contains(t, text.String(), "no-such-command: unknown command")
}
