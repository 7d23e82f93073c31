package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/fuzz"
	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/kinds"
	"github.com/flatmap-go/flatmap/internal/kinds/few"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/model/controls"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestUsage checks that what cannot be done is said clearly, with status 2, and
// before anything is done.
func TestUsage(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"-only model,nonsense", `unknown layer "nonsense" (have docs, model, `},
		{"-budget -3s", "-budget is -3s, but must be more than 0"},
		{"-budget soon", "invalid value"},
		{"-depth 3", "flag provided but not defined"},
		{"verify", `unexpected argument "verify"`},
		{"-shard 2/2", `invalid value "2/2" for flag -shard: must be i/n with 0 <= i < n`},
		{"-shard 1", `invalid value "1" for flag -shard: must be i/n`},
		{"-only corpus -corpus nowhere", "corpus could not do its work: the corpus: "},
		{"-json nowhere/a.json", "the report cannot be written: open nowhere/"},
		{"-html .", "the report cannot be written: "},
		{"-json a -html a", `-json and -html are both "a"`},
		{"-merge", "-merge needs files to merge"},
		{"-merge ci_test.go", "ci_test.go: not a report"},
		{"-merge nowhere.json", "nowhere.json"},
		{"-merge a.json -html b.html", "flag -html after file arguments; flags must come first"},
		{"-budget 1ms -only corpus -corpus testdata/corpus -update", `nothing is written: the report has 1 layers`},
	} {
		var out bytes.Buffer
		require.Equal(t, cli.StatusUndone, run(t.Context(), strings.Fields(c.args), &out, &out), c.args)
		require.Contains(t, out.String(), c.want, c.args)
	}
	require.Zero(t, run(t.Context(), []string{"-h"}, &bytes.Buffer{}, &bytes.Buffer{}))
}

// TestRun checks a short run of the layers that need no other process, and what
// is written about it.
func TestRun(t *testing.T) {
	shortened(t)
	dir := t.TempDir()
	var out, live bytes.Buffer
	args := []string{"-budget", "100ms", "-only", "model,linearizability,corpus,stress,fuzz", "-seed", "7", "-corpus", "testdata/corpus",
		"-json", dir + "/a.json", "-html", dir + "/a.html"}
	require.Zero(t, run(t.Context(), args, &out, &live), out.String()+live.String())
	for _, want := range []string{"-seed 7", "1/5 model: ", "5/5 fuzz: ", "programs", "histories", "operations", "rounds", "executions", "holds; "} {
		require.Contains(t, out.String(), want)
	}
	r, err := readReport(dir + "/a.json")
	require.NoError(t, err)
	require.Equal(t, report.Holds, r.Verdict())
	require.Len(t, r.Layers, 5)
	for _, l := range r.Layers {
		require.Positive(t, l.Counts[0].N, l.Name)
		require.Contains(t, l.Command, "go run ./ci -only "+l.Name+" -budget ")
	}
	require.Len(t, r.Layers[0].Tables[0].Rows, len(everyKind))
	page, err := os.ReadFile(dir + "/a.html")
	require.NoError(t, err)
	require.Contains(t, string(page), "Everything holds")
}

// TestShards checks that two shards merge into one report that has all of
// both, with the figures added up.
func TestShards(t *testing.T) {
	shortened(t)
	dir := t.TempDir()
	files := []string{dir + "/0.json", dir + "/1.json"}
	programs := 0
	for i, file := range files {
		var out bytes.Buffer
		args := []string{"-budget", "20ms", "-only", "model", "-seed", "7", "-shard", []string{"0/2", "1/2"}[i], "-json", file}
		require.Zero(t, run(t.Context(), args, &out, &out), out.String())
		part, err := readReport(file)
		require.NoError(t, err)
		programs += part.Layers[0].Counts[0].N
	}
	var out bytes.Buffer
	require.Zero(t, run(t.Context(), []string{"-json", dir + "/all.json", "-merge", files[0], files[1]}, &out, &out), out.String())
	whole, err := readReport(dir + "/all.json")
	require.NoError(t, err)
	require.Equal(t, programs, whole.Layers[0].Counts[0].N)
	require.Contains(t, out.String(), cli.Grouped(programs)+" programs")

	// One of two is not the whole work.
	require.Equal(t, cli.StatusUndone, run(t.Context(), []string{"-merge", files[0]}, &out, &out))
	require.Contains(t, out.String(), "interrupted; ")
	require.Equal(t, cli.StatusUndone, run(t.Context(), []string{"-merge", files[0], files[0]}, &out, &out))
	require.Contains(t, out.String(), "shard 0/2 is there twice")
}

