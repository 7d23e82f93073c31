//go:build explore

package main

import (
	"context"
	"fmt"

	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// runSingle explores one client, or makes one execution of it again. A failure
// is a *violation.
func runSingle(ctx context.Context, cfg config) (f findings, err error) {
	name, one := cfg.subject, cfg.single
	x := newExplorer(name, cfg.sleeping, cfg.refine)
	fail := func(failure *explore.Failure) error {
		return &violation{singleSuite, name, one.scenario.name, one.client, failure, cfg.sleeping}
	}
	if cfg.replay != "" {
		failure, err := explore.Replay(x.program(one.client, one.scenario), cfg.replay, x.options(explore.Options{}))
		if err != nil {
			return f, fmt.Errorf("-replay: %w", err)
		}
		return f, fail(failure)
	}
	r := wire.Row{Suite: singleSuite, Subject: name, Bound: unbounded, Complete: true, Shard: cfg.shard.String()}
	w := watch{row: &r, progress: cfg.progress}
	w.begin()
	o := explore.Options{}
	if cfg.fewest {
		o = explore.Options{Search: explore.Iterative, Bound: mostBounds}
	}
	report := x.search(ctx, x.program(one.client, one.scenario), o, &r)
	r.Clients++
	if r.Complete = report.Exhausted; r.Complete {
		r.Exhausted++
	}
	w.stop()
	x.noteActions(&r)
	f.rows = []wire.Row{r}
	if report.Failure != nil {
		return f, fail(report.Failure)
	}
	return f, nil
}
