package explore

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/flatmap-go/flatmap/linearizability/explore/internal/self"
)

// Explore makes executions of p, as o says, until one fails, all are made, or ctx is
// done. It returns what it found, and explains a failure in full.
//
// Explorations in one process run one at a time: a second one waits, at most until
// ctx is done. Explore panics if p or o is not valid.
//
//go:norace
func Explore[S, R any](ctx context.Context, p Program[S, R], o Options) *Report {
	p.validate()
	o.setDefaults()
	if !await(ctx.Done()) {
		return &Report{}
	}
	defer func() { <-exploring }()
	e := takeEngine(len(p.Goroutines))
	defer e.release()
	setProgram(e, &p, &o)
	x := &exploration{e: e, o: &o, ctx: ctx, report: &Report{}, begin: time.Now()}
	x.run()
	if f := x.report.Failure; f != nil {
		e.explain(f)
	}
	x.report.Spins, x.report.Unseen = e.loops.list(), e.unseen
	if x.report.Executions > 0 && x.report.Failure == nil {
		x.report.Silent = e.client.silent()
	}
	x.report.Elapsed = time.Since(x.begin)
	return x.report
}

// Replay makes the execution of p that replay describes, the Replay string of a
// [Failure] of an earlier exploration, and returns its failure. It returns an error
// if the string is corrupt or does not fit p, or if the execution does not fail as it
// did then. Of o, only MaxSteps, Wrappers and EachAccess matter.
//
//go:norace
func Replay[S, R any](p Program[S, R], replay string, o Options) (*Failure, error) {
	p.validate()
	o.setDefaults()
	kind, n, schedule, err := decodeReplay(replay)
	if err != nil {
		return nil, err
	}
	if n != len(p.Goroutines) {
		return nil, fmt.Errorf("explore: replay string %q is for %d goroutines, but the program has %d",
			replay, n, len(p.Goroutines))
	}
	if kind == Livelock {
		o.MaxSteps = len(schedule)
	}
	await(nil)
	defer func() { <-exploring }()
	e := takeEngine(n)
	defer e.release()
	setProgram(e, &p, &o)
	f, err := e.retrace(schedule)
	switch {
	case err != nil:
		return nil, fmt.Errorf("explore: replay string %q does not fit the program: %w", replay, err)
	case f.Kind != kind:
		return nil, fmt.Errorf("explore: replay string %q is of a failure of kind %v, but the execution now fails with: %w", replay, kind, f)
	}
	return f, nil
}

// await waits for the exploration in progress, if there is one, and begins another.
// It reports false if done comes first.
func await(done <-chan struct{}) bool {
	select {
	case exploring <- struct{}{}:
		return true
	default: // if both are possible, the exploration begins
	}
	select {
	case exploring <- struct{}{}:
		return true
	case <-done:
		return false
	}
}

// spare is an engine that can be used again, with all its memory. exploring guards
// it.
var spare *engine

func takeEngine(n int) *engine {
	e := spare
	if spare = nil; e == nil {
		e = &engine{}
	}
	e.given, e.n = n, n
	alone.Store(self.Goroutine() | 1)
	current.Store(e)
	e.startWorkers()
	return e
}

// release ends the coroutines and drops references to the program's memory.
func (e *engine) release() {
	e.stopWorkers()
	clear(e.locations[:cap(e.locations)])
	for i := range e.plainWords[:cap(e.plainWords)] {
		e.plainWords[:cap(e.plainWords)][i].pin = nil
	}
	e.client, e.strategy, e.coverage, e.failure, e.eachTrace = nil, nil, nil, nil, nil
	e.observer = observer{}
	e.trace = tracer{}
	e.sites = nil
	e.pending = [MaxGoroutines]pending{}
	clear(e.bodies[:])
	alone.Store(0)
	spare = e
}

