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
	suites   []compared // of the explorer
	long     []wire.Row // of long executions
	finds    []wire.Find
	sites    map[string]map[string]uint64 // what explains a place, and how often
	accesses wire.Coverage                // of the map's source
}

// A compared is what was compared of a suite on one kind of map.
type compared struct {
	wire.Row
	shards []string
}

// read reads files of lines of JSON.
func read(paths []string) (*results, error) {
	r := &results{machines: map[string]bool{}, sites: map[string]map[string]uint64{}}
	if err := wire.ReadExplore(paths, r.add); err != nil {
		return nil, err
	}
	slices.SortStableFunc(r.suites, func(a, b compared) int {
		return cmp.Or(cmp.Compare(a.Suite, b.Suite), cmp.Compare(a.Subject, b.Subject))
	})
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
		if at := slices.IndexFunc(r.long, func(sum wire.Row) bool { return sum.Same(&w) }); at >= 0 {
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
	at := slices.IndexFunc(r.suites, func(sum compared) bool { return sum.Same(w) })
	if at < 0 {
		r.suites = append(r.suites, compared{*w, []string{w.Shard}})
		return nil
	}
	c := &r.suites[at]
	if slices.Contains(c.shards, w.Shard) {
		return fmt.Errorf("suite %s on %s: part %s is there twice", w.Suite, w.Subject, w.Shard)
	}
	c.Add(w)
	c.shards = append(c.shards, w.Shard)
	return nil
}

// extent says how much of its suite was compared.
func (c *compared) extent() string {
	percent := 0.
	for _, text := range c.shards {
		var s cli.Shard
		if s.Set(text) == nil {
			percent += 100 / float64(s.Of)
		}
	}
	what := "every trace"
	switch {
	case !c.Complete:
		return "a part"
	case c.Bound >= 0:
		what = fmt.Sprintf("every trace with at most %d preemptions", c.Bound)
	case c.Exhausted < c.Clients:
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
