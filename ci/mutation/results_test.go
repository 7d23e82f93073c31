package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/stretchr/testify/require"
)

// endings returns how every layer ends, if all but the given ones pass.
func endings(other map[string]string) map[string]string {
	all := map[string]string{}
	for _, name := range layerNames {
		all[name] = passed
	}
	for name, how := range other {
		all[name] = how
	}
	return all
}

// TestUnable checks that a layer which the machine cannot run is neither a kill
// nor a pass, and that the table says so.
func TestUnable(t *testing.T) {
	results := []Result{
		{Mutant: Mutant{ID: "a", Class: concurrency, Operator: "drop"}, Verdict: survived, Layers: endings(map[string]string{"386": unable})},
		{Mutant: Mutant{ID: "b", Class: concurrency}, Verdict: killed, By: "race", How: failed, Layers: endings(map[string]string{"386": unable, "race": failed})},
		{Mutant: Mutant{ID: "c", Class: general}, Verdict: survived, Layers: map[string]string{"unit": passed}},
	}
	s := summarize(results, 0)
	require.Equal(t, []string{"386"}, s.Unable)
	require.Equal(t, map[string]int{"race": 1}, s.Alone)
	require.Equal(t, wire.Tally{Mutants: 2, Killed: 1, Survived: 1}, s.Tally[concurrency])
	require.Equal(t, wire.Tally{Mutants: 1, Open: 1}, s.Tally[general])
	var table bytes.Buffer
	require.NoError(t, writeMarkdown(&table, s, results))
	for _, want := range []string{
		"layer 386 was not run", "| concurrency | 2 | 1 | 0 | 1 | 0 | 0 | 0 |", "| general | 1 | 0 | 0 | 0 | 1 | 0 | 0 |",
		"| race | 1 | 1 | 1 |", "## Killed by race alone", "survived; not run: rapid, fuzz",
	} {
		require.Contains(t, table.String(), want)
	}
}

// TestProbe checks that the programs of this machine run here, and that a file which
// cannot be executed does not.
func TestProbe(t *testing.T) {
	reason, err := probe(t.Context(), filepath.Join(t.TempDir(), "probe"), runtime.GOARCH)
	require.NoError(t, err)
	require.Empty(t, reason)
	odd := filepath.Join(t.TempDir(), "odd")
	require.NoError(t, os.WriteFile(odd, []byte("\x7fELF of some other machine"), 0o755))
	require.Contains(t, cannotExecute(t.Context(), odd), "exec format error")
}

// TestGate checks that a gate is waited for and closed, and that one which does
// not open is an error.
func TestGate(t *testing.T) {
	closed := filepath.Join(t.TempDir(), "closed")
	leave, err := gate("echo; cat; echo > " + closed).enter(t.Context())
	require.NoError(t, err)
	require.NoFileExists(t, closed)
	leave()
	require.FileExists(t, closed)
	_, err = gate("exit 1").enter(t.Context())
	require.ErrorContains(t, err, "does not open")
	leave, err = gate("").enter(t.Context())
	require.NoError(t, err)
	leave()
}

// TestKeep checks which of several results of a mutant stays.
func TestKeep(t *testing.T) {
	is := func(verdict string, layers map[string]string) Result {
		return Result{Mutant: Mutant{ID: "a"}, Verdict: verdict, Layers: layers}
	}
	all, some := endings(nil), map[string]string{"unit": passed}
	for _, test := range []struct {
		results []Result
		want    Result
	}{
		{[]Result{is(survived, all), is(killed, nil)}, is(killed, nil)},
		{[]Result{is(killed, nil), is(survived, all)}, is(killed, nil)},
		{[]Result{is(killed, nil), is(killed, all)}, is(killed, all)},
		{[]Result{is(killed, all), is(killed, nil)}, is(killed, all)},
		{[]Result{is(survived, some), is(survived, all)}, is(survived, all)},
		{[]Result{is(survived, some), is(argued, nil)}, is(survived, some)},
		{[]Result{is(argued, nil), is(survived, some)}, is(survived, some)},
	} {
		known := map[string]Result{}
		for _, r := range test.results {
			keep(known, r)
		}
		require.Equal(t, test.want, known["a"])
	}
}

