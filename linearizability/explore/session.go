package explore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flatmap-go/flatmap/linearizability/explore/internal/tool"
)

// A session is what a call of [Test] or [Map] does of one test, as the command wants
// it.
type session struct {
	t         testing.TB
	rewritten bool
	info      tool.Info
	config    tool.Config
	ctx       context.Context
	begin     time.Time

	before Report // of the programs that were explored already
	notes  []string
}

const (
	defaultTime  = time.Minute
	defaultBound = 2 // the last one that is tried before all executions
	defaultSpin  = 2
)

func newSession(t testing.TB) *session {
	t.Helper()
	s := &session{t: t, begin: time.Now()}
	s.info, s.rewritten = tool.Binary()
	var err error
	if s.config, err = tool.Environment(); err != nil {
		t.Fatal(err)
	}
	if s.config.Time == 0 {
		s.config.Time = defaultTime
	}
	var cancel func()
	s.ctx, cancel = context.WithTimeout(context.Background(), s.config.Time)
	t.Cleanup(cancel)
	s.noteBuild()
	return s
}

// noteBuild notes what is not seen because of how the binary was built.
func (s *session) noteBuild() {
	for _, u := range s.info.Unseen {
		s.note("not seen: %v", u)
	}
	if s.rewritten && !s.info.Races {
		s.note("not seen: plain accesses, which the compiler does not announce: with -races=false, and on platforms on which it cannot")
	}
}

// note adds a note once.
func (s *session) note(format string, args ...any) {
	if n := fmt.Sprintf(format, args...); !slices.Contains(s.notes, n) {
		s.notes = append(s.notes, n)
	}
}

// options returns how programs are explored.
func (s *session) options() Options {
	c := &s.config
	o := Options{
		Search: Iterative, Bound: defaultBound,
		Seed: c.Seed, Executions: c.Executions, SpinAfter: c.Spin,
		sourceNames: true,
		Progress:    func(p Progress) { s.progress(p) },
	}
	if o.SpinAfter == 0 {
		o.SpinAfter = defaultSpin
	}
	switch {
	case c.Random:
		o.Search = SURW
	case c.Bound >= 0:
		o.Search, o.Bound = Bounded, c.Bound
	}
	return o
}

// exploreIn explores p, or replays the execution that the command asks for.
//
//go:norace
func exploreIn[S, R any](s *session, p Program[S, R]) *Report {
	if s.config.Replay != "" {
		f, err := Replay(p, s.config.Replay, s.options())
		if err != nil {
			s.t.Log(err)
			return &Report{}
		}
		return &Report{Failure: f}
	}
	s.write(tool.Running, &Report{})
	r := watch(func() *Report { return Explore(s.ctx, p, s.options()) })
	s.gather(r)
	for _, call := range r.Silent {
		s.note("not seen: any access of %s", call)
	}
	return r
}

// gather notes what r says was not explored.
func (s *session) gather(r *Report) {
	for _, loop := range r.Spins {
		s.note("taken to spin: the loop at %v (if it gives up after some rounds, not all of that is explored)", loop.Site)
	}
	for _, what := range r.Unseen {
		s.note("not seen: %s", what)
	}
}

// progress reports what has been done so far.
func (s *session) progress(p Progress) {
	s.write(tool.Running, &Report{Executions: p.Executions, Redundant: p.Redundant})
	if s.config.Progress {
		fmt.Printf("%s: %v\n", s.t.Name(), p)
	}
}

// write reports r, and what was explored before it, to the command.
func (s *session) write(state string, r *Report) {
	v := tool.Verdict{
		Test: s.t.Name(), State: state,
		Exhausted:  state == tool.Done && r.Exhausted && s.searchesAll(),
		Failed:     r.Failure != nil,
		Replayed:   r.Failure != nil && s.config.Replay != "",
		Executions: s.before.Executions + r.Executions,
		Redundant:  s.before.Redundant + r.Redundant,
		Elapsed:    time.Since(s.begin),
		Notes:      s.notes,
	}
	if r.Failure != nil {
		v.Replay = r.Failure.Replay
	}
	if n := len(r.Passes); n > 0 {
		switch p := r.Passes[n-1]; {
		case p.Bound >= 0:
			v.Search = fmt.Sprintf("at most %d preemptions", p.Bound)
		case p.Search.random():
			v.Search = "at random"
		}
	}
	if err := tool.Write(v); err != nil {
		s.t.Error(err)
	}
}

// searchesAll reports whether the search, if it is exhausted, has made all executions.
func (s *session) searchesAll() bool { return !s.config.Random && s.config.Bound < 0 }

// finish reports the outcome.
func (s *session) finish(r *Report) {
	s.t.Helper()
	if f := r.Failure; f != nil && errors.Is(f.Err, errSkipped) {
		s.write(tool.Done, &Report{Exhausted: true})
		s.t.SkipNow()
		return
	}
	s.write(tool.Done, r)
	switch {
	case s.config.Replay != "" && r.Failure == nil:
		s.t.Skip("explore: the replay string is not of this test")
	case r.Failure != nil:
		s.t.Errorf("%v%s", r, s.noted())
	default:
		s.t.Logf("%v%s", r, s.noted())
	}
}

// noted returns the notes as lines.
func (s *session) noted() string {
	var b strings.Builder
	for _, n := range s.notes {
		b.WriteString("\n" + n)
	}
	return b.String()
}

// How often, and for how long, a body runs without the command.
const (
	realRuns = 1000
	runTime  = time.Second
)

// repeat runs body with the scheduler of the runtime.
func (s *session) repeat(body func(*T)) {
	s.t.Helper()
	runs := s.config.Executions
	if runs == 0 {
		runs = realRuns
	}
	for i := range runs {
		x := &T{TB: s.t}
		done := make(chan any)
		go func() {
			ended := false
			defer func() {
				if p := recover(); p != nil || !ended {
					done <- p
				}
				close(done)
			}()
			x.run(body)
			ended = true
		}()
		if p := <-done; p != nil {
			panic(p)
		}
		for _, line := range x.logs {
			s.t.Log(line)
		}
		if x.skipped {
			s.t.SkipNow()
		}
		if err := x.err(); err != nil {
			s.t.Fatalf("explore: run %d: %v", i+1, err)
		}
		if time.Since(s.begin) > runTime {
			runs = i + 1
			break
		}
	}
	s.t.Logf("explore: %d runs; for all interleavings, use go tool explore test", runs)
}
