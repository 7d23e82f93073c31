package fuzz_test

import (
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/fuzz"
	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/internal/kinds/verified"
	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/model/controls"
)

// hunt gives check pseudo-random inputs until it fails, and returns the error
// and how many inputs it took; it gives up after some seconds.
func hunt(check func(data []byte) error) (inputs int, err error) {
	rng := rand.New(rand.NewPCG(5, 6))
	for start := time.Now(); time.Since(start) < 5*time.Second; inputs++ {
		if err := check(random(rng)); err != nil {
			return inputs, err
		}
	}
	return inputs, nil
}

// broken makes maps with a fault, as an input says.
func broken(t *testing.T, fault controls.Fault) (*controls.Broken[int, int], func(fuzz.Config) model.Map[int, int]) {
	b := controls.Break[int, int](fault)
	t.Cleanup(b.Close)
	return b, func(c fuzz.Config) model.Map[int, int] { return b.Hashed(fuzz.HasherOf[int](c.Hash)) }
}

// A planted fault is found in seconds, by inputs without any guidance.
func TestFindsPlanted(t *testing.T) {
	t.Run("sequential", func(t *testing.T) {
		b, newMap := broken(t, controls.Resurrection)
		n, err := hunt(func(data []byte) error { return fuzz.CheckSequential(newMap, data) })
		var f *model.Failure[int, int]
		require.ErrorAs(t, err, &f)
		require.NotZero(t, b.Fired())
		t.Logf("after %d inputs: %v", n, err)
	})
	t.Run("concurrent", func(t *testing.T) {
		b, newMap := broken(t, controls.SplitSwap)
		n, err := hunt(func(data []byte) error { return fuzz.CheckConcurrent(newMap, data) })
		require.ErrorIs(t, err, linearizability.ErrViolation)
		require.NotZero(t, b.Fired())
		t.Logf("after %d inputs: %v", n, err)
	})
}

// A hang is a failure, of a sequential program.
func TestHangRejected(t *testing.T) {
	t.Parallel() // it waits
	b, newMap := broken(t, controls.LockLeaked)
	_, err := hunt(func(data []byte) error {
		return fuzz.CheckSequential(newMap, data, fuzz.WithTimeout(effort.Brief(time.Second/4, time.Second)))
	})
	require.ErrorIs(t, err, model.ErrHung)
	require.Contains(t, err.Error(), "goroutine")
	require.NotZero(t, b.Fired())
}

// And of a concurrent one.
func TestConcurrentHangRejected(t *testing.T) {
	t.Parallel() // it waits
	b, newMap := broken(t, controls.LockLeaked)
	_, err := hunt(func(data []byte) error {
		return fuzz.CheckConcurrent(newMap, data, fuzz.WithTimeout(effort.Brief(time.Second/4, time.Second)))
	})
	require.ErrorIs(t, err, fuzz.ErrHung)
	require.NotZero(t, b.Fired())
}

// panicky panics when it is swapped with a few entries in it, and then keeps its
// lock if it has one.
type panicky struct {
	*model.Mutex[int, int]
	lock    chan struct{}
	release chan struct{}
}

func (m panicky) Swap(key, value int) (int, bool) {
	if m.lock != nil {
		select {
		case m.lock <- struct{}{}:
		case <-m.release:
			runtime.Goexit()
		}
	}
	if m.Len() > 3 {
		panic("planted")
	}
	previous, loaded := m.Mutex.Swap(key, value)
	if m.lock != nil {
		<-m.lock
	}
	return previous, loaded
}

// A panic of the map is a failure of a concurrent program, and is reported even if
// it leaves the others waiting.
func TestConcurrentPanicRejected(t *testing.T) {
	t.Parallel() // it waits
	_, err := hunt(func(data []byte) error {
		return fuzz.CheckConcurrent(func(fuzz.Config) model.Map[int, int] {
			return panicky{Mutex: model.NewMutex[int, int]()}
		}, data)
	})
	require.ErrorContains(t, err, "planted")
	require.ErrorContains(t, err, "Swap(")
	require.ErrorContains(t, err, "with {Hash:")

	release := make(chan struct{})
	defer close(release)
	swap := fuzz.Program{{Kind: model.Swap}}
	program := fuzz.Threads{Threads: []fuzz.Program{swap, swap}}
	for key := range byte(4) {
		program.First = append(program.First, model.Op[byte, uint16]{Kind: model.Store, Key: key})
	}
	err = fuzz.CheckConcurrent(func(fuzz.Config) model.Map[int, int] {
		return panicky{model.NewMutex[int, int](), make(chan struct{}, 1), release}
	}, fuzz.EncodeConcurrent(fuzz.Config{}, program), fuzz.WithTimeout(effort.Brief(time.Second/4, time.Second)))
	require.ErrorContains(t, err, "planted")
	require.ErrorIs(t, err, fuzz.ErrHung)
}

// ends ends the goroutine that swaps, or comes back from a callback that panics.
type ends struct {
	*model.Mutex[int, int]
	swallows bool
}

func (m ends) Swap(key, value int) (int, bool) {
	if !m.swallows {
		runtime.Goexit()
	}
	return m.Mutex.Swap(key, value)
}

func (m ends) Range(f func(int, int) bool) {
	defer func() {
		if p := recover(); p != nil && !m.swallows {
			panic(p)
		}
	}()
	m.Mutex.Range(f)
}

// So is a call that ends in another way than its callback.
func TestConcurrentEndRejected(t *testing.T) {
	for swallows, want := range map[bool]string{false: "ended the goroutine", true: "ended with Finish, want Panic"} {
		_, err := hunt(func(data []byte) error {
			return fuzz.CheckConcurrent(func(fuzz.Config) model.Map[int, int] {
				return ends{model.NewMutex[int, int](), swallows}
			}, data)
		})
		require.ErrorContains(t, err, want)
	}
}

// Maps that are right pass, with the odd keys and values too.
func TestSoundPass(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	_, none := broken(t, controls.None)
	mutex := verified.Interfaces.Of("Mutex", func(fuzz.Config) model.Map[any, any] { return model.NewMutex[any, any]() })
	syncMap := verified.Interfaces.Of("SyncMap", func(fuzz.Config) model.Map[any, any] { return model.NewSyncMap[any, any]() })
	plain := fuzz.WithPlainCallbacks()
	for range 200 {
		data := random(rng)
		require.NoError(t, fuzz.CheckSequential(none, data))
		require.NoError(t, mutex.Fuzz(data))
		require.NoError(t, syncMap.Fuzz(data))
		require.NoError(t, mutex.Fuzz(data, plain))
		require.NoError(t, fuzz.CheckConcurrent(none, data))
		require.NoError(t, mutex.FuzzConcurrent(data, plain))
	}
}

// Options of the wrong type are an error, not a panic.
func TestOptions(t *testing.T) {
	m := func(fuzz.Config) model.Map[int, int] { return model.NewMutex[int, int]() }
	require.ErrorContains(t, fuzz.CheckSequential(m, nil, fuzz.WithKeys(func(byte) string { return "" })), "WithKeys")
	require.ErrorContains(t, fuzz.CheckConcurrent(m, nil, fuzz.WithValues(func(uint16) string { return "" })), "WithValues")
	require.NoError(t, fuzz.CheckSequential(m, fuzz.Seeds()[0], fuzz.WithKeys(func(n byte) int { return int(n) }), fuzz.WithRepeats(1)))
}