// TestStored checks that results come back from a file as they were, also if the
// last line is cut off, and that those of other sources do not. Method: results
// of every kind are written both ways, as a whole and line by line.
func TestStored(t *testing.T) {
	mutants := []*Mutant{
		{ID: "f drop: a", Func: "f", source: "1"}, {ID: "f drop: b", Func: "f", source: "1"}, {ID: "f drop: c", Func: "f", source: "1"},
		{ID: "f planted: d", Func: "f", source: "2"}, {ID: "T.g negate: a & b <= c", Func: "T.g", source: "3"},
	}
	known := func(i int, r Result) Result {
		r.ID, r.Func, r.Source = mutants[i].ID, mutants[i].Func, mutants[i].source
		return r
	}
	results := []Result{
		known(0, Result{Verdict: killed, By: "unit", How: failed}),
		known(1, Result{Verdict: killed, By: "explorer", How: hung}),
		known(2, Result{Verdict: survived, Layers: endings(map[string]string{"386": unable})}),
		known(3, Result{Verdict: killed, By: "race", How: failed, Layers: endings(map[string]string{"race": failed, "unit": failed})}),
		known(4, Result{Verdict: argued}),
	}
	s := stored{byID: map[string]Result{}, spent: map[string]float64{"some machine": 2.5}}
	var lines bytes.Buffer
	for _, r := range results {
		s.byID[r.ID] = r
		line := recordOf(r)
		line.Machine, line.Seconds = "some machine", 0.5
		require.NoError(t, writeRecord(&lines, line))
	}
	var whole bytes.Buffer
	require.NoError(t, s.write(&whole))
	require.Equal(t, 4, strings.Count(whole.String(), "\n"), "a line for the machine, and one for each function and source")
	require.Contains(t, whole.String(), `"T.g"`)
	require.Contains(t, whole.String(), "a & b <= c")
	for _, text := range []string{whole.String(), lines.String(), lines.String() + whole.String()[:len(whole.String())-9]} {
		name := filepath.Join(t.TempDir(), "results.json")
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		got, err := readResults(mutants, name)
		require.NoError(t, err)
		require.Equal(t, s.byID, got.byID)
		mutants[0].source = "other"
		got, err = readResults(mutants, name)
		require.NoError(t, err)
		require.Len(t, got.byID, len(results)-1)
		require.NotContains(t, got.byID, mutants[0].ID)
		mutants[0].source = "1"
	}
	got, err := readResults(mutants)
	require.NoError(t, err)
	require.Empty(t, got.byID)
}

