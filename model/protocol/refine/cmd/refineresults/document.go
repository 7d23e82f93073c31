package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/flatmap-go/flatmap/model/protocol/refine"
)

const head = `# What was compared with the model

Written by [refineresults](cmd/refineresults/main.go), which says how; each row is of a run. An execution is
compared access by access: each is a step that the models of [the protocol](../README.md) allow, with the words that the
model has, or is named below as one that no model has. Seconds are of one processor, and include the exploring.

`

// document returns the document.
func (r *results) document() []byte {
	var out bytes.Buffer
	out.WriteString(head)
	for _, m := range slices.Sorted(maps.Keys(r.machines)) {
		fmt.Fprintf(&out, "- machine: %s\n", m)
	}
	out.WriteString(`
## The explorer's suites

The suites are those of [exploremap](../../../linearizability/explore/cmd/exploremap/RESULTS.md). Its suite progress is not
compared: its executions are beginnings of those of 2x1 and 2x1-resizing, in which one goroutine never goes on. Nor is
its suite unequal: the model has no key that differs from itself.
Suite coverage has the clients that reach every place in the source, each up to a number of executions.

`)
	r.writeSuites(&out)
	r.writeLong(&out)
	r.writeActions(&out)
	r.writeFinds(&out)
	r.writeSites(&out)
	return out.Bytes()
}

func (r *results) writeSuites(out io.Writer) {
	fmt.Fprint(out, "| suite | map | clients | executions | accesses | seconds | actions taken | compared |\n|---|---|--:|--:|--:|--:|--:|---|\n")
	var total wire.Row
	for i := range r.suites {
		c := &r.suites[i]
		total.Add(&c.Row)
		writeRow(out, &c.Row, c.extent())
	}
	total.Suite = "all"
	writeRow(out, &total, "")
}

func (r *results) writeLong(out io.Writer) {
	fmt.Fprint(out, "\n## Long executions of the map as it ships\n\nBuckets of seven slots, 4 to 8 goroutines, random calls and schedules. Seconds here are of the clock.\n\n"+
		"| mix | map | calls | executions | accesses | seconds | actions taken |\n|---|---|--:|--:|--:|--:|--:|\n")
	var total wire.Row
	for i := range r.long {
		total.Add(&r.long[i])
		writeRow(out, &r.long[i])
	}
	total.Suite = "all"
	writeRow(out, &total)
}

func writeRow(out io.Writer, r *wire.Row, more ...string) {
	fmt.Fprintf(out, "| %s | %s | %d | %d | %d | %.1f | %d |", r.Suite, r.Subject, r.Clients, r.Executions, r.Accesses, r.Cost(), len(r.Actions))
	for _, text := range more {
		fmt.Fprintf(out, " %s |", text)
	}
	fmt.Fprintln(out)
}

func (r *results) writeActions(out io.Writer) {
	fmt.Fprint(out, "\n## Actions\n\nHow often each action was taken. Those of small models have the model's name.\n\n| action | in suites | in long executions |\n|---|--:|--:|\n")
	var suites, long wire.Row
	for i := range r.suites {
		suites.Add(&r.suites[i].Row)
	}
	for i := range r.long {
		long.Add(&r.long[i])
	}
	missing := 0
	for _, name := range refine.Actions() {
		a, b := suites.Actions[name], long.Actions[name]
		fmt.Fprintf(out, "| %s | %d | %d |\n", name, a, b)
		if a+b == 0 {
			missing++
		}
	}
	fmt.Fprintf(out, "\n%d of %d actions were taken.\n", len(refine.Actions())-missing, len(refine.Actions()))
	for _, name := range slices.Sorted(maps.Keys(untaken)) {
		fmt.Fprintf(out, "%s is not reached: %s.\n", name, untaken[name])
	}
}

// untaken says why an action is in no execution that is compared.
var untaken = map[string]string{
	"drop_hold": "a hasher must have worked when a held key moved, and panic when its goroutine comes back for it. Those of these " +
		"maps panic for the same keys until the end; a test of the map has one that does not (TestHeldKeyOfBrokenHasher)",
}

// writeFinds writes what finds each planted bug, with and without the model.
func (r *results) writeFinds(out io.Writer) {
	fmt.Fprint(out, "\n## Planted bugs\n\nWhat finds each bug first, without the model and with it, and the fewest preemptions that this takes.\n"+
		"A message that ends in a rule's name is the model's. The other bugs break nothing that it has, or another\ncheck of the explorer finds them before the access that breaks a rule.\n\n"+
		"| bug | without the model | preemptions | with it | preemptions |\n|---|---|--:|---|--:|\n")
	rules, immediate, before := 0, 0, 0
	for _, f := range r.finds {
		what := cell(cmp.Or(strings.TrimSuffix(f.Refined, ":"), "nothing"))
		if text, ok := strings.CutPrefix(what, refine.ErrorPrefix); ok {
			what = shorten(text)
			rules++
			if f.RefinedPreemptions == 0 {
				immediate++
			}
			if f.Preemptions == 0 {
				before++
			}
		}
		fmt.Fprintf(out, "| %s | %s: %s | %d | %s | %d |\n", f.Bug, f.Kind, cell(f.Client), f.Preemptions, what, f.RefinedPreemptions)
	}
	fmt.Fprintf(out, "\nOf %d bugs, %d are found as broken rules, %d of them without a preemption. Without the model, %d of these need none.\n",
		len(r.finds), rules, immediate, before)
}

// cell escapes what would end a cell of a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// shorten leaves the formula out of a message that ends in the rule's name.
func shorten(text string) string {
	before, rest, ok := strings.Cut(text, " requires ")
	if i := strings.LastIndex(rest, ": rule "); ok && i >= 0 {
		return before + " requires more" + rest[i:]
	}
	return text
}

func (r *results) writeSites(out io.Writer) {
	fmt.Fprint(out, "\n## Places in the source\n\nWhat explains the accesses of each place, in suite coverage and in long executions: actions, with how often;\n"+
		"compared is a word that is as the model has it; outside is a word that no model has. A place without text is a plain write, a deferred call, or in code that drives the map.\n\n| place | in the source | explained by |\n|---|---|---|\n")
	names := slices.SortedFunc(maps.Keys(r.sites), func(a, b string) int {
		return cmp.Or(cmp.Compare(file(a), file(b)), cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	at := r.accessesAt()
	for _, site := range names {
		var parts, code []string
		for _, what := range slices.Sorted(maps.Keys(r.sites[site])) {
			parts = append(parts, fmt.Sprintf("%s %d", what, r.sites[site][what]))
		}
		for _, name := range at[site] {
			code = append(code, "`"+cell(name)+"`")
		}
		fmt.Fprintf(out, "| %s | %s | %s |\n", site, strings.Join(code, ", "), strings.Join(parts, ", "))
	}
	if missing := r.notMade(); len(missing) > 0 {
		fmt.Fprint(out, "\nThese accesses were not made. [coverage.md](../../../linearizability/explore/cmd/exploremap/coverage.md) argues why:\n\n")
		for _, name := range missing {
			fmt.Fprintf(out, "- `%s`\n", name)
		}
	}
}

func file(site string) string {
	name, _, _ := strings.Cut(site, ":")
	return name
}