//go:norace
func setProgram[S, R any](e *engine, p *Program[S, R], o *Options) {
	e.client = newClient(e, p)
	e.maxSteps = o.MaxSteps
	e.ignoreRealTime, e.allowDeadlock = p.IgnoreRealTime, p.AllowDeadlock
	e.parkAfter = [MaxGoroutines]uint32{}
	for g, steps := range p.Park {
		if steps > 0 {
			e.parkAfter[g] = uint32(steps)
		}
	}
	e.wrappers = o.Wrappers
	e.spinAfter, e.loops, e.unseen = o.SpinAfter, loopTable{}, nil
	e.sourceNames = o.sourceNames
	e.allAttempts, e.eachTrace, e.observer.each = o.AllAttempts, o.EachTrace, o.EachAccess
	if e.coverage = o.Coverage; e.coverage != nil {
		e.coverage.start()
		e.sites = &e.coverage.sites
	}
}

// An exploration is a call of Explore.
type exploration struct {
	e      *engine
	o      *Options
	ctx    context.Context
	report *Report
	begin  time.Time
	spoken time.Time // of the last call of Progress
	bound  int
}

func (x *exploration) run() {
	o := x.o
	switch o.Search {
	case Bounded:
		if o.Shard == 0 {
			x.report.Exhausted = x.bounded(o.Bound, 0)
			if f := x.report.Failure; f != nil {
				f.Fewest = f.Preemptions == 0
			}
		} else {
			x.report.Exhausted = true
		}
	case Iterative:
		x.iterative()
	case PCT, Random, POS, SURW:
		x.sample(x.sampler(o.Search), o.Executions)
	default:
		x.report.Exhausted = x.exhaustive(0)
		x.fewest(-1, math.MaxInt)
	}
}

// iterative makes all executions if they are few. If not, it makes those within one
// bound after the other, before each as many random ones as it has made others, and
// then all.
func (x *exploration) iterative() {
	const few = 1000
	o, r := x.o, x.report
	if r.Exhausted = x.exhaustive(few); r.Exhausted || r.Failure != nil {
		x.fewest(-1, math.MaxInt)
		return
	}
	s := x.sampler(SURW)
	others := r.Executions + r.Redundant
	for k := 0; !x.full(); k++ {
		if !x.sample(s, others) {
			x.fewest(k-1, o.Bound)
			return
		}
		if k > o.Bound {
			r.Exhausted = x.exhaustive(0)
			x.fewest(o.Bound, o.Bound)
			return
		}
		if k%o.Shards != o.Shard {
			continue
		}
		before := r.Executions + r.Redundant
		if !x.bounded(k, 0) {
			if f := r.Failure; f != nil {
				f.Fewest = o.Shards == 1
			}
			return
		}
		others += r.Executions + r.Redundant - before
	}
}

func (x *exploration) sampler(search Search) *random {
	o := x.o
	return &random{search: search, changes: o.Bound, seed: o.Seed, index: uint64(o.Shard), shards: uint64(o.Shards)}
}

// sample makes the executions of s that come before number executions and were not made.
func (x *exploration) sample(s *random, executions uint64) bool {
	s.executions = executions
	return s.index >= executions || x.pass(s, s.search, -1, 0)
}

// exhaustive reports whether all executions were made and were right. It makes at most
// limit executions if that is not 0.
func (x *exploration) exhaustive(limit uint64) bool {
	o := x.o
	x.e.reversing = true
	defer func() { x.e.reversing = false }()
	return x.pass(&dpor{shard: o.Shard, shards: o.Shards, splitDepth: o.SplitDepth}, Exhaustive, -1, limit)
}

// bounded reports whether all executions within the bound were made and were right.
// It makes at most limit executions if that is not 0.
func (x *exploration) bounded(bound int, limit uint64) bool {
	x.e.hashing = true
	defer func() { x.e.hashing = false }()
	return x.pass(&bounded{bound: bound}, Bounded, bound, limit)
}

