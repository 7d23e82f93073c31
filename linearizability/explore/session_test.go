package explore

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability/explore/internal/tool"
)

// A fakeTB notes what a session reports.
type fakeTB struct {
	testing.TB
	errors, logs []string
	skipped      bool
}

func (f *fakeTB) Helper()                      {}
func (f *fakeTB) Name() string                 { return "TestIt" }
func (f *fakeTB) Errorf(s string, args ...any) { f.errors = append(f.errors, fmt.Sprintf(s, args...)) }
func (f *fakeTB) Error(args ...any)            { f.errors = append(f.errors, fmt.Sprint(args...)) }
func (f *fakeTB) Log(args ...any)              { f.logs = append(f.logs, fmt.Sprint(args...)) }
func (f *fakeTB) Logf(s string, args ...any)   { f.logs = append(f.logs, fmt.Sprintf(s, args...)) }
func (f *fakeTB) Skip(...any)                  { f.skipped = true }
func (f *fakeTB) SkipNow()                     { f.skipped = true }

// A sessionFor is a session of a binary that counts as rewritten.
func sessionFor(t *testing.T) (*session, *fakeTB) {
	tb := &fakeTB{TB: t}
	return &session{
		t: tb, rewritten: true, info: tool.Info{Races: true}, config: tool.Config{Bound: -1},
		ctx: t.Context(), begin: time.Now(),
	}, tb
}

// explored returns the report of the exploration of body.
func explored(t *testing.T, body func(*T)) *Report {
	s, tb := sessionFor(t)
	return exploreIn(s, testProgram(tb, body))
}

// The goal: every way in which a test can fail is found, and told apart.
func TestTest(t *testing.T) {
	for _, test := range []struct {
		name string
		body func(*T)
		kind FailureKind
		text string // empty if it passes
	}{
		{"nothing", func(*T) {}, 0, ""},
		{"all wait", func(x *T) {
			var wg WaitGroup
			var n Int64
			for range 3 {
				wg.Go(func() { n.Add(1) })
			}
			wg.Wait()
			require.EqualValues(x, 3, n.Load())
		}, 0, ""},
		{"a lost update", func(x *T) {
			var wg WaitGroup
			var n Int64
			for range 2 {
				wg.Go(func() { n.Store(n.Load() + 1) })
			}
			wg.Wait()
			require.EqualValues(x, 2, n.Load())
		}, Check, "expected: int(2)"},
		{"an error, and it goes on", func(x *T) {
			var n Int64
			Go(func() { n.Store(1) })
			if n.Load() == 1 {
				x.Errorf("n is %d", 1)
			}
			n.Load()
		}, Check, "n is 1"},
		{"an error in a goroutine", func(x *T) {
			Go(func() { x.Fatal("it", "fails") })
		}, Check, "it fails"},
		{"an error explains a deadlock", func(x *T) {
			var m Mutex
			m.Lock()
			x.Error("here")
			m.Lock()
		}, Check, "here"},
		{"a deadlock", func(x *T) {
			var a, b Mutex
			var wg WaitGroup
			wg.Go(func() { a.Lock(); b.Lock(); b.Unlock(); a.Unlock() })
			wg.Go(func() { b.Lock(); a.Lock(); a.Unlock(); b.Unlock() })
			wg.Wait()
		}, Deadlock, "; goroutine 1 waits in "},
		{"a leak", func(x *T) {
			var m Mutex
			m.Lock()
			Go(m.Lock)
		}, Leak, "goroutine 1 waits in x"},
		{"a panic", func(x *T) { Go(func() { panic("no") }) }, Panic, "no"},
		{"a cleanup that stops a goroutine", func(x *T) {
			var m Mutex
			m.Lock()
			x.Cleanup(m.Unlock)
			Go(m.Lock)
		}, 0, ""},
		{"a cleanup that fails", func(x *T) {
			x.Cleanup(func() { x.Error("too late") })
		}, Check, "too late"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := explored(t, test.body)
			if test.text == "" {
				require.Nil(t, r.Failure, "%v", r)
				require.True(t, r.Exhausted)
				return
			}
			require.NotNil(t, r.Failure)
			require.Equal(t, test.kind, r.Failure.Kind, "%v", r)
			require.ErrorContains(t, r.Failure, test.text)
		})
	}
}

// The goal: the report of a race names both places, and its table has only the two
// plain accesses that race.
func TestRaceReport(t *testing.T) {
	var n, other uint64
	r := explored(t, func(*T) {
		var wg WaitGroup
		wg.Go(func() {
			PlainWrite(addressOf(&other), 8)
			PlainWrite(addressOf(&n), 8)
		})
		PlainWrite(addressOf(&n), 8)
		wg.Wait()
	})
	require.NotNil(t, r.Failure)
	require.Equal(t, Race, r.Failure.Kind)
	require.Regexp(t, `the plain write of goroutine [01] at session_test.go:\d+ is not ordered with the plain write of goroutine [01] at session_test.go:\d+`,
		r.Failure.Error())
	shown := 0
	for _, s := range r.Failure.Steps {
		if s.Plain {
			shown++
		}
	}
	require.Equal(t, 2, shown, "%v", r.Failure)
}

