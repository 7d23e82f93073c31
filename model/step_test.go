package model_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

type (
	op     = model.Op[int, int]
	result = model.Result[int, int]
	visit  = model.Visit[int, int]
	pair   = model.Entry[int, int]
)

// stateOf returns a state with these entries.
func stateOf(t *testing.T, pairs ...pair) *model.State[int, int] {
	s := model.NewState[int, int]()
	require.NoError(t, s.Step(op{Kind: model.Insert, Pairs: pairs}, result{}))
	return s
}

// The specification allows what it should, and nothing else: of each
// operation on {1: 10, 2: 20}, results that are right and results that are wrong.
func TestStep(t *testing.T) {
	set := func(v int) model.Decision[int] { return model.Decision[int]{Op: flatmap.Set, Value: v} }
	remove := model.Decision[int]{Op: flatmap.Remove}
	both := []visit{{1, 10, true}, {2, 20, true}}
	one := both[:1]
	for _, test := range []struct {
		name  string
		op    op
		right []result
		wrong []result
		after []pair // {1: 10, 2: 20} if nil
	}{
		{"Load hit", op{Kind: model.Load, Key: 1}, []result{{Value: 10, OK: true}}, []result{{}, {Value: 20, OK: true}, {Value: 10}}, nil},
		{"Load miss", op{Kind: model.Load, Key: 3}, []result{{}}, []result{{OK: true}, {Value: 1}}, nil},
		{"Contains", op{Kind: model.Contains, Key: 1}, []result{{OK: true}}, []result{{}}, nil},
		{"Store", op{Kind: model.Store, Key: 1, Value: 5}, []result{{}}, []result{{Exit: model.Panic}, {Exit: model.Goexit}}, []pair{{1, 5}, {2, 20}}},
		{"Swap", op{Kind: model.Swap, Key: 1, Value: 5}, []result{{Value: 10, OK: true}}, []result{{}, {Value: 5, OK: true}}, []pair{{1, 5}, {2, 20}}},
		{"LoadOrStore hit", op{Kind: model.LoadOrStore, Key: 1, Value: 5}, []result{{Value: 10, OK: true}}, []result{{Value: 5}, {Value: 5, OK: true}}, nil},
		{"LoadOrStore miss", op{Kind: model.LoadOrStore, Key: 3, Value: 5}, []result{{Value: 5}}, []result{{}, {Value: 5, OK: true}}, []pair{{1, 10}, {2, 20}, {3, 5}}},
		{"LoadAndDelete", op{Kind: model.LoadAndDelete, Key: 1}, []result{{Value: 10, OK: true}}, []result{{}, {OK: true}}, []pair{{2, 20}}},
		{"Delete", op{Kind: model.Delete, Key: 1}, []result{{}}, nil, []pair{{2, 20}}},
		{"CompareAndSwap hit", op{Kind: model.CompareAndSwap, Key: 1, Old: 10, Value: 5}, []result{{OK: true}}, []result{{}}, []pair{{1, 5}, {2, 20}}},
		{"CompareAndSwap miss", op{Kind: model.CompareAndSwap, Key: 1, Old: 11, Value: 5}, []result{{}}, []result{{OK: true}}, nil},
		{"CompareAndDelete hit", op{Kind: model.CompareAndDelete, Key: 1, Old: 10}, []result{{OK: true}}, []result{{}}, []pair{{2, 20}}},
		{"CompareAndDelete absent", op{Kind: model.CompareAndDelete, Key: 3}, []result{{}}, []result{{OK: true}}, nil},
		{"Clear", op{Kind: model.Clear}, []result{{}}, []result{{Exit: model.Panic}}, []pair{}},
		{"Len", op{Kind: model.Len}, []result{{Len: 2}}, []result{{Len: 1}, {Len: -1}}, nil},
		{"Compute set", op{Kind: model.Compute, Key: 1, Present: set(5)}, []result{{Value: 5, OK: true, Visits: one}},
			[]result{{Value: 5, OK: true}, {Value: 10, OK: true, Visits: one}, {Value: 5, OK: true, Visits: []visit{{1, 10, true}, {1, 10, true}}}, {Value: 5, OK: true, Visits: []visit{{1, 0, false}}}}, []pair{{1, 5}, {2, 20}}},
		{"Compute remove", op{Kind: model.Compute, Key: 1, Present: remove}, []result{{Visits: one}}, []result{{Value: 10, OK: true, Visits: one}}, []pair{{2, 20}}},
		{"Compute keep nothing", op{Kind: model.Compute, Key: 3, Present: remove}, []result{{Visits: []visit{{3, 0, false}}}}, []result{{OK: true, Visits: []visit{{3, 0, false}}}, {Visits: []visit{{3, 7, false}}}}, nil},
		{"Compute panics", op{Kind: model.Compute, Key: 1, Present: remove, Exit: model.Panic},
			[]result{{Exit: model.Panic, Panic: "model: the callback panics, as the operation says", Visits: one}}, []result{{Visits: one}, {Exit: model.Panic, Panic: "other", Visits: one}}, nil},
		{"Compute reads", op{Kind: model.Compute, Key: 1, Present: remove, Inner: []op{{Kind: model.Load, Key: 1}}},
			[]result{{Visits: one, Inner: []result{{Value: 10, OK: true}}}}, []result{{Visits: one}, {Visits: one, Inner: []result{{}}}}, []pair{{2, 20}}},
		{"LoadOrCompute hit", op{Kind: model.LoadOrCompute, Key: 1, Value: 5, Exit: model.Goexit}, []result{{Value: 10, OK: true}}, []result{{Value: 10, OK: true, Visits: one}}, nil},
		{"LoadOrCompute exits", op{Kind: model.LoadOrCompute, Key: 3, Value: 5, Exit: model.Goexit}, []result{{Exit: model.Goexit, Visits: []visit{{3, 0, false}}}}, []result{{Value: 5, Visits: []visit{{3, 0, false}}}}, nil},
		{"Range", op{Kind: model.Range}, []result{{Visits: both}, {Visits: []visit{both[1], both[0]}}},
			[]result{{}, {Visits: one}, {Visits: []visit{both[0], both[0]}}, {Visits: []visit{both[0], both[1], both[0]}}, {Visits: []visit{both[0], {2, 21, true}}}, {Visits: append(both[:2:2], visit{3, 30, true})}}, nil},
		{"Range stops", op{Kind: model.Range, Exit: model.Stop}, []result{{Visits: one}, {Visits: both[1:]}}, []result{{}, {Visits: both}}, nil},
		{"Range stops late", op{Kind: model.Range, Exit: model.Panic, At: 2}, []result{{Visits: both}}, []result{{Visits: one}}, nil},
		{"Range stores behind it", op{Kind: model.Range, Inner: []op{{Kind: model.Store, Key: 3, Value: 30}}},
			[]result{{Visits: both, Inner: []result{{}}}, {Visits: append(both[:2:2], visit{3, 30, true}), Inner: []result{{}}}}, []result{{Visits: both}, {Visits: append([]visit{{3, 30, true}}, both...), Inner: []result{{}}}}, []pair{{1, 10}, {2, 20}, {3, 30}}},
		{"Range replaces", op{Kind: model.Range, Inner: []op{{Kind: model.Store, Key: 2, Value: 21}}},
			[]result{{Visits: both, Inner: []result{{}}}, {Visits: []visit{both[0], {2, 21, true}}, Inner: []result{{}}}}, []result{{Visits: []visit{both[0], {2, 22, true}}, Inner: []result{{}}}, {Visits: one, Inner: []result{{}}}}, []pair{{1, 10}, {2, 21}}},
		{"Range deletes", op{Kind: model.Range, Inner: []op{{Kind: model.Delete, Key: 2}}}, []result{{Visits: one, Inner: []result{{}}}, {Visits: both, Inner: []result{{}}}}, []result{{Visits: both}}, []pair{{1, 10}}},
		{"Range reinserts", op{Kind: model.Range, Inner: []op{{Kind: model.Delete, Key: 1}, {Kind: model.Store, Key: 1, Value: 11}}},
			[]result{{Visits: both, Inner: []result{{}, {}}}}, []result{{Visits: append(both[:2:2], visit{1, 11, true}), Inner: []result{{}, {}}}}, []pair{{1, 11}, {2, 20}}},
		{"Keys", op{Kind: model.Keys}, []result{{Visits: []visit{{Key: 2}, {Key: 1}}}}, []result{{}, {Visits: []visit{{Key: 2}, {Key: 2}}}, {Visits: []visit{{Key: 2}, {Key: 3}}}}, nil},
		{"Values", op{Kind: model.Values}, []result{{Visits: []visit{{Value: 20}, {Value: 10}}}}, []result{{}, {Visits: []visit{{Value: 10}, {Value: 10}}}, {Visits: []visit{{Value: 30}, {Value: 10}}}}, nil},
		{"Retain", op{Kind: model.Retain, Present: remove, Rules: []model.Rule[int, int]{{1, set(5)}}}, []result{{Visits: both}},
			[]result{{}, {Visits: one}, {Visits: append(both[:2:2], both[0])}, {Visits: []visit{both[0], {2, 21, true}}}, {Visits: []visit{both[0], {3, 20, true}}}}, []pair{{1, 5}}},
		{"Retain panics", op{Kind: model.Retain, Present: remove, Exit: model.Panic, At: 1},
			[]result{{Visits: both, Exit: model.Panic, Panic: "model: the callback panics, as the operation says"}}, []result{{Visits: both}, {Visits: one}}, []pair{{2, 20}}},
		{"Retain reads", op{Kind: model.Retain, Present: set(5), At: 1, Inner: []op{{Kind: model.Load, Key: 1}, {Kind: model.Load, Key: 2}}},
			[]result{{Visits: both, Inner: []result{{Value: 5, OK: true}, {Value: 20, OK: true}}}, {Visits: both, Inner: []result{{Value: 10, OK: true}, {Value: 20, OK: true}}}},
			[]result{{Visits: both, Inner: []result{{Value: 5, OK: true}, {Value: 5, OK: true}}}, {Visits: both}}, []pair{{1, 5}, {2, 5}}},
		{"Insert", op{Kind: model.Insert, Pairs: []pair{{1, 11}, {3, 30}, {1, 12}}}, []result{{}}, nil, []pair{{1, 12}, {2, 20}, {3, 30}}},
		{"write inside", op{Kind: model.Compute, Key: 1, Inner: []op{{Kind: model.Clear}}}, nil, []result{{Value: 10, OK: true, Visits: one, Inner: []result{{}}}}, nil},
		{"no such kind", op{Kind: 99}, nil, []result{{}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.after == nil {
				test.after = []pair{{1, 10}, {2, 20}}
			}
			for _, r := range test.right {
				s := stateOf(t, pair{1, 10}, pair{2, 20})
				require.NoError(t, s.Step(test.op, r), "%+v", r)
				after := make(map[int]int)
				for k, v := range s.All {
					after[k] = v
				}
				want := make(map[int]int)
				for _, p := range test.after {
					want[p.Key] = p.Value
				}
				require.Equal(t, want, after)
			}
			for _, r := range test.wrong {
				require.Error(t, stateOf(t, pair{1, 10}, pair{2, 20}).Step(test.op, r), "%+v", r)
			}
		})
	}
}

