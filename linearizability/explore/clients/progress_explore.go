//go:build explore

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// showProgress parks every kind of operation at every step of it, and lets a
// Load of each key run at every moment before and after. It returns a
// *violation if a Load does not finish, or returns what it should not.
func showProgress(ctx context.Context, name string, cfg config, r *row) (bounds []bound, err error) {
	x := &explorer{subject: subjects[name]()}
	start := time.Now()
	number := 0
	for k := range kinds {
		b := bound{Subject: name, Parked: kindNames[k]}
		for i := range scenarios {
			sc := &scenarios[i]
			for _, o := range alphabet(sc.keys, func(other kind) bool { return other == k }) {
				o.value = 10
				for key := range int8(sc.keys) {
					if number++; number%cfg.n != cfg.shard {
						continue
					}
					c := client{{o}, {op{kind: load, key: key}}}
					if err := x.parkEverywhere(ctx, c, sc, &b, r); err != nil {
						r.Seconds = time.Since(start).Seconds()
						return append(bounds, b), err
					}
				}
			}
		}
		bounds = append(bounds, b)
		r.Seconds = time.Since(start).Seconds()
	}
	return bounds, nil
}

// parkEverywhere explores a client whose first goroutine is parked after 1, 2,
// ... steps, until it gets to its end.
func (x *explorer) parkEverywhere(ctx context.Context, c client, sc *scenario, b *bound, r *row) error {
	for steps := 1; ; steps++ {
		finished := true
		p := x.program(c, sc)
		p.Park = []int{steps}
		p.Check = func(m subject, history []explore.Op[result]) error {
			x.events = x.events[:0]
			for _, h := range history {
				x.events = append(x.events, event{c[h.Goroutine][h.Index], h.Result, h.Invoked, h.Returned})
			}
			if history[0].Returned == 0 {
				finished = false
			}
			if history[1].Returned == 0 {
				return errors.New("the Load has not returned")
			}
			b.LoadMost = max(b.LoadMost, history[1].Steps)
			if !x.checker.check(x.events, sc.keys, sc.initial(), nil) {
				return errors.New("not linearizable:\n" + describe(x.events, sc.initial(), nil))
			}
			return nil
		}
		report := explore.Explore(ctx, p, explore.Options{Wrappers: wrappers})
		r.Executions += report.Executions
		r.MaxSteps = max(r.MaxSteps, report.MaxDepth)
		if report.Failure != nil {
			return &violation{b.Subject, fmt.Sprintf("%s, parked after %d steps", sc.name, steps), c, report.Failure}
		}
		if !report.Exhausted {
			r.Complete = false
			return nil
		}
		if finished {
			r.Clients++
			return nil
		}
		b.Steps++
	}
}
