package model_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/model"
)

// broken is a correct map with one fault, which a type that embeds it adds. It
// counts how often the fault took effect.
type broken[K comparable, V any] struct {
	*model.Mutex[K, V]
	fired *int
}

type ints = broken[int, int]

type losesOnLoadOrStore struct{ ints }

func (m losesOnLoadOrStore) LoadOrStore(key, value int) (int, bool) {
	actual, loaded := m.ints.LoadOrStore(key, value)
	if loaded {
		*m.fired++
		m.Store(key, value)
	}
	return actual, loaded
}

type dropsClear struct{ ints }

func (m dropsClear) Clear() {
	if m.Len() > 9 {
		*m.fired++
		return
	}
	m.ints.Clear()
}

type rangeRepeats struct{ ints }

func (m rangeRepeats) Range(f func(int, int) bool) {
	n := 0
	m.ints.Range(func(key, value int) bool {
		if n++; n == 3 {
			*m.fired++
			return f(key, value) && f(key, value) //lint:ignore SA4000 it is called twice
		}
		return f(key, value)
	})
}

type rangeMisses struct{ ints }

func (m rangeMisses) Range(f func(int, int) bool) {
	m.ints.Range(func(key, value int) bool {
		if key == 3 {
			*m.fired++
			return true
		}
		return f(key, value)
	})
}

type rangeGoesOn struct{ ints }

func (m rangeGoesOn) Range(f func(int, int) bool) {
	m.ints.Range(func(key, value int) bool {
		if !f(key, value) {
			*m.fired++
		}
		return true
	})
}

type negativeLen struct {
	ints
	missing *int
}

func (m negativeLen) Delete(key int) {
	if !m.Contains(key) {
		*m.fired++
		*m.missing++
	}
	m.ints.Delete(key)
}
func (m negativeLen) Len() int { return m.ints.Len() - *m.missing }

type computesTwice struct{ ints }

func (m computesTwice) Compute(key int, f func(int, bool) (int, flatmap.Op)) (int, bool) {
	return m.ints.Compute(key, func(old int, loaded bool) (int, flatmap.Op) {
		value, op := f(old, loaded)
		if op == flatmap.Remove {
			*m.fired++
			return f(old, loaded)
		}
		return value, op
	})
}

type returnsIgnored struct{ ints }

// Compute returns what its function returned, though the entry is not there.
func (m returnsIgnored) Compute(key int, f func(int, bool) (int, flatmap.Op)) (int, bool) {
	returned := 0
	_, ok := m.ints.Compute(key, func(old int, loaded bool) (int, flatmap.Op) {
		value, op := f(old, loaded)
		returned = value
		return value, op
	})
	if actual, there := m.Load(key); there {
		return actual, ok
	}
	*m.fired++
	return returned, ok
}

type retainsTwice struct{ ints }

func (m retainsTwice) Retain(f func(int, *int) bool) {
	n := 0
	m.ints.Retain(func(key int, value *int) bool {
		keep := f(key, value)
		if n++; n == 2 {
			*m.fired++
			return f(key, value)
		}
		return keep
	})
}

type editsOnPanic struct{ ints }

func (m editsOnPanic) Retain(f func(int, *int) bool) {
	m.ints.Retain(func(key int, value *int) (keep bool) {
		returned := false
		defer func() {
			if !returned {
				*m.fired++
				recover() // and so the edit stays
				keep = true
			}
		}()
		keep = f(key, value)
		returned = true
		return keep
	})
}

type swallowsPanic struct{ ints }

func (m swallowsPanic) LoadOrCompute(key int, f func() int) (int, bool) {
	defer func() {
		if recover() != nil {
			*m.fired++
		}
	}()
	return m.ints.LoadOrCompute(key, f)
}

type ignoresOld struct{ ints }

func (m ignoresOld) CompareAndSwap(key, old, new int) bool {
	value, ok := m.Load(key)
	if ok && value != old {
		*m.fired++
	}
	return ok && m.ints.CompareAndSwap(key, value, new)
}

type bitwiseZero struct{ broken[float64, []int] }

func (m bitwiseZero) Load(key float64) ([]int, bool) {
	if key == 0 && math.Signbit(key) {
		*m.fired++
		return nil, false
	}
	return m.Mutex.Load(key)
}

type dropsNaN struct{ broken[float64, []int] }

func (m dropsNaN) Store(key float64, value []int) {
	if key != key {
		*m.fired++
		return
	}
	m.Mutex.Store(key, value)
}

// rejected asserts that the map is found wrong and its fault has fired, and
// returns the failure.
func rejected[K comparable, V any](t *testing.T, fired *int, newMap func() model.Map[K, V], opts ...model.Option) *model.Failure[K, V] {
	t.Helper()
	err := model.Check(newMap, append(opts, model.WithBudget(30*time.Second))...) // rather than a number of programs
	var f *model.Failure[K, V]
	require.ErrorAs(t, err, &f)
	require.NotZero(t, *fired)
	t.Log(f)
	return f
}