// shortened makes the tests of the layers short: two kinds of map, and rounds of ten
// programs.
func shortened(t *testing.T) {
	saved := everyKind
	t.Cleanup(func() { everyKind = saved })
	everyKind = []kinds.Kind{everyKind[0], everyKind[len(everyKind)-1]}
	checks := flag.Lookup("rapid.checks")
	old := checks.Value.String()
	t.Cleanup(func() { require.NoError(t, checks.Value.Set(old)) })
	require.NoError(t, checks.Value.Set("10"))
}

// TestCompareCounts checks that a wrong count does not pass.
func TestCompareCounts(t *testing.T) {
	want := map[string]int{"a": 1, "b": 2}
	m := count([]string{"a b", "b"})
	require.NoError(t, compareCounts(m, want))
	m.Store("b", 3)
	require.ErrorContains(t, compareCounts(m, want), `counted "b" 3 times, not 2`)
	m.Store("b", 2)
	m.Store("c", 1)
	require.ErrorContains(t, compareCounts(m, want), "3 different words, not 2")
	m.Delete("b")
	require.ErrorContains(t, compareCounts(m, want), `counted "c" 1 times, not 0`)
}

// with replaces the layers for a test.
func with(t *testing.T, list ...layer) {
	saved := layers
	t.Cleanup(func() { layers = saved })
	layers = list
}

// TestViolation checks that a layer that fails stops the run with status 1, and
// that what it has found is shown and written; and that a layer that cannot do
// its work stops nobody, but has status 2.
func TestViolation(t *testing.T) {
	var m flatmap.Map[string, int]
	never := layer{name: "never", unit: "words", weight: 1, verify: func(context.Context, *task) error { panic("not reached") }}
	wrong := layer{name: "wrong", unit: "words", weight: 1, verify: func(_ context.Context, t *task) error {
		t.count("words", 3)
		return compareCounts(&m, map[string]int{"a": 1})
	}}
	unable := layer{name: "unable", unit: "words", weight: 1, verify: func(context.Context, *task) error {
		return failed("there is no %s", "compiler")
	}}
	with(t, unable, wrong, never)
	var out bytes.Buffer
	file := t.TempDir() + "/a.json"
	require.Equal(t, cli.StatusViolation, run(t.Context(), []string{"-json", file, "-seed", "7"}, &out, &out))
	for _, want := range []string{"counted 0 different words, not 1", "repeat with: go run ./ci -only wrong", "-seed 7", "3 words", "violated; "} {
		require.Contains(t, out.String(), want)
	}
	r, err := readReport(file)
	require.NoError(t, err)
	require.Len(t, r.Layers, 2)
	require.Equal(t, "counted 0 different words, not 1", r.Layers[1].Violation.Text)
	require.Equal(t, report.Failed, r.Layers[0].Verdict)

	idle := layer{name: "idle", unit: "words", weight: 1, verify: func(context.Context, *task) error {
		return fmt.Errorf("%w for a word", errTooShort)
	}}
	fine := layer{name: "fine", unit: "words", weight: 1, verify: func(context.Context, *task) error { return nil }}
	with(t, idle, fine)
	require.Zero(t, run(t.Context(), nil, &out, &out))
	require.Contains(t, out.String(), "left out  budget too short for a word")
	require.Contains(t, out.String(), "holds; 1 of 2 layers left out; ")
	with(t, idle)
	require.Equal(t, cli.StatusUndone, run(t.Context(), nil, &out, &out), "nothing was done")

	with(t, unable)
	require.Equal(t, cli.StatusUndone, run(t.Context(), nil, &out, &out))
	require.Contains(t, out.String(), "unable could not do its work: there is no compiler")
}

// TestLayersReject checks that the layers that run in this process can fail,
// on maps that are broken on purpose, and that what they find is shown.
func TestLayersReject(t *testing.T) {
	shortened(t)
	for name, c := range map[string]struct {
		fault controls.Fault
		want  string
	}{
		"model":           {controls.KeyMissed, "func TestCounterexample"},
		"linearizability": {controls.SplitSwap, "client  call  return  operation"},
		"stress":          {controls.CountedTwice, "stress: workload"},
		"fuzz":            {controls.KeyMissed, "broken, input "},
	} {
		broken := controls.Break[int, int](c.fault)
		defer broken.Close()
		everyKind = []kinds.Kind{few.Ints.Of("broken", func(fuzz.Config) model.Map[int, int] { return broken.New() })}
		var out bytes.Buffer
		dir := t.TempDir()
		args := []string{"-only", name, "-budget", "20s", "-json", dir + "/a.json", "-html", dir + "/a.html"}
		require.Equal(t, cli.StatusViolation, run(t.Context(), args, &out, &bytes.Buffer{}), out.String())
		require.Positive(t, broken.Fired(), name)
		require.Contains(t, out.String(), c.want)
		require.Contains(t, out.String(), "repeat with: go run ./ci -only "+name)
		r, err := readReport(dir + "/a.json")
		require.NoError(t, err)
		require.Contains(t, r.Layers[0].Violation.Text, c.want)
		if name == "linearizability" {
			require.Contains(t, r.Layers[0].Violation.Picture, "<svg")
		}
		page, err := os.ReadFile(dir + "/a.html")
		require.NoError(t, err)
		require.Contains(t, string(page), "A violation was found")
	}
}

