package main

import (
	"context"
	"fmt"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/internal/kinds"
)

var costTable = report.NewTable("costs of a step",
	"text map", "text pattern", "count entries", "count ns", "count bytes", "text growth")

// verifyCost measures the patterns on the kinds of map whose hashes are good.
func verifyCost(ctx context.Context, t *task) error {
	table := costTable
	defer func() { t.table(table) }()
	patterns := 0
	for _, k := range kindsOf(func(k kinds.Kind) bool { return k.Cost != nil }) {
		t.now(k.Name)
		r, err := k.Cost(ctx)
		for _, c := range r.Costs {
			time, _ := c.Growth()
			last := len(c.Sizes) - 1
			table.Add(k.Name, c.Pattern, c.Sizes[last], int(c.Step[last]), c.Bytes[last], fmt.Sprintf("%.1f", time))
		}
		patterns += len(r.Costs)
		t.count("patterns", patterns)
		if err != nil {
			return fmt.Errorf("%s: %w", k.Name, err)
		}
	}
	return nil
}