// The goal: words are named as in the source.
func TestSourceNames(t *testing.T) {
	var list struct{ head, tail Uint64 }
	r := explored(t, func(x *T) {
		list.head.Store(1)
		if list.tail.Load() == 0 {
			x.Error("empty")
		}
	})
	head, tail := "list.head·0", "list.tail·1"
	if !filepath.IsAbs(r.Failure.Steps[0].Site.File) { // with -trimpath the source is not found
		head, tail = "x0", "x1"
	}
	require.ErrorContains(t, r.Failure, head+".Store(1)")
	require.ErrorContains(t, r.Failure, tail+".Load() = 0")
}

// The goal: what a session reports of an exploration to the test and to the command.
func TestFinish(t *testing.T) {
	s, tb := sessionFor(t)
	r := exploreIn(s, testProgram(tb, func(*T) { Go(func() {}); Unseen("a channel") }))
	s.finish(r)
	require.Empty(t, tb.errors)
	require.Contains(t, tb.logs[0], "exhausted")
	require.Contains(t, tb.logs[0], "not seen: a channel")

	s, tb = sessionFor(t)
	s.finish(exploreIn(s, testProgram(tb, func(*T) {})))
	require.Contains(t, tb.logs[0], "not seen: any access of TestIt")

	s, tb = sessionFor(t)
	s.finish(exploreIn(s, testProgram(tb, func(x *T) { x.Skip("not today") })))
	require.True(t, tb.skipped)
	require.Empty(t, tb.errors)

	failing := func(x *T) { x.Fatal("no") }
	s, tb = sessionFor(t)
	r = exploreIn(s, testProgram(tb, failing))
	s.finish(r)
	require.Contains(t, tb.errors[0], "no")
	replay := r.Failure.Replay

	s, tb = sessionFor(t)
	s.config.Replay = replay
	s.finish(exploreIn(s, testProgram(tb, failing)))
	require.Contains(t, tb.errors[0], replay)

	s, tb = sessionFor(t)
	s.config.Replay = replay
	s.finish(exploreIn(s, testProgram(tb, func(*T) {})))
	require.True(t, tb.skipped)

	s, tb = sessionFor(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.ctx = ctx
	s.finish(exploreIn(s, testProgram(tb, func(x *T) {
		var n Int64
		for range 200 {
			Go(func() { n.Add(1) })
		}
	})))
	require.Contains(t, strings.Join(append(tb.logs, tb.errors...), "\n"), "16 goroutines")
}

// The goal: without the command a body runs often, and its failures are reported.
func TestRepeat(t *testing.T) {
	s, tb := sessionFor(t)
	runs := 0
	s.repeat(func(*T) { runs++ })
	require.Greater(t, runs, 1)
	require.Contains(t, tb.logs[0], fmt.Sprint(runs, " runs"))
}

// The goal: the table of a test leaves out what goroutine 0 does alone, except for the
// steps of a race and those around.
func TestTableOfTest(t *testing.T) {
	r := explored(t, func(x *T) {
		var n, done Int64
		for range 20 {
			n.Add(1)
		}
		Go(func() {
			n.Add(100)
			done.Store(1)
		})
		for done.Load() == 0 {
			Yield()
		}
		for range 20 {
			n.Add(1)
		}
		x.Error("wrong")
	})
	table := r.Failure.Table()
	require.Contains(t, table, "setup: 20 steps")
	require.Regexp(t, `(?m)^21 +Go: goroutine 1`, table)
	require.Regexp(t, `\.\.\. +1[0-9] steps\n`, table)
	require.Less(t, strings.Count(table, "\n"), 20, table)
	require.Contains(t, table, fmt.Sprintf("\n%d ", len(r.Failure.Steps)))

	var before uint64
	r = explored(t, func(x *T) {
		var n Int64
		for range 5 {
			n.Add(1)
		}
		Go(func() { PlainWrite(addressOf(&before), 8) })
		PlainWrite(addressOf(&before), 8)
	})
	require.Equal(t, Race, r.Failure.Kind)
	table = r.Failure.Table()
	require.Equal(t, 2, strings.Count(table, "plain write"), table)
	require.Contains(t, table, "setup: 5 steps")
}

// The goal: everything that an exploration has not covered is a line of its report.
func TestNotes(t *testing.T) {
	for note, test := range map[string]struct {
		body func(*T)
		info tool.Info
	}{
		"not seen: example.com/m: assembly": {info: tool.Info{Races: true, Unseen: []tool.Unseen{{Package: "example.com/m", Reason: "assembly"}}}},
		"not seen: plain accesses, which":   {},
		"not seen: a channel":               {func(*T) { new(Int64).Load(); Unseen("a channel") }, tool.Info{Races: true}},
		"not seen: any access of TestIt":    {func(*T) {}, tool.Info{Races: true}},
		"taken to spin: the loop at session_test.go:": {func(*T) {
			var ready Int64
			Go(func() { ready.Store(1) })
			for range 5 {
				if ready.Load() == 1 {
					return
				}
			}
		}, tool.Info{Races: true}},
	} {
		if test.body == nil {
			test.body = func(*T) { new(Int64).Load() }
		}
		s, tb := sessionFor(t)
		s.info = test.info
		s.noteBuild()
		s.finish(exploreIn(s, testProgram(tb, test.body)))
		require.Contains(t, strings.Join(append(tb.logs, tb.errors...), "\n"), note)
		require.Len(t, s.notes, 1)
	}
}
