package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/internal/wire"
)

var (
	killersTable = report.NewTable("first to notice",
		"text layer", "text class", "count mutants")
	mutantsTable = report.NewTable("mutants",
		"text mutant", "text class", "text where", "text noticed by", "text how", "seconds seconds")
)

const mutationPackage = modulePath + "/ci/mutation"

// verifyMutation plants mistakes in the map's sources, one at a time, and runs
// the layers until one of them notices. One that none notices, and that is not
// argued to be no mistake, is a violation: of the layers, not of the map. In a
// short budget the seed chooses which are planted.
func verifyMutation(ctx context.Context, t *task) error {
	start := time.Now()
	t.now("building")
	p, err := build(ctx, "", "build", mutationPackage)
	if err != nil {
		return err
	}
	defer p.close()
	args := []string{"-json", "-seed", fmt.Sprint(t.seed), "-shard", t.shard.String(), "-budget", max(t.budget-time.Since(start), time.Second).String()}
	m := &mutationRun{task: t}
	status, stderr, err := wire.Messages(wire.Command(ctx, p.root, p.binary, args...), m.take)
	switch {
	case len(m.survivors) > 0:
		return &violation{Title: "mutants that no layer notices", Text: strings.Join(m.survivors, "\n"),
			Repeat: fmt.Sprintf("go run ./ci/mutation -only '^%s$'", m.first)}
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return failed("%w", err)
	case status != 0:
		return failed("%s\nexit status %d", stderr, status)
	case m.judged == 0:
		return fmt.Errorf("%w to test a single mutant", errTooShort)
	}
	return nil
}

// A mutationRun is what has become of the mutants so far.
type mutationRun struct {
	task           *task
	judged, killed int
	survivors      []string
	first          string // of the survivors
}

// take takes in a line of output.
func (r *mutationRun) take(m wire.Mutation) error {
	if m.Progress != nil {
		r.task.now(fmt.Sprintf("%d of %d", m.Progress.Done, m.Progress.Of))
	}
	if m.Mutant == nil || m.Mutant.Verdict == wire.Unfinished {
		return nil
	}
	x := m.Mutant
	r.judged++
	by := x.By
	switch x.Verdict {
	case wire.Killed:
		r.killed++
	case wire.Equivalent:
		by = "none: " + x.Why
	default: // survived, or refuted: argued to be no mistake, and killed
		r.survivors = append(r.survivors, fmt.Sprintf("%s: %s (%s:%d)\n\t%s\nbecomes\n\t%s\n%s", x.ID, x.Verdict, x.File, x.Line, x.Text, x.Becomes, x.Detail))
		if r.first == "" {
			r.first = x.ID
		}
	}
	r.task.count("mutants", r.judged)
	r.task.count("killed", r.killed)
	table := mutantsTable
	table.Add(x.ID, x.Class, fmt.Sprintf("%s:%d", x.File, x.Line), by, x.How, x.Seconds)
	r.task.extend(table)
	if x.Verdict == wire.Killed {
		killers := killersTable
		killers.Add(x.By, x.Class, 1)
		r.task.extend(killers)
	}
	return nil
}
