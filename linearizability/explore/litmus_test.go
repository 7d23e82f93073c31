package explore_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// words is the memory of the small programs in the tests.
type words struct {
	x, y, z explore.Uint64
	flag    explore.Bool
	mu, mv  explore.Mutex
	data    uint64 // plain
}

type (
	program = explore.Program[*words, string]
	call    = explore.Call[*words, string]
	history = []explore.Op[string]
)

func newWords() *words { return new(words) }

// do makes a goroutine of one call.
func do(f func(w *words) string) []call { return []call{{Do: f}} }

// results joins the results of all calls.
func results(h history) string {
	s := ""
	for i, op := range h {
		if i > 0 {
			s += " "
		}
		s += op.Result
	}
	return s
}

// outcomes explores p and returns the different results.
func outcomes(t *testing.T, p program) []string {
	t.Helper()
	seen := map[string]bool{}
	p.Check = func(_ *words, h history) error {
		seen[results(h)] = true
		return nil
	}
	r := explore.Explore(t.Context(), p, explore.Options{})
	require.Nil(t, r.Failure)
	require.True(t, r.Exhausted)
	return slices.Sorted(maps.Keys(seen))
}

// The goal: exactly the outcomes that sequential consistency allows. The programs are
// known for outcomes that it forbids, or for mistakes of other tools.
func TestLitmus(t *testing.T) {
	// A reader must see every combination of a flag and a value that are set and
	// reset, also if the writer makes another, useless load. Loads of the writer
	// hid executions from loom (its issue 166).
	setAndReset := func(extra bool) [][]call {
		return [][]call{
			do(func(w *words) string {
				w.x.Store(1)
				w.y.Store(1)
				w.y.Store(0)
				if extra {
					w.x.Load()
				}
				w.x.Store(0)
				return ""
			}),
			do(func(w *words) string {
				value := w.y.Load()
				key := w.x.Load()
				return fmt.Sprint(value, key)
			}),
		}
	}
	tests := []struct {
		name       string
		goroutines [][]call
		want       []string
	}{
		{"store buffering", [][]call{
			do(func(w *words) string { w.x.Store(1); return fmt.Sprint(w.y.Load()) }),
			do(func(w *words) string { w.y.Store(1); return fmt.Sprint(w.x.Load()) }),
		}, []string{"0 1", "1 0", "1 1"}},
		{"message passing", [][]call{
			do(func(w *words) string { w.x.Store(1); w.flag.Store(true); return "w" }),
			do(func(w *words) string { return fmt.Sprint(w.flag.Load(), w.x.Load()) }),
		}, []string{"w false 0", "w false 1", "w true 1"}},
		{"load buffering", [][]call{
			do(func(w *words) string { v := w.x.Load(); w.y.Store(1); return fmt.Sprint(v) }),
			do(func(w *words) string { v := w.y.Load(); w.x.Store(1); return fmt.Sprint(v) }),
		}, []string{"0 0", "0 1", "1 0"}},
		{"coherence", [][]call{
			do(func(w *words) string { w.x.Store(1); w.x.Store(2); return "w" }),
			do(func(w *words) string { return fmt.Sprint(w.x.Load(), w.x.Load()) }),
		}, []string{"w 0 0", "w 0 1", "w 0 2", "w 1 1", "w 1 2", "w 2 2"}},
		{"independent reads of independent writes", [][]call{
			do(func(w *words) string { w.x.Store(1); return "w" }),
			do(func(w *words) string { w.y.Store(1); return "w" }),
			do(func(w *words) string { return fmt.Sprint(w.x.Load(), w.y.Load()) }),
			do(func(w *words) string { return fmt.Sprint(w.y.Load(), w.x.Load()) }),
		}, []string{
			"w w 0 0 0 0", "w w 0 0 0 1", "w w 0 0 1 0", "w w 0 0 1 1",
			"w w 0 1 0 0", "w w 0 1 0 1", "w w 0 1 1 0", "w w 0 1 1 1",
			"w w 1 0 0 0", "w w 1 0 0 1", "w w 1 0 1 1", // not 1 0 1 0
			"w w 1 1 0 0", "w w 1 1 0 1", "w w 1 1 1 0", "w w 1 1 1 1",
		}},
		{"set and reset", setAndReset(false), []string{" 0 0", " 0 1", " 1 0", " 1 1"}},
		{"set and reset with a useless load", setAndReset(true), []string{" 0 0", " 0 1", " 1 0", " 1 1"}},
		// A goroutine that begins with a load of a word that another goroutine
		// reads: loom made one execution of it (its issue 392).
		{"first access is a load", [][]call{
			do(func(w *words) string { w.flag.Load(); w.flag.Store(true); return "w" }),
			do(func(w *words) string { return fmt.Sprint(w.flag.Load()) }),
		}, []string{"w false", "w true"}},
		{"locked increments", [][]call{
			do(func(w *words) string {
				w.mu.Lock()
				defer w.mu.Unlock()
				v := w.x.Load()
				w.x.Store(v + 1)
				return fmt.Sprint(v)
			}),
			do(func(w *words) string {
				w.mu.Lock()
				defer w.mu.Unlock()
				v := w.x.Load()
				w.x.Store(v + 1)
				return fmt.Sprint(v)
			}),
		}, []string{"0 1", "1 0"}},
		{"TryLock", [][]call{
			do(func(w *words) string {
				if !w.mu.TryLock() {
					return "no"
				}
				w.mu.Unlock()
				return "yes"
			}),
			do(func(w *words) string { w.mu.Lock(); w.z.Add(1); w.mu.Unlock(); return "" }),
		}, []string{"no ", "yes "}},
		{"spinning for a message", [][]call{
			do(func(w *words) string { w.x.Store(7); w.flag.Store(true); return "w" }),
			do(func(w *words) string {
				for !w.flag.Load() {
					explore.Spin()
				}
				return fmt.Sprint(w.x.Load())
			}),
		}, []string{"w 7"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := program{Setup: newWords, Goroutines: test.goroutines}
			require.Equal(t, test.want, outcomes(t, p))
			p.IgnoreRealTime = true
			require.Equal(t, test.want, outcomes(t, p))
		})
	}
}

