package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/internal/wire"
)

var raceTable = report.NewTable("layers",
	"text layer", "count histories", "count operations", "seconds seconds", "rate operations")

const (
	ciPackage  = modulePath + "/ci"
	raceStatus = 66 // of a process in which the race detector has found something
)

// raceLayers are those that run in a build with the race detector. Each of
// them keeps several goroutines busy with one map.
const raceLayers = "linearizability,stress"

// verifyRace builds this command with the race detector, and runs some of its
// layers.
func verifyRace(ctx context.Context, t *task) error {
	start := time.Now()
	p, err := build(ctx, "", "build", "-race", ciPackage)
	if err != nil {
		return err
	}
	defer p.close()
	file := filepath.Join(p.dir, "report.json")
	c := wire.Command(ctx, p.root, p.binary, "-only", raceLayers, "-seed", fmt.Sprint(t.seed), "-json", file,
		"-budget", max(time.Second, t.budget-time.Since(start)).String())
	c.Env = append(os.Environ(), fmt.Sprintf("GORACE=halt_on_error=1 exitcode=%d", raceStatus))
	var out []string
	status, stderr, err := wire.Lines(c, func(line []byte) error {
		t.now(strings.TrimSpace(string(line)))
		out = append(out, string(line))
		return nil
	})
	switch {
	case err != nil:
		return failed("%w", err)
	case status == raceStatus:
		return &violation{Title: "a data race", Text: stderr, Repeat: "go test -race ./flatmap ./internal/kinds/verified"}
	}
	text := strings.Join(out, "\n") + "\n" + stderr
	part, err := readReport(file)
	if err != nil {
		return failed("%w\n%s", err, text)
	}
	return t.adopt(part, text)
}

// adopt takes over the results of layers that ran elsewhere.
func (t *task) adopt(part *report.Report, text string) error {
	table := raceTable
	histories, operations := 0, 0
	for _, l := range part.Layers {
		n := map[string]int{}
		for _, c := range l.Counts {
			n[c.What] = c.N
		}
		table.Add(l.Name, n["histories"], n["operations"], l.Seconds)
		histories += n["histories"]
		operations += n["operations"]
	}
	t.count("operations", operations)
	t.count("histories", histories)
	t.table(table)
	for _, l := range part.Layers {
		switch l.Verdict {
		case report.Violated:
			v := violation(*l.Violation)
			return &v
		case report.Interrupted:
			return context.Canceled
		case report.Failed:
			return failed("%s: %s\n%s", l.Name, l.Reason, text)
		}
	}
	return nil
}
