//go:build explore

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

const built = true

// An explorer explores clients of one subject.
type explorer struct {
	subject  subject
	checker  checker
	events   []event
	coverage *explore.Coverage
}

// program returns a client as the engine takes it.
func (x *explorer) program(c client, s *scenario) explore.Program[subject, result] {
	p := explore.Program[subject, result]{
		Setup: func() subject { x.subject.reset(s); return x.subject },
		Check: func(m subject, history []explore.Op[result]) error {
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
}

func (v *violation) Error() string {
	return fmt.Sprintf("%s, %s: %v\n%v", v.subject, v.scenario, v.client, v.failure)
}

func (v *violation) message() violationMessage {
	m := violationMessage{
		Suite: v.suite, Subject: v.subject, Scenario: v.scenario, Client: v.client.String(),
		Kind: v.failure.Kind.String(), Preemptions: v.failure.Preemptions, Fewest: v.failure.Fewest, Text: v.Error(),
		Why: v.failure.Err.Error(), Replay: v.failure.Replay,
	}
	for _, ops := range v.client {
		m.Calls += len(ops)
		m.Goroutines = append(m.Goroutines, client{ops}.String())
	}
	for _, s := range v.failure.Steps {
		m.Steps = append(m.Steps, stepMessage{s.Number, s.Goroutine, s.Call, s.Text, s.Plain, s.Site.String()})
	}
	return m
}

// explore explores one client as far as its suite says. It returns no failure
// and false if ctx ended before that.
func (x *explorer) explore(ctx context.Context, c client, s *scenario, u *suite, r *row) (failure *explore.Failure, done bool) {
	p := x.program(c, s)
	search := func(o explore.Options) *explore.Report {
		o.Wrappers, o.Coverage = wrappers, x.coverage
		report := explore.Explore(ctx, p, o)
		r.Executions += report.Executions
		r.Redundant += report.Redundant
		r.MaxSteps = max(r.MaxSteps, report.MaxDepth)
		return report
	}
	var report *explore.Report
	if u.limit != onlyBound {
		report = search(explore.Options{Executions: u.limit})
		if report.Exhausted {
			r.Exhausted++
		}
	}
	if report == nil || report.Failure == nil && !report.Exhausted && ctx.Err() == nil {
		report = search(explore.Options{Search: explore.Bounded, Bound: u.bound})
	}
	if report.Exhausted {
		r.Clients++
	}
	return report.Failure, report.Exhausted
}

// onlyBound is a suite's limit if no exhaustive exploration is to be tried.
const onlyBound = 1<<64 - 1

// wrappers are the map's files that only wrap the explorer's atomics.
var wrappers = []string{"sync_explore.go", "words.go"}

// runSuites explores the clients of this shard. The error is a *violation; if
// ctx ends before the work does, the rows tell.
func runSuites(ctx context.Context, cfg config) (rows []row, bounds []bound, coverage string, err error) {
	var c *explore.Coverage
	if cfg.coverage {
		c = &explore.Coverage{}
	}
	for _, s := range cfg.suites {
		for _, name := range s.subjects {
			x := &explorer{subject: subjects[name](), coverage: c}
			var r row
			var b []bound
			if s.shape == nil {
				r, b, err = x.showProgress(ctx, name, cfg)
			} else {
				if cfg.fewest {
					r, err = x.runBounds(ctx, cfg, s, name)
				}
				if err == nil {
					r, err = x.runSuite(ctx, cfg, s, name)
				}
			}
			rows, bounds = append(rows, r), append(bounds, b...)
			if err != nil {
				return rows, bounds, "", err
			}
		}
	}
	if c != nil {
		coverage, err = describeCoverage(context.WithoutCancel(ctx), c)
	}
	return rows, bounds, coverage, err
}

// runBounds explores all clients of a suite with few preemptions, from none
// on.
func (x *explorer) runBounds(ctx context.Context, cfg config, s suite, name string) (r row, err error) {
	s.limit = onlyBound
	for s.bound = 0; s.bound <= mostBounds && err == nil; s.bound++ {
		if r, err = x.runSuite(ctx, cfg, s, name); err != nil {
			err.(*violation).failure.Fewest = true
		}
	}
	return r, err
}

// mostBounds is the largest number of preemptions that is worth a search of
// its own.
const mostBounds = 3

func (x *explorer) runSuite(ctx context.Context, cfg config, s suite, name string) (r row, err error) {
	r = row{Suite: s.name, Subject: name, Bound: s.bound, Complete: true}
	start := time.Now()
	shown := start
	number := 0
	for i := range scenarios {
		sc := &scenarios[i]
		if (sc.resize != 0) != s.resizing || sc.pairs && !slices.Equal(s.shape, []int{1, 1}) || cfg.scenario != "" && cfg.scenario != sc.name {
			continue
		}
		more := clients(s.shape, alphabet(sc.keys, s.allowed), sc.symmetric(), func(c client) bool {
			if s.must != nil && !s.must(c) {
				return true
			}
			if number++; number%cfg.n != cfg.shard {
				return true
			}
			failure, done := x.explore(ctx, c, sc, &s, &r)
			r.Seconds = time.Since(start).Seconds()
			if failure != nil {
				err = &violation{s.name, name, sc.name, c, failure}
				return false
			}
			r.Complete = done
			if time.Since(shown) > time.Second {
				shown = time.Now()
				cfg.progress(r)
			}
			return done
		})
		if !more {
			break
		}
	}
	cfg.progress(r)
	return r, err
}
