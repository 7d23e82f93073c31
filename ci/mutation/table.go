package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/flatmap-go/flatmap/internal/wire"
)

// writeSummary writes the summary as text.
func writeSummary(out io.Writer, s Summary, layers []string) {
	fmt.Fprintf(out, "%d mutants (%d of concurrency, %d general; %d more did not compile): %d killed, %d survived, %d argued equivalent",
		s.Mutants, s.Class[concurrency], s.Class[general], s.Stillborn, s.Killed, s.Survived, s.Equivalent)
	if s.Refuted > 0 {
		fmt.Fprintf(out, ", %d argued equivalent but killed", s.Refuted)
	}
	if s.Unfinished > 0 {
		fmt.Fprintf(out, ", %d not finished in time", s.Unfinished)
	}
	fmt.Fprintf(out, ".\nMutation score %.1f %%. %d of the kills are hangs.\n", 100*s.score(), s.Hangs)
	if len(layers) > 1 {
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(w, "layer\tfirst to kill\tkills\talone\t")
		for _, name := range layers {
			fmt.Fprintf(w, "%s\t%d\t%d\t%d\t\n", name, s.First[name], s.By[name], s.Alone[name])
		}
		w.Flush()
		fmt.Fprintf(out, "Kills and alone are of the %d mutants that were killed with all layers run.\n", s.AllLayers)
	}
	for _, id := range s.Survivors {
		fmt.Fprintf(out, "SURVIVES: %s\n", id)
	}
}

// writeMarkdown writes the tables: what became of the mutants of each class and
// operator, and which layers have killed.
func writeMarkdown(file io.Writer, s Summary, results []Result) error {
	out := &bytes.Buffer{}
	fmt.Fprint(out, `# Mutants of the map, and what killed them

The programs of the layers run in the order of their cost, and stop at the first that kills,
unless all are asked for. A layer counts as run when all its programs were. To print what
became of each mutant, and to write this page:

`+"```sh"+`
go run ./ci/mutation -results ci/mutation/results.json -report -list
go run ./ci/mutation -results ci/mutation/results.json -report -markdown ci/mutation/RESULTS.md
`+"```"+`

`)
	for _, m := range s.Machines {
		fmt.Fprintf(out, "- machine: %s\n", m)
	}
	fmt.Fprintf(out, "- the runs took %.0f s; of the mutants not argued equivalent %.1f %% were killed\n", s.Seconds, 100*s.score())
	fmt.Fprintf(out, "- %d of the kills are hangs: the mutant did not end in many times the time of the original\n", s.Hangs)
	fmt.Fprintf(out, "- %d more did not compile, and are not counted\n", s.Stillborn)
	for _, name := range s.Unable {
		fmt.Fprintf(out, "- layer %s was not run: the machine cannot execute its programs\n", name)
	}
	writeTallies(out, "class", []string{concurrency, general}, s.Tally)
	writeTallies(out, "operator", slices.Sorted(maps.Keys(s.Operators)), s.Operators)
	fmt.Fprintf(out, "\n| layer | first to kill | kills, of the %d killed with all layers run | of these alone |\n|---|---|---|---|\n", s.AllLayers)
	for _, name := range layerNames {
		fmt.Fprintf(out, "| %s | %d | %d | %d |\n", name, s.First[name], s.By[name], s.Alone[name])
	}
	writeSurvivors(out, results)
	for _, name := range layerNames {
		writeAlone(out, name, results)
	}
	_, err := file.Write(out.Bytes())
	return err
}

func writeTallies(out io.Writer, of string, names []string, tallies map[string]wire.Tally) {
	fmt.Fprintf(out, "\n| %s | mutants | killed | argued equivalent | survived | survived some layers, others not run | argued equivalent, but killed | not run |\n|---|---|---|---|---|---|---|---|\n", of)
	for _, name := range names {
		t := tallies[name]
		fmt.Fprintf(out, "| %s | %d | %d | %d | %d | %d | %d | %d |\n", name, t.Mutants, t.Killed, t.Equivalent, t.Survived, t.Open, t.Refuted, t.Unfinished)
	}
}

// writeSurvivors lists the mutants that nothing has killed, and that are not
// argued equivalent.
func writeSurvivors(out io.Writer, results []Result) {
	for i, first := 0, true; i < len(results); i++ {
		r := &results[i]
		if r.Verdict != survived && r.Verdict != refuted {
			continue
		}
		if first {
			fmt.Fprintf(out, "\n## Survivors\n\n")
			first = false
		}
		fmt.Fprintf(out, "- %s: %s (%s) becomes %s\n", r.fate(), escape(r.ID), r.where(), cmp.Or(escape(r.Becomes), "nothing"))
	}
}

// writeAlone lists what only one layer killed.
func writeAlone(out io.Writer, layer string, results []Result) {
	first := true
	for i := range results {
		r := &results[i]
		if names := r.killers(); r.Verdict != killed || len(names) != 1 || names[0] != layer {
			continue
		}
		if first {
			fmt.Fprintf(out, "\n## Killed by %s alone\n\n", layer)
			first = false
		}
		fmt.Fprintf(out, "- %s: %s\n", escape(r.ID), cmp.Or(escape(r.Becomes), "nothing"))
	}
}

// fate returns in a word or two what became of a mutant.
func (r *Result) fate() string {
	switch {
	case r.Verdict == survived && len(r.notRun()) > 0:
		return "survived; not run: " + strings.Join(r.notRun(), ", ")
	case r.Verdict != killed:
		return r.Verdict
	case r.Package != "":
		return r.outcome()
	case len(r.Layers) > 0:
		return strings.Join(r.killers(), ", ")
	}
	return r.By
}

// outcome returns the verdict on a mutant of -packages.
func (r *Result) outcome() string {
	if r.Verdict == killed && r.How == hung {
		return timeout
	}
	return r.Verdict
}

// escape writes text as Markdown code that is safe inside a table.
func escape(s string) string {
	if s == "" {
		return ""
	}
	return "`` " + strings.ReplaceAll(s, "|", "\\|") + " ``"
}
