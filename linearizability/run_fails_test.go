package linearizability_test

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
)

// lockLeaks keeps its lock if a callback panics.
type lockLeaks struct {
	ints
	locked  *atomic.Bool
	release chan struct{}
}

func (m lockLeaks) Compute(key int, f func(int, bool) (int, flatmap.Op)) (int, bool) {
	for !m.locked.CompareAndSwap(false, true) {
		select {
		case <-m.release:
			return 0, false
		default:
			runtime.Gosched()
		}
	}
	returned := false
	defer func() {
		if !returned {
			m.fired.Add(1)
		}
	}()
	value, ok := m.ints.Compute(key, f)
	returned = true
	m.locked.Store(false)
	return value, ok
}

type panics struct{ ints }

func (m panics) LoadAndDelete(key int) (int, bool) {
	value, ok := m.ints.LoadAndDelete(key)
	if ok && value%5 == 0 {
		m.fired.Add(1)
		panic("index out of range")
	}
	return value, ok
}

// A run with nothing to do is an error.
func TestNothingToRun(t *testing.T) {
	newMap := func() model.Map[int, int] { return model.NewMutex[int, int]() }
	for want, option := range map[string]linearizability.Option{
		"nothing to run: WithRounds(0) without WithBudget": linearizability.WithRounds(0),
		"nothing to run: WithProcs: no values":             linearizability.WithProcs(),
	} {
		_, err := linearizability.Run(context.Background(), newMap, option)
		require.ErrorContains(t, err, want)
	}
	report, err := linearizability.Run(context.Background(), newMap, linearizability.WithRounds(0), linearizability.WithBudget(time.Millisecond))
	require.NoError(t, err)
	require.NotZero(t, report.Histories)
}

// A newMap that returns the same map again is reported as such, not as a fault of
// the map.
func TestSameMapRejected(t *testing.T) {
	m := model.NewMutex[int, int]()
	_, err := linearizability.Run(context.Background(), func() model.Map[int, int] { return m })
	require.ErrorContains(t, err, "newMap returned a map that is not empty")
}

// A map that hangs is a failure, with the stacks that show where.
func TestHangRejected(t *testing.T) {
	var fired atomic.Int64
	release := make(chan struct{})
	_, err := linearizability.Run(context.Background(), func() model.Map[int, int] {
		return lockLeaks{ints{model.NewMutex[int, int](), &fired}, new(atomic.Bool), release}
	}, linearizability.WithWorkloads("callbacks"), linearizability.WithWatchdog(effort.Brief(time.Second/4, time.Second)))
	close(release)
	require.NotZero(t, fired.Load())
	require.ErrorIs(t, err, linearizability.ErrHung)
	require.ErrorContains(t, err, "lockLeaks.Compute")
	require.ErrorContains(t, err, "workload callbacks, seed ")
	summary, stacks, _ := strings.Cut(err.Error(), "\n\n")
	require.Regexp(t, `(?s)no end after .*, after \d+ callbacks that panicked .*WithPlainCallbacks.*\n  client \d is in Compute\(\d\), for \d+`, summary)
	require.LessOrEqual(t, strings.Count(summary, "\n"), 10)
	require.NotContains(t, stacks, "testing.tRunner", "only the stacks of the goroutines in the map")
}

// A panic of the map is a failure, that of a callback is not.
func TestPanicRejected(t *testing.T) {
	var fired atomic.Int64
	_, err := linearizability.Run(context.Background(), func() model.Map[int, int] {
		return panics{ints{model.NewMutex[int, int](), &fired}}
	})
	require.NotZero(t, fired.Load())
	require.ErrorIs(t, err, linearizability.ErrPanicked)
	require.ErrorContains(t, err, "index out of range")
}

// ends calls runtime.Goexit in some calls of LoadAndDelete.
type ends struct{ ints }

func (m ends) LoadAndDelete(key int) (int, bool) {
	value, ok := m.ints.LoadAndDelete(key)
	if ok && value%5 == 0 {
		m.fired.Add(1)
		runtime.Goexit()
	}
	return value, ok
}

// A map that calls runtime.Goexit is a failure, although the call is missing from
// the history.
func TestGoexitRejected(t *testing.T) {
	var fired atomic.Int64
	_, err := linearizability.Run(context.Background(), func() model.Map[int, int] {
		return ends{ints{model.NewMutex[int, int](), &fired}}
	})
	require.NotZero(t, fired.Load())
	require.ErrorContains(t, err, "the map called runtime.Goexit")
}

// storesPanic panics when the map grows, keeping its lock or not.
type storesPanic struct {
	*model.Mutex[int, int]
	limit   int
	lock    chan struct{} // of one element, nil if there is none
	release chan struct{}
}

func (m storesPanic) Store(key, value int) {
	if m.lock != nil {
		select {
		case m.lock <- struct{}{}:
		case <-m.release:
			runtime.Goexit()
		}
	}
	if m.Len() > m.limit {
		panic("index out of range")
	}
	m.Mutex.Store(key, value)
	if m.lock != nil {
		<-m.lock
	}
}

// A panic is reported from any goroutine: from that of a workload, which fills the
// map before the others start, and from one that leaves the others waiting.
func TestPanicReported(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	run := func(limit int, locks bool, workload string) error {
		_, err := linearizability.Run(context.Background(), func() model.Map[int, int] {
			m := storesPanic{model.NewMutex[int, int](), limit, nil, release}
			if locks {
				m.lock = make(chan struct{}, 1)
			}
			return m
		}, linearizability.WithWorkloads(workload), linearizability.WithWatchdog(effort.Brief(time.Second/4, time.Second)))
		require.ErrorIs(t, err, linearizability.ErrPanicked)
		require.ErrorContains(t, err, "index out of range")
		require.ErrorContains(t, err, "storesPanic.Store")
		return err
	}
	require.NotErrorIs(t, run(5, false, "iterate"), linearizability.ErrHung)
	require.ErrorIs(t, run(2, true, "resize"), linearizability.ErrHung)
}
