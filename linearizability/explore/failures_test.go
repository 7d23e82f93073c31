package explore_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// failure explores p, which must fail.
func failure(t *testing.T, p program, o explore.Options) *explore.Failure {
	t.Helper()
	r := explore.Explore(t.Context(), p, o)
	require.NotNil(t, r.Failure)
	require.False(t, r.Exhausted)
	return r.Failure
}

// line returns the number of the line it is called from, plus offset.
func line(offset int) int {
	_, _, n, _ := runtime.Caller(1)
	return n + offset
}

// The goal: the table shows what each goroutine did, with which values, and where.
func TestTable(t *testing.T) {
	type node struct{ next explore.Pointer[node] }
	type list struct {
		head explore.Pointer[node]
		n    explore.Int32
		data uint64
	}
	first := line(0)
	p := explore.Program[*list, int]{
		Setup: func() *list {
			l := new(list)
			explore.Name(unsafe.Pointer(&l.head), "head")
			explore.Name(unsafe.Pointer(&l.data), "data")
			return l
		},
		Goroutines: [][]explore.Call[*list, int]{
			{{Name: "push", Do: func(l *list) int {
				n := new(node)
				n.next.Store(l.head.Load()) // first + 11
				explore.PlainWrite(unsafe.Pointer(&l.data), 8)
				l.head.CompareAndSwap(nil, n)
				return 0
			}}},
			{{Name: "count", Do: func(l *list) int {
				l.head.CompareAndSwap(new(node), nil)
				return int(l.n.Add(-2)) // first + 18
			}}, {Do: func(*list) int { return 0 }}},
		},
		Check: func(l *list, h []explore.Op[int]) error {
			if h[1].Result == -2 && h[2].Invoked > h[0].Returned {
				return fmt.Errorf("seen")
			}
			return nil
		},
	}
	r := explore.Explore(t.Context(), p, explore.Options{})
	require.NotNil(t, r.Failure)
	f := r.Failure
	require.Equal(t, 0, f.Preemptions)
	var got []string
	for _, s := range f.Steps {
		if s.Text == "(no access)" {
			require.Zero(t, s.Site)
			got = append(got, s.Text)
			continue
		}
		require.True(t, strings.HasSuffix(s.Site.File, "failures_test.go"), s.Site.File)
		require.True(t, strings.HasPrefix(s.Site.Function, "github.com/flatmap-go/flatmap/linearizability/explore_test.TestTable"), s.Site.Function)
		got = append(got, fmt.Sprintf("%d g%d %s +%d %s", s.Number, s.Goroutine, s.Call, s.Site.Line-first, s.Text))
	}
	require.Equal(t, []string{
		"1 g0 push +11 head.Load() = nil",
		"2 g0 push +11 x1.Store(nil)",
		"2 g0 push +12 plain write of data, 8 bytes",
		"3 g0 push +13 head.CompareAndSwap(nil, p1) = true",
		"4 g1 count +17 head.CompareAndSwap(p2, nil) = false, it is p1",
		"5 g1 count +18 x2.Add(): 0 to -2",
		"(no access)",
	}, got)
	table := strings.Split(f.Table(), "\n")
	require.Equal(t, "step  goroutine 0                            goroutine 1                                       source", table[0])
	require.Equal(t, "      push:", table[1])
	require.Equal(t, fmt.Sprintf("3       head.CompareAndSwap(nil, p1) = true                                                    failures_test.go:%d", first+13), table[5])
	require.Contains(t, f.Error(), "explore: seen\n6 steps, 0 preemptions (the fewest possible):\n")
	require.Contains(t, f.Error(), "replay: "+f.Replay)
}

// A CompareAndSwap that changes nothing may swap or fail.
func TestTableOfSilentSwaps(t *testing.T) {
	p := program{Setup: newWords, Goroutines: [][]call{do(func(w *words) string {
		w.x.CompareAndSwap(0, 0)
		w.x.CompareAndSwap(1, 1)
		panic("seen")
	})}}
	f := failure(t, p, explore.Options{})
	require.Len(t, f.Steps, 2)
	require.Equal(t, "x0.CompareAndSwap(0, 0) = true", f.Steps[0].Text)
	require.Equal(t, "x0.CompareAndSwap(1, 1) = false, it is 0", f.Steps[1].Text)
}

func TestPanic(t *testing.T) {
	released := 0
	p := program{
		Setup: newWords,
		Goroutines: [][]call{
			do(func(w *words) string { w.x.Store(1); w.x.Store(0); return "" }),
			do(func(w *words) string {
				w.mu.Lock()
				defer func() { released++; w.mu.Unlock() }()
				if w.x.Load() == 1 {
					panicHere()
				}
				return ""
			}),
		},
	}
	f := failure(t, p, explore.Options{})
	require.Equal(t, explore.Panic, f.Kind)
	require.Equal(t, 1, f.Goroutine)
	require.EqualError(t, f.Err, "panic: it was 1")
	require.Contains(t, string(f.Stack), "panicHere")
	require.Contains(t, f.Error(), "goroutine 1: panic: it was 1")
	require.Positive(t, released)
}

