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

// A tally counts what was explored.
type tally struct {
	Clients    uint64
	Executions uint64
	Redundant  uint64
	MaxSteps   int
	Elapsed    time.Duration
}

// explore exhausts one client.
func (x *explorer) explore(ctx context.Context, c client, s *scenario, t *tally) (*explore.Failure, error) {
	r := explore.Explore(ctx, x.program(c, s), explore.Options{Wrappers: wrappers})
	t.Executions += r.Executions
	t.Redundant += r.Redundant
	t.MaxSteps = max(t.MaxSteps, r.MaxDepth)
	if r.Failure != nil {
		return r.Failure, nil
	}
	if !r.Exhausted {
		return nil, context.Cause(ctx)
	}
	t.Clients++
	return nil, nil
}

// wrappers are the map's files that only wrap the explorer's atomics.
var wrappers = []string{"sync_explore.go", "words.go"}
