package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/wire"
)

// verify runs the chosen layers one after the other, until one finds a
// violation or ctx ends.
func verify(ctx context.Context, o options, c *console) *report.Report {
	start := time.Now()
	r := &report.Report{
		Schema: report.Schema, Commands: []string{o.command(o.only, o.budget)}, Seed: o.seed, Budget: o.budget.Seconds(),
		Started: start.UTC().Truncate(time.Second), Machines: []cli.Machine{cli.ThisMachine()},
	}
	if root, err := moduleRoot(); err == nil {
		r.Revision, r.Changed = cli.Revision(root)
	}
	out := map[string]bool{}
	if o.only == "" {
		out = dropped(o.budget, o.chosen)
	}
	for _, l := range o.chosen {
		if out[l.name] {
			r.Layers = append(r.Layers, report.Layer{Name: l.name, What: l.what, Command: o.command(l.name, l.least),
				Verdict: report.LeftOut, Reason: fmt.Sprintf("for want of time: it needs %v of the budget", l.least)})
		}
	}
	rest := remaining(o.chosen, out)
	for i, l := range rest {
		budget := shares(max(o.budget-time.Since(start), time.Second/10), rest[i:])[0]
		c.begin(l, fmt.Sprintf("%d/%d", i+1, len(rest)), budget)
		done := runLayer(ctx, o, l, budget, c.progress)
		c.finish(done)
		r.Layers = append(r.Layers, done)
		if done.Verdict == report.Violated || ctx.Err() != nil {
			break
		}
	}
	slices.SortStableFunc(r.Layers, func(a, b report.Layer) int { return place(o.chosen, a.Name) - place(o.chosen, b.Name) })
	r.Seconds = time.Since(start).Seconds()
	return r
}

func place(layers []layer, name string) int {
	return slices.IndexFunc(layers, func(l layer) bool { return l.name == name })
}

// grace is how long an interrupted layer may go on: it finishes the work
// in progress.
const grace = 2 * wire.Patience

// runLayer runs one layer.
func runLayer(ctx context.Context, o options, l layer, budget time.Duration, show func([]report.Count, string)) report.Layer {
	start := time.Now()
	t := &task{
		budget: budget, seed: o.seed + uint64(o.shard.Index)<<32, shard: o.shard, corpus: o.corpus, show: show,
		layer: report.Layer{Name: l.name, What: l.what, Command: o.command(l.name, budget),
			Shards: []cli.Shard{o.shard}, Counts: []report.Count{{What: l.unit}}},
	}
	finished := make(chan error, 1)
	go func() { finished <- l.verify(ctx, t) }()
	var err error
	select {
	case err = <-finished:
	case <-ctx.Done():
		select {
		case err = <-finished:
		case <-time.After(grace):
			err = ctx.Err()
		}
	}
	done := t.result()
	done.Seconds = time.Since(start).Seconds()
	judge(&done, err, ctx.Err())
	return done
}

// judge sets the verdict that an error means.
func judge(l *report.Layer, err, interrupted error) {
	var cannot couldNot
	var v *violation
	switch {
	case err == nil:
		l.Verdict = report.Holds
	case errors.Is(err, context.Canceled), interrupted != nil && errors.As(err, &cannot):
		l.Verdict, l.Reason = report.Interrupted, "it was interrupted"
	case errors.Is(err, errTooShort):
		l.Verdict, l.Reason = report.LeftOut, err.Error()
	case errors.As(err, &cannot):
		l.Verdict, l.Reason = report.Failed, err.Error()
	case errors.As(err, &v):
		l.Verdict, l.Violation = report.Violated, (*report.Violation)(v)
	default:
		title, _, _ := strings.Cut(err.Error(), "\n")
		l.Verdict, l.Violation = report.Violated, &report.Violation{Title: title, Text: err.Error(), Repeat: l.Command}
	}
	if v := l.Violation; v != nil && v.Repeat == "" {
		v.Repeat = l.Command
	}
}

// A task holds the input of a layer, and collects what the layer reports. Its
// methods may be called from any goroutine.
type task struct {
	budget time.Duration
	seed   uint64 // of this layer's choices in this shard
	shard  cli.Shard
	corpus string
	show   func(counts []report.Count, detail string) // what is done so far

	mu     sync.Mutex
	layer  report.Layer
	detail string // what is in progress
}

// count reports how many of something are done so far.
func (t *task) count(what string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.layer.Counts {
		if t.layer.Counts[i].What == what {
			t.layer.Counts[i].N = n
			t.shown()
			return
		}
	}
	t.layer.Counts = append(t.layer.Counts, report.Count{What: what, N: n})
	t.shown()
}

// now reports what is in progress.
func (t *task) now(detail string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.detail = detail
	t.shown()
}

// table replaces the table with this title, or adds it.
func (t *task) table(table report.Table) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.layer.Tables {
		if t.layer.Tables[i].Title == table.Title {
			t.layer.Tables[i] = table
			return
		}
	}
	t.layer.Tables = append(t.layer.Tables, table)
}

// extend adds the rows of a table to the one with its title.
func (t *task) extend(table report.Table) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.layer.Tables {
		if t.layer.Tables[i].Title == table.Title {
			t.layer.Tables[i] = t.layer.Tables[i].Merge(table)
			return
		}
	}
	t.layer.Tables = append(t.layer.Tables, table)
}

func (t *task) shown() {
	if t.show != nil {
		t.show(t.layer.Counts, t.detail)
	}
}

// result returns what has been said so far.
func (t *task) result() report.Layer {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.layer
	l.Counts, l.Tables = slices.Clone(l.Counts), slices.Clone(l.Tables)
	return l
}

// dropped returns the layers for which there is not enough time: of those that
// would get less than they need, the one that lacks most is left out, until
// there is none.
func dropped(budget time.Duration, chosen []layer) map[string]bool {
	out := map[string]bool{}
	for {
		worst, lack := "", 1.0
		rest := remaining(chosen, out)
		for i, d := range shares(budget, rest) {
			if part := float64(d) / float64(rest[i].least); rest[i].least > 0 && part < lack {
				worst, lack = rest[i].name, part
			}
		}
		if worst == "" {
			return out
		}
		out[worst] = true
	}
}

// remaining returns the layers that are not left out.
func remaining(chosen []layer, out map[string]bool) (rest []layer) {
	for _, l := range chosen {
		if !out[l.name] {
			rest = append(rest, l)
		}
	}
	return rest
}

// shares divides the budget among layers, by their weights, except those that cannot
// use so much.
func shares(budget time.Duration, layers []layer) []time.Duration {
	parts := make([]time.Duration, len(layers))
	for {
		left, weights := float64(budget), 0.0
		for i, l := range layers {
			left -= float64(parts[i])
			if parts[i] == 0 {
				weights += l.weight
			}
		}
		capped := false
		for i, l := range layers {
			if parts[i] == 0 && l.most > 0 && left*l.weight/weights > float64(l.most) {
				parts[i], capped = l.most, true
			}
		}
		if capped {
			continue
		}
		for i, l := range layers {
			if parts[i] == 0 {
				parts[i] = time.Duration(max(0, left) * l.weight / weights)
			}
		}
		return parts
	}
}
