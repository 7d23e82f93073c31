package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/stretchr/testify/require"
)

// writeMessages writes a file of what a run with -json prints.
func writeMessages(t *testing.T, messages ...wire.Explore) string {
	var text bytes.Buffer
	for _, m := range messages {
		require.NoError(t, json.NewEncoder(&text).Encode(m))
	}
	path := filepath.Join(t.TempDir(), "run.json")
	require.NoError(t, os.WriteFile(path, text.Bytes(), 0o600))
	return path
}

// aRow is a row of a suite on words, exhausted.
func aRow(suite, shard string, clients uint64) wire.Row {
	return wire.Row{Suite: suite, Subject: "words", Shard: shard, Clients: clients, Exhausted: clients, Executions: 10, Redundant: 4, Processor: 2, Complete: true, Bound: unbounded}
}

// TestMerge checks that runs are added up, and that what cannot be is refused.
func TestMerge(t *testing.T) {
	n := suiteNamed("2x1").count()
	first := writeMessages(t, wire.Explore{Machine: "m"},
		wire.Explore{Rows: []wire.Row{aRow("2x1", "0/2", 1), aRow("progress", "0/2", 7)}, Bounds: []wire.Bound{{Subject: "words", Parked: "Store", Steps: 3, LoadMost: 5}}},
		wire.Explore{Coverage: &wire.Coverage{Made: map[string]bool{"a: b": false, "c: d": true}, Pairs: []wire.Orders{{A: "a: b", B: "c: d", AB: 1, BA: 0}}}, Rows: []wire.Row{aRow("coverage", "0/1", 5)}})
	second := writeMessages(t, wire.Explore{Machine: "m"},
		wire.Explore{Rows: []wire.Row{aRow("2x1", "1/2", n-1), aRow("progress", "1/2", 8)}, Bounds: []wire.Bound{{Subject: "words", Parked: "Store", Steps: 4, LoadMost: 2}}},
		wire.Explore{Coverage: &wire.Coverage{Made: map[string]bool{"a: b": true}, Pairs: []wire.Orders{{A: "c: d", B: "a: b", AB: 1, BA: 0}}}},
		wire.Explore{Find: &wire.Find{Bug: "no-r4", Client: "Load(k0) || Store(k0, 1)", Calls: 2}})
	r, err := readResults([]string{first, second})
	require.NoError(t, err)
	require.Len(t, r.rows, 2)
	require.Equal(t, n, r.rows[0].Clients)
	require.EqualValues(t, 20, r.rows[0].Executions)
	traces, executions := r.rows[0].Rates()
	require.InDelta(t, 5, traces, 0.01)
	require.InDelta(t, 7, executions, 0.01)
	require.Equal(t, []wire.Bound{{Subject: "words", Parked: "Store", Steps: 7, LoadMost: 5}}, r.bounds)
	require.Equal(t, map[string]bool{"a: b": true, "c: d": true}, r.coverage.Made)
	require.Equal(t, []wire.Orders{{A: "a: b", B: "c: d", AB: 1, BA: 1}}, r.coverage.Pairs)
	for i := range r.rows {
		text, all := r.extent(i)
		require.True(t, all, text)
	}

	half, err := readResults([]string{first})
	require.NoError(t, err)
	for i, want := range []string{fmt.Sprintf("every trace of 1 of %d clients", n), "every trace of 7 clients, not of all"} {
		text, all := half.extent(i)
		require.False(t, all)
		require.Equal(t, want, text)
	}

	for want, m := range map[string]wire.Explore{
		"parts 0/2 and 2/4 overlap": {Rows: []wire.Row{aRow("2x1", "2/4", 1)}},
		"there is a violation":      {Violation: &wire.Violation{}},
		"bug no-r4: not found":      {Find: &wire.Find{Bug: "no-r4", Error: "not found"}},
	} {
		_, err := readResults([]string{first, writeMessages(t, m)})
		require.ErrorContains(t, err, want)
	}
	require.NoError(t, os.WriteFile(second, []byte("{"), 0o600))
	_, err = readResults([]string{second})
	require.Error(t, err)
}

// TestParts checks when shards overlap, and when they are everything, against
// the numbers of the clients that they have.
func TestParts(t *testing.T) {
	for n := 1; n <= 6; n++ {
		for m := 1; m <= 6; m++ {
			for i := range n {
				for j := range m {
					common := false
					for k := range n * m {
						common = common || k%n == i && k%m == j
					}
					require.Equal(t, common, overlap(fmt.Sprintf("%d/%d", i, n), fmt.Sprintf("%d/%d", j, m)))
				}
			}
		}
	}
	require.True(t, whole([]string{"0/1"}))
	require.True(t, whole([]string{"0/2", "1/4", "3/4"}))
	require.False(t, whole([]string{"0/2", "1/4"}))
	require.False(t, whole(nil))
	require.False(t, whole([]string{"x"}))
}

