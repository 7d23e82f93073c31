package main

import (
	"context"
	"fmt"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/internal/wire"
)

var plantedTable = report.NewTable("planted bugs",
	"text bug", "text what it breaks", "text found by", "text initially", "most preemptions", "text shown as", "seconds seconds")

// plantedGroups is how many groups the bugs are planted in. A short budget is
// enough for some of them; which come first, the seed says.
const plantedGroups = 8

// verifyPlanted has the clients command plant bugs in the map and look for
// them. One that is not found is a violation: of the explorer, not of the map.
func verifyPlanted(ctx context.Context, t *task) error {
	start := time.Now()
	p, err := build(ctx, "", "build", explorePackage)
	if err != nil {
		return err
	}
	defer p.close()
	table := plantedTable
	found, planned := 0, 0
	missed := ""
	for i := range plantedGroups {
		left := t.budget - time.Since(start)
		if i > 0 && left <= 0 {
			break
		}
		group := t.shard.Part(int((t.seed+uint64(i))%plantedGroups), plantedGroups)
		c := wire.Command(ctx, p.root, p.binary, "-planted", "all", "-json", "-shard", group.String(), "-budget", max(left, plantedLeast).String())
		status, stderr, err := wire.Messages(c, func(m wire.Explore) error {
			planned += m.Finds
			f := m.Find
			if f == nil {
				return nil
			}
			if f.Error != "" {
				missed += fmt.Sprintf("%s (%s), on %s, %s: %s\n", f.Bug, f.What, f.Subject, f.Scenario, f.Error)
				return nil
			}
			found++
			table.Add(f.Bug, f.What, f.Client, f.Subject+", "+f.Scenario, f.Preemptions, f.Kind, f.Seconds)
			t.now(f.Bug)
			t.count("bugs", found)
			t.table(table)
			return nil
		})
		if missed != "" {
			return &violation{Title: "planted bugs that the explorer does not find", Text: missed,
				Repeat: "go run ./linearizability/explore/cmd/exploremap -planted all"}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil && status != 0 {
			err = fmt.Errorf("%s\nexit status %d", stderr, status)
		}
		if err != nil {
			return failed("%w", err)
		}
	}
	if found == 0 && planned > 0 {
		return fmt.Errorf("%w to plant a bug", errTooShort)
	}
	return nil
}

// plantedLeast is a time in which a bug is planted and found, normally.
const plantedLeast = 15 * time.Second