// fewest looks for a failure with fewer preemptions than the one that was found, but
// more than those up to which there are none. It makes all executions of the bounds up
// to most, unless those of one bound are too many.
func (x *exploration) fewest(none, most int) {
	const enough = 200_000
	f := x.report.Failure
	if f == nil || f.Kind == Nondeterminism {
		return
	}
	if x.o.Shards > 1 { // others make those of lower bounds
		none = -1
	}
	f = x.reduce(f)
	for k := none + 1; k < f.Preemptions; k++ {
		x.report.Failure = nil
		ok := k <= most && x.bounded(k, enough)
		if x.report.Failure != nil {
			x.report.Failure.Fewest = true
			return
		}
		if !ok {
			x.report.Failure = f
			return
		}
	}
	x.report.Failure = f
	f.Fewest = true
}

// reduce returns the failure of an execution with fewer preemptions than that of f, if it
// finds one: in turn, each goroutine that was interrupted makes the steps before that as
// late as those after it. It gives up after so many steps.
func (x *exploration) reduce(f *Failure) *Failure {
	const enough = 20_000_000
	e := x.e
	steps := 0
	fails := func(parts ...[]uint8) bool {
		if steps > enough || x.ctx.Err() != nil {
			return false
		}
		e.strategy = &script{schedule: slices.Concat(parts...), goOn: true}
		end := e.execute()
		steps += e.depth
		if end != failed || e.preemptions() >= f.Preemptions {
			return false
		}
		f = e.failure
		f.Preemptions, f.schedule = e.preemptions(), e.schedule()
		return true
	}
	for reduced := f.Kind != Livelock; reduced; {
		reduced = false
		for i := 1; i < len(f.schedule); i++ {
			s := f.schedule
			g := s[i-1]
			next := slices.Index(s[i:], g) + i // where g goes on
			if next <= i {
				continue
			}
			begin := i - 1
			for begin > 0 && s[begin-1] == g {
				begin--
			}
			if fails(s[:begin], s[i:next], s[begin:i], s[next:]) {
				reduced = true
				i--
			}
		}
	}
	return f
}

// full reports whether enough executions were made.
func (x *exploration) full() bool {
	return x.o.Executions != 0 && x.report.Executions+x.report.Redundant >= x.o.Executions
}

// pass makes the executions that s wants. It reports whether it made all of them and
// all were right.
func (x *exploration) pass(s strategy, search Search, bound int, limit uint64) bool {
	e, r := x.e, x.report
	x.bound = bound
	r.Passes = append(r.Passes, Pass{Search: search, Bound: bound})
	p := &r.Passes[len(r.Passes)-1]
	begin := time.Now()
	defer func() { p.Elapsed = time.Since(begin) }()
	e.strategy = s
	unchecked := 0 // steps since the clock was last read
	for {
		end := e.execute()
		r.Steps += uint64(e.depth)
		r.MaxDepth = max(r.MaxDepth, e.depth)
		switch end {
		case failed:
			r.Failure = e.failure
			r.Failure.Preemptions = e.preemptions()
			r.Failure.schedule = e.schedule()
			return false
		case complete, stuck:
			r.Executions++
			p.Executions++
		default:
			r.Redundant++
			p.Redundant++
		}
		if unchecked += e.depth + 32; unchecked > 4096 {
			unchecked = 0
			if x.ctx.Err() != nil {
				return false
			}
			x.progress()
		}
		if !s.advance(e) {
			p.Exhausted = true
			return true
		}
		if limit != 0 && p.Executions+p.Redundant >= limit || !x.o.Search.random() && x.full() {
			return false
		}
	}
}

func (x *exploration) progress() {
	if x.o.Progress == nil {
		return
	}
	now := time.Now()
	if x.spoken.IsZero() {
		x.spoken = x.begin
	}
	if now.Sub(x.spoken) < x.o.ProgressEvery {
		return
	}
	x.spoken = now
	r := x.report
	x.o.Progress(Progress{
		Executions: r.Executions, Redundant: r.Redundant, Steps: r.Steps,
		Depth: x.e.depth, Bound: x.bound, Elapsed: now.Sub(x.begin),
	})
}
