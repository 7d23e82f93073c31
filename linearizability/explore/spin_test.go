package explore

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The goal: loops that only reread end, without a mark in their code, and the outcomes
// are those of the interleavings in which they end.
func TestLoopsThatSpin(t *testing.T) {
	for _, test := range []struct {
		name string
		wait func(flag *Int64)
	}{
		{"a load", func(flag *Int64) {
			for flag.Load() == 0 {
			}
		}},
		{"a swap that fails", func(flag *Int64) {
			for !flag.CompareAndSwap(1, 2) {
			}
		}},
		{"two reads", func(flag *Int64) {
			var other Int64
			for flag.Load()+other.Load() == 0 {
			}
		}},
		{"a yield", func(flag *Int64) {
			for flag.Load() == 0 {
				Yield()
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			seen := outcomes(t, func(x *T, note func(string)) {
				var flag, data Int64
				Go(func() { data.Store(1); flag.Store(1) })
				if data.Load() == 0 {
					note("early")
				}
				test.wait(&flag)
				if data.Load() == 1 {
					note("after")
				} else {
					x.Error("the flag was set before the data")
				}
			})
			require.Equal(t, map[string]bool{"early": true, "after": true}, seen)
		})
	}
}

// The goal: a loop that waits for nothing is reported.
func TestLoopForever(t *testing.T) {
	r := explored(t, func(*T) {
		var flag Int64
		for flag.Load() == 0 {
		}
	})
	require.NotNil(t, r.Failure)
	require.Equal(t, Deadlock, r.Failure.Kind)
	require.ErrorContains(t, r.Failure, "spins on")
}

// The goal: reads that are equal but not in a loop are not taken to spin.
func TestEqualReads(t *testing.T) {
	seen := outcomes(t, func(_ *T, note func(string)) {
		var n Int64
		Go(func() { n.Store(1) })
		n.Load()
		n.Load()
		n.Load()
		n.Load()
		if n.Load() == 0 {
			note("five times")
		}
	})
	require.Equal(t, map[string]bool{"five times": true}, seen)
}

// The goal: a loop that gives up is reported among those that were taken to spin. That
// it gives up is seen if no other goroutine can run.
func TestLoopThatGivesUp(t *testing.T) {
	body := func(note func(string)) func(*T) {
		return func(*T) {
			var flag Int64
			Go(func() { flag.Store(1) })
			for range 5 {
				if flag.Load() != 0 {
					note("found")
					return
				}
			}
			note("gave up")
		}
	}
	seen := map[string]bool{}
	r := explored(t, body(func(s string) { seen[s] = true }))
	require.Nil(t, r.Failure)
	require.Len(t, r.Spins, 1)
	require.Equal(t, "spin_test.go", r.Spins[0].Site.String()[:len("spin_test.go")])
	require.True(t, seen["found"])

	// With more patience it is explored.
	s, tb := sessionFor(t)
	s.config.Spin = 6
	r = exploreIn(s, testProgram(tb, body(func(s string) { seen[s] = true })))
	require.Nil(t, r.Failure)
	require.Empty(t, r.Spins)
	require.Len(t, seen, 2)

	r = explored(t, func(x *T) {
		var flag Int64
		for range 10 {
			if flag.Load() != 0 {
				x.Error("how?")
			}
		}
	})
	require.Nil(t, r.Failure, "%v", r)
}
