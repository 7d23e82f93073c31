package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/internal/kinds"
	"github.com/flatmap-go/flatmap/linearizability"
)

var historiesTable = report.NewTable("workloads",
	"text workload", "text what it is", "count histories", "count operations", "seconds seconds", "rate histories")

// verifyLinearizability runs the workloads on every kind of map that has
// comparable values, with equal parts of the budget.
func verifyLinearizability(ctx context.Context, t *task) error {
	list := kindsOf(func(k kinds.Kind) bool { return k.Linearizability != nil })
	names, about := linearizability.Workloads()
	totals := make([]linearizability.WorkloadReport, len(names))
	defer func() {
		table := historiesTable
		for i, w := range totals {
			table.Add(names[i], about[i], w.Histories, w.Operations, w.Elapsed.Seconds())
		}
		t.table(table)
	}()
	histories, operations := 0, 0
	start := time.Now()
	for i, k := range list {
		left := max(0, t.budget-time.Since(start)) / time.Duration(len(list)-i)
		r, err := k.Linearizability(ctx,
			linearizability.WithRounds(1),
			linearizability.WithBudget(left),
			linearizability.WithSeed(t.seed+uint64(i)),
			linearizability.WithProgress(func(p linearizability.Progress) {
				t.now(k.Name + ", " + p.Workload)
				t.count("histories", histories+p.Histories)
				t.count("operations", operations+p.Operations)
			}))
		histories += r.Histories
		operations += r.Operations
		for _, w := range r.Workloads {
			total := &totals[slices.Index(names, w.Name)]
			total.Histories += w.Histories
			total.Operations += w.Operations
			total.Elapsed += w.Elapsed
		}
		if err != nil {
			return pictured(fmt.Errorf("%s: %w", k.Name, err))
		}
	}
	return nil
}

// pictured adds a picture to an error that can draw itself.
func pictured(err error) error {
	if errors.Is(err, linearizability.ErrTimeout) {
		return couldNot{err}
	}
	var v linearizability.Visualizer
	var page strings.Builder
	if !errors.As(err, &v) || v.WriteHTML(&page) != nil {
		return err // the text says it all
	}
	return &violation{Title: "a history that is not linearizable", Text: err.Error(), Picture: page.String()}
}
