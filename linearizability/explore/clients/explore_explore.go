//go:build explore

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

const built = true

// An explorer explores clients of one subject.
type explorer struct {
	subject subject
	checker checker
	events  []event
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
			x.events = x.events[:0]
			for _, h := range history {
				x.events = append(x.events, event{c[h.Goroutine][h.Index], h.Result, h.Invoked, h.Returned})
			}
			if !x.checker.check(x.events, s.keys, s.initial(), &final) {
				return errors.New("not linearizable:\n" + describe(x.events, s.initial(), &final))
			}
			return nil
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

// A violation is a client that fails.
type violation struct {
	subject, scenario string
	client            client
	failure           *explore.Failure
}

func (v *violation) Error() string {
	return fmt.Sprintf("%s, %s: %v\n%v", v.subject, v.scenario, v.client, v.failure)
}

// explore explores one client as far as its suite says.
func (x *explorer) explore(ctx context.Context, c client, s *scenario, bound int, r *row) (*explore.Failure, error) {
	o := explore.Options{Wrappers: wrappers}
	if bound >= 0 {
		o.Search, o.Bound = explore.Bounded, bound
	}
	report := explore.Explore(ctx, x.program(c, s), o)
	r.Executions += report.Executions
	r.MaxSteps = max(r.MaxSteps, report.MaxDepth)
	if report.Failure != nil {
		return report.Failure, nil
	}
	if !report.Exhausted {
		return nil, context.Cause(ctx)
	}
	r.Clients++
	return nil, nil
}

// wrappers are the map's files that only wrap the explorer's atomics.
var wrappers = []string{"sync_explore.go", "words.go"}

// runSuites explores the clients of this shard. The error is a *violation; if
// ctx ends before the work does, the rows tell.
func runSuites(ctx context.Context, cfg config) (rows []row, bounds []bound, err error) {
	for _, s := range cfg.suites {
		for _, name := range s.subjects {
			var r row
			var b []bound
			if s.shape == nil {
				r = row{Suite: s.name, Subject: name, Bound: s.bound, Complete: true}
				b, err = showProgress(ctx, name, cfg, &r)
				cfg.progress(r)
			} else {
				r, err = runSuite(ctx, cfg, s, name)
			}
			rows, bounds = append(rows, r), append(bounds, b...)
			if err != nil {
				return rows, bounds, err
			}
		}
	}
	return rows, bounds, nil
}

func runSuite(ctx context.Context, cfg config, s suite, name string) (r row, err error) {
	r = row{Suite: s.name, Subject: name, Bound: s.bound, Complete: true}
	x := &explorer{subject: subjects[name]()}
	start := time.Now()
	shown := start
	number := 0
	for i := range scenarios {
		sc := &scenarios[i]
		if (sc.resize != 0) != s.resizing {
			continue
		}
		clients(s.shape, alphabet(sc.keys, s.allowed), sc.symmetric(), func(c client) bool {
			number++
			if number%cfg.n != cfg.shard {
				return true
			}
			failure, cut := x.explore(ctx, c, sc, s.bound, &r)
			r.Seconds = time.Since(start).Seconds()
			if failure != nil {
				err = &violation{name, sc.name, c, failure}
			}
			if cut != nil {
				r.Complete = false
			}
			if time.Since(shown) > time.Second {
				shown = time.Now()
				cfg.progress(r)
			}
			return err == nil && cut == nil
		})
	}
	cfg.progress(r)
	return r, err
}
