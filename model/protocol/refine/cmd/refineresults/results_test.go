package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/planted"
	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/flatmap-go/flatmap/model/protocol/refine"
)

// write writes a file as a run with -json prints it, and returns its path.
func write(t *testing.T, name string, lines ...wire.Explore) string {
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	require.NoError(t, err)
	for _, line := range lines {
		require.NoError(t, json.NewEncoder(f).Encode(line))
	}
	require.NoError(t, f.Close())
	return path
}

func suiteRow(suite, shard string, bound int, exhausted uint64, complete bool) wire.Row {
	return wire.Row{Suite: suite, Subject: "words", Clients: 10, Exhausted: exhausted, Bound: bound, Executions: 7, Accesses: 70,
		Complete: complete, Shard: shard, Actions: map[string]uint64{"R1": 5}}
}

func rows(list ...wire.Row) wire.Explore { return wire.Explore{Rows: list} }

// TestDocument checks what the document says of runs, above all how much of a suite they
// were.
func TestDocument(t *testing.T) {
	files := []string{
		write(t, "whole", rows(suiteRow("whole", "0/2", -1, 10, true))),
		write(t, "other", rows(suiteRow("whole", "1/2", -1, 10, true), suiteRow("share", "1/4", -1, 10, true)),
			rows(suiteRow("bound", "0/1", 1, 3, true), suiteRow("cut", "0/1", -1, 2, false), suiteRow("coverage", "0/1", -1, 0, true))),
		write(t, "sites", wire.Explore{Machine: "a machine"}, wire.Explore{
			Coverage: &wire.Coverage{
				Made: map[string]bool{"f: a|b": true, "g: long": false, "g: never": false},
				At:   map[string]string{"f: a|b": "x.go:1", "g: long": "x.go:2", "g: never": "x.go:3"},
			},
			Sites: []wire.Site{{Site: "x.go:1", What: "R1", Count: 2}},
		}),
		write(t, "long", wire.Explore{Long: []wire.Row{suiteRow("hot", "", 0, 0, true)}, Sites: []wire.Site{
			{Site: "x.go:1", What: "R1", Count: 3}, {Site: "x.go:1", What: "compared", Count: 1}, {Site: "x.go:2", What: "R2", Count: 4}}}),
		write(t, "finds",
			wire.Explore{Find: &wire.Find{Bug: "give-up", Kind: "check", Client: "Store(k0, 10) || Delete(k0)", Preemptions: 2, Refined: "stuck", RefinedPreemptions: 2}},
			wire.Explore{Find: &wire.Find{Bug: "no-r4", Kind: "panic", Client: "Load(k0)", Preemptions: 1,
				Refined: "refinement: Store at x.go:1 is not a step that the model allows, since finish requires announced(cur): rule finish"}}),
	}
	path := filepath.Join(t.TempDir(), "RESULTS.md")
	require.Zero(t, run(context.Background(), append([]string{"-o", path}, files...), os.Stdout, os.Stderr))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, line := range []string{
		"- machine: a machine",
		"| whole | words | 20 | 14 | 140 | 0.0 | 1 | every trace |",
		"| share | words | 10 | 7 | 70 | 0.0 | 1 | every trace of 25 % of the clients |",
		"| bound | words | 10 | 7 | 70 | 0.0 | 1 | every trace with at most 1 preemptions |",
		"| cut | words | 10 | 7 | 70 | 0.0 | 1 | a part |",
		"| coverage | words | 10 | 7 | 70 | 0.0 | 1 | some traces |",
		"| hot | words | 10 | 7 | 70 | 0.0 | 1 |",
		"| R1 | 30 | 5 |",
		"| R2 | 0 | 0 |",
		"| give-up | check: Store(k0, 10) \\|\\| Delete(k0) | 2 | stuck | 2 |",
		"| no-r4 | panic: Load(k0) | 1 | Store at x.go:1 is not a step that the model allows, since finish requires more: rule finish | 0 |",
		"Of 2 bugs, 1 are found as broken rules, 1 of them without a preemption. Without the model, 0 of these need none.",
		"| x.go:1 | `f: a\\|b` | R1 5, compared 1 |",
		"| x.go:2 | `g: long` | R2 4 |",
		"- `g: never`",
	} {
		require.Contains(t, string(text), line+"\n")
	}
	require.NotContains(t, string(text), "- `g: long`")
}

// TestRefused checks that what is not a result is not written as one.
func TestRefused(t *testing.T) {
	one := rows(suiteRow("whole", "0/2", -1, 10, true))
	for name, lines := range map[string][]wire.Explore{
		"twice":     {one, one},
		"violation": {{Violation: &wire.Violation{Client: "Load(k0)"}}},
		"not found": {{Find: &wire.Find{Bug: "no-r4", Error: "not found"}}},
		"no shard":  {rows(suiteRow("whole", "half", -1, 10, true))},
	} {
		_, err := read([]string{write(t, "lines", lines...)})
		require.Error(t, err, name)
	}
}

// TestResults checks that RESULTS.md has every action, which was taken, and every planted
// bug, which was found as the broken rule that it is.
func TestResults(t *testing.T) {
	text, err := os.ReadFile("../../RESULTS.md")
	require.NoError(t, err)
	rows := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if name, rest, ok := strings.Cut(strings.TrimPrefix(line, "| "), " | "); ok {
			rows[name] = rest
		}
	}
	for _, name := range refine.Actions() {
		require.NotEmpty(t, rows[name], "action %s", name)
		require.Equal(t, untaken[name] != "", rows[name] == "0 | 0 |\n", "whether action %s was not taken", name)
	}
	for _, m := range planted.ForExplorer() {
		require.NotEmpty(t, rows[m.Name], "bug %s", m.Name)
		if m.Rule() != "" {
			require.Regexp(t, ": rule "+m.Rule()+`\b`, rows[m.Name], "bug %s", m.Name)
		}
	}
}
