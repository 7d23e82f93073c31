//go:build explore

package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/flatmap-go/flatmap/linearizability/explore"
	"github.com/flatmap-go/flatmap/model/protocol/refine"
)

const built = true

// Executions allocate some kilobytes each and keep nothing, so collections of
// the few megabytes in use are rare with this.
const garbagePercent = 3000

// An explorer explores clients of one subject.
type explorer struct {
	subject  subject
	checker  checker
	events   []event
	follower *refine.Follower // nil if executions are not compared with the model
	coverage *explore.Coverage
	reached  int // Distinct of coverage, after the client before
	sleeping bool
}

// newExplorer returns an explorer of one kind of map, in which goroutines that
// wait for a chain's lock sleep or not.
func newExplorer(subject string, sleeping, refining bool) *explorer {
	flatmap.Sleep(sleeping)
	x := &explorer{subject: subjects[subject](), sleeping: sleeping}
	if refining {
		x.follower = refine.New()
	}
	return x
}

// program returns a client as the engine takes it.
func (x *explorer) program(c client, s *scenario) explore.Program[subject, result] {
	calls := c.refined()
	p := explore.Program[subject, result]{
		Setup: func() subject {
			x.subject.reset(s)
			if x.follower != nil {
				x.follower.Begin(x.subject, calls)
			}
			return x.subject
		},
		Check: func(m subject, history []explore.Op[result]) error {
			if x.follower != nil {
				if err := x.follow(c, history); err != nil {
					return err
				}
			}
			final, err := m.final()
			if err != nil {
				return err
			}
			return x.judge(c, s, history, &final)
		},
	}
	for _, ops := range c {
		var calls []explore.Call[subject, result]
		for _, o := range ops {
			calls = append(calls, explore.Call[subject, result]{
				Name: o.String(),
				Do:   func(m subject) result { return m.apply(o) },
			})
		}
		p.Goroutines = append(p.Goroutines, calls)
	}
	return p
}

// judge returns an error if a history is not linearizable.
func (x *explorer) judge(c client, s *scenario, history []explore.Op[result], final *content) error {
	x.events = x.events[:0]
	for i := range history {
		h := &history[i]
		x.events = append(x.events, event{c[h.Goroutine][h.Index], h.Result, h.Invoked, h.Returned})
	}
	if !x.checker.check(x.events, s.keys, s.initial(), final) {
		return errors.New("not linearizable:\n" + describe(x.events, s.initial(), final))
	}
	return nil
}

// A violation is a client that fails.
type violation struct {
	suite, subject, scenario string
	client                   client
	failure                  *explore.Failure
	sleeping                 bool
}

func (v *violation) Error() string {
	return fmt.Sprintf("%s, %s: %v\n%v\nagain: %s", v.subject, v.scenario, v.client, v.failure, v.again())
}

// again returns the command that makes the execution once more, unless a
// goroutine was parked in it.
func (v *violation) again() string {
	scenario, _, parked := strings.Cut(v.scenario, parkedAfter)
	if parked {
		return fmt.Sprintf("%s -suites %s -subject %s -scenario '%s'", commandLine, v.suite, v.subject, scenario)
	}
	flags := ""
	if v.sleeping {
		flags += " -sleeping"
	}
	if strings.HasPrefix(v.failure.Err.Error(), refine.ErrorPrefix) {
		flags += " -refine"
	}
	return fmt.Sprintf("%s -subject %s -scenario '%s' -client '%v'%s -replay %s", commandLine, v.subject, scenario, v.client, flags, v.failure.Replay)
}

func (v *violation) message() wire.Violation {
	m := wire.Violation{
		Suite: v.suite, Subject: v.subject, Scenario: v.scenario, Client: v.client.String(),
		Kind: v.failure.Kind.String(), Preemptions: v.failure.Preemptions, Fewest: v.failure.Fewest, Text: v.Error(),
		Why: v.failure.Err.Error(), Replay: v.failure.Replay,
	}
	for _, ops := range v.client {
		m.Calls += len(ops)
		m.Goroutines = append(m.Goroutines, client{ops}.String())
	}
	for _, s := range v.failure.Steps {
		for len(m.Goroutines) <= s.Goroutine { // those that the map has started
			m.Goroutines = append(m.Goroutines, "go")
		}
		m.Steps = append(m.Steps, wire.Step{Number: s.Number, Goroutine: s.Goroutine, Call: s.Call, Text: s.Text, Plain: s.Plain, Site: s.Site.String()})
	}
	return m
}

// explore explores one client: exhaustively, or up to a bound of preemptions if
// that is not negative. It returns no failure and false if ctx ended before that.
func (x *explorer) explore(ctx context.Context, c client, s *scenario, bound int, r *wire.Row) (failure *explore.Failure, done bool) {
	o := explore.Options{}
	if bound >= 0 {
		o = explore.Options{Search: explore.Bounded, Bound: bound}
	}
	report := x.search(ctx, x.program(c, s), o, r)
	if report.Exhausted {
		r.Clients++
		if bound < 0 {
			r.Exhausted++
		}
	}
	return report.Failure, report.Exhausted
}

// options returns o with what all executions need.
func (x *explorer) options(o explore.Options) explore.Options {
	o.Wrappers, o.Coverage = wrappers, x.coverage
	if x.follower != nil {
		o.EachAccess = x.follower.Access
	}
	return o
}