// TestResults checks that RESULTS.md is of the suites, bugs and operations that
// there are, and that what it says is exhausted has as many clients as are
// generated.
func TestResults(t *testing.T) {
	text, err := os.ReadFile("RESULTS.md")
	require.NoError(t, err)
	require.NoError(t, checkResults(string(text)))

	for _, change := range []struct{ old, new string }{
		{"| 2x1 |", "| 2x0 |"},
		{"| no-r4 |", "| no-r5 |"},
		{"| ComputePanic |", "| ComputeError |"},
		{"- machine: ", "- "},
		{"- words: ", "- word: "},
		{"every trace |", "every other trace |"},
		{fmt.Sprintf("| %d |", suiteNamed("2x1").count()), "| 7 |"},
		{" accesses in the source were made", " accesses were made"},
	} {
		require.Contains(t, string(text), change.old)
		require.Error(t, checkResults(strings.ReplaceAll(string(text), change.old, change.new)), change.old)
	}
}

func checkResults(text string) error {
	for _, s := range suites {
		for _, subject := range s.subjects {
			start := fmt.Sprintf("| %s | %s | %s | ", s.name, s.what, subject)
			if !s.long && s.shape != nil {
				start += fmt.Sprintf("%d | ", s.count())
			}
			line := lineWith(text, start)
			if line == "" || !s.long && !strings.HasSuffix(line, "| every trace |") {
				return fmt.Errorf("no result, or not every trace: %s", start)
			}
		}
	}
	for _, b := range bugs {
		if line := lineWith(text, fmt.Sprintf("| %s | %s | ", b.Name, b.What)); line == "" || strings.Contains(line, "not run") {
			return fmt.Errorf("no result of bug %s", b.Name)
		}
	}
	for _, kind := range kindNames[:kinds] {
		if line := lineWith(text, fmt.Sprintf("| %s | ", kind)); line == "" || strings.Contains(line, "not run") {
			return fmt.Errorf("no bound for a parked %s", kind)
		}
	}
	for _, name := range subjectNames {
		if about := aboutSubjects[name]; about == "" || !strings.Contains(text, "\n- "+name+": "+about+"\n") {
			return fmt.Errorf("does not say what %s is", name)
		}
	}
	for _, part := range []string{"\n- machine: ", " accesses in the source were made"} {
		if !strings.Contains(text, part) {
			return fmt.Errorf("no %q", part)
		}
	}
	return nil
}

// lineWith returns the line that starts so.
func lineWith(text, start string) string {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, start) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// TestStored checks that a file of rows is added to, that of overlapping rows the
// last counts, and that what cannot be added is refused; and that RESULTS.md has
// what the file of long suites has.
func TestStored(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rows.json")
	rows, err := storedRows(path)
	require.NoError(t, err)
	require.Empty(t, rows)
	cut := aRow("2x2", "3/4", 9)
	cut.Complete = false
	require.NoError(t, storeRows(path, []wire.Row{aRow("2x2", "0/2", 1), aRow("2x2", "1/4", 2)}))
	require.NoError(t, storeRows(path, []wire.Row{aRow("2x2", "2/4", 3), aRow("3x1", "0/1", 4), cut}))
	rows, err = storedRows(path)
	require.NoError(t, err)
	require.Equal(t, []wire.Row{aRow("2x2", "1/4", 2), aRow("2x2", "2/4", 3), aRow("3x1", "0/1", 4)}, rows)

	r := &results{}
	require.NoError(t, r.addRow(new(aRow("3x1", "0/2", 5))))
	require.NoError(t, r.addStored(path))
	require.Len(t, r.rows, 2)
	require.EqualValues(t, 5, r.rows[0].Clients) // what was run, though only a half
	require.EqualValues(t, 2+3, r.rows[1].Clients)

	// A row of all clients says most, then one without a bound, then a large bound.
	n := suiteNamed("2x2").count()
	bounded := func(bound int, shard string, clients uint64) *wire.Row {
		w := aRow("2x2", shard, clients)
		w.Bound, w.Exhausted = bound, 0
		return &w
	}
	r = &results{}
	require.Negative(t, r.most("2x2", "words"))
	for _, step := range []struct {
		add  *wire.Row
		want string
	}{
		{bounded(1, "1/2", 5), fmt.Sprintf("every trace with at most 1 preemption of 5 of %d clients", n)},
		{bounded(2, "0/1", n), "every trace with at most 2 preemptions"},
		{bounded(3, "1/2", 6), "every trace with at most 2 preemptions"},
		{new(aRow("2x2", "0/2", 7)), "every trace with at most 2 preemptions"},
		{bounded(1, "0/2", n-5), "every trace with at most 2 preemptions"},
		{new(aRow("2x2", "1/2", n-7)), "every trace"},
	} {
		require.NoError(t, r.addRow(step.add))
		text, _ := r.extent(r.most("2x2", "words"))
		require.Equal(t, step.want, text)
	}

	for _, text := range []string{"{", `{"sweet":"2x2"}`, "[]"} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := storedRows(path)
		require.ErrorContains(t, err, path+": row 1: ", text)
		require.Error(t, r.addStored(path))
	}
	require.Error(t, storeRows(filepath.Join(path, "rows.json"), nil))

	long := &results{}
	require.NoError(t, long.addStored("long.json"))
	require.NotEmpty(t, long.rows)
	var want bytes.Buffer
	long.writeSuites(&want, true)
	text, err := os.ReadFile("RESULTS.md")
	require.NoError(t, err)
	require.True(t, strings.Contains(string(text), want.String()), "RESULTS.md does not have the long suites' table of long.json; -results with -markdown writes it")
}
