package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/wire"
)

// Results are the outputs of several runs, put together.
type results struct {
	rows     []wire.Row
	parts    [][]string // of every row: the shards
	bounds   []wire.Bound
	finds    []wire.Find
	coverage *coverage
	covering []string // suites that coverage is of
	machines map[string]bool
}

// readResults reads what runs with -json have printed.
func readResults(paths []string) (*results, error) {
	r := &results{machines: map[string]bool{}}
	if err := wire.ReadExplore(paths, r.add); err != nil {
		return nil, err
	}
	return r, nil
}

// run makes the runs that the document is about.
func (r *results) run(ctx context.Context, cfg config) error {
	for _, coverage := range []bool{false, true} {
		cfg.coverage = coverage
		if coverage {
			cfg.suites = []suite{coverageSuite}
		}
		f, err := runSuites(ctx, cfg)
		if err == nil {
			err = r.add(&wire.Explore{Rows: f.rows, Bounds: f.bounds, Coverage: (*wire.Coverage)(f.coverage)})
		}
		if err != nil {
			return err
		}
	}
	finds, err := plant(ctx, bugs, false, func(find) {})
	for _, f := range finds {
		if err == nil {
			err = r.add(&wire.Explore{Find: f.message()})
		}
	}
	return err
}

// add adds what one run found out in the end.
func (r *results) add(m *wire.Explore) error {
	switch {
	case m.Machine != "":
		r.machines[m.Machine] = true
	case m.Violation != nil:
		return fmt.Errorf("there is a violation, of %s", m.Violation.Client)
	case m.Find != nil:
		if m.Find.Error != "" {
			return fmt.Errorf("bug %s: %s", m.Find.Bug, m.Find.Error)
		}
		r.finds = append(r.finds, *m.Find)
	case m.Coverage != nil: // a separate run, which is slow
		if r.coverage == nil {
			r.coverage = &coverage{Made: map[string]bool{}}
		}
		r.coverage.merge((*coverage)(m.Coverage))
		for _, w := range m.Rows {
			if !slices.Contains(r.covering, w.Suite) {
				r.covering = append(r.covering, w.Suite)
			}
		}
	default:
		for i := range m.Rows {
			if err := r.addRow(&m.Rows[i]); err != nil {
				return err
			}
		}
		for _, b := range m.Bounds {
			r.addBound(b)
		}
	}
	return nil
}

func (r *results) addRow(w *wire.Row) error {
	at := slices.IndexFunc(r.rows, func(sum wire.Row) bool { return sum.Same(w) })
	if at < 0 {
		r.rows, r.parts = append(r.rows, *w), append(r.parts, []string{w.Shard})
		return nil
	}
	for _, other := range r.parts[at] {
		if overlap(other, w.Shard) {
			return fmt.Errorf("suite %s on %s: parts %s and %s overlap", w.Suite, w.Subject, other, w.Shard)
		}
	}
	r.parts[at] = append(r.parts[at], w.Shard)
	r.rows[at].Add(w)
	return nil
}

// overlap reports whether two shards have a client in common.
func overlap(a, b string) bool {
	var s, t cli.Shard
	if s.Set(a) != nil || t.Set(b) != nil {
		return true
	}
	n, m := s.Of, t.Of
	for m != 0 {
		n, m = m, n%m
	}
	return s.Index%n == t.Index%n
}

// whole reports whether shards that do not overlap are everything.
func whole(shards []string) bool {
	const unit = 2 * 2 * 2 * 2 * 3 * 3 * 5 * 7 * 11 // of these many parts
	sum := 0
	for _, text := range shards {
		var s cli.Shard
		if s.Set(text) != nil || unit%s.Of != 0 {
			return false
		}
		sum += unit / s.Of
	}
	return sum == unit
}