// Each fault is found, and shrunk to about the fewest operations that show it. By
// default rapid helps to shrink a quarter of them only, which it takes half a second
// for.
func TestBrokenRejected(t *testing.T) {
	for i, test := range []struct {
		name   string
		newMap func(ints) model.Map[int, int]
		length int // of the smallest program
	}{
		{"LoadOrStore overwrites", func(m ints) model.Map[int, int] { return losesOnLoadOrStore{m} }, 3},
		{"Clear is dropped", func(m ints) model.Map[int, int] { return dropsClear{m} }, 12},
		{"Range repeats a key", func(m ints) model.Map[int, int] { return rangeRepeats{m} }, 4},
		{"Range misses a key", func(m ints) model.Map[int, int] { return rangeMisses{m} }, 2},
		{"Range goes on", func(m ints) model.Map[int, int] { return rangeGoesOn{m} }, 3},
		{"Len is negative", func(m ints) model.Map[int, int] { return negativeLen{m, new(int)} }, 2},
		{"Compute runs twice", func(m ints) model.Map[int, int] { return computesTwice{m} }, 2},
		{"Compute returns what it ignores", func(m ints) model.Map[int, int] { return returnsIgnored{m} }, 1},
		{"Retain runs twice", func(m ints) model.Map[int, int] { return retainsTwice{m} }, 3},
		{"Retain edits on panic", func(m ints) model.Map[int, int] { return editsOnPanic{m} }, 2},
		{"panic is swallowed", func(m ints) model.Map[int, int] { return swallowsPanic{m} }, 1},
		{"CompareAndSwap ignores old", func(m ints) model.Map[int, int] { return ignoresOld{m} }, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			if i%4 != 0 && effort.Of(true, false) {
				effort.Unshrunk(t)
			}
			fired := 0
			f := rejected(t, &fired, func() model.Map[int, int] {
				return test.newMap(ints{model.NewMutex[int, int](), &fired})
			})
			// Usually equal; a machine under load may run out of time to shrink.
			require.LessOrEqual(t, len(f.Program), 3*test.length+6)
		})
	}
	t.Run("zeros differ", func(t *testing.T) {
		effort.Unshrunk(t)
		fired := 0
		rejected(t, &fired, func() model.Map[float64, []int] {
			return bitwiseZero{broken[float64, []int]{model.NewMutex[float64, []int](), &fired}}
		})
	})
	t.Run("NaN is dropped", func(t *testing.T) {
		effort.Unshrunk(t)
		fired := 0
		rejected(t, &fired, func() model.Map[float64, []int] {
			return dropsNaN{broken[float64, []int]{model.NewMutex[float64, []int](), &fired}}
		})
	})
}

// hangs loses its lock to a callback that panics.
type hangs struct {
	ints
	locked  *bool
	release chan struct{}
}

func (m hangs) Compute(key int, f func(int, bool) (int, flatmap.Op)) (int, bool) {
	if *m.locked {
		<-m.release
	}
	*m.locked = true
	actual, ok := m.ints.Compute(key, f)
	*m.locked = false // but not after a panic
	return actual, ok
}

// A hang is a failure, with the stack that hangs.
func TestHangRejected(t *testing.T) {
	t.Parallel() // it waits
	fired := 1
	release := make(chan struct{})
	defer close(release)
	f := rejected(t, &fired, func() model.Map[int, int] {
		return hangs{ints{model.NewMutex[int, int](), &fired}, new(bool), release}
	}, model.WithTimeout(effort.Brief(time.Second/4, time.Second)), model.WithKinds(model.Compute))
	require.ErrorIs(t, f, model.ErrHung)
	require.Contains(t, f.Stacks, "hangs.Compute")
	require.ErrorContains(t, f, "WithPlainCallbacks leaves these out")
	require.LessOrEqual(t, len(f.Program), 2, f)
	require.NotContains(t, f.Stacks, "testing.", "only the stacks of the map's goroutines")
	require.Equal(t, model.Compute, f.Program[len(f.Program)-1].Kind)
}

// losesLock does not give its lock back when the fourth entry goes.
type losesLock struct {
	ints
	locked  *bool
	release chan struct{}
}

func (m losesLock) Store(key, value int) {
	if *m.locked {
		<-m.release
	}
	m.ints.Store(key, value)
}

func (m losesLock) LoadAndDelete(key int) (int, bool) {
	*m.locked = *m.locked || m.Len() == 4 && m.Contains(key)
	return m.ints.LoadAndDelete(key)
}

// A hang is shrunk as any other failure is, though each attempt takes its time.
func TestHangShrunk(t *testing.T) {
	t.Parallel() // it waits
	fired := 1
	release := make(chan struct{})
	defer close(release)
	f := rejected(t, &fired, func() model.Map[int, int] {
		return losesLock{ints{model.NewMutex[int, int](), &fired}, new(bool), release}
	}, model.WithTimeout(effort.Brief(time.Second/4, time.Second)), model.WithKinds(model.Load, model.Store, model.LoadAndDelete, model.Range))
	require.ErrorIs(t, f, model.ErrHung)
	require.LessOrEqual(t, len(f.Program), 7, f) // as a rule 6
}
