package linearizability_test

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
)

// ints is a correct map, to which a type that embeds it adds one fault. It
// counts how often the fault took effect.
type ints struct {
	*model.Mutex[int, int]
	fired *atomic.Int64
}

type nonAtomicLoadOrStore struct{ ints }

func (m nonAtomicLoadOrStore) LoadOrStore(key, value int) (int, bool) {
	if old, ok := m.Load(key); ok {
		return old, true
	}
	runtime.Gosched()
	if _, loaded := m.Swap(key, value); loaded {
		m.fired.Add(1)
	}
	return value, false
}

type lostUpdate struct{ ints }

func (m lostUpdate) Swap(key, value int) (int, bool) {
	old, ok := m.Load(key)
	runtime.Gosched()
	if now, _ := m.ints.Swap(key, value); now != old {
		m.fired.Add(1)
	}
	return old, ok
}

type droppedClear struct{ ints }

func (m droppedClear) Clear() {
	if m.Len() > 4 {
		m.fired.Add(1)
		return
	}
	m.ints.Clear()
}

// gradualClear deletes one key after another. The history of each key is possible.
type gradualClear struct{ ints }

func (m gradualClear) Clear() {
	m.Range(func(key, _ int) bool {
		m.fired.Add(1)
		m.Delete(key)
		runtime.Gosched()
		return true
	})
}

// shardwiseClear takes a lock for every eighth of the keys, as maps of shards do.
type shardwiseClear struct{ ints }

func (m shardwiseClear) Clear() {
	m.fired.Add(1)
	for shard := range 8 {
		m.Retain(func(key int, _ *int) bool { return key%8 != shard })
	}
}

type rangeRepeats struct{ ints }

func (m rangeRepeats) Range(f func(int, int) bool) {
	n := 0
	m.ints.Range(func(key, value int) bool {
		if n++; n == 5 {
			m.fired.Add(1)
			return f(key, value) && f(key, value) //lint:ignore SA4000 it is called twice
		}
		return f(key, value)
	})
}

type rangeMisses struct{ ints }

func (m rangeMisses) Range(f func(int, int) bool) {
	n := 0
	m.ints.Range(func(key, value int) bool {
		if n++; n == 6 {
			m.fired.Add(1)
			return true
		}
		return f(key, value)
	})
}

// rangeInvents yields values that the keys had before the iteration began.
type rangeInvents struct {
	ints
	last *atomic.Pointer[map[int]int]
}

func (m rangeInvents) Range(f func(int, int) bool) {
	now := make(map[int]int)
	m.ints.Range(func(key, value int) bool { now[key] = value; return true })
	if old := m.last.Swap(&now); old != nil {
		for key, value := range *old {
			if current, ok := now[key]; ok && current != value {
				m.fired.Add(1)
				now[key] = value
			}
		}
	}
	for key, value := range now {
		if !f(key, value) {
			return
		}
	}
}

// miscounts keeps a counter that it does not update together with the entries.
type miscounts struct {
	ints
	n *atomic.Int64
}

func (m miscounts) Store(key, value int) {
	if !m.Contains(key) {
		runtime.Gosched()
		m.n.Add(1)
	}
	if _, loaded := m.ints.Swap(key, value); loaded {
		m.fired.Add(1)
	}
}

func (m miscounts) Delete(key int) {
	if m.Contains(key) {
		m.n.Add(-1)
	}
	m.ints.Delete(key)
}

func (m miscounts) Len() int { return int(m.n.Load()) }

type resurrects struct{ ints }

func (m resurrects) Delete(key int) {
	value, ok := m.Load(key)
	m.ints.Delete(key)
	if ok && value%7 == 0 {
		m.fired.Add(1)
		m.ints.Store(key, value)
	}
}

type computesTwice struct{ ints }

