package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/model/controls"
)

var controlsTable = report.NewTable("controls",
	"text control", "text what is wrong", "text rejected by", "count times it took effect", "seconds seconds")

// controlsFolder is where the tests are that run the layers on the controls.
const controlsFolder = "model/controls"

// controlsFull is about what a control takes with all of its layers.
const controlsFull = 4 * time.Second

// controlsChunk is how many controls one process runs.
const controlsChunk = 3

// verifyControls has the layers run on maps that are broken on purpose, which
// they must reject: by all the layers that can, or in a short budget by the one
// that is expected to be the fastest. A control that is accepted is a violation:
// of a layer, not of the map. It runs in a separate process, since some
// of the broken maps hang.
func verifyControls(ctx context.Context, t *task) error {
	start := time.Now()
	r, err := buildTest(ctx, controlsFolder, "-tags", "long")
	if err != nil {
		return err
	}
	defer r.program.close()
	var mine []controls.Fault
	for i, f := range controls.Faults() {
		if t.shard.Has(i) {
			mine = append(mine, f)
		}
	}
	args := []string{"-test.failfast"}
	if t.budget < controlsFull*time.Duration(len(mine)) {
		args = append(args, "-test.short")
	}
	c := &controlled{task: t, left: map[string]controls.Fault{},
		table: controlsTable}
	for chunk := range slices.Chunk(rotated(mine, t.seed), controlsChunk) {
		if c.done > 0 && time.Since(start) > t.budget {
			break
		}
		for _, f := range chunk {
			c.left[strings.ReplaceAll(f.String(), " ", "-")] = f
		}
		if err := c.run(ctx, r, args); err != nil {
			return err
		}
	}
	return nil
}

// rotated returns the list from a place that the seed chooses, so that what
// there is no time for differs from run to run.
func rotated[T any](list []T, seed uint64) []T {
	if len(list) == 0 {
		return nil
	}
	from := seed % uint64(len(list))
	return slices.Concat(list[from:], list[:from])
}

// controlled are controls that are run.
type controlled struct {
	task  *task
	left  map[string]controls.Fault // to be run, by the name of the test
	table report.Table
	done  int
}

// run runs those that are left.
func (c *controlled) run(ctx context.Context, r *testRun, args []string) error {
	var names []string
	for name := range c.left {
		names = append(names, regexp.QuoteMeta(name))
	}
	pattern := "^TestControls$/^(" + strings.Join(names, "|") + ")$"
	status, err := r.run(ctx, controlsFolder, c.take, append(args, "-test.run", pattern)...)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return failed("%w", err)
	case status != 0:
		return &violation{Title: "a broken map that was not rejected", Text: r.text(),
			Repeat: fmt.Sprintf("go test -tags long -run '%s' ./%s", pattern, controlsFolder)}
	case len(c.left) > 0:
		return failed("%d controls were not run", len(c.left))
	}
	return nil
}

// take takes in what a test says: as attributes, which layer has rejected the
// map, after how many seconds, and how often its fault had taken effect.
func (c *controlled) take(e testEvent) {
	_, name, _ := strings.Cut(e.test, "/")
	f, ok := c.left[name]
	if !ok {
		return
	}
	if e.passed {
		delete(c.left, name)
		c.done++
		c.task.count("controls", c.done)
		c.task.now(f.String())
		c.task.table(c.table)
	}
	took, fired, ok := strings.Cut(e.value, " ")
	seconds, err := strconv.ParseFloat(took, 64)
	if n, err2 := strconv.Atoi(fired); ok && err == nil && err2 == nil {
		c.table.Add(f.String(), f.Breaks(), e.key, n, seconds)
	}
}
