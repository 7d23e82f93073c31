package main

import (
	"context"
	"fmt"
	"time"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
)

// A concurrent is a kind of map that the linearizability layer verifies.
type concurrent struct {
	name string
	run  func(...linearizability.Option) (linearizability.Report, error)
}

func concurrentOf[K, V comparable](name string, opts ...flatmap.Option) concurrent {
	return concurrent{name, func(o ...linearizability.Option) (linearizability.Report, error) {
		return linearizability.Run(context.Background(),
			func() model.Map[K, V] { return flatmap.New[K, V](opts...) }, o...)
	}}
}

var concurrents = []concurrent{
	concurrentOf[int, int]("int to int"),
	concurrentOf[string, string]("string to string"),
	concurrentOf[int, [3]int]("int to array"),
	concurrentOf[any, any]("any to any, 4-bit hash", flatmap.WithHasher(fourBits[any])),
	concurrentOf[int, string]("int to string, constant hash", flatmap.WithHasher(constant[int])),
}

// verifyLinearizability runs the workloads on every kind of map, with equal
// parts of the budget.
func verifyLinearizability(cfg config) result {
	histories, operations := 0, 0
	detail := func() string { return fmt.Sprintf("%d operations, %d kinds of map", operations, len(concurrents)) }
	start := time.Now()
	for i, c := range concurrents {
		left := cfg.budget - time.Since(start)
		report, err := c.run(
			linearizability.WithRounds(1),
			linearizability.WithBudget(max(0, left)/time.Duration(len(concurrents)-i)),
			linearizability.WithSeed(cfg.seed+uint64(i)),
			linearizability.WithProgress(func(p linearizability.Progress) {
				cfg.progress(histories+p.Histories, fmt.Sprintf("%s, %s", c.name, p.Workload))
			}))
		histories += report.Histories
		operations += report.Operations
		if err != nil {
			return result{done: histories, detail: detail(), err: fmt.Errorf("%s: %w", c.name, err)}
		}
	}
	return result{done: histories, detail: detail()}
}