func panicHere() { panic("it was 1") }

func TestPanicInSetupAndCheck(t *testing.T) {
	p := program{Setup: func() *words { panicHere(); return nil }, Goroutines: [][]call{do(func(*words) string { return "" })}}
	f := failure(t, p, explore.Options{})
	require.Equal(t, explore.Panic, f.Kind)
	require.EqualError(t, f.Err, "panic in Setup: it was 1")

	p.Setup = newWords
	p.Check = func(w *words, _ history) error { w.mu.Lock(); w.mu.Lock(); return nil }
	f = failure(t, p, explore.Options{})
	require.Equal(t, explore.Panic, f.Kind)
	require.ErrorContains(t, f.Err, "panic in Check: explore: Lock of a Mutex that is locked would wait forever")

	p.Check = func(*words, history) error { explore.Spin(); return nil }
	require.ErrorContains(t, failure(t, p, explore.Options{}).Err, "Spin would wait forever")
	p.Check = func(w *words, _ history) error { w.x.LockBits(1); w.x.LockBits(3); return nil }
	require.ErrorContains(t, failure(t, p, explore.Options{}).Err, "LockBits of bits that are set would wait forever")
}

// Goexit ends a goroutine after its deferred functions, which are part of the call, and
// does not affect later executions.
func TestGoexit(t *testing.T) {
	p := program{
		Setup: newWords,
		Goroutines: [][]call{
			{{Do: func(w *words) string {
				w.mu.Lock()
				defer w.mu.Unlock()
				w.x.Add(1)
				runtime.Goexit()
				return "never"
			}}, {Do: func(w *words) string { w.y.Store(1); return "never" }}},
			do(func(w *words) string { w.mu.Lock(); defer w.mu.Unlock(); return fmt.Sprint(w.x.Add(1)) }),
		},
		Check: func(w *words, h history) error {
			if !h[0].Exited || h[0].Returned == 0 || h[0].Steps != 3 || h[0].Result != "" || h[1].Invoked != 0 || w.y.Load() != 0 {
				return fmt.Errorf("history %+v", h)
			}
			if h[2].Exited || w.x.Load() != 2 {
				return fmt.Errorf("history %+v", h)
			}
			return nil
		},
	}
	r := explore.Explore(t.Context(), p, explore.Options{})
	require.Nil(t, r.Failure)
	require.EqualValues(t, 2, r.Executions)
}

// A program may recover from every panic, also from the one that cuts an execution off,
// and may loop without end in a deferred function.
func TestCutOff(t *testing.T) {
	for name, last := range map[string]func(w *words){
		"recover":         func(*words) { recover() },
		"recover and run": func(w *words) { recover(); w.y.Store(2); w.y.Load() },
		"endless defer": func(w *words) {
			for w.x.Load() != 77 {
				explore.Spin()
			}
		},
		"goexit": func(*words) { runtime.Goexit() },
	} {
		t.Run(name, func(t *testing.T) {
			p := program{
				Setup: newWords,
				Goroutines: [][]call{
					do(func(w *words) string { defer last(w); w.mu.Lock(); w.x.Store(1); return "" }),
					do(func(w *words) string { defer last(w); w.mu.Lock(); w.x.Store(2); return "" }),
				},
			}
			require.Equal(t, explore.Deadlock, failure(t, p, explore.Options{}).Kind)
		})
	}
}

// Goroutines whose attempts failed run to their end, whatever they do then: wait for a
// lock that is never released, try forever, spin, or panic. That is not a failure, and
// the executions in which the attempt succeeds are all made.
func TestLetThrough(t *testing.T) {
	for name, then := range map[string]func(w *words){
		"end":   func(*words) {},
		"lock":  func(w *words) { w.mu.Lock() },
		"wait":  func(w *words) { w.y.WaitClear(1) },
		"panic": func(*words) { panic("no failure") },
		"try": func(w *words) {
			for !w.x.CompareAndSwap(77, 78) {
				explore.Retry()
			}
		},
		"spin": func(w *words) {
			for w.x.Load() != 77 {
				explore.Spin()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := program{
				Setup: newWords,
				Goroutines: [][]call{
					do(func(w *words) string {
						if old := w.x.Load(); !w.x.CompareAndSwap(old, old+1) {
							explore.Retry()
							then(w)
						}
						return ""
					}),
					do(func(w *words) string { w.mu.Lock(); w.y.Store(1); w.x.Add(1); return "" }),
				},
			}
			r := explore.Explore(t.Context(), p, explore.Options{})
			require.Nil(t, r.Failure)
			require.True(t, r.Exhausted)
			require.EqualValues(t, 3, r.Executions) // before the Lock, before the Add, after it
			require.Positive(t, r.Redundant)
		})
	}
}

