//go:build explore && shipped

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/flatmap-go/flatmap/linearizability/explore"
	"github.com/flatmap-go/flatmap/model/protocol/refine"
)

const built = true

// wrappers are the files of the map that wrap the explorer's atomics.
var wrappers = []string{"sync_explore.go", "words.go"}

// mostSteps is the number of steps after which an execution counts as a livelock.
const mostSteps = 20_000_000

// A tally is what was done.
type tally struct {
	rows     []*wire.Row // of each mix of calls and kind of map
	coverage refine.Coverage
}

func (t *tally) all() (rows []wire.Row) {
	for _, r := range t.rows {
		rows = append(rows, *r)
	}
	return rows
}

func (t *tally) row(suite, kind string) *wire.Row {
	for _, r := range t.rows {
		if r.Suite == suite && r.Subject == kind {
			return r
		}
	}
	t.rows = append(t.rows, &wire.Row{Suite: suite, Subject: kind, Complete: true})
	return t.rows[len(t.rows)-1]
}

// runLong makes executions until the time is up.
func runLong(ctx context.Context, cfg config, out, stderr io.Writer) int {
	debug.SetGCPercent(400)
	ctx, cancel := context.WithTimeout(ctx, cfg.budget)
	defer cancel()
	lines := json.NewEncoder(out)
	t := &tally{}
	for n := uint64(cfg.shard.Index); ctx.Err() == nil; n += uint64(cfg.shard.Of) {
		if cfg.only != 0 {
			n = cfg.only - 1
		}
		r, failure := t.run(ctx, cfg, n)
		if cfg.json {
			lines.Encode(wire.Explore{Row: r})
		}
		if failure != nil {
			v := violation(cfg, n, r, failure)
			if cfg.json {
				lines.Encode(wire.Explore{Violation: v})
			} else {
				fmt.Fprintln(out, v.Text)
			}
			return cli.StatusViolation
		}
		if cfg.only != 0 {
			break
		}
	}
	if cfg.json {
		lines.Encode(wire.Explore{Machine: cli.ThisMachine().String()})
		lines.Encode(wire.Explore{Long: t.all(), Sites: t.coverage.Sites()})
		return 0
	}
	t.print(out)
	if cfg.sites {
		t.coverage.Print(out)
	}
	return 0
}

// run makes execution n, and adds it to its row.
func (t *tally) run(ctx context.Context, cfg config, n uint64) (*wire.Row, *explore.Failure) {
	c := newClient(rand.New(rand.NewPCG(cfg.seed, n)), n, cfg.calls)
	f := refine.New()
	// Attempts that fail are made, too: nothing is known of other executions here.
	o := explore.Options{
		Search: c.search, Bound: c.changes, Executions: 1, Seed: cfg.seed + n, MaxSteps: mostSteps,
		EachAccess: f.Access, Wrappers: wrappers, AllAttempts: true,
	}
	if cfg.sites {
		f.Coverage, o.Coverage = &t.coverage, &explore.Coverage{}
	}
	flatmap.Sleep(n%2 == 1)
	start := time.Now()
	report := explore.Explore(ctx, program(newSubject(c.kind, c.hashes, c.values), c, f), o)
	r := t.row(mixes[n%uint64(len(mixes))].name, c.kind)
	r.Add(&wire.Row{
		Executions: report.Executions, Clients: uint64(len(c.ops) * cfg.calls), MaxSteps: report.MaxDepth,
		Seconds: time.Since(start).Seconds(), Complete: true, Accesses: f.Accesses, Actions: f.Taken(),
	})
	return r, report.Failure
}

func violation(cfg config, n uint64, r *wire.Row, f *explore.Failure) *wire.Violation {
	why := f.Err.Error()
	name := fmt.Sprintf("execution %d of seed %d", n+1, cfg.seed)
	return &wire.Violation{
		Suite: r.Suite, Subject: r.Subject, Client: name, Kind: f.Kind.String(), Preemptions: f.Preemptions, Why: why,
		Text: fmt.Sprintf("%s, %s, %s: %s\nagain: go run -tags explore,shipped ./model/protocol/refine/cmd/refinelong -seed %d -only %d -calls %d",
			name, r.Suite, r.Subject, why, cfg.seed, n+1, cfg.calls),
	}
}

func (t *tally) print(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "calls\tmap\texecutions\tcalls made\taccesses\tseconds\t")
	total := wire.Row{Suite: "all"}
	for _, r := range t.rows {
		total.Add(r)
	}
	for _, r := range append(t.rows, &total) {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%.1f\t\n", r.Suite, r.Subject, r.Executions, r.Clients, r.Accesses, r.Seconds)
	}
	w.Flush()
	var missing []string
	for _, name := range refine.Actions() {
		if total.Actions[name] == 0 {
			missing = append(missing, name)
		}
	}
	fmt.Fprintf(out, "%d of %d actions taken; not taken: %s\n", len(total.Actions), len(refine.Actions()), strings.Join(missing, ", "))
}
