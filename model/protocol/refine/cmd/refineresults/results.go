package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/internal/planted"
	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/flatmap-go/flatmap/model/protocol/refine"
)

// Results are what several runs have printed, put together.
type results struct {
	machines map[string]bool
	suites   []wire.Row // of the explorer
	long     []wire.Row // of long executions
	finds    []wire.Find
	sites    map[string]map[string]uint64 // what explains a place, and how often
}

// read reads files of lines of JSON. A file with sites is of long executions.
func read(paths []string) (*results, error) {
	r := &results{machines: map[string]bool{}, sites: map[string]map[string]uint64{}}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err == nil {
			err = r.add(text)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	slices.SortFunc(r.finds, func(a, b wire.Find) int { return cmp.Compare(order(a.Bug), order(b.Bug)) })
	return r, nil
}

// order returns the number of a planted bug.
func order(name string) int {
	return slices.IndexFunc(planted.Catalogue, func(m planted.Mistake) bool { return m.Name == name })
}

func (r *results) add(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	for {
		var m wire.Explore
		switch err := d.Decode(&m); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case m.Violation != nil:
			return fmt.Errorf("there is a violation, of %s", m.Violation.Client)
		case m.Find != nil && m.Find.Error != "":
			return errors.New(m.Find.Error)
		case m.Find != nil:
			r.finds = append(r.finds, *m.Find)
		case m.Machine != "":
			r.machines[m.Machine] = true
		}
		rows := &r.suites
		if len(m.Sites) > 0 {
			rows = &r.long
		}
		for i := range m.Rows {
			addRow(rows, &m.Rows[i])
		}
		for _, s := range m.Sites {
			if r.sites[s.Site] == nil {
				r.sites[s.Site] = map[string]uint64{}
			}
			r.sites[s.Site][s.What] += s.Count
		}
	}
}

// addRow adds a row to the one of the same suite and map, if there is one.
func addRow(rows *[]wire.Row, w *wire.Row) {
	for i := range *rows {
		if (*rows)[i].Same(w) {
			(*rows)[i].Add(w)
			return
		}
	}
	*rows = append(*rows, *w)
}

const head = `# What was compared with the model

Written by [refineresults](cmd/refineresults/main.go), which says how; each row is of a run. An execution is
compared access by access: each is a step that the models of [the protocol](..) allow, with the words that the
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
compared: its executions are beginnings of those of 2x1 and 2x1-resizing, in which one goroutine never goes on.

`)
	writeRows(&out, "suite", r.suites)
	out.WriteString(`
## Long executions of the map as it ships

Buckets of seven slots, 4 to 8 goroutines, random calls and schedules.

`)
	writeRows(&out, "calls", r.long)
	r.writeActions(&out)
	r.writeFinds(&out)
	r.writeSites(&out)
	return out.Bytes()
}

func writeRows(out io.Writer, name string, rows []wire.Row) {
	fmt.Fprintf(out, "| %s | map | executions | accesses | seconds | actions taken | all clients |\n|---|---|--:|--:|--:|--:|---|\n", name)
	total := wire.Row{Suite: "all", Complete: true}
	for i := range rows {
		if rows[i].Accesses > 0 {
			total.Add(&rows[i])
			writeRow(out, &rows[i])
		}
	}
	writeRow(out, &total)
}

func writeRow(out io.Writer, r *wire.Row) {
	all := "yes"
	if !r.Complete {
		all = "no"
	}
	fmt.Fprintf(out, "| %s | %s | %d | %d | %.1f | %d | %s |\n", r.Suite, r.Subject, r.Executions, r.Accesses, r.Cost(), len(r.Actions), all)
}

func (r *results) writeActions(out io.Writer) {
	fmt.Fprintf(out, "\n## Actions\n\nHow often each action was taken. Those of small models have the model's name.\n\n| action | in suites | in long executions |\n|---|--:|--:|\n")
	var suites, long wire.Row
	for i := range r.suites {
		suites.Add(&r.suites[i])
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
}

// writeFinds writes what finds each planted bug, with and without the model.
func (r *results) writeFinds(out io.Writer) {
	fmt.Fprint(out, "\n## Planted bugs\n\nWhat finds each bug first, without the model and with it, and the fewest preemptions that this takes.\n\n"+
		"| bug | without the model | preemptions | with it | preemptions |\n|---|---|--:|---|--:|\n")
	rules, immediate, before := 0, 0, 0
	for _, f := range r.finds {
		what := strings.ReplaceAll(cmp.Or(f.Refined, "nothing"), "|", `\|`)
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
		fmt.Fprintf(out, "| %s | %s: %s | %d | %s | %d |\n", f.Bug, f.Kind, strings.ReplaceAll(f.Client, "||", `\|\|`), f.Preemptions, what, f.RefinedPreemptions)
	}
	fmt.Fprintf(out, "\nOf %d bugs, %d are found as broken rules, %d of them without a preemption. Without the model, %d of these need none.\n",
		len(r.finds), rules, immediate, before)
}

// shorten leaves the formula out of a message that ends in the rule's name.
func shorten(text string) string {
	before, rest, ok := strings.Cut(text, " requires ")
	if i := strings.LastIndex(rest, ": rule "); ok && i >= 0 {
		return before + " requires more" + rest[i:]
	}
	return text
}

func (r *results) writeSites(out io.Writer) {
	fmt.Fprint(out, "\n## Places in the source\n\nWhat explains the accesses of each place, in long executions: actions; compared is a word that is as the model has it;\noutside is a word that no model has.\n\n| place | explained by |\n|---|---|\n")
	names := slices.SortedFunc(maps.Keys(r.sites), func(a, b string) int {
		return cmp.Or(cmp.Compare(file(a), file(b)), cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	for _, site := range names {
		var parts []string
		for _, what := range slices.Sorted(maps.Keys(r.sites[site])) {
			parts = append(parts, fmt.Sprintf("%s %d", what, r.sites[site][what]))
		}
		fmt.Fprintf(out, "| %s | %s |\n", site, strings.Join(parts, ", "))
	}
}

func file(site string) string {
	name, _, _ := strings.Cut(site, ":")
	return name
}
