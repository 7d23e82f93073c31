package main

import (
	"context"
	"encoding/json"
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
)

const clientsPackage = modulePath + "/linearizability/explore/cmd/exploremap"

// An exploreRow is what the clients command says of one suite on one kind of map.
type exploreRow struct {
	Suite      string  `json:"suite"`
	Subject    string  `json:"subject"`
	Clients    int     `json:"clients"`
	Exhausted  int     `json:"exhausted"`
	Executions int     `json:"executions"`
	Redundant  int     `json:"redundant"`
	MaxSteps   int     `json:"max_steps"`
	Seconds    float64 `json:"seconds"`
	Complete   bool    `json:"complete"`
}

// An exploreMessage is a line of its output.
type exploreMessage struct {
	Row    *exploreRow
	Rows   []exploreRow
	Bounds []struct {
		Subject  string
		Parked   string
		Steps    int
		LoadMost int `json:"load_most"`
	}
	Violation *exploreViolation
}

// An exploreViolation is a counterexample.
type exploreViolation struct {
	Suite, Subject, Scenario, Client, Why, Text, Replay string
	Goroutines                                          []string
	Steps                                               []report.Step
}

// verifyExplore runs the clients command, which has to be built with a tag of
// its own, in as many processes as there are cores. The suites that take
// minutes come first, and what time is left goes to the long ones.
func verifyExplore(ctx context.Context, t *task) error {
	start := time.Now()
	p, err := build(ctx, "", "build", "-tags", "explore", clientsPackage)
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
	task *task

	mu         sync.Mutex
	parts      []map[[2]string]exploreRow // of each process, by suite and kind of map
	order      [][2]string
	executions int
	violation  *exploreViolation
}

// run runs the command in several processes. The error is a violation, or of
// what could not be done.
func (e *exploration) run(ctx context.Context, p *program, args []string) error {
	processes := runtime.GOMAXPROCS(0)
	first := len(e.parts)
	errs := make([]error, processes)
	var running sync.WaitGroup
	for range processes {
		e.parts = append(e.parts, map[[2]string]exploreRow{})
	}
	for i := range processes {
		shard := e.task.shard.Part(i, processes)
		c := command(ctx, p.root, p.binary, append([]string{"-json", "-shard", shard.String()}, args...)...)
		running.Go(func() {
			status, stderr, err := lines(c, func(line []byte) error { return e.take(first+i, line) })
			if err == nil && status != 0 && (status != cli.StatusViolation || e.found() == nil) {
				err = fmt.Errorf("%s\nexit status %d", stderr, status)
			}
			errs[i] = err
		})
	}
	running.Wait()
	if v := e.found(); v != nil {
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

func (e *exploration) found() *exploreViolation {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.violation
}

// take takes in a line of output of one process.
func (e *exploration) take(part int, line []byte) error {
	var m exploreMessage
	if err := json.Unmarshal(line, &m); err != nil {
		return fmt.Errorf("output %q: %w", line, err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if m.Violation != nil {
		e.violation = m.Violation
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
	if len(m.Bounds) > 0 {
		bounds := boundsTable
		for _, b := range m.Bounds {
			bounds.Add(b.Subject, b.Parked, b.Steps, b.LoadMost)
		}
		e.task.extend(bounds)
	}
	return nil
}

// publish says what is done so far.
func (e *exploration) publish(now string) {
	table := suitesTable
	clients, exhausted := 0, 0
	e.executions = 0
	for _, id := range e.order {
		var sum exploreRow
		cut := 0
		for _, rows := range e.parts {
			r, ok := rows[id]
			if !ok {
				continue
			}
			sum.Clients += r.Clients
			sum.Exhausted += r.Exhausted
			sum.Executions += r.Executions
			sum.Redundant += r.Redundant
			sum.MaxSteps = max(sum.MaxSteps, r.MaxSteps)
			sum.Seconds += r.Seconds
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
	e.task.count("executions", e.executions)
	e.task.count("clients", clients)
	e.task.count("clients exhausted", exhausted)
	e.task.table(table)
}

// violation returns the counterexample, with the fewest preemptions if a
// minute is enough to find it: the first one that is found need not have them.
func (v *exploreViolation) violation(ctx context.Context, p *program) error {
	scenario, _, parked := strings.Cut(v.Scenario, ", parked")
	args := []string{"-suites", v.Suite, "-subject", v.Subject, "-scenario", scenario}
	if !parked {
		args = append(args, "-calls", v.calls(), "-fewest")
		c := command(ctx, p.root, p.binary, append([]string{"-json", "-budget", "1m"}, args...)...)
		lines(c, func(line []byte) error {
			var m exploreMessage
			if json.Unmarshal(line, &m) == nil && m.Violation != nil {
				v = m.Violation
			}
			return nil
		})
	}
	wrong, _, _ := strings.Cut(v.Why, "\n")
	return &violation{
		Title:  fmt.Sprintf("%s: %s, on %s, %s", strings.TrimSuffix(wrong, ":"), v.Client, v.Subject, v.Scenario),
		Text:   v.Text,
		Trace:  v.trace(),
		Repeat: "go run -tags explore ./linearizability/explore/cmd/exploremap " + cli.Quoted(args),
	}
}

// calls returns the methods that the client calls.
func (v *exploreViolation) calls() string {
	var names []string
	for _, call := range regexp.MustCompile(`\w+\(`).FindAllString(v.Client, -1) {
		names = append(names, strings.TrimSuffix(call, "("))
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ",")
}

func (v *exploreViolation) trace() *report.Trace {
	if len(v.Steps) == 0 {
		return nil
	}
	return &report.Trace{Why: v.Why, Goroutines: v.Goroutines, Steps: v.Steps, Replay: v.Replay}
}
