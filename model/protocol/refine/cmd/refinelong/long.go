//go:build explore && shipped

package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime/debug"
	"text/tabwriter"
	"time"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/linearizability/explore"
	"github.com/flatmap-go/flatmap/model/protocol/refine"
)

const built = true

// wrappers are the files of the map that wrap the explorer's atomics.
var wrappers = []string{"flatmap/sync_explore.go", "flatmap/words.go"}

// mostSteps is the number of steps after which an execution counts as a livelock.
const mostSteps = 20_000_000

// A tally is what was done with one mix of calls on one kind of map.
type tally struct {
	mix, kind    string
	executions   int
	calls, steps uint64
	seconds      float64
}

// runLong makes executions until the time is up.
func runLong(ctx context.Context, cfg config, out, stderr io.Writer) int {
	debug.SetGCPercent(400)
	ctx, cancel := context.WithTimeout(ctx, cfg.budget)
	defer cancel()
	coverage := &refine.Coverage{}
	rows := map[[2]string]*tally{}
	total := map[string]uint64{}
	var accesses, executions uint64
	for n := uint64(0); ctx.Err() == nil; n++ {
		if cfg.only != 0 {
			n = cfg.only - 1
		}
		c := newClient(rand.New(rand.NewPCG(cfg.seed, n)), n, cfg.calls)
		f := refine.New()
		if cfg.sites {
			f.Coverage = coverage
		}
		o := explore.Options{
			Search: c.search, Bound: c.changes, Executions: 1, Seed: cfg.seed + n, MaxSteps: mostSteps,
			EachAccess: f.Access, Wrappers: wrappers, AllAttempts: true,
		}
		if cfg.sites {
			o.Coverage = &explore.Coverage{}
		}
		flatmap.Sleep(n%2 == 1)
		start := time.Now()
		report := explore.Explore(ctx, program(newSubject(c.kind, c.hashes, c.values), c, f), o)
		m := mixes[n%uint64(len(mixes))]
		id := [2]string{m.name, c.kind}
		if rows[id] == nil {
			rows[id] = &tally{mix: m.name, kind: c.kind}
		}
		t := rows[id]
		t.executions += int(report.Executions)
		t.calls += uint64(len(c.ops) * cfg.calls)
		t.steps += report.Steps
		t.seconds += time.Since(start).Seconds()
		accesses += f.Accesses
		executions += report.Executions
		for name, k := range f.Taken() {
			total[name] += k
		}
		if report.Failure != nil {
			fmt.Fprintf(out, "execution %d of seed %d, %s, %s: %v\nagain: go run -tags explore,shipped ./model/protocol/refine/cmd/refinelong -seed %d -only %d -calls %d\n",
				n+1, cfg.seed, m.name, c.kind, firstLines(report.Failure), cfg.seed, n+1, cfg.calls)
			return cli.StatusViolation
		}
		if cfg.only != 0 {
			break
		}
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "calls\tmap\texecutions\tcalls made\taccesses\tseconds\t")
	for _, m := range mixes {
		for _, k := range kinds {
			if t := rows[[2]string{m.name, k}]; t != nil {
				fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%.1f\t\n", t.mix, t.kind, t.executions, t.calls, t.steps, t.seconds)
			}
		}
	}
	w.Flush()
	fmt.Fprintf(out, "%d executions, %d accesses, %d of %d actions taken\n", executions, accesses, len(total), len(refine.Actions()))
	for _, name := range refine.Actions() {
		if total[name] == 0 {
			fmt.Fprintf(out, "not taken: %s\n", name)
		}
	}
	return 0
}

func firstLines(f *explore.Failure) string {
	text := f.Err.Error()
	if len(f.Steps) > 0 {
		text += fmt.Sprintf("\n(after %d steps)", len(f.Steps))
	}
	return text
}