func (r *results) addBound(b wire.Bound) {
	for i := range r.bounds {
		if sum := &r.bounds[i]; sum.Subject == b.Subject && sum.Parked == b.Parked {
			sum.Steps += b.Steps
			sum.LoadMost = max(sum.LoadMost, b.LoadMost)
			return
		}
	}
	r.bounds = append(r.bounds, b)
}

// extent says how much of its suite row i is.
func (r *results) extent(i int) (text string, all bool) {
	w := &r.rows[i]
	s := suiteNamed(w.Suite)
	if s == nil {
		return "of no suite", false
	}
	traces, done := "every trace", w.Exhausted
	switch {
	case w.Bound == 1:
		traces, done = "every trace with at most 1 preemption", w.Clients
	case w.Bound != unbounded:
		traces, done = fmt.Sprintf("every trace with at most %d preemptions", w.Bound), w.Clients
	}
	if n := s.count(); n > 0 {
		all = done == n
		text = fmt.Sprintf("%s of %d of %d clients", traces, done, n)
	} else {
		all = done == w.Clients && w.Complete && whole(r.parts[i])
		text = fmt.Sprintf("%s of %d clients, not of all", traces, done)
	}
	if all {
		text = traces
	}
	return text, all
}

// most returns which row of a suite on a map says most: one of all clients rather
// than of some, and then that with the largest bound, or none; -1 if there is no
// row.
func (r *results) most(suite, subject string) (at int) {
	at = -1
	best := 0
	for i := range r.rows {
		w := &r.rows[i]
		if w.Suite != suite || w.Subject != subject {
			continue
		}
		value := w.Bound + 1
		if w.Bound == unbounded {
			value = 1 << 20
		}
		if _, all := r.extent(i); all {
			value += 1 << 30
		}
		if at < 0 || value > best {
			at, best = i, value
		}
	}
	return at
}

// writeMarkdown writes the document.
func (r *results) writeMarkdown(path string) error {
	out := &bytes.Buffer{}
	fmt.Fprint(out, `# What the explorer has covered

Written by

    go run -tags explore ./linearizability/explore/cmd/exploremap -results linearizability/explore/cmd/exploremap/long.json -markdown linearizability/explore/cmd/exploremap/RESULTS.md

or, from the outputs of several runs with -json, by the same with -merge and their
files. A client is a small concurrent program: a few goroutines with a few calls
each. "Every trace" is every execution except for the order of steps that commute;
an execution is made of each once. Redundant are those begun and then found to be
covered: those of executions/s, and not those of traces/s. Seconds are of one
processor.

`)
	var names []string
	for k := range kinds {
		if basic(k) {
			names = append(names, kindNames[k])
		}
	}
	fmt.Fprintf(out, "Basic calls are %s. The maps are\n\n", strings.Join(names, ", "))
	for _, name := range subjectNames {
		fmt.Fprintf(out, "- %s: %s\n", name, aboutSubjects[name])
	}
	fmt.Fprintln(out)
	for _, m := range slices.Sorted(maps.Keys(r.machines)) {
		fmt.Fprintf(out, "- machine: %s\n", m)
	}
	for _, long := range []bool{false, true} {
		r.writeSuites(out, long)
	}
	r.writeBounds(out)
	r.writeFinds(out)
	r.writeCoverage(out)
	return os.WriteFile(path, out.Bytes(), 0o644)
}

