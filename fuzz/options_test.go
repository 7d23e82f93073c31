package fuzz_test

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/fuzz"
	"github.com/flatmap-go/flatmap/model"
)

// A concurrent program runs ten times, or as often as WithRepeats says.
func TestRepeats(t *testing.T) {
	for want, opts := range map[int][]fuzz.Option{10: nil, 3: {fuzz.WithRepeats(3)}} {
		maps := 0
		require.NoError(t, fuzz.CheckConcurrent(func(fuzz.Config) model.Map[int, int] {
			maps++
			return model.NewMutex[int, int]()
		}, fuzz.ConcurrentSeeds()[0], opts...))
		require.Equal(t, want, maps)
	}
}

// twice calls the function of Compute twice.
type twice struct{ *model.Mutex[int, int] }

func (m twice) Compute(key int, f func(int, bool) (int, flatmap.Op)) (int, bool) {
	return m.Mutex.Compute(key, func(value int, loaded bool) (int, flatmap.Op) {
		f(value, loaded)
		return f(value, loaded)
	})
}

// A map that calls callbacks again is right with WithRepeatedCallbacks only.
func TestRepeatedCallbacks(t *testing.T) {
	newMap := func(fuzz.Config) model.Map[int, int] { return twice{model.NewMutex[int, int]()} }
	data := fuzz.Encode(fuzz.Config{}, fuzz.Program{{Kind: model.Store, Key: 1, Value: 2}, {Kind: model.Compute, Key: 1}})
	require.Error(t, fuzz.CheckSequential(newMap, data))
	require.NoError(t, fuzz.CheckSequential(newMap, data, fuzz.WithRepeatedCallbacks()))
}

// stored counts the stores after a Swap that panics.
type stored struct {
	*model.Mutex[int, int]
	stores *atomic.Int64
}

func (m stored) Swap(int, int) (int, bool) { panic("planted") }

func (m stored) Store(key, value int) {
	m.stores.Add(1)
	m.Mutex.Store(key, value)
}

// A program ends with the operation that fails: what follows would run on a broken map.
func TestEndsAtFailure(t *testing.T) {
	var stores atomic.Int64
	store := model.Op[byte, uint16]{Kind: model.Store, Key: 1, Value: 1}
	program := fuzz.Threads{First: fuzz.Program{store, {Kind: model.Swap}, store, store}, Threads: []fuzz.Program{{store}, {store}}}
	err := fuzz.CheckConcurrent(func(fuzz.Config) model.Map[int, int] {
		return stored{model.NewMutex[int, int](), &stores}
	}, fuzz.EncodeConcurrent(fuzz.Config{}, program))
	require.ErrorContains(t, err, "planted")
	require.EqualValues(t, 1, stores.Load())
}

// Each part of a Config is an option of the map.
func TestOptionsOf(t *testing.T) {
	for want, c := range []fuzz.Config{{}, {Hash: fuzz.Constant}, {Hash: fuzz.FourBit, Capacity: 8}, {Hash: fuzz.Constant, Capacity: 1, GrowOnly: true}} {
		require.Len(t, fuzz.OptionsOf[int](c), want)
	}
}

// What is encoded is decoded as it was: each field of each operation.
func TestEncodeDecode(t *testing.T) {
	set := model.Decision[uint16]{Op: flatmap.Set, Value: 9}
	remove := model.Decision[uint16]{Op: flatmap.Remove}
	pair := func(key byte, value uint16) model.Entry[byte, uint16] {
		return model.Entry[byte, uint16]{Key: key, Value: value}
	}
	want := fuzz.Program{
		{Kind: model.Store, Key: 7, Value: 8},
		{Kind: model.CompareAndSwap, Key: 7, Old: 8, Value: 255},
		{Kind: model.CompareAndDelete, Key: 255, Old: 3},
		{Kind: model.Insert, Pairs: []model.Entry[byte, uint16]{pair(250, 4), pair(251, 5), pair(252, 6)}},
		{Kind: model.Compute, Key: 1, Present: set, Absent: remove, Inner: fuzz.Program{{Kind: model.Load, Key: 3}, {Kind: model.Contains, Key: 4}}},
		{Kind: model.LoadOrCompute, Key: 2, Value: 6, Exit: model.Panic},
		{Kind: model.Retain, Present: remove, Rules: []model.Rule[byte, uint16]{{Key: 5, Decision: set}, {Key: 6}}, Exit: model.Goexit, At: 7},
		{Kind: model.Range, At: 2, Exit: model.Stop, Inner: fuzz.Program{{Kind: model.Swap, Key: 1, Value: 2}}},
		{Kind: model.Len},
	}
	c := fuzz.Config{Hash: fuzz.FourBit, Capacity: 300, GrowOnly: true}
	config, got := fuzz.Decode(fuzz.Encode(c, want))
	require.Equal(t, c, config)
	require.Equal(t, want, got)

	threads := fuzz.Threads{Seed: 5, First: fuzz.Program{
		{Kind: model.Store, Key: 7, Value: 1},
		{Kind: model.Insert, Pairs: []model.Entry[byte, uint16]{pair(3, 2), pair(4, 3), pair(5, 4)}},
	}, Threads: []fuzz.Program{
		{{Kind: model.CompareAndSwap, Key: 7, Old: 4, Value: 5}},
		{{Kind: model.Compute, Key: 15, Present: model.Decision[uint16]{Op: flatmap.Set, Value: 6}}},
	}}
	config, again := fuzz.DecodeConcurrent(fuzz.EncodeConcurrent(c, threads))
	require.Equal(t, c, config)
	require.Equal(t, threads, again)
}