// noteActions adds to r which actions of the model were taken.
func (x *explorer) noteActions(r *wire.Row) {
	if x.follower != nil {
		r.Actions = x.follower.Taken()
	}
}

// search explores a program and adds what was done to r.
func (x *explorer) search(ctx context.Context, p explore.Program[subject, result], o explore.Options, r *wire.Row) *explore.Report {
	report := explore.Explore(ctx, p, x.options(o))
	r.Executions += report.Executions
	r.Redundant += report.Redundant
	r.MaxSteps = max(r.MaxSteps, report.MaxDepth)
	if x.follower != nil {
		r.Accesses = x.follower.Accesses
	}
	return report
}

// runSuites explores the clients of this shard. The error is a *violation; if
// ctx ends before the work does, the rows tell.
func runSuites(ctx context.Context, cfg config) (f findings, err error) {
	debug.SetGCPercent(garbagePercent)
	if cfg.single != nil {
		return runSingle(ctx, cfg)
	}
	var c *explore.Coverage
	if cfg.coverage {
		c = &explore.Coverage{}
	}
	for _, s := range cfg.suites {
		for _, name := range s.subjects {
			if cfg.refine && name == unmodelled {
				continue
			}
			x := newExplorer(name, s.sleeping, cfg.refine)
			if x.follower != nil && c != nil {
				x.follower.Coverage = &f.actions
			}
			if x.coverage = c; c != nil {
				x.reached = c.Distinct()
			}
			var r wire.Row
			var b []wire.Bound
			if special := specials[s.name]; special != nil {
				r, b, err = special(x, ctx, cfg, s, name)
			} else {
				if cfg.fewest {
					r, err = x.runBounds(ctx, cfg, s, name)
				}
				if err == nil {
					r, err = x.runSuite(ctx, cfg, s, name, cfg.bound)
				}
			}
			x.noteActions(&r)
			f.rows, f.bounds = append(f.rows, r), append(f.bounds, b...)
			if err != nil {
				return f, err
			}
		}
	}
	if c != nil {
		f.coverage, err = findCoverage(context.WithoutCancel(ctx), c)
	}
	return f, err
}

// specials are the suites that are no set of clients to explore.
var specials = map[string]func(*explorer, context.Context, config, suite, string) (wire.Row, []wire.Bound, error){
	"coverage":          (*explorer).showCoverage,
	"progress":          (*explorer).showProgress,
	"covers":            (*explorer).showCovers,
	"covers-shrinking":  (*explorer).showCovers,
	"attempts":          (*explorer).showAttempts,
	"attempts-resizing": (*explorer).showAttempts,
}

// runBounds explores all clients of a suite with few preemptions, from none
// on.
func (x *explorer) runBounds(ctx context.Context, cfg config, s suite, name string) (r wire.Row, err error) {
	for bound := 0; bound <= mostBounds && err == nil; bound++ {
		if r, err = x.runSuite(ctx, cfg, s, name, bound); err != nil {
			err.(*violation).failure.Fewest = true
		}
	}
	return r, err
}

// mostBounds is the largest number of preemptions that is worth a separate
// search to find the fewest.
const mostBounds = 3

func (x *explorer) runSuite(ctx context.Context, cfg config, s suite, name string, bound int) (r wire.Row, err error) {
	r = wire.Row{Suite: s.name, Subject: name, Bound: bound, Complete: true, Shard: cfg.shard.String()}
	w := watch{row: &r, progress: cfg.progress}
	w.begin()
	defer w.stop()
	number := 0
	for sc := range cfg.scenarios(s.inScenario) {
		more := s.each(sc, func(c client) bool {
			if number++; number%cfg.shard.Of != cfg.shard.Index {
				return true
			}
			failure, done := x.explore(ctx, c, sc, bound, &r)
			if failure != nil {
				err = &violation{s.name, name, sc.name, c, failure, x.sleeping}
				return false
			}
			r.Complete = done
			x.tellNews(cfg, name, sc, c)
			w.look()
			return done
		})
		if !more {
			break
		}
	}
	return r, err
}

// scenarios are those that are asked for and chosen.
func (cfg *config) scenarios(chosen func(*scenario) bool) iter.Seq[*scenario] {
	return func(yield func(*scenario) bool) {
		for i := range scenarios {
			sc := &scenarios[i]
			if chosen(sc) && (cfg.scenario == "" || cfg.scenario == sc.name) && !yield(sc) {
				return
			}
		}
	}
}

// A watch reports the progress of a row about every second.
type watch struct {
	row          *wire.Row
	start, shown time.Time
	processor    time.Duration // used before
	progress     func(wire.Row)
}

func (w *watch) begin() {
	w.start, w.processor = time.Now(), processorTime()
	w.shown = w.start
}

func (w *watch) look() {
	if now := time.Now(); now.Sub(w.shown) > time.Second {
		w.shown = now
		w.tell()
	}
}

func (w *watch) stop() { w.tell() }

func (w *watch) tell() {
	w.row.Seconds = time.Since(w.start).Seconds()
	w.row.Processor = (processorTime() - w.processor).Seconds()
	w.progress(*w.row)
}
