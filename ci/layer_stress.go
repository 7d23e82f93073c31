package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/internal/kinds"
	"github.com/flatmap-go/flatmap/stress"
)

var stressTable = report.NewTable("workloads",
	"text workload", "text what", "count bursts", "count operations", "seconds seconds", "rate operations")

// verifyStress runs the workloads on every kind of map with many different
// values, with equal parts of the budget, but none shorter than stressTurn; in
// a short budget, those that the seed chooses.
func verifyStress(ctx context.Context, t *task) error {
	list := kindsOf(func(k kinds.Kind) bool { return k.Stress != nil })
	names, about := stress.Workloads()
	totals := make([]stress.WorkloadReport, len(names))
	seen := 0
	defer func() {
		table := stressTable
		for i, w := range totals {
			table.Add(names[i], about[i], w.Runs, w.Operations, w.Elapsed.Seconds())
		}
		t.table(table)
	}()
	operations := 0
	start := time.Now()
	for i := 0; i < len(list) && (i == 0 || time.Since(start) < t.budget); i++ {
		k := list[(t.seed+uint64(i))%uint64(len(list))]
		left := max(0, t.budget-time.Since(start))
		turn := max(min(stressTurn, left), left/time.Duration(len(list)-i))
		// A round has as many bursts as settings and workloads.
		burst := min(stressBurst, turn/time.Duration(6*len(names)))
		r, err := k.Stress(ctx, stress.WithSeed(t.seed), stress.WithBudget(turn), stress.WithBurst(burst),
			stress.WithProgress(func(p stress.Progress) {
				t.now(fmt.Sprintf("%s, %s, GOMAXPROCS %d, GOGC %d", k.Name, p.Workload, p.GOMAXPROCS, p.GOGC))
				t.count("operations", operations+p.Operations)
			}))
		operations += r.Operations
		for _, w := range r.Workloads {
			total := &totals[slices.Index(names, w.Name)]
			total.Runs += w.Runs
			total.Operations += w.Operations
			total.Elapsed += w.Elapsed
		}
		seen++
		t.count("kinds of map", seen)
		if err != nil {
			return fmt.Errorf("%s: %w", k.Name, err)
		}
	}
	return nil
}

const (
	stressTurn  = 2 * time.Second // the least that a kind of map is given
	stressBurst = 25 * time.Millisecond
)