// Keys that are not equal to themselves pile up, as on a Go map, until cleared.
func TestStepNaN(t *testing.T) {
	type (
		op     = model.Op[float64, int]
		result = model.Result[float64, int]
		visit  = model.Visit[float64, int]
	)
	nan := math.NaN()
	s := model.NewState[float64, int]()
	step := func(o op, r result) error { return s.Step(o, r) }
	require.NoError(t, step(op{Kind: model.Store, Key: nan, Value: 1}, result{}))
	require.NoError(t, step(op{Kind: model.LoadOrStore, Key: nan, Value: 2}, result{Value: 2}))
	require.NoError(t, step(op{Kind: model.Delete, Key: nan}, result{}))
	require.NoError(t, step(op{Kind: model.Load, Key: nan}, result{}))
	require.NoError(t, step(op{Kind: model.Len}, result{Len: 2}))
	one, two := visit{nan, 1, true}, visit{nan, 2, true}
	require.NoError(t, step(op{Kind: model.Range}, result{Visits: []visit{two, one}}))
	require.Error(t, step(op{Kind: model.Range}, result{Visits: []visit{two, two}}))
	require.Error(t, step(op{Kind: model.Range}, result{Visits: []visit{two}}))
	require.Error(t, s.Clone().Step(op{Kind: model.Retain}, result{Visits: []visit{two}}))
	require.NoError(t, step(op{Kind: model.Retain, Present: model.Decision[int]{Op: flatmap.Remove}, Exit: model.Goexit, At: 1},
		result{Visits: []visit{two, one}, Exit: model.Goexit}))
	require.Equal(t, 1, s.Len())
	require.NoError(t, step(op{Kind: model.Clear}, result{}))
	require.Zero(t, s.Len())
}

