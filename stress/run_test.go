package stress_test

import (
	"context"
	"hash/maphash"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/model/controls"
	"github.com/flatmap-go/flatmap/stress"
)

// A value of these tests has two parts, for a fault that tears them. All maps have
// the same types, since every pair takes seconds to compile.
type value = [2]string

// brief is for runs on correct maps.
var brief = []stress.Option{stress.WithBurst(3 * time.Millisecond), stress.WithProcs(2), stress.WithParkedWriters()}

// Correct maps pass.
func TestSoundPass(t *testing.T) {
	stress.Test(t, func() model.Map[int, value] { return model.NewMutex[int, value]() }, brief...)
	stress.Test(t, func() model.Map[int, value] { return model.NewSyncMap[int, value]() }, brief...)
	stress.Test(t, controls.Break[int, value](controls.None).New, brief...)
}

// ends calls runtime.Goexit in LoadAndDelete of a present key.
type ends struct{ *model.Mutex[int, value] }

func (m ends) LoadAndDelete(key int) (v value, loaded bool) {
	if v, loaded = m.Mutex.LoadAndDelete(key); loaded {
		runtime.Goexit()
	}
	return v, loaded
}

// A map that calls runtime.Goexit is rejected.
func TestGoexitRejected(t *testing.T) {
	_, err := stress.Run(context.Background(), func() model.Map[int, value] { return ends{model.NewMutex[int, value]()} }, brief...)
	require.ErrorContains(t, err, "the map called runtime.Goexit")
}

// rejected returns the error that a fault gives with some workloads, and
// asserts that there is one and that it is because of the fault.
func rejected(t *testing.T, fault controls.Fault, opts ...stress.Option) error {
	t.Helper()
	b := controls.Break[int, value](fault)
	t.Cleanup(b.Close)
	_, err := stress.Run(context.Background(), b.New, append(opts, stress.WithBudget(20*time.Second))...)
	require.Error(t, err)
	require.NotZero(t, b.Fired())
	return err
}

// Each workload finds the faults that it is for, and reports them.
func TestWorkloads(t *testing.T) {
	names, about := stress.Workloads()
	require.Len(t, about, len(names))
	for _, test := range []struct {
		workload string
		fault    controls.Fault
		message  string
	}{
		{"owners", controls.TornValue, "was never stored"},
		{"hot", controls.SplitSwap, "Swap lost a value"},
		{"hot", controls.SplitCompareAndSwap, "increments in CompareAndSwap"},
		{"hot", controls.SplitCompareAndDelete, "CompareAndDelete deleted"},
		{"hot", controls.DeletedTwice, "LoadAndDelete"},
		{"hot", controls.ComputedTwice, "Compute called its function 2 times"},
		{"clears", controls.DroppedClear, "from before the Clear"},
		{"counts", controls.NegativeLen, "Len is -"},
		{"memory", controls.ValueAlive, "still reachable"},
		{"memory", controls.OldTableAlive, "still reachable"},
		{"owners", controls.Resurrection, ""},
		{"owners", controls.LostUpdate, ""},
	} {
		t.Run(test.workload+"/"+strings.ReplaceAll(test.fault.String(), " ", "-"), func(t *testing.T) {
			require.Contains(t, names, test.workload)
			err := rejected(t, test.fault, stress.WithWorkloads(test.workload))
			require.ErrorContains(t, err, test.message)
			require.ErrorContains(t, err, "workload "+test.workload)
		})
	}
}

// Writers that block readers are found, but only with WithParkedWriters.
func TestParked(t *testing.T) {
	parked := []stress.Option{stress.WithWorkloads("parked"), stress.WithWatchdog(effort.Brief(time.Second, 4*time.Second)), stress.WithParkedWriters()}
	require.ErrorContains(t, rejected(t, controls.BlockedReaders, parked...), "readers wait for a writer that is parked")
	b := controls.Break[int, value](controls.BlockedReaders)
	defer b.Close()
	_, err := stress.Run(context.Background(), b.New, parked[:2]...)
	require.ErrorContains(t, err, "parked (needs WithParkedWriters)")
}

// A hang is a failure, with the stacks of all goroutines.
func TestHangRejected(t *testing.T) {
	err := rejected(t, controls.LockLeaked, stress.WithWatchdog(effort.Brief(time.Second/4, time.Second)))
	require.ErrorIs(t, err, stress.ErrHung)
	require.ErrorContains(t, err, "sync.(*Mutex).Lock")
	require.ErrorContains(t, err, "WithPlainCallbacks leaves these out")
}

