package main

import (
	"context"
	"flag"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/model"
)

var programsTable = report.NewTable("kinds of map",
	"text map", "count programs", "count operations", "seconds seconds", "rate operations")

// verifyModel runs rounds of random programs on every kind of map in turn until
// the budget is spent.
func verifyModel(ctx context.Context, t *task) error {
	testing.Init() // rapid reads the flags of package testing
	programs, operations := 0, 0
	rows := make([]struct {
		programs, operations int
		took                 time.Duration
	}, len(everyKind))
	defer func() {
		table := programsTable
		for i, r := range rows {
			table.Add(everyKind[i].Name, r.programs, r.operations, r.took.Seconds())
		}
		t.table(table)
	}()
	for round, start := uint64(0), time.Now(); round == 0 || time.Since(start) < t.budget; round++ {
		// Each round has its seed, derived from the run's.
		if err := flag.Set("rapid.seed", strconv.FormatUint(t.seed+round, 10)); err != nil {
			return failed("rapid: %w", err)
		}
		for i, k := range everyKind {
			if err := ctx.Err(); err != nil {
				return err
			}
			began := time.Now()
			var last model.Progress
			t.now(k.Name)
			err := k.Model(model.WithProgress(func(p model.Progress) {
				last = p
				t.count("programs", programs+p.Programs)
			}))
			programs += last.Programs
			operations += last.Operations
			t.count("operations", operations)
			rows[i].programs += last.Programs
			rows[i].operations += last.Operations
			rows[i].took += time.Since(began)
			if err != nil {
				return fmt.Errorf("%s: %w", k.Name, err)
			}
		}
	}
	return nil
}