func (m computesTwice) Compute(key int, f func(int, bool) (int, flatmap.Op)) (int, bool) {
	return m.ints.Compute(key, func(old int, loaded bool) (int, flatmap.Op) {
		value, op := f(old, loaded)
		if op == flatmap.Set && !loaded {
			m.fired.Add(1)
			return f(old, loaded)
		}
		return value, op
	})
}

type retainsTwice struct{ ints }

func (m retainsTwice) Retain(f func(int, *int) bool) {
	n := 0
	m.ints.Retain(func(key int, value *int) bool {
		if n++; n != 3 {
			return f(key, value)
		}
		m.fired.Add(1)
		return f(key, value) && f(key, value) //lint:ignore SA4000 it is called twice
	})
}

// A few rounds of the workloads find each fault, and show it in a history that is
// small and impossible by itself.
func TestBrokenRejected(t *testing.T) {
	for _, test := range []struct {
		name   string
		newMap func(ints) model.Map[int, int]
		// events is how many the minimal history has at most, except up to eight that
		// wrote what others found, one after the other.
		events int
	}{
		{"non-atomic LoadOrStore", func(m ints) model.Map[int, int] { return nonAtomicLoadOrStore{m} }, 6},
		{"lost update", func(m ints) model.Map[int, int] { return lostUpdate{m} }, 6},
		{"dropped Clear", func(m ints) model.Map[int, int] { return droppedClear{m} }, 10},
		{"gradual Clear", func(m ints) model.Map[int, int] { return gradualClear{m} }, 10},
		{"Clear shard by shard", func(m ints) model.Map[int, int] { return shardwiseClear{m} }, 8},
		{"Range repeats a key", func(m ints) model.Map[int, int] { return rangeRepeats{m} }, 1},
		{"Range misses a key", func(m ints) model.Map[int, int] { return rangeMisses{m} }, 3},
		{"Range invents", func(m ints) model.Map[int, int] { return rangeInvents{m, new(atomic.Pointer[map[int]int])} }, 4},
		{"Len is wrong", func(m ints) model.Map[int, int] { return miscounts{m, new(atomic.Int64)} }, 30},
		{"Delete resurrects", func(m ints) model.Map[int, int] { return resurrects{m} }, 9},
		{"Compute runs twice", func(m ints) model.Map[int, int] { return computesTwice{m} }, 1},
		{"Retain runs twice", func(m ints) model.Map[int, int] { return retainsTwice{m} }, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			var fired atomic.Int64
			report, err := linearizability.Run(context.Background(), func() model.Map[int, int] {
				return test.newMap(ints{model.NewMutex[int, int](), &fired})
			}, linearizability.WithRounds(20))
			require.NotZero(t, fired.Load())
			require.Error(t, err)
			t.Log(report, "\n", err)
			var v *linearizability.Violation[int, int]
			if errors.Is(err, linearizability.ErrOwned) {
				return // seen without a history
			}
			require.ErrorAs(t, err, &v)
			require.ErrorIs(t, err, linearizability.ErrViolation)
			require.LessOrEqual(t, len(v.History), test.events+8)
			require.ErrorIs(t, linearizability.Check(v.History), linearizability.ErrViolation)

			var picture linearizability.Visualizer
			require.ErrorAs(t, err, &picture)
			var page bytes.Buffer
			require.NoError(t, picture.WriteHTML(&page))
			require.Contains(t, page.String(), "<html")
		})
	}
}

// The workload sweep alone finds a Clear that goes shard by shard, which shows for a
// fraction of a microsecond.
func TestSweepFindsShards(t *testing.T) {
	var fired atomic.Int64
	_, err := linearizability.Run(context.Background(), func() model.Map[int, int] {
		return shardwiseClear{ints{model.NewMutex[int, int](), &fired}}
	}, linearizability.WithWorkloads("sweep"), linearizability.WithRounds(100))
	var v *linearizability.Violation[int, int]
	require.ErrorAs(t, err, &v)
	require.LessOrEqual(t, len(v.History), 5, "%v", v)
}
