package sync_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability/explore"
	"github.com/flatmap-go/flatmap/linearizability/explore/internal/shim/sync"
)

// outcomes explores two goroutines that call do, and returns what the calls returned.
func outcomes[S any](t *testing.T, setup func() S, do func(S) int) map[[2]int]bool {
	seen := map[[2]int]bool{}
	call := explore.Call[S, int]{Do: do}
	r := explore.Explore(t.Context(), explore.Program[S, int]{
		Setup:      setup,
		Goroutines: [][]explore.Call[S, int]{{call}, {call}},
		Check: func(_ S, h []explore.Op[int]) error {
			seen[[2]int{h[0].Result, h[1].Result}] = true
			return nil
		},
	}, explore.Options{})
	require.Nil(t, r.Failure, "%v", r)
	require.True(t, r.Exhausted)
	require.Greater(t, r.Executions, uint64(1))
	return seen
}

// The goal: a Pool gives a value to one goroutine at a time, reuses values, and begins
// every execution empty.
func TestPool(t *testing.T) {
	made := 0
	var pool sync.Pool // outlives executions
	pool.New = func() any { made++; return &made }
	seen := outcomes(t, func() *sync.Pool { made = 0; return &pool }, func(p *sync.Pool) int {
		x := p.Get()
		n := made
		p.Put(x)
		return n
	})
	require.Equal(t, map[[2]int]bool{{1, 1}: true, {1, 2}: true, {2, 1}: true}, seen)

	var empty sync.Pool
	require.Nil(t, empty.Get())
	empty.Put(nil)
	require.Nil(t, empty.Get())
	pool.Put(1)
	require.NotNil(t, pool.Get())
}

// The goal: one call of a function that is to be called once is made, and all callers
// see what it did.
func TestOnce(t *testing.T) {
	type state struct {
		once  sync.Once
		calls int
		value func() int
	}
	setup := func() *state {
		s := new(state)
		s.value = sync.OnceValue(func() int { s.calls++; return s.calls })
		return s
	}
	require.Equal(t, map[[2]int]bool{{1, 1}: true}, outcomes(t, setup, func(s *state) int {
		s.once.Do(func() { s.calls++ })
		return s.calls
	}))
	require.Equal(t, map[[2]int]bool{{1, 1}: true}, outcomes(t, setup, func(s *state) int { return s.value() }))

	// Outside of explorations, and if it panics.
	calls := 0
	f := sync.OnceFunc(func() { calls++; panic("no") })
	for range 2 {
		assert.PanicsWithValue(t, "no", f)
	}
	require.Equal(t, 1, calls)
	two := sync.OnceValues(func() (int, error) { calls++; return calls, nil })
	for range 2 {
		n, err := two()
		require.NoError(t, err)
		require.Equal(t, 2, n)
	}
}