// TestKnownResults checks what is run again of mutants whose results are known,
// and what arguments make of these.
func TestKnownResults(t *testing.T) {
	m := Mutant{ID: "f drop: a", Class: general, Func: "f", source: "1"}
	exact := &arguments{exact: map[string]string{m.ID: "why"}}
	ruled, err := parseEquivalents("- rule ``f *: a``\n\nwhy\n")
	require.NoError(t, err)
	none := &arguments{}
	all := endings(map[string]string{"386": unable})
	lives, partly := Result{Verdict: survived, Layers: all}, Result{Verdict: survived, Layers: map[string]string{"unit": passed}}
	dies, notRun := Result{Verdict: killed, By: "unit", How: failed}, Result{Verdict: argued}
	for _, test := range []struct {
		known     Result
		cfg       config
		arguments *arguments
		verdict   string // "" if the mutant is run
		prior     int    // layers that need not be run
	}{
		{lives, config{layers: layerNames}, none, survived, 0},
		{lives, config{layers: layerNames, again: true}, none, "", 0},
		{lives, config{layers: []string{"unit"}, again: true}, none, "", len(layerNames) - 2},
		{lives, config{layers: layerNames, report: true, again: true}, none, survived, 0},
		{lives, config{layers: layerNames}, exact, equivalent, 0},
		{lives, config{layers: layerNames}, ruled, equivalent, 0},
		{partly, config{layers: layerNames}, ruled, "", 1},
		{partly, config{layers: layerNames, report: true}, ruled, survived, 0},
		{dies, config{layers: layerNames}, none, killed, 0},
		{dies, config{layers: layerNames}, ruled, killed, 0},
		{dies, config{layers: layerNames}, exact, refuted, 0},
		{notRun, config{layers: layerNames}, none, "", 0},
		{notRun, config{layers: layerNames}, ruled, equivalent, 0},
		{notRun, config{layers: layerNames, equal: true}, ruled, "", 0},
		{Result{}, config{layers: layerNames}, ruled, "", 0}, // a rule spares no run
		{Result{}, config{layers: layerNames}, exact, equivalent, 0},
		{Result{}, config{layers: layerNames, equal: true}, exact, "", 0},
	} {
		test.cfg.results = filepath.Join(t.TempDir(), "results.json")
		s := stored{byID: map[string]Result{}}
		if test.known.Verdict != "" {
			test.known.ID, test.known.Func, test.known.Source = m.ID, m.Func, m.source
			s.byID[m.ID] = test.known
		}
		require.NoError(t, cli.WriteFile(test.cfg.results, s.write))
		o, err := newOutcome(test.cfg, []*Mutant{&m}, test.arguments, &strings.Builder{}, &strings.Builder{})
		require.NoError(t, err)
		pending := o.begin([]*Mutant{&m}, nil)
		require.Equal(t, test.verdict, o.byID[m.ID].Verdict, test)
		require.Equal(t, test.verdict == "", len(pending) == 1, test)
		require.Len(t, o.prior[m.ID], test.prior, test)
		require.NoError(t, o.close())
		again, err := readResults([]*Mutant{&m}, test.cfg.results)
		require.NoError(t, err)
		require.Equal(t, s.byID, again.byID, "the file is as it was")
	}
	nowhere := config{layers: layerNames, report: true, results: filepath.Join(t.TempDir(), "nowhere")}
	_, err = newOutcome(nowhere, nil, none, &strings.Builder{}, &strings.Builder{})
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestTake checks that a mutant which only a rule argues about is killed if a
// layer kills it, and equivalent if it survives all, but not if it survives some.
func TestTake(t *testing.T) {
	ruled, err := parseEquivalents("- rule ``f *: a``\n\nwhy\n")
	require.NoError(t, err)
	for _, test := range []struct {
		result Result
		want   string
	}{
		{Result{Verdict: killed, By: "unit", How: failed}, killed},
		{Result{Verdict: survived, Layers: endings(nil)}, equivalent},
		{Result{Verdict: survived, Layers: map[string]string{"unit": passed}}, survived},
	} {
		o, err := newOutcome(config{json: true}, nil, ruled, &strings.Builder{}, &strings.Builder{})
		require.NoError(t, err)
		test.result.Mutant = Mutant{ID: "f drop: a", Func: "f"}
		o.take(test.result)
		require.Equal(t, test.want, o.byID["f drop: a"].Verdict)
	}
}

// TestResults checks that RESULTS.md adds up: in each table every row does, and
// the mutants of all operators end as those of both classes do.
func TestResults(t *testing.T) {
	text, err := os.ReadFile("RESULTS.md")
	require.NoError(t, err)
	require.Regexp(t, `(?m)^- machine: .*\bgo1\.\d+`, string(text))
	sums := map[string][]int{}
	for _, of := range []string{"class", "operator"} {
		_, table, ok := strings.Cut(string(text), "| "+of+" | mutants | ")
		require.True(t, ok, of)
		table, _, _ = strings.Cut(table, "\n\n")
		rows := regexp.MustCompile(`(?m)^\| ([^|]+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$`).FindAllStringSubmatch(table, -1)
		require.GreaterOrEqual(t, len(rows), 2, of)
		sum := make([]int, 7)
		for _, row := range rows {
			parts := 0
			for i := range sum {
				n, err := strconv.Atoi(row[2+i])
				require.NoError(t, err)
				sum[i] += n
				if i > 0 {
					parts += n
				}
			}
			require.Equal(t, row[2], strconv.Itoa(parts), row[1])
		}
		require.Positive(t, sum[0])
		sums[of] = sum
	}
	require.Equal(t, sums["class"], sums["operator"])
}
