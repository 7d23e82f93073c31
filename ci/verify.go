package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/internal/cli"
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

// grace is how long an interrupted layer may go on: it finishes what is under
// way.
const grace = 2 * patience

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
