package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/flatmap-go/flatmap/internal/cli"
)

// A packageTally is what became of the mutants of a package.
type packageTally struct {
	mutants, killed, hung, equivalent, survived, notRun, unbuilt int
}

func (t *packageTally) add(r *Result) {
	t.mutants++
	switch {
	case r.Verdict == killed && r.How == hung:
		t.hung++
	case r.Verdict == killed:
		t.killed++
	case r.Verdict == equivalent:
		t.equivalent++
	case r.Verdict == unfinished:
		t.notRun++
	default:
		t.survived++
	}
}

// writePackages writes the tables of -packages: what became of the mutants of each
// package, and which survive.
func (o *outcome) writePackages(file io.Writer, s Summary, results []Result) error {
	var names []string
	tallies := map[string]*packageTally{}
	of := func(m *Mutant) *packageTally {
		if tallies[m.Package] == nil {
			names = append(names, m.Package)
			tallies[m.Package] = &packageTally{}
		}
		return tallies[m.Package]
	}
	sum := &packageTally{}
	for i := range results {
		of(&results[i].Mutant).add(&results[i])
		sum.add(&results[i])
	}
	for _, m := range o.stillborn {
		of(m).unbuilt++
		sum.unbuilt++
	}
	sorted(names)
	args := []string{"-packages", o.cfg.packages}
	for _, f := range [][2]string{{"-C", o.cfg.dir}, {"-tests", o.cfg.tests}, {"-tags", o.cfg.tags}, {"-arguments", o.cfg.arguments}, {"-results", o.cfg.results}} {
		if f[1] != "" {
			args = append(args, f[0], f[1])
		}
	}
	out := &bytes.Buffer{}
	fmt.Fprintf(out, `# Mutants of packages, and what became of them

Killed and timeout are noticed by the tests: one fails, or does not end. A timeout is a
mutant whose tests use %d times the processor time of the original, or neither run nor could
run for %[1]d times as long. Not run are those that no -sample has drawn so far. Mutants that
do not build are not counted as mutants. To write this page:

`+"```sh\ngo run ./ci/mutation %s -report -markdown %s\n```\n\n", slower, cli.Quoted(args), o.cfg.markdown)
	for _, m := range s.Machines {
		fmt.Fprintf(out, "- machine: %s\n", m)
	}
	fmt.Fprintf(out, "- the runs took %.0f s; of the mutants that were run and are not argued equivalent %.1f %% were noticed\n\n", s.Seconds, 100*s.score())
	fmt.Fprint(out, "| package | mutants | killed | timeout | argued equivalent | survived | not run | not built |\n|---|---|---|---|---|---|---|---|\n")
	row := func(name string, t *packageTally) {
		fmt.Fprintf(out, "| %s | %d | %d | %d | %d | %d | %d | %d |\n", name, t.mutants, t.killed, t.hung, t.equivalent, t.survived, t.notRun, t.unbuilt)
	}
	for _, name := range names {
		row(name, tallies[name])
	}
	row("all", sum)
	writeTallies(out, "operator", slices.Sorted(maps.Keys(s.Operators)), s.Operators)
	writeSurvivors(out, results)
	_, err := file.Write(out.Bytes())
	return err
}
