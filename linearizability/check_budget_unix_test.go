//go:build unix

package linearizability_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
)

// Check ends in time, with a verdict, even if something is always in flight: for
// histories in which nothing is wrong except the last Load.
func TestCheckKeepsItsBudget(t *testing.T) {
	for _, n := range []int{8_000, 20_000} {
		h := linearizability.History[int, int]{{Call: 1, Return: int64(4*n + 10), Kind: model.Load, Key: 1, Result: 5, OK: true}}
		for i := range n {
			h = append(h, linearizability.Event[int, int]{Client: 1, Call: int64(2*i + 2), Return: int64(2*i + 3), Kind: model.Store, Key: 1, Value: 5 + i})
		}
		before := processorTime(t)
		require.NoError(t, linearizability.Check(h))
		once := processorTime(t) - before
		h = append(h, linearizability.Event[int, int]{Client: 1, Call: int64(2*n + 2), Return: int64(2*n + 3), Kind: model.Load, Key: 1, Result: 5, OK: true})

		err := inTime(t, h, time.Minute, once)
		require.ErrorIs(t, err, linearizability.ErrViolation)
		var v *linearizability.Violation[int, int]
		require.ErrorAs(t, err, &v)
		require.LessOrEqual(t, len(v.History), 4)

		// A value with two writes is for the search.
		h[1].Value, h[n].Value = 5+n, 5+n
		require.Error(t, inTime(t, h, time.Second/2, once))
		require.Error(t, inTime(t, h, 2*time.Second, once))
	}
}

// inTime returns what Check returns for h. It fails t if Check takes more than a
// tenth longer than limit (with the race detector, and five steps), on the clock and of the processors: other
// processes may take the time of the clock, and the garbage collector uses several
// processors. A step is one check of the history without its last event. Check looks
// at the clock between such steps and in searches, and what it still does after that
// takes some.
func inTime(t *testing.T, h linearizability.History[int, int], limit, step time.Duration) error {
	start, before := time.Now(), processorTime(t)
	err := linearizability.Check(h, linearizability.WithCheckTimeout(limit))
	took, used := time.Since(start), processorTime(t)-before
	t.Logf("%d events: %v, %v of the processors, of %v, a step is %v: %.70v", len(h), took, used, limit, step, err)
	require.LessOrEqual(t, min(took, used), limit+limit/10+effort.Slower(0, 5*step))
	return err
}

// processorTime returns what this process has used.
func processorTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Very many operations on one key, of which some are always in flight, are checked in
// less than a minute of processor time.
func TestVeryManyOperationsOnOneKey(t *testing.T) {
	n := effort.Unraced(100_000, 10_000_000)
	h := make(linearizability.History[int, int], 0, n)
	now, ok := 0, false
	random := uint32(1)
	for i := range n {
		random = random*1664525 + 1013904223
		at := int64(100 * (i + 1))
		e := linearizability.Event[int, int]{Client: i % 4, Call: at - int64(random>>8%150) - 1, Return: at + int64(random>>16%150) + 151, Key: 1}
		switch random >> 24 % 6 {
		case 0:
			e.Kind, e.Value = model.Store, i+1
			now, ok = i+1, true
		case 1:
			e.Kind = model.Delete
			now, ok = 0, false
		case 2:
			e.Kind, e.Value, e.Result, e.OK = model.Swap, i+1, now, ok
			now, ok = i+1, true
		case 3:
			e.Kind, e.Result, e.OK = model.LoadAndDelete, now, ok
			now, ok = 0, false
		default:
			e.Kind, e.Result, e.OK = model.Load, now, ok
		}
		e.Call = max(e.Call, 1)
		h = append(h, e)
	}
	before := processorTime(t)
	require.NoError(t, linearizability.Check(h, linearizability.WithCheckTimeout(10*time.Minute)))
	used := processorTime(t) - before
	t.Logf("%d operations: %v of the processors", n, used)
	require.Less(t, used, time.Minute)
}
