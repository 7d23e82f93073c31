//go:build explore

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// An end is how an execution of two goroutines with a call each ended.
type end struct {
	results [2]result
	final   content
}

// ends explores a client of two calls, and calls yield with every trace and its
// end. An error of yield is a failure.
func (x *explorer) ends(ctx context.Context, c client, sc *scenario, o explore.Options, r *wire.Row, yield func(explore.Trace, end) error) *explore.Report {
	p := x.program(c, sc)
	check := p.Check
	var trace explore.Trace
	o.EachTrace = func(t explore.Trace) { trace = t }
	p.Check = func(m subject, history []explore.Op[result]) error {
		if err := check(m, history); err != nil {
			return err
		}
		e := end{results: [2]result{history[0].Result, history[1].Result}}
		var err error
		if e.final, err = m.final(); err != nil {
			return err
		}
		return yield(trace, e)
	}
	return x.search(ctx, p, o, r)
}

// showCovers checks of every client with a call that others cover, and one more
// call, that each of its traces is one of the client with one of those others
// instead, with the result and the end that follow from it.
func (x *explorer) showCovers(ctx context.Context, cfg config, s suite, name string) (r wire.Row, _ []wire.Bound, err error) {
	r = wire.Row{Suite: s.name, Subject: name, Bound: unbounded, Complete: true, Shard: cfg.shard.String()}
	w := watch{row: &r, progress: cfg.progress}
	w.begin()
	defer w.stop()
	number := 0
	for sc := range cfg.scenarios(s.inScenario) {
		for key := range int8(sc.keys) {
			for _, other := range alphabet(sc.keys, nil) {
				if number++; number%cfg.shard.Of != cfg.shard.Index {
					continue
				}
				v := x.coversBeside(ctx, sc, key, other, name, &r)
				w.look()
				if v != nil {
					v.suite, v.subject, v.scenario = r.Suite, name, sc.name
					return r, nil, v
				}
				if ctx.Err() != nil {
					r.Complete = false
					return r, nil, nil
				}
			}
		}
	}
	return r, nil, nil
}

func (x *explorer) coversBeside(ctx context.Context, sc *scenario, key int8, other op, name string, r *wire.Row) *violation {
	other.value = 11
	traces := map[kind]map[explore.Trace]end{}
	tracesOf := func(k kind) (map[explore.Trace]end, *violation) {
		if traces[k] == nil {
			traces[k] = map[explore.Trace]end{}
			c := client{{op{kind: k, key: key, value: 10, old: initialValue(key)}}, {other}}
			report := x.ends(ctx, c, sc, explore.Options{}, r, func(t explore.Trace, e end) error {
				traces[k][t] = e
				return nil
			})
			if report.Failure != nil {
				return nil, &violation{client: c, failure: report.Failure}
			}
		}
		return traces[k], nil
	}
	for _, cover := range covers {
		for _, by := range cover.by {
			if _, v := tracesOf(by); v != nil {
				return v
			}
		}
		o := op{kind: cover.of, key: key, value: 10, old: initialValue(key)}
		c := client{{o}, {other}}
		report := x.ends(ctx, c, sc, explore.Options{}, r, func(t explore.Trace, e end) error {
			for _, by := range cover.by {
				is, ok := traces[by][t]
				if !ok {
					continue
				}
				if is.results[0], ok = instead(o, by, is.results[0]); ok && is == e {
					return nil
				}
			}
			if ctx.Err() != nil {
				return nil // not all traces of the others are known
			}
			return fmt.Errorf("no call that should cover %v has this trace with these results", o)
		})
		if report.Failure != nil {
			return &violation{client: c, failure: report.Failure}
		}
		if report.Exhausted {
			r.Clients++
			r.Exhausted++
		}
	}
	return nil
}

// enough is how many executions showAttempts makes of one client at most.
const enough = 100_000

// showAttempts checks that failed attempts change nothing but the length of
// calls: the results and the end of an execution that has some are those of one
// that has none. See explore.Retry. The clients are all pairs of calls, and those
// of the suite reuse. Of clients with very many executions it looks at the first
// ones.
func (x *explorer) showAttempts(ctx context.Context, cfg config, s suite, name string) (r wire.Row, _ []wire.Bound, err error) {
	r = wire.Row{Suite: s.name, Subject: name, Bound: unbounded, Complete: true, Shard: cfg.shard.String()}
	w := watch{row: &r, progress: cfg.progress}
	w.begin()
	defer w.stop()
	number := 0
	for sc := range cfg.scenarios(s.inScenario) {
		show := func(c client) bool {
			if s.must != nil && !s.must(c) {
				return true
			}
			if number++; number%cfg.shard.Of != cfg.shard.Index {
				return true
			}
			known := map[end]bool{}
			report := x.ends(ctx, c, sc, explore.Options{}, &r, func(_ explore.Trace, e end) error {
				known[e] = true
				return nil
			})
			if report.Failure == nil && report.Exhausted {
				report = x.ends(ctx, c, sc, explore.Options{AllAttempts: true, Executions: enough}, &r, func(_ explore.Trace, e end) error {
					if !known[e] {
						return errors.New("only with failed attempts does it end so")
					}
					return nil
				})
				r.Clients++
				if report.Exhausted {
					r.Exhausted++
				}
			}
			w.look()
			if report.Failure != nil {
				err = &violation{r.Suite, name, sc.name, c, report.Failure, x.sleeping}
			}
			r.Complete = ctx.Err() == nil
			return err == nil && r.Complete
		}
		if !clients([]int{1, 1}, alphabet(sc.keys, nil), sc.symmetric(), show) || !suiteNamed("reuse").each(sc, show) {
			break
		}
	}
	return r, nil, err
}