// TestDiskFull checks that a report that cannot be written costs neither the
// summary nor the other reports, and that a violation keeps its status.
func TestDiskFull(t *testing.T) {
	fine := layer{name: "fine", unit: "words", weight: 1, verify: func(_ context.Context, t *task) error { t.count("words", 5); return nil }}
	with(t, fine)
	var out bytes.Buffer
	file := t.TempDir() + "/a.json"
	require.Equal(t, cli.StatusUndone, run(t.Context(), []string{"-json", file, "-html", "/dev/full"}, &out, &out))
	require.Contains(t, out.String(), "5 words")
	require.Contains(t, out.String(), "ci: write /dev/full: no space left on device")
	require.FileExists(t, file)

	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	require.NoError(t, err)
	defer full.Close()
	out.Reset()
	require.Equal(t, cli.StatusUndone, run(t.Context(), nil, full, &out))
	require.Contains(t, out.String(), "ci: write /dev/full: no space left on device")

	fine.verify = func(context.Context, *task) error { return errors.New("wrong") }
	with(t, fine)
	require.Equal(t, cli.StatusViolation, run(t.Context(), []string{"-json", "/dev/full"}, &out, &out))
	require.Equal(t, cli.StatusViolation, run(t.Context(), nil, full, &out))
}

// TestInterrupt checks that an interrupt ends the run, and that what was done
// until then, by the layer that is cut too, is printed and written.
func TestInterrupt(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	done := layer{name: "done", unit: "words", weight: 1, verify: func(_ context.Context, t *task) error { t.count("words", 5); return nil }}
	cut := layer{name: "cut", unit: "words", weight: 1, verify: func(ctx context.Context, t *task) error {
		t.count("words", 7)
		interrupt()
		<-ctx.Done()
		return failed("a process was killed")
	}}
	never := layer{name: "never", unit: "words", weight: 1, verify: func(context.Context, *task) error { panic("not reached") }}
	with(t, done, cut, never)
	var out bytes.Buffer
	file := t.TempDir() + "/a.json"
	require.Equal(t, cli.StatusUndone, run(ctx, []string{"-json", file}, &out, &out))
	require.Contains(t, out.String(), "interrupted; ")
	r, err := readReport(file)
	require.NoError(t, err)
	require.Len(t, r.Layers, 2)
	require.Equal(t, []report.Count{{What: "words", N: 7}}, r.Layers[1].Counts)
	require.Equal(t, report.Interrupted, r.Layers[1].Verdict)
}

// TestConsole checks that progress has rates and the time left, from any
// goroutine.
func TestConsole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // whose clock stands still
		var out, live bytes.Buffer
		c := &console{out: &out, live: &live, terminal: true, end: time.Now().Add(time.Hour)}
		c.begin(layer{name: "model", what: "programs"}, "1/2", time.Minute)
		c.began, c.shown = c.began.Add(-10*time.Second), time.Time{}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				c.progress([]report.Count{{What: "programs", N: 50_000}, {What: "operations", N: 7}}, "int to int")
			})
		}
		wg.Wait()
		require.Contains(t, live.String(), "1/2 model, 50,000 programs (5,000/s), 7 operations, 50s left, 1h0m0s in all, int to int")
		require.Equal(t, 1, strings.Count(live.String(), "model"), "not more than ten times a second")
	})
}

// TestShares checks that the whole budget is divided, that nobody gets more than
// they can use, and that what there is no time for is left out.
func TestShares(t *testing.T) {
	list := []layer{
		{name: "a", weight: 1}, {name: "b", weight: 2, most: 10 * time.Second}, {name: "c", weight: 1, least: 20 * time.Second},
	}
	require.Equal(t, []time.Duration{25 * time.Second, 10 * time.Second, 25 * time.Second}, shares(time.Minute, list))
	require.Empty(t, dropped(time.Minute, list))
	require.Equal(t, map[string]bool{"c": true}, dropped(30*time.Second, list))
	for _, budget := range []time.Duration{time.Second, 30 * time.Second, 5 * time.Minute, 8 * time.Hour} {
		rest := remaining(layers, dropped(budget, layers))
		sum := time.Duration(0)
		for i, d := range shares(budget, rest) {
			sum += d
			require.GreaterOrEqual(t, d, rest[i].least, rest[i].name)
		}
		require.InDelta(t, budget.Seconds(), sum.Seconds(), 0.001)
	}
	require.Equal(t, map[string]bool{"mutation": true}, dropped(5*time.Minute, layers), "the default budget is enough for the rest")
	require.Empty(t, dropped(2*time.Hour, layers))
}