// A register that never shows what is written is wrong only because of the
// order of calls: both calls touch different words, so without the events of
// invocation and return there is a single trace.
func TestRealTimeOrder(t *testing.T) {
	p := program{
		Setup: newWords,
		Goroutines: [][]call{
			do(func(w *words) string { return fmt.Sprint(w.x.Load()) }),
			do(func(w *words) string { w.y.Store(1); return "" }),
		},
		Check: func(_ *words, h history) error {
			if read, write := h[0], h[1]; read.Result == "0" && write.Returned < read.Invoked {
				return fmt.Errorf("read %s after the write had returned", read.Result)
			}
			return nil
		},
	}
	r := explore.Explore(t.Context(), p, explore.Options{})
	require.NotNil(t, r.Failure)
	require.Equal(t, explore.Check, r.Failure.Kind)

	p.IgnoreRealTime = true
	r = explore.Explore(t.Context(), p, explore.Options{})
	require.Nil(t, r.Failure)
	require.EqualValues(t, 1, r.Executions)
}

// Calls have the shortest possible times: they overlap only if an access of one call
// comes between two accesses of the other.
func TestTimes(t *testing.T) {
	p := program{
		Setup: newWords,
		Goroutines: [][]call{
			{{Do: func(w *words) string { w.x.Add(1); w.x.Add(1); return "" }}, {Do: func(*words) string { return "" }}},
			do(func(w *words) string { w.x.Add(1); return "" }),
		},
		Check: func(_ *words, h history) error {
			for _, op := range h {
				if op.Invoked < 1 || op.Returned <= op.Invoked || op.Exited {
					return fmt.Errorf("bad times %+v", op)
				}
			}
			if h[0].Steps != 2 || h[1].Steps != 1 || h[2].Steps != 1 {
				return fmt.Errorf("bad steps %+v", h)
			}
			if h[1].Invoked != h[0].Returned+1 && h[2].Invoked != h[0].Returned+1 {
				return fmt.Errorf("a gap in the stamps: %+v", h)
			}
			return nil
		},
	}
	r := explore.Explore(t.Context(), p, explore.Options{})
	require.Nil(t, r.Failure)
	// The lone call is between, before or after the two accesses; and the call
	// without accesses is before or after it.
	require.EqualValues(t, 4, r.Executions)
}