func TestDeadlock(t *testing.T) {
	p := program{
		Setup: func() *words { w := newWords(); explore.Name(unsafe.Pointer(&w.mu), "mu"); return w },
		Goroutines: [][]call{
			do(func(w *words) string { w.mu.Lock(); w.x.LockBits(1); w.x.WaitClear(1); return "" }),
			do(func(w *words) string { explore.Spin(); return "" }),
			do(func(w *words) string {
				for w.y.Load() == 0 {
					explore.Spin()
				}
				return ""
			}),
		},
	}
	f := failure(t, p, explore.Options{})
	require.Equal(t, explore.Deadlock, f.Kind)
	require.Equal(t, -1, f.Goroutine)
	require.EqualError(t, f.Err, "deadlock: goroutine 0 waits in x2.WaitClear; goroutine 1 spins without having read anything; goroutine 2 spins on x1")

	p.AllowDeadlock = true
	p.Check = func(_ *words, h history) error {
		for _, op := range h {
			if op.Returned != 0 {
				return fmt.Errorf("returned: %+v", op)
			}
		}
		return nil
	}
	require.Nil(t, explore.Explore(t.Context(), p, explore.Options{}).Failure)
}

func TestLivelock(t *testing.T) {
	flip := func(w *words) string {
		for w.x.Load() != 5 {
			w.x.Store(1 - w.x.Load())
		}
		return ""
	}
	p := program{Setup: newWords, Goroutines: [][]call{do(flip), do(flip)}}
	f := failure(t, p, explore.Options{MaxSteps: 1000})
	require.Equal(t, explore.Livelock, f.Kind)
	require.EqualError(t, f.Err, "livelock: goroutines [0 1] are still running after 1000 steps (a loop that only rereads must call Spin)")
	require.Less(t, len(strings.Split(f.Table(), "\n")), 120)
	again, err := explore.Replay(p, f.Replay, explore.Options{})
	require.NoError(t, err)
	require.Equal(t, f.Table(), again.Table())
}

// Programs whose executions depend on more than the schedule.
func TestNondeterminism(t *testing.T) {
	n := 0
	p := program{
		Setup: func() *words { n++; return newWords() },
		Goroutines: [][]call{
			do(func(w *words) string {
				if n%2 == 0 {
					w.y.Load()
				} else {
					w.x.Load()
				}
				w.x.Load()
				return ""
			}),
			do(func(w *words) string { w.x.Store(1); w.y.Store(1); return "" }),
		},
	}
	f := failure(t, p, explore.Options{})
	require.Equal(t, explore.Nondeterminism, f.Kind)
	require.ErrorContains(t, f.Err, "the program is not deterministic")
	require.Contains(t, f.Error(), "failures_test.go:")

	// One that fails only once.
	n = 0
	p.Goroutines = [][]call{do(func(w *words) string { return "" })}
	p.Check = func(*words, history) error {
		if n == 1 {
			return fmt.Errorf("the first time")
		}
		return nil
	}
	f = failure(t, p, explore.Options{})
	require.Equal(t, explore.Nondeterminism, f.Kind)
	require.ErrorContains(t, f.Err, "a failure did not repeat")
}

func TestInvalid(t *testing.T) {
	one := [][]call{do(func(*words) string { return "" })}
	for name, p := range map[string]program{
		"explore: Program.Setup is nil":                                            {Goroutines: one},
		"explore: Program.Goroutines has 0 goroutines, want 1 to 16":               {Setup: newWords},
		"explore: Program.Goroutines has 17 goroutines, want 1 to 16":              {Setup: newWords, Goroutines: make([][]call, 17)},
		"explore: Program.Park[0] is negative: -1":                                 {Setup: newWords, Goroutines: one, Park: []int{-1}},
		"explore: Program.Park[2] is set, but Program.Goroutines has 1 goroutines": {Setup: newWords, Goroutines: one, Park: []int{1, 0, 1}},
		"explore: Program.Goroutines[1][0].Do is nil":                              {Setup: newWords, Goroutines: [][]call{one[0], {{}}}},
	} {
		require.PanicsWithValue(t, name, func() { explore.Explore(t.Context(), p, explore.Options{}) })
	}
	p := program{Setup: newWords, Goroutines: one}
	for name, o := range map[string]explore.Options{
		"explore: Options.Shard is 2, want 0 to 1":       {Shard: 2, Shards: 2},
		"explore: Options.Shard is 1, want 0 to 0":       {Shard: 1},
		"explore: Options.Search: unknown search 99":     {Search: 99},
		"explore: Options.Bound is negative: -1":         {Bound: -1},
		"explore: Options.MaxSteps is negative: -1":      {MaxSteps: -1},
		"explore: Options.Shards is negative: -1":        {Shards: -1},
		"explore: Options.SplitDepth is negative: -1":    {SplitDepth: -1},
		"explore: Options.ProgressEvery is negative: -1": {ProgressEvery: -1},
	} {
		require.PanicsWithValue(t, name, func() { explore.Explore(t.Context(), p, o) })
	}

	p.Goroutines = [][]call{do(func(w *words) string { w.mu.Unlock(); return "" })}
	require.ErrorContains(t, failure(t, p, explore.Options{}).Err, "Unlock of a Mutex that is not locked")
	require.Panics(t, func() { new(explore.Mutex).Unlock() })
}
