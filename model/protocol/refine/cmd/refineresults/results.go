package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/planted"
	"github.com/flatmap-go/flatmap/internal/wire"
)

// Results are what several runs have printed, put together.
type results struct {
	machines map[string]bool
	suites   []wire.Row // of the explorer
	parts    [][]string // of each of these: the shards
	long     []wire.Row // of long executions
	finds    []wire.Find
	sites    map[string]map[string]uint64 // what explains a place, and how often
	accesses wire.Coverage                // of the map's source
}

// read reads files of lines of JSON.
func read(paths []string) (*results, error) {
	r := &results{machines: map[string]bool{}, sites: map[string]map[string]uint64{}}
	if err := wire.ReadExplore(paths, r.add); err != nil {
		return nil, err
	}
	slices.SortFunc(r.finds, func(a, b wire.Find) int { return cmp.Compare(order(a.Bug), order(b.Bug)) })
	return r, nil
}

// order returns the number of a planted bug.
func order(name string) int {
	return slices.IndexFunc(planted.Catalogue, func(m planted.Mistake) bool { return m.Name == name })
}

func (r *results) add(m *wire.Explore) error {
	switch {
	case m.Violation != nil:
		return fmt.Errorf("there is a violation, of %s", m.Violation.Client)
	case m.Find != nil && m.Find.Error != "":
		return errors.New(m.Find.Error)
	case m.Find != nil:
		r.finds = append(r.finds, *m.Find)
	case m.Machine != "":
		r.machines[m.Machine] = true
	}
	for i := range m.Rows {
		if err := r.addRow(&m.Rows[i]); err != nil {
			return err
		}
	}
	for _, w := range m.Long {
		if at := sameRow(r.long, &w); at >= 0 {
			r.long[at].Add(&w)
		} else {
			r.long = append(r.long, w)
		}
	}
	for _, s := range m.Sites {
		if r.sites[s.Site] == nil {
			r.sites[s.Site] = map[string]uint64{}
		}
		r.sites[s.Site][s.What] += s.Count
	}
	if m.Coverage != nil {
		r.accesses = *m.Coverage
	}
	return nil
}

// addRow adds a row of a suite to the one of other shards, if there is one.
func (r *results) addRow(w *wire.Row) error {
	var shard cli.Shard
	if err := shard.Set(w.Shard); err != nil {
		return err
	}
	at := sameRow(r.suites, w)
	if at < 0 {
		r.suites, r.parts = append(r.suites, *w), append(r.parts, []string{w.Shard})
		return nil
	}
	if slices.Contains(r.parts[at], w.Shard) {
		return fmt.Errorf("suite %s on %s: part %s is there twice", w.Suite, w.Subject, w.Shard)
	}
	r.suites[at].Add(w)
	r.parts[at] = append(r.parts[at], w.Shard)
	return nil
}

// sameRow returns which row is of the same suite and map; -1 if none is.
func sameRow(rows []wire.Row, w *wire.Row) int {
	return slices.IndexFunc(rows, func(sum wire.Row) bool { return sum.Same(w) })
}

// extent says how much of its suite row i is.
func (r *results) extent(i int) string {
	w := &r.suites[i]
	percent := 0.
	for _, text := range r.parts[i] {
		var s cli.Shard
		if s.Set(text) == nil {
			percent += 100 / float64(s.Of)
		}
	}
	what := "every trace"
	switch {
	case !w.Complete:
		return "a part"
	case w.Bound >= 0:
		what = fmt.Sprintf("every trace with at most %d preemptions", w.Bound)
	case w.Exhausted < w.Clients:
		what = "some traces"
	}
	if percent < 99.9 {
		what += fmt.Sprintf(" of %.0f %% of the clients", percent)
	}
	return what
}

// notMade returns the accesses of the map's source that no execution made, by their names.
func (r *results) notMade() (names []string) {
	for name, made := range r.accesses.Made {
		if !made && r.sites[r.accesses.At[name]] == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// accessesAt returns the accesses that are at each place.
func (r *results) accessesAt() map[string][]string {
	at := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(r.accesses.At)) {
		at[r.accesses.At[name]] = append(at[r.accesses.At[name]], name)
	}
	return at
}
