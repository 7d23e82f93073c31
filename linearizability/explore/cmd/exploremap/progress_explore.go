//go:build explore

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// parkedAfter is in the name of a scenario in which a goroutine was parked.
const parkedAfter = ", parked after"

// showProgress parks every kind of operation at every step of it, and lets a
// Load of each key run at every moment before and after. It returns a
// *violation if a Load does not finish, or returns what it should not.
func (x *explorer) showProgress(ctx context.Context, cfg config, s suite, name string) (r wire.Row, bounds []wire.Bound, err error) {
	r = wire.Row{Suite: s.name, Subject: name, Bound: unbounded, Complete: true, Shard: cfg.shard.String()}
	w := watch{row: &r, progress: cfg.progress}
	w.begin()
	defer w.stop()
	number := 0
	for k := range kinds {
		b := wire.Bound{Subject: name, Parked: kindNames[k]}
		for sc := range cfg.scenarios(s.inScenario) {
			for _, o := range alphabet(sc.keys, among(k)) {
				o.value = 10
				for key := range int8(sc.keys) {
					if number++; number%cfg.shard.Of != cfg.shard.Index {
						continue
					}
					c := client{{o}, {op{kind: load, key: key}}}
					err := x.parkEverywhere(ctx, c, sc, &b, &r)
					w.look()
					if err != nil || !r.Complete {
						return r, append(bounds, b), err
					}
				}
			}
		}
		bounds = append(bounds, b)
	}
	return r, bounds, nil
}

// parkEverywhere explores a client whose first goroutine is parked after 1, 2,
// ... steps, until it gets to its end.
func (x *explorer) parkEverywhere(ctx context.Context, c client, sc *scenario, b *wire.Bound, r *wire.Row) error {
	for steps := 1; ; steps++ {
		finished := true
		p := x.program(c, sc)
		p.Park = []int{steps}
		p.Check = func(m subject, history []explore.Op[result]) error {
			if history[0].Returned == 0 {
				finished = false
			}
			if history[1].Returned == 0 {
				return errors.New("the Load has not returned")
			}
			b.LoadMost = max(b.LoadMost, history[1].Steps)
			return x.judge(c, sc, history, nil)
		}
		report := x.search(ctx, p, explore.Options{AllAttempts: true}, r)
		if report.Failure != nil {
			return &violation{r.Suite, b.Subject, fmt.Sprintf("%s%s %d steps", sc.name, parkedAfter, steps), c, report.Failure, x.sleeping}
		}
		if !report.Exhausted {
			r.Complete = false
			return nil
		}
		if finished {
			r.Clients++
			r.Exhausted++
			return nil
		}
		b.Steps++
	}
}
