package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

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
	require.Equal(t, Tally{Mutants: 2, Killed: 1, Survived: 1}, s.Tally[concurrency])
	require.Equal(t, Tally{Mutants: 1, Open: 1}, s.Tally[general])
	var table bytes.Buffer
	require.NoError(t, writeMarkdown(&table, results, 0))
	for _, want := range []string{
		"layer 386 was not run", "| concurrency | 2 | 1 | 0 | 1 | 0 | 0 | 0 |", "| general | 1 | 0 | 0 | 0 | 1 | 0 | 0 |",
		"| race | 1 | 1 | 1 |", "## Killed by race alone", "survived; not run: rapid, fuzz",
	} {
		require.Contains(t, table.String(), want)
	}
}

// TestProbe checks that the programs of this machine run here, and that what
// is none does not.
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

// TestKnownResults checks which of several results of a mutant stays, and what
// is run again of those that survived.
func TestKnownResults(t *testing.T) {
	m := Mutant{ID: "a", Class: general, File: "a.go"}
	text := &source{files: map[string]*file{"a.go": {name: "a.go", text: "package a"}}}
	is := func(verdict string, layers map[string]string) Result {
		return Result{Mutant: m, Verdict: verdict, Layers: layers, Source: text.fingerprint(&m)}
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
		{[]Result{is(survived, some), is(unfinished, nil)}, is(survived, some)},
		{[]Result{is(unfinished, nil), is(survived, some)}, is(survived, some)},
	} {
		known := map[string]Result{}
		for _, r := range test.results {
			keep(known, r)
		}
		require.Equal(t, test.want, known["a"])
	}

	known := is(survived, endings(map[string]string{"386": unable}))
	name := filepath.Join(t.TempDir(), "results.json")
	line, err := json.Marshal(message{Mutant: &known})
	require.NoError(t, err)
	cut := append(append(line, '\n'), line[:len(line)/2]...) // by whatever killed the last run
	require.NoError(t, os.WriteFile(name, cut, 0o600))
	for _, test := range []struct {
		cfg     config
		pending int
		prior   int // layers that need not be run
	}{
		{config{layers: layerNames}, 0, 0},
		{config{layers: layerNames, again: true}, 1, 0},
		{config{layers: []string{"unit"}, again: true}, 1, len(layerNames) - 2},
		{config{layers: layerNames, report: true, again: true}, 0, 0},
	} {
		test.cfg.results = name
		o, err := newOutcome(test.cfg, text, nil, &strings.Builder{}, &strings.Builder{})
		require.NoError(t, err)
		require.Len(t, o.begin([]*Mutant{&m}, 0), test.pending)
		require.Len(t, o.prior["a"], test.prior)
		require.NoError(t, o.close())
	}
	nowhere := config{layers: layerNames, report: true, results: name + "x"}
	_, err = newOutcome(nowhere, text, nil, &strings.Builder{}, &strings.Builder{})
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestResults checks that RESULTS.md adds up: each class has as many rows as
// its mutants that were run or argued about, and they end as its counts say.
func TestResults(t *testing.T) {
	text, err := os.ReadFile("RESULTS.md")
	require.NoError(t, err)
	require.Regexp(t, `(?m)^- machine: .*\bgo1\.\d+`, string(text))
	for _, class := range []string{concurrency, general} {
		row := regexp.MustCompile(`(?m)^\| ` + class + ` \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$`).FindStringSubmatch(string(text))
		require.NotNil(t, row, class)
		counts := make([]int, len(row)-1)
		for i := range counts {
			counts[i], err = strconv.Atoi(row[1+i])
			require.NoError(t, err)
		}
		mutants, rest := counts[0], 0
		for _, n := range counts[1:] {
			rest += n
		}
		require.Equal(t, mutants, rest, class)

		_, table, ok := strings.Cut(string(text), "\n## "+title(class)+"\n")
		require.True(t, ok, class)
		table, _, _ = strings.Cut(table, "\n## ")
		fates := map[string]int{}
		for _, row := range regexp.MustCompile(`(?m)^\| .* \| ([^|]*) \| [a-z]* \| [0-9.]+ \|$`).FindAllStringSubmatch(table, -1) {
			fate, _, open := strings.Cut(row[1], ";")
			switch {
			case fate == equivalent, fate == refuted:
			case open, fate == survived:
				fate += " " + strconv.FormatBool(open)
			default:
				fate = killed
			}
			fates[fate]++
		}
		require.Equal(t, counts[1:6], []int{fates[killed], fates[equivalent], fates["survived false"], fates["survived true"], fates[refuted]}, class)
	}
}
