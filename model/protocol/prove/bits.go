package main

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/model/protocol/proof"
)

// flatmapPackage is the package whose functions on words are proved.
const flatmapPackage = "github.com/flatmap-go/flatmap/flatmap"

// bits proves properties of the functions on words, and appends those that are not
// proved.
func (c *command) bits(ctx context.Context, failed *[]string) error {
	dir, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", flatmapPackage).Output()
	if err != nil {
		return fmt.Errorf("go list %s: %w", flatmapPackage, err)
	}
	goals, err := proof.BitGoals(strings.TrimSpace(string(dir)))
	if err != nil {
		return err
	}
	for _, solver := range c.solvers {
		start := time.Now()
		bad, err := solver.ProveBits(ctx, goals, c.limit)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%-8s %-9s %4d of %4d goals in %5.1fs: tag.go, segmentOf, masks\n",
			"bits", solver.Name, len(goals)-len(bad), len(goals), time.Since(start).Seconds())
		*failed = append(*failed, bad...)
	}
	return nil
}