// Random programs reach every operation, each of its outcomes, every way for a
// callback to end, and maps large enough to have grown.
func TestProgramsReachEverything(t *testing.T) {
	reached := make(map[string]int)
	largest, longest := 0, 0
	programs := model.Programs(model.Any[int](), model.Any[int]())
	for seed := range 300 {
		p := programs.Example(seed)
		m, s := model.NewMutex[int, int](), model.NewState[int, int]()
		longest = max(longest, len(p))
		for _, op := range p {
			r := model.Apply(m, op)
			require.NoError(t, s.Step(op, r))
			reached[op.Kind.String()]++
			switch op.Kind {
			case model.Load, model.Contains, model.Swap, model.LoadOrStore, model.LoadOrCompute, model.LoadAndDelete,
				model.CompareAndSwap, model.CompareAndDelete, model.Compute:
				if r.OK {
					reached[op.Kind.String()+" true"]++
				}
			}
			if op.Kind.HasCallback() {
				reached[op.Kind.String()+" "+r.Exit.String()]++
				if len(r.Inner) > 0 {
					reached[op.Kind.String()+" inner"]++
				}
			}
			if op.Kind.Iterates() && op.Exit == model.Stop && len(r.Visits) < s.Len() {
				reached[op.Kind.String()+" stops"]++
			}
			largest = max(largest, s.Len())
		}
	}
	for _, kind := range model.Kinds() {
		require.Greater(t, reached[kind.String()], 20, kind)
		if kind.HasCallback() {
			for _, what := range []string{" Finish", " Panic", " Goexit", " inner"} {
				require.NotZero(t, reached[kind.String()+what], "%v%s", kind, what)
			}
		}
		if kind.Iterates() {
			require.NotZero(t, reached[kind.String()+" stops"], kind)
		}
		switch kind {
		case model.Store, model.Delete, model.Clear, model.Len, model.Retain, model.Insert:
		default:
			if !kind.Iterates() {
				require.Greater(t, reached[kind.String()+" true"], 5, kind)
			}
		}
	}
	require.Greater(t, largest, 100)
	require.Greater(t, longest, 300)
	t.Log(largest, longest, reached)
}

// The mutex map is a state under locks; this ties the state to Go's own map.
func TestStateIsAGoMap(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m, want := model.NewMutex[float64, int](), make(map[float64]int)
		for range rapid.IntRange(0, 50).Draw(rt, "n") {
			key, value := model.Any[float64]().Draw(rt, "key"), rapid.Int().Draw(rt, "value")
			if rapid.Bool().Draw(rt, "store") {
				m.Store(key, value)
				want[key] = value
			} else {
				m.Delete(key)
				delete(want, key)
			}
		}
		n := 0
		for key, value := range m.All() {
			if n++; key == key && want[key] != value {
				rt.Fatalf("%v: %d", key, value)
			}
		}
		if n != len(want) || m.Len() != n {
			rt.Fatalf("%d entries, %d yielded, want %d", m.Len(), n, len(want))
		}
	})
}
