package report

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/flatmap-go/flatmap/internal/cli"
)

// Merge adds up reports about parts of the same work: the same revision and
// seed, and of each layer different shards. It is an error if they are not. A
// layer whose shards are not all there is Interrupted.
func Merge(parts ...*Report) (*Report, error) {
	if len(parts) == 0 {
		return nil, errors.New("no reports to merge")
	}
	whole := *parts[0]
	whole.Commands, whole.Machines, whole.Layers = nil, nil, nil
	whole.Seconds, whole.Changed = 0, false
	for i, p := range parts {
		if p.Revision != whole.Revision || p.Changed != parts[0].Changed {
			return nil, fmt.Errorf("report %d is about revision %q, not %q", i+1, p.revision(), parts[0].revision())
		}
		if p.Seed != whole.Seed {
			return nil, fmt.Errorf("report %d has seed %d, not %d", i+1, p.Seed, whole.Seed)
		}
		whole.Changed = p.Changed
		whole.Commands = append(whole.Commands, p.Commands...)
		whole.Seconds += p.Seconds
		whole.Budget = max(whole.Budget, p.Budget)
		if p.Started.Before(whole.Started) {
			whole.Started = p.Started
		}
		for _, m := range p.Machines {
			if !slices.Contains(whole.Machines, m) {
				whole.Machines = append(whole.Machines, m)
			}
		}
		for j := range p.Layers {
			if err := whole.add(&p.Layers[j]); err != nil {
				return nil, fmt.Errorf("report %d: layer %s: %w", i+1, p.Layers[j].Name, err)
			}
		}
	}
	for i := range whole.Layers {
		whole.Layers[i].complete()
	}
	return &whole, nil
}

func (r *Report) revision() string {
	if r.Changed {
		return r.Revision + " with changes"
	}
	return r.Revision
}

// add adds a part of a layer.
func (r *Report) add(part *Layer) error {
	at := slices.IndexFunc(r.Layers, func(l Layer) bool { return l.Name == part.Name })
	if at < 0 {
		r.Layers = append(r.Layers, part.clone())
		return nil
	}
	l := &r.Layers[at]
	switch {
	case part.Verdict == LeftOut:
		return nil
	case l.Verdict == LeftOut:
		*l = part.clone()
		return nil
	}
	for _, s := range part.Shards {
		if slices.Contains(l.Shards, s) {
			return fmt.Errorf("shard %v is there twice", s)
		}
		if len(l.Shards) > 0 && s.Of != l.Shards[0].Of {
			return fmt.Errorf("shards %v and %v have different totals", l.Shards[0], s)
		}
	}
	l.Shards = append(l.Shards, part.Shards...)
	slices.SortFunc(l.Shards, func(a, b cli.Shard) int { return cmp.Compare(a.Index, b.Index) })
	if verdict := worse(l.Verdict, part.Verdict); verdict != l.Verdict || l.Reason == "" {
		l.Verdict, l.Reason = verdict, part.Reason
	}
	l.Seconds += part.Seconds
	if l.Violation == nil {
		l.Violation = part.Violation
	}
	for _, c := range part.Counts {
		if i := slices.IndexFunc(l.Counts, func(o Count) bool { return o.What == c.What }); i >= 0 {
			l.Counts[i].N += c.N
		} else {
			l.Counts = append(l.Counts, c)
		}
	}
	for _, t := range part.Tables {
		i := slices.IndexFunc(l.Tables, func(o Table) bool { return o.Title == t.Title })
		if i < 0 {
			l.Tables = append(l.Tables, t.clone())
			continue
		}
		if !l.Tables[i].SameColumns(t) {
			return fmt.Errorf("table %q has other columns", t.Title)
		}
		l.Tables[i] = l.Tables[i].Merge(t)
	}
	return nil
}

func (l *Layer) clone() Layer {
	c := *l
	c.Shards, c.Counts, c.Tables = slices.Clone(l.Shards), slices.Clone(l.Counts), nil
	for _, t := range l.Tables {
		c.Tables = append(c.Tables, t.clone())
	}
	return c
}

// complete says so if there are shards missing.
func (l *Layer) complete() {
	if len(l.Shards) == 0 || len(l.Shards) == l.Shards[0].Of {
		return
	}
	l.Verdict = worse(l.Verdict, Interrupted)
	if l.Reason == "" {
		l.Reason = fmt.Sprintf("%d of %d shards are there", len(l.Shards), l.Shards[0].Of)
	}
}
