package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/wire"
)

var (
	suitesTable = report.NewTable("suites",
		"text suite", "text map", "count clients", "count exhausted", "count executions", "count redundant", "most longest", "count cut short", "seconds seconds", "rate executions")
	boundsTable = report.NewTable("lock-free reads",
		"text map", "text parked permanently", "count at so many steps", "most steps a Load then takes")
)

const explorePackage = modulePath + "/linearizability/explore/cmd/exploremap"

// verifyExplore runs the command exploremap, which is built with the tag
// explore, in as many processes as there are cores. The suites that take
// minutes come first, and what time is left goes to the long ones.
func verifyExplore(ctx context.Context, t *task) error {
	start := time.Now()
	p, err := build(ctx, "", "build", "-tags", "explore", explorePackage)
	if err != nil {
		return err
	}
	defer p.close()
	e := &exploration{task: t}
	for _, suites := range [][]string{nil, {"-suites", "long"}} {
		left := t.budget - time.Since(start)
		if suites != nil && left < longSuitesFrom {
			break
		}
		if err := e.run(ctx, p, append([]string{"-budget", max(time.Second, left).String()}, suites...)); err != nil {
			return err
		}
	}
	if e.executions == 0 {
		return failed("nothing was executed")
	}
	return nil
}

// longSuitesFrom is the least time for which the suites that take hours are
// begun.
const longSuitesFrom = time.Minute

// An exploration is several processes that explore.
type exploration struct {
	task   *task
	follow bool // executions are compared with the model

	mu         sync.Mutex
	parts      []map[[2]string]wire.Row // of each process, by suite and kind of map
	order      [][2]string
	executions uint64
	violation  *counterexample
}

// run runs the command in several processes. The error is a violation, or of
// what could not be done.
func (e *exploration) run(ctx context.Context, p *program, args []string) error {
	processes := runtime.GOMAXPROCS(0)
	first := len(e.parts)
	errs := make([]error, processes)
	var running sync.WaitGroup
	for range processes {
		e.parts = append(e.parts, map[[2]string]wire.Row{})
	}
	for i := range processes {
		shard := e.task.shard.Part(i, processes)
		c := wire.Command(ctx, p.root, p.binary, append([]string{"-json", "-shard", shard.String()}, args...)...)
		running.Go(func() {
			status, stderr, err := wire.Messages(c, func(m wire.Explore) error {
				e.take(first+i, m)
				return nil
			})
			if err == nil && status != 0 && (status != cli.StatusViolation || e.found() == nil) {
				err = fmt.Errorf("%s\nexit status %d", stderr, status)
			}
			errs[i] = err
		})
	}
	running.Wait()
	if v := e.found(); v != nil && e.follow {
		_, repeat, _ := strings.Cut(v.Text, "again: ")
		return v.as(repeat)
	} else if v != nil {
		return v.violation(ctx, p)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := errors.Join(errs...); err != nil {
		return failed("%w", err)
	}
	return nil
}

func (e *exploration) found() *counterexample {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.violation
}

// take adds what a line of output of one process says.
func (e *exploration) take(part int, m wire.Explore) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if m.Violation != nil {
		e.violation = (*counterexample)(m.Violation)
	}
	if m.Row != nil {
		m.Rows = append(m.Rows, *m.Row)
	}
	now := ""
	for _, r := range m.Rows {
		id := [2]string{r.Suite, r.Subject}
		if !slices.Contains(e.order, id) {
			e.order = append(e.order, id)
		}
		e.parts[part][id] = r
		now = r.Suite + ", " + r.Subject
	}
	e.publish(now)
	if len(m.Bounds) > 0 && !e.follow {
		bounds := boundsTable
		for _, b := range m.Bounds {
			bounds.Add(b.Subject, b.Parked, b.Steps, b.LoadMost)
		}
		e.task.extend(bounds)
	}
}

// publish says what is done so far.
func (e *exploration) publish(now string) {
	if e.follow {
		e.publishFollowed(now)
		return
	}
	table := suitesTable
	var clients, exhausted uint64
	e.executions = 0
	for _, id := range e.order {
		var sum wire.Row
		cut := 0
		for _, rows := range e.parts {
			r, ok := rows[id]
			if !ok {
				continue
			}
			sum.Add(&r)
			if !r.Complete {
				cut++
			}
		}
		table.Add(id[0], id[1], sum.Clients, sum.Exhausted, sum.Executions, sum.Redundant, sum.MaxSteps, cut, sum.Seconds)
		clients += sum.Clients
		exhausted += sum.Exhausted
		e.executions += sum.Executions
	}
	e.task.now(now)
	e.task.count("executions", int(e.executions))
	e.task.count("clients", int(clients))
	e.task.count("clients exhausted", int(exhausted))
	e.task.table(table)
}

// A counterexample is a violation that exploremap found.
type counterexample wire.Violation

// violation returns the counterexample, with the fewest preemptions if a
// minute is enough to find it: the first one that is found need not have them.
func (v *counterexample) violation(ctx context.Context, p *program) error {
	scenario, _, parked := strings.Cut(v.Scenario, ", parked")
	args := []string{"-suites", v.Suite, "-subject", v.Subject, "-scenario", scenario}
	if !parked {
		args = append(args, "-calls", v.calls(), "-fewest")
		c := wire.Command(ctx, p.root, p.binary, append([]string{"-json", "-budget", "1m"}, args...)...)
		wire.Messages(c, func(m wire.Explore) error { // without it there is still v
			if m.Violation != nil {
				v = (*counterexample)(m.Violation)
			}
			return nil
		})
	}
	return v.as("go run -tags explore ./linearizability/explore/cmd/exploremap " + cli.Quoted(args))
}

// as returns the counterexample, which a command repeats.
func (v *counterexample) as(repeat string) *violation {
	wrong, _, _ := strings.Cut(v.Why, "\n")
	return &violation{
		Title:  fmt.Sprintf("%s: %s, on %s, %s", strings.TrimSuffix(wrong, ":"), v.Client, v.Subject, v.Scenario),
		Text:   v.Text,
		Trace:  v.trace(),
		Repeat: repeat,
	}
}

// calls returns the methods that the client calls.
func (v *counterexample) calls() string {
	var names []string
	for _, call := range regexp.MustCompile(`\w+\(`).FindAllString(v.Client, -1) {
		names = append(names, strings.TrimSuffix(call, "("))
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ",")
}

func (v *counterexample) trace() *report.Trace {
	if len(v.Steps) == 0 {
		return nil
	}
	return &report.Trace{Why: v.Why, Goroutines: v.Goroutines, Steps: v.Steps, Replay: v.Replay}
}