func (r *results) writeSuites(out io.Writer, long bool) {
	if long {
		fmt.Fprint(out, "\n## Long suites\n\nThey take hours or days, and a part of them was run: before the newest changes of the map, which\ngave its writes and walks one source each, and some by a binary built with a profile (-pgo), which\ntakes 10 % less time. Where all traces\nare too many, those are made that have an execution with few preemptions. A shard is added to\nlong.json by, for example,\n\n    go run -tags explore ./linearizability/explore/cmd/exploremap -suites 2x2-all -subject pairs -shard 3/16 -results linearizability/explore/cmd/exploremap/long.json\n")
	} else {
		fmt.Fprint(out, "\n## Default suites\n")
	}
	fmt.Fprint(out, "\n| suite | what | map | clients | executions | redundant | longest | seconds | traces/s | executions/s | covered |\n|---|---|---|---|---|---|---|---|---|---|---|\n")
	var total wire.Row
	for _, s := range suites {
		if s.long != long {
			continue
		}
		for _, name := range s.subjects {
			at := r.most(s.name, name)
			if at < 0 {
				fmt.Fprintf(out, "| %s | %s | %s | %s | | | | | | | not run |\n", s.name, s.what, name, countText(s.count()))
				continue
			}
			w := &r.rows[at]
			covered, _ := r.extent(at)
			traces, executions := w.Rates()
			fmt.Fprintf(out, "| %s | %s | %s | %d | %d | %d | %d | %.1f | %.0f | %.0f | %s |\n", s.name, s.what, name,
				w.Clients, w.Executions, w.Redundant, w.MaxSteps, w.Cost(), traces, executions, covered)
			total.Add(w)
		}
	}
	traces, executions := total.Rates()
	fmt.Fprintf(out, "| all | | | %d | %d | %d | %d | %.1f | %.0f | %.0f | |\n", total.Clients, total.Executions, total.Redundant,
		total.MaxSteps, total.Cost(), traces, executions)
}

func countText(n uint64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func (r *results) writeBounds(out io.Writer) {
	fmt.Fprint(out, "\n## Lock-free reads\n\nAn operation is parked permanently after 1, 2, ... steps, in every scenario, and a Load of\neach key runs at every moment. It finishes alone: the largest number of its steps,\nand in how many places the operation was parked.\n\n| parked |")
	for _, name := range everySubject {
		fmt.Fprintf(out, " %s |", name)
	}
	fmt.Fprint(out, "\n|---|"+strings.Repeat("---|", len(everySubject))+"\n")
	for _, kind := range kindNames[:kinds] {
		fmt.Fprintf(out, "| %s |", kind)
		for _, name := range everySubject {
			text := "not run"
			for _, b := range r.bounds {
				if b.Subject == name && b.Parked == kind {
					text = fmt.Sprintf("%d steps, of %d places", b.LoadMost, b.Steps)
				}
			}
			fmt.Fprintf(out, " %s |", text)
		}
		fmt.Fprintln(out)
	}
}

func (r *results) writeFinds(out io.Writer) {
	most := 0
	for i := range r.finds {
		most = max(most, r.finds[i].Preemptions)
	}
	fmt.Fprintf(out, "\n## Planted bugs\n\nEach is a change of the map's sources. Preemptions are the fewest of any execution of\nthe client that shows it, and never more than %d.\n\n| bug | what | calls | preemptions | found by | initially | map | shown as | seconds |\n|---|---|---|---|---|---|---|---|---|\n", most)
	for _, b := range bugs {
		at := slices.IndexFunc(r.finds, func(f wire.Find) bool { return f.Bug == b.Name })
		if at < 0 {
			fmt.Fprintf(out, "| %s | %s | | | not run | | | | |\n", b.Name, b.What)
			continue
		}
		f := &r.finds[at]
		fmt.Fprintf(out, "| %s | %s | %d | %d | %s | %s | %s | %s | %.1f |\n", f.Bug, f.What, f.Calls, f.Preemptions,
			strings.ReplaceAll(f.Client, "||", `\|\|`), f.Scenario, f.Subject, f.Kind, f.Seconds)
	}
}

func (r *results) writeCoverage(out io.Writer) {
	fmt.Fprint(out, "\n## Coverage of the source\n\n")
	if r.coverage == nil {
		fmt.Fprintln(out, "Not run.")
		return
	}
	fmt.Fprintf(out, "By the clients of these suites: %s.\n%s\nWhy the others were not is argued in [%s](%s).\n",
		strings.Join(r.covering, ", "), r.coverage.summary(), argumentsFile, argumentsFile)
}
