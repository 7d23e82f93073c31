package explore_test

import (
	"context"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// needle is a program that fails in a few of many executions.
func needle() program {
	read := do(func(w *words) string { return fmt.Sprint(w.x.Load(), w.y.Load(), w.x.Load(), w.y.Load()) })
	return program{
		Setup: newWords,
		Goroutines: [][]call{
			do(func(w *words) string { w.x.Store(1); w.x.Store(2); w.x.Store(3); return "" }),
			do(func(w *words) string { w.y.Store(1); w.y.Store(2); w.y.Store(3); return "" }),
			read,
		},
		Check: func(_ *words, h history) error {
			if strings.HasPrefix(h[2].Result, "1 1 2") {
				return fmt.Errorf("found")
			}
			return nil
		},
	}
}

func TestRandomSearches(t *testing.T) {
	for _, o := range []explore.Options{
		{Search: explore.Random, Executions: 50_000},
		{Search: explore.PCT, Bound: 4, Executions: 50_000},
		{Search: explore.POS, Executions: 50_000},
		{Search: explore.SURW, Executions: 50_000},
	} {
		f := failure(t, needle(), o)
		require.False(t, f.Fewest)
		again, err := explore.Replay(needle(), f.Replay, explore.Options{})
		require.NoError(t, err)
		require.Equal(t, f.Table(), again.Table())

		// Another seed makes other executions; the same seed makes the same.
		require.Equal(t, f.Replay, failure(t, needle(), o).Replay)
		o.Seed = 99
		require.NotEqual(t, f.Replay, failure(t, needle(), o).Replay)
	}
	// Every goroutine may run first.
	first := map[int]bool{}
	var winner explore.Int64
	p := program{Setup: func() *words { winner.Store(-1); return newWords() }}
	for g := range explore.MaxGoroutines {
		p.Goroutines = append(p.Goroutines, do(func(*words) string { winner.CompareAndSwap(-1, int64(g)); return "" }))
	}
	p.Check = func(*words, history) error { first[int(winner.Load())] = true; return nil }
	require.Nil(t, explore.Explore(t.Context(), p, explore.Options{Search: explore.Random, Executions: 500}).Failure)
	require.Len(t, first, explore.MaxGoroutines)

	// Without changes of priority, there are no preemptions.
	p = needle()
	p.Check = nil
	r := explore.Explore(t.Context(), p, explore.Options{Search: explore.PCT, Executions: 100})
	require.Nil(t, r.Failure)
	require.False(t, r.Exhausted)
	require.EqualValues(t, 100, r.Executions)
}

func TestLimits(t *testing.T) {
	p := needle()
	p.Check = nil
	r := explore.Explore(t.Context(), p, explore.Options{Executions: 10})
	require.False(t, r.Exhausted)
	require.EqualValues(t, 10, r.Executions+r.Redundant)
	require.Contains(t, r.String(), ", not exhausted")

	ctx, cancel := context.WithCancel(t.Context())
	reports := 0
	r = explore.Explore(ctx, p, explore.Options{
		Search: explore.Random, Executions: 1 << 40, ProgressEvery: time.Nanosecond,
		Progress: func(p explore.Progress) {
			if reports++; reports == 3 {
				require.Contains(t, p.String(), "executions")
				require.Positive(t, p.Rate())
				require.EqualValues(t, 10*p.Executions, p.Steps)
				cancel()
			}
		},
	})
	require.Equal(t, 3, reports)
	require.False(t, r.Exhausted)
	require.Contains(t, r.String(), "redundant")

	r = explore.Explore(t.Context(), p, explore.Options{Search: explore.Iterative, Bound: 2})
	require.True(t, r.Exhausted) // they are few
	require.Equal(t, []explore.Pass{{Search: explore.Exhaustive, Bound: -1, Executions: 207, Redundant: 1, Exhausted: true, Elapsed: r.Passes[0].Elapsed}}, r.Passes)

	r = explore.Explore(t.Context(), crowded(p), explore.Options{Search: explore.Iterative, Executions: 3000})
	require.Equal(t, explore.Pass{Search: explore.Bounded, Bound: 0, Executions: 120, Redundant: r.Passes[2].Redundant, Exhausted: true, Elapsed: r.Passes[2].Elapsed}, r.Passes[2])
}

func TestReplayErrors(t *testing.T) {
	p := needle()
	f := failure(t, p, explore.Options{})
	good := f.Replay
	_, err := explore.Replay(p, "  "+good+"\n", explore.Options{})
	require.NoError(t, err)

	sum := func(s string) string { return fmt.Sprintf("%s.%08x", s, crc32.ChecksumIEEE([]byte(s))) }
	for replay, want := range map[string]string{
		"":                                  "1 parts, want 5",
		good[:len(good)-1]:                  "wrong checksum",
		strings.Replace(good, "x", "x1", 1): "wrong checksum",
		"e0" + good[2:]:                     `version "e0", want "e1"`,
		sum("e1.q.3.0x1"):                   "unknown failure kind",
		sum("e1..3.0x1"):                    "unknown failure kind",
		sum("e1.c.17.0x1"):                  "goroutines, want 1 to 16",
		sum("e1.c.x.0x1"):                   "goroutines, want 1 to 16",
		sum("e1.c.3.0x1-"):                  "not a run of steps",
		sum("e1.c.3.16x1"):                  "not a run of steps",
		sum("e1.c.3.3x1"):                   "does not fit the program: at step 1, goroutine 3 cannot run",
		sum("e1.c.3.0x0"):                   "not a run of steps",
		sum("e1.c.3.0x99999999"):            "not a run of steps",
		sum("e1.c.3.0"):                     "not a run of steps",
		sum("e1.c.2.0x1"):                   "is for 2 goroutines, but the program has 3",
		sum("e1.c.3.0x4"):                   "does not fit the program: at step 4, goroutine 0 cannot run",
		sum("e1.c.3.0x3-1x1"):               "does not fit the program: after 4 steps, the program continues",
		sum("e1.c.3.0x3-1x3-2x4-2x1"):       "does not fit the program: the program ends after 10 steps of 11",
		sum("e1.c.3.0x3-1x3-2x4"):           "does not fit the program: the execution does not fail",
		strings.Replace(sum(strings.Replace(good[:len(good)-9], ".c.", ".p.", 1)), " ", "", 1): "is of a failure of kind panic",
	} {
		_, err := explore.Replay(p, replay, explore.Options{})
		require.ErrorContains(t, err, want, replay)
	}
}

// The goal: the calls that are dropped are those that do not matter.
func TestMinimize(t *testing.T) {
	noise := call{Name: "noise", Do: func(w *words) string { w.z.Add(1); return "" }}
	lost := call{Name: "increment", Do: func(w *words) string { w.x.Store(w.x.Load() + 1); return "" }}
	count := func(h history) (n uint64) {
		for _, op := range h {
			if op.Result == "counted" {
				n++
			}
		}
		return n
	}
	lost.Do = func(w *words) string { w.x.Store(w.x.Load() + 1); return "counted" }
	p := program{
		Setup:      newWords,
		Goroutines: [][]call{{noise, lost}, {noise}, {lost, noise}, {noise, noise}},
		Check: func(w *words, h history) error {
			if x := w.x.Load(); x != count(h) {
				return fmt.Errorf("lost an update: %d", x)
			}
			return nil
		},
	}
	small, r := explore.Minimize(t.Context(), p, explore.Options{Search: explore.Iterative, Bound: 1})
	require.NotNil(t, r.Failure)
	require.Equal(t, 1, r.Failure.Preemptions)
	require.Len(t, small.Goroutines, 2)
	for _, calls := range small.Goroutines {
		require.Len(t, calls, 1)
		require.Equal(t, "increment", calls[0].Name)
	}
	require.Len(t, p.Goroutines[0], 2) // p itself is as it was

	p.Check = nil
	same, r := explore.Minimize(t.Context(), p, explore.Options{Search: explore.PCT, Executions: 10})
	require.Nil(t, r.Failure)
	require.Len(t, same.Goroutines, 4)
}

// Coverage has the orders in which each pair of conflicting places was seen, and does
// not count prefixes that are executed again.
func TestCoverage(t *testing.T) {
	var c explore.Coverage
	first := line(0)
	p := program{
		Setup: newWords,
		Goroutines: [][]call{
			do(func(w *words) string {
				w.mu.Lock()
				w.x.Store(1)
				w.mu.Unlock()
				return ""
			}),
			do(func(w *words) string {
				w.y.Load()
				w.mu.Lock()
				v := w.x.Load()
				w.mu.Unlock()
				return fmt.Sprint(v)
			}),
		},
	}
	r := explore.Explore(t.Context(), p, explore.Options{Coverage: &c})
	require.Nil(t, r.Failure)
	var sites []int
	for _, s := range c.Sites() {
		require.Positive(t, s.Count)
		sites = append(sites, s.Site.Line-first)
	}
	require.Equal(t, []int{5, 6, 7, 11, 12, 13, 14}, sites)
	var conflicts [][2]int
	for _, x := range c.Conflicts() {
		conflicts = append(conflicts, [2]int{x.A.Line - first, x.B.Line - first})
		switch {
		case x.A.Line-first == 6: // the data
			require.Positive(t, x.AB)
			require.Positive(t, x.BA)
		case x.A.Line-first == 5: // a Lock follows the other's Unlock only
			require.Zero(t, x.AB)
			require.Positive(t, x.BA)
		}
	}
	require.Equal(t, [][2]int{{5, 14}, {6, 13}, {7, 12}}, conflicts)
}

// An exploration that waits for another one gives up when its context is done.
func TestExploreWaitsAsLongAsItMay(t *testing.T) {
	inner := -1
	p := program{
		Setup:      newWords,
		Goroutines: [][]call{do(func(w *words) string { w.x.Load(); return "" })},
		Check: func(*words, history) error {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			r := explore.Explore(ctx, program{Setup: newWords, Goroutines: [][]call{nil}}, explore.Options{})
			require.False(t, r.Exhausted)
			inner = int(r.Executions)
			return nil
		},
	}
	require.Nil(t, explore.Explore(t.Context(), p, explore.Options{}).Failure)
	require.Zero(t, inner)
}