// A goroutine that is left is a failure.
func TestLeakRejected(t *testing.T) {
	require.ErrorContains(t, rejected(t, controls.GoroutineLeft, brief...), "goroutines are left")
}

// A map that does not call its hash function is rejected.
func TestHasherRejected(t *testing.T) {
	for _, fault := range []controls.Fault{controls.HasherIgnored, controls.TagCompared} {
		b := controls.Break[int, value](fault)
		require.Error(t, stress.CheckHasher(func(h stress.Hasher[int]) model.Map[int, value] { return b.Hashed(h) }))
		require.NotZero(t, b.Fired())
	}
	mutex := func(stress.Hasher[int]) model.Map[int, value] { return model.NewMutex[int, value]() }
	require.ErrorContains(t, stress.CheckHasher(mutex), "does not call it")
	none := controls.Break[int, value](controls.None)
	stress.TestHasher(t, func(h func(maphash.Seed, int) uint64) model.Map[int, value] { return none.Hashed(h) })
}

// A run ends when its context is done, reports what it did, and restores GOMAXPROCS
// and GOGC.
func TestRun(t *testing.T) {
	procs, gogc := runtime.GOMAXPROCS(0), debug.SetGCPercent(77)
	defer debug.SetGCPercent(gogc)
	ctx, cancel := context.WithCancel(context.Background())
	reports := 0
	report, err := stress.Run(ctx, func() model.Map[int, value] { return model.NewMutex[int, value]() },
		stress.WithBudget(time.Hour), stress.WithBurst(time.Millisecond), stress.WithSeed(7),
		stress.WithProgress(func(p stress.Progress) {
			reports++
			if p.Operations > 0 {
				cancel()
			}
		}))
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 3, reports, "at the start, after a second, at the end")
	require.Equal(t, uint64(7), report.Seed)
	require.NotZero(t, report.Operations)
	require.Contains(t, report.String(), "owners")
	require.Equal(t, procs, runtime.GOMAXPROCS(0))
	require.Equal(t, 77, debug.SetGCPercent(gogc))
}

// Options with which nothing can run are an error.
func TestOptions(t *testing.T) {
	ctx := context.Background()
	mutex := func() model.Map[int, value] { return model.NewMutex[int, value]() }
	_, err := stress.Run(ctx, mutex, stress.WithWorkloads("none such"))
	require.ErrorContains(t, err, "none such")
	_, err = stress.Run(ctx, mutex, stress.WithKeys(stress.Maker[string]{}))
	require.ErrorContains(t, err, "WithKeys")
	_, err = stress.Run(ctx, mutex, stress.WithProcs())
	require.ErrorContains(t, err, "WithProcs")
	_, err = stress.Run(ctx, mutex, stress.WithGOGC())
	require.ErrorContains(t, err, "WithGOGC")
}

// With very many processors workloads still use separate keys.
func TestManyProcs(t *testing.T) {
	_, err := stress.Run(context.Background(), func() model.Map[int, value] { return model.NewMutex[int, value]() },
		stress.WithProcs(1+1000/runtime.NumCPU()), stress.WithWorkloads("owners", "clears"), stress.WithBurst(time.Millisecond))
	require.NoError(t, err)
}

// A map that returns from callbacks, and keys that the caller makes.
func TestMakers(t *testing.T) {
	var made, recognized atomic.Int64
	_, err := stress.Run(context.Background(), func() model.Map[int, value] { return model.NewMutex[int, value]() },
		append(brief, stress.WithPlainCallbacks(), stress.WithKeys(stress.Maker[int]{
			Make:   func(n int) int { made.Add(1); return -3 * n },
			Number: func(key int) (int, bool) { recognized.Add(1); return key / -3, key <= 0 && key%3 == 0 },
		}))...)
	require.NoError(t, err)
	require.NotZero(t, made.Load())
	require.NotZero(t, recognized.Load())
}

// A newMap that returns the same map again is reported as such, not as a fault of
// the map.
func TestSameMap(t *testing.T) {
	m := model.NewMutex[int, value]()
	_, err := stress.Run(t.Context(), func() model.Map[int, value] { return m }, stress.WithWorkloads("counts", "sweeps"), stress.WithBurst(1))
	require.ErrorContains(t, err, "newMap returned a map that is not empty")
}
