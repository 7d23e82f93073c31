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

// The specification allows what it should, and nothing else: of each operation on
// {1: 10, 2: 20}, results that are right, and results that are wrong with the reason.
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
		after []pair   // {1: 10, 2: 20} if nil
		says  []string // of the wrong results
	}{
		{"Load hit", op{Kind: model.Load, Key: 1}, []result{{Value: 10, OK: true}}, []result{{}, {Value: 20, OK: true}, {Value: 10}}, nil, []string{"want true", "want the value 10", "want true"}},
		{"Load miss", op{Kind: model.Load, Key: 3}, []result{{}}, []result{{OK: true}, {Value: 1}}, nil, []string{"want false", "want the value 0"}},
		{"Contains", op{Kind: model.Contains, Key: 1}, []result{{OK: true}}, []result{{}}, nil, []string{"want true"}},
		{"Store", op{Kind: model.Store, Key: 1, Value: 5}, []result{{}}, []result{{Exit: model.Panic}, {Exit: model.Goexit}}, []pair{{1, 5}, {2, 20}}, []string{"want it to return", "want it to return"}},
		{"Swap", op{Kind: model.Swap, Key: 1, Value: 5}, []result{{Value: 10, OK: true}}, []result{{}, {Value: 5, OK: true}}, []pair{{1, 5}, {2, 20}}, []string{"want true", "want the value 10"}},
		{"LoadOrStore hit", op{Kind: model.LoadOrStore, Key: 1, Value: 5}, []result{{Value: 10, OK: true}}, []result{{Value: 5}, {Value: 5, OK: true}}, nil, []string{"want true", "want the value 10"}},
		{"LoadOrStore miss", op{Kind: model.LoadOrStore, Key: 3, Value: 5}, []result{{Value: 5}}, []result{{}, {Value: 5, OK: true}}, []pair{{1, 10}, {2, 20}, {3, 5}}, []string{"want the value 5", "want false"}},
		{"LoadAndDelete", op{Kind: model.LoadAndDelete, Key: 1}, []result{{Value: 10, OK: true}}, []result{{}, {OK: true}}, []pair{{2, 20}}, []string{"want true", "want the value 10"}},
		{"Delete", op{Kind: model.Delete, Key: 1}, []result{{}}, nil, []pair{{2, 20}}, nil},
		{"CompareAndSwap hit", op{Kind: model.CompareAndSwap, Key: 1, Old: 10, Value: 5}, []result{{OK: true}}, []result{{}}, []pair{{1, 5}, {2, 20}}, []string{"want true"}},
		{"CompareAndSwap miss", op{Kind: model.CompareAndSwap, Key: 1, Old: 11, Value: 5}, []result{{}}, []result{{OK: true}}, nil, []string{"want false"}},
		{"CompareAndDelete hit", op{Kind: model.CompareAndDelete, Key: 1, Old: 10}, []result{{OK: true}}, []result{{}}, []pair{{2, 20}}, []string{"want true"}},
		{"CompareAndDelete absent", op{Kind: model.CompareAndDelete, Key: 3}, []result{{}}, []result{{OK: true}}, nil, []string{"want false"}},
		{"Clear", op{Kind: model.Clear}, []result{{}}, []result{{Exit: model.Panic}}, []pair{}, []string{"want it to return"}},
		{"Len", op{Kind: model.Len}, []result{{Len: 2}}, []result{{Len: 1}, {Len: -1}}, nil, []string{"want 2", "want 2"}},
		{"Compute set", op{Kind: model.Compute, Key: 1, Present: set(5)}, []result{{Value: 5, OK: true, Visits: one}},
			[]result{{Value: 5, OK: true}, {Value: 10, OK: true, Visits: one}, {Value: 5, OK: true, Visits: []visit{{1, 10, true}, {1, 10, true}}}, {Value: 5, OK: true, Visits: []visit{{1, 0, false}}}}, []pair{{1, 5}, {2, 20}}, []string{"the callback ran 0 times, want 1", "want the value 5", "the callback ran 2 times, want 1", "the callback was shown 0, false, want 10, true"}},
		{"Compute remove", op{Kind: model.Compute, Key: 1, Present: remove}, []result{{Visits: one}}, []result{{Value: 10, OK: true, Visits: one}}, []pair{{2, 20}}, []string{"want false"}},
		{"Compute keep nothing", op{Kind: model.Compute, Key: 3, Present: remove}, []result{{Visits: []visit{{3, 0, false}}}}, []result{{OK: true, Visits: []visit{{3, 0, false}}}, {Visits: []visit{{3, 7, false}}}}, nil, []string{"want false", "the callback was shown 7, false, want 0, false"}},
		{"Compute panics", op{Kind: model.Compute, Key: 1, Present: remove, Exit: model.Panic},
			[]result{{Exit: model.Panic, Panic: "model: the callback panics, as the operation says", Visits: one}}, []result{{Visits: one}, {Exit: model.Panic, Panic: "other", Visits: one}}, nil, []string{`want it to panic with "model: the callback panics, as the operation says"`, `want it to panic with "model: the callback panics, as the operation says"`}},
		{"Compute reads", op{Kind: model.Compute, Key: 1, Present: remove, Inner: []op{{Kind: model.Load, Key: 1}}},
			[]result{{Visits: one, Inner: []result{{Value: 10, OK: true}}}}, []result{{Visits: one}, {Visits: one, Inner: []result{{}}}}, []pair{{2, 20}}, []string{"0 of the callback's 1 operations ran", "inside of the callback, Load(1): want true"}},
		{"LoadOrCompute hit", op{Kind: model.LoadOrCompute, Key: 1, Value: 5, Exit: model.Goexit}, []result{{Value: 10, OK: true}}, []result{{Value: 10, OK: true, Visits: one}}, nil, []string{"the callback ran 1 times, want 0"}},
		{"LoadOrCompute exits", op{Kind: model.LoadOrCompute, Key: 3, Value: 5, Exit: model.Goexit}, []result{{Exit: model.Goexit, Visits: []visit{{3, 0, false}}}}, []result{{Value: 5, Visits: []visit{{3, 0, false}}}}, nil, []string{"want it to end the goroutine"}},
		{"Range", op{Kind: model.Range}, []result{{Visits: both}, {Visits: []visit{both[1], both[0]}}},
			[]result{{}, {Visits: one}, {Visits: []visit{both[0], both[0]}}, {Visits: []visit{both[0], both[1], both[0]}}, {Visits: []visit{both[0], {2, 21, true}}}, {Visits: append(both[:2:2], visit{3, 30, true})}}, nil, []string{"it misses ", "it misses 2", "it yields 1 twice", "it yields 1 twice", "it yields 2 with 21, a value that key does not have", "it yields 3 with 30, a value that key does not have"}},
		{"Range stops", op{Kind: model.Range, Exit: model.Stop}, []result{{Visits: one}, {Visits: both[1:]}}, []result{{}, {Visits: both}}, nil, []string{"it misses ", "the callback was called again after it had ended the operation"}},
		{"Range stops late", op{Kind: model.Range, Exit: model.Panic, At: 2}, []result{{Visits: both}}, []result{{Visits: one}}, nil, []string{"it misses 2"}},
		{"Range stores behind it", op{Kind: model.Range, Inner: []op{{Kind: model.Store, Key: 3, Value: 30}}},
			[]result{{Visits: both, Inner: []result{{}}}, {Visits: append(both[:2:2], visit{3, 30, true}), Inner: []result{{}}}}, []result{{Visits: both}, {Visits: append([]visit{{3, 30, true}}, both...), Inner: []result{{}}}}, []pair{{1, 10}, {2, 20}, {3, 30}}, []string{"0 of the callback's 1 operations ran", "it yields 3 with 30, a value that key does not have"}},
		{"Range replaces", op{Kind: model.Range, Inner: []op{{Kind: model.Store, Key: 2, Value: 21}}},
			[]result{{Visits: both, Inner: []result{{}}}, {Visits: []visit{both[0], {2, 21, true}}, Inner: []result{{}}}}, []result{{Visits: []visit{both[0], {2, 22, true}}, Inner: []result{{}}}, {Visits: one, Inner: []result{{}}}}, []pair{{1, 10}, {2, 21}}, []string{"it yields 2 with 22, a value that key does not have", "it misses 2"}},
		{"Range deletes", op{Kind: model.Range, Inner: []op{{Kind: model.Delete, Key: 2}}}, []result{{Visits: one, Inner: []result{{}}}, {Visits: both, Inner: []result{{}}}}, []result{{Visits: both}}, []pair{{1, 10}}, []string{"0 of the callback's 1 operations ran"}},
		{"Range reinserts", op{Kind: model.Range, Inner: []op{{Kind: model.Delete, Key: 1}, {Kind: model.Store, Key: 1, Value: 11}}},
			[]result{{Visits: both, Inner: []result{{}, {}}}}, []result{{Visits: append(both[:2:2], visit{1, 11, true}), Inner: []result{{}, {}}}}, []pair{{1, 11}, {2, 20}}, []string{"it yields 1 twice"}},
		{"Keys", op{Kind: model.Keys}, []result{{Visits: []visit{{Key: 2}, {Key: 1}}}}, []result{{}, {Visits: []visit{{Key: 2}, {Key: 2}}}, {Visits: []visit{{Key: 2}, {Key: 3}}}}, nil, []string{"it misses ", "it yields 2 twice", "it yields 3, which is not there"}},
		{"Values", op{Kind: model.Values}, []result{{Visits: []visit{{Value: 20}, {Value: 10}}}}, []result{{}, {Visits: []visit{{Value: 10}, {Value: 10}}}, {Visits: []visit{{Value: 30}, {Value: 10}}}}, nil, []string{"it yields 0 values, want 2", "it yields 10, which no key has, or too often", "it yields 30, which no key has, or too often"}},
		{"Retain", op{Kind: model.Retain, Present: remove, Rules: []model.Rule[int, int]{{1, set(5)}}}, []result{{Visits: both}},
			[]result{{}, {Visits: one}, {Visits: append(both[:2:2], both[0])}, {Visits: []visit{both[0], {2, 21, true}}}, {Visits: []visit{both[0], {3, 20, true}}}}, []pair{{1, 5}}, []string{"it misses 2 of 2 entries", "it misses 1 of 2 entries", "it visits 1 twice", "it shows 21 for 2, want 20", "it visits 3, which is not there"}},
		{"Retain panics", op{Kind: model.Retain, Present: remove, Exit: model.Panic, At: 1},
			[]result{{Visits: both, Exit: model.Panic, Panic: "model: the callback panics, as the operation says"}}, []result{{Visits: both}, {Visits: one}}, []pair{{2, 20}}, []string{`want it to panic with "model: the callback panics, as the operation says"`, "it misses 1 of 2 entries"}},
		{"Retain reads", op{Kind: model.Retain, Present: set(5), At: 1, Inner: []op{{Kind: model.Load, Key: 1}, {Kind: model.Load, Key: 2}}},
			[]result{{Visits: both, Inner: []result{{Value: 5, OK: true}, {Value: 20, OK: true}}}, {Visits: both, Inner: []result{{Value: 10, OK: true}, {Value: 20, OK: true}}}},
			[]result{{Visits: both, Inner: []result{{Value: 5, OK: true}, {Value: 5, OK: true}}}, {Visits: both}}, []pair{{1, 5}, {2, 5}}, []string{"inside of the function, Load(2): want the value 20", "0 of the function's 2 operations ran"}},
		{"Range reads before it shows", op{Kind: model.Range, At: 1, Inner: []op{{Kind: model.Store, Key: 2, Value: 21}}}, nil,
			[]result{{Visits: []visit{both[0], {2, 21, true}}, Inner: []result{{}}}}, nil, []string{"it yields 2 with 21, a value that key does not have"}},
		{"Range judges what it calls", op{Kind: model.Range, Inner: []op{{Kind: model.Len}}}, []result{{Visits: both, Inner: []result{{Len: 2}}}},
			[]result{{Visits: both, Inner: []result{{Len: 1}}}, {Visits: both, Inner: []result{{Len: 2}, {}}}, {Visits: both, OK: true, Inner: []result{{Len: 2}}}}, nil, []string{"inside of the callback, Len(): want 2", "2 of the callback's 1 operations ran", "want false"}},
		{"Range exits", op{Kind: model.Range, Exit: model.Goexit}, []result{{Visits: one, Exit: model.Goexit}},
			[]result{{Visits: one}, {Visits: both, Exit: model.Goexit}, {Exit: model.Goexit}, {Visits: []visit{{1, 11, true}}, Exit: model.Goexit}}, nil, []string{"want it to end the goroutine", "the callback was called again after it had ended the operation", "want it to return", "it yields 1 with 11, a value that key does not have"}},
		{"Keys deletes", op{Kind: model.Keys, Inner: []op{{Kind: model.Delete, Key: 2}}}, []result{{Visits: []visit{{Key: 1}}, Inner: []result{{}}}, {Visits: []visit{{Key: 1}, {Key: 2}}, Inner: []result{{}}}},
			[]result{{Visits: []visit{{Key: 1}, {Key: 3}}, Inner: []result{{}}}}, []pair{{1, 10}}, []string{"it yields 3, which is not there"}},
		{"Values stores", op{Kind: model.Values, Inner: []op{{Kind: model.Store, Key: 3, Value: 30}}},
			[]result{{Visits: []visit{{Value: 20}, {Value: 10}}, Inner: []result{{}}}, {Visits: []visit{{Value: 20}, {Value: 10}, {Value: 30}}, Inner: []result{{}}}},
			[]result{{Visits: []visit{{Value: 20}}, Inner: []result{{}}}, {Visits: []visit{{Value: 20}, {Value: 10}, {Value: 30}, {Value: 30}}, Inner: []result{{}}}, {Visits: []visit{{Value: 20}, {Value: 31}}, Inner: []result{{}}}}, []pair{{1, 10}, {2, 20}, {3, 30}}, []string{"it yields 1 values, want 2", "it yields 4 values, want 2", "it yields 31, which no key has, or too often"}},
		{"Values deletes", op{Kind: model.Values, Inner: []op{{Kind: model.Delete, Key: 2}}}, []result{{Visits: []visit{{Value: 10}}, Inner: []result{{}}}, {Visits: []visit{{Value: 20}, {Value: 10}}, Inner: []result{{}}}},
			nil, []pair{{1, 10}}, nil},
		{"Values stops", op{Kind: model.Values, Exit: model.Stop}, []result{{Visits: []visit{{Value: 20}}}, {Visits: []visit{{Value: 10}}}},
			[]result{{}, {Visits: []visit{{Value: 20}, {Value: 10}}}, {Visits: []visit{{Value: 30}}}}, nil, []string{"it yields 0 values, want 2", "the callback was called again after it had ended the operation", "it yields 30, which no key has, or too often"}},
		{"Values yields too many", op{Kind: model.Values}, nil, []result{{Visits: []visit{{Value: 20}, {Value: 10}, {Value: 10}}}}, nil, []string{"it yields 3 values, want 2"}},
		{"Retain ends", op{Kind: model.Retain, Present: remove, Exit: model.Goexit}, []result{{Visits: one, Exit: model.Goexit}},
			[]result{{Visits: both, Exit: model.Goexit}, {Visits: one}, {Visits: one, Exit: model.Goexit, OK: true}}, nil, []string{"the callback was called again after it had ended the operation", "want it to end the goroutine", "want false"}},
		{"Retain ends late", op{Kind: model.Retain, Present: remove, Exit: model.Panic, At: 2}, []result{{Visits: both}},
			[]result{{Visits: both, Exit: model.Panic, Panic: "model: the callback panics, as the operation says"}}, []pair{}, []string{"want it to return"}},
		{"Retain stops", op{Kind: model.Retain, Exit: model.Stop}, []result{{Visits: both}}, []result{{Visits: one}}, nil, []string{"it misses 1 of 2 entries"}},
		{"Retain reads only", op{Kind: model.Retain, Inner: []op{{Kind: model.Contains, Key: 3}, {Kind: model.Len}}}, nil,
			[]result{{Visits: both, Inner: []result{{}, {Len: 2}}}, {Visits: both, Inner: []result{{OK: true}, {Len: 2}}}}, nil, []string{"Len may not be called inside of Retain", "inside of the function, Contains(3): want false"}},
		{"Retain reads what it removes", op{Kind: model.Retain, Present: remove, At: 1, Inner: []op{{Kind: model.Contains, Key: 1}, {Kind: model.Contains, Key: 2}}},
			[]result{{Visits: both, Inner: []result{{OK: true}, {OK: true}}}, {Visits: both, Inner: []result{{}, {OK: true}}}}, []result{{Visits: both, Inner: []result{{}, {}}}}, []pair{}, []string{"inside of the function, Contains(2): want true"}},
		{"Compute reads late", op{Kind: model.Compute, Key: 1, Present: set(5), At: 1, Exit: model.Panic, Inner: []op{{Kind: model.Load, Key: 1}}},
			[]result{{Value: 5, OK: true, Visits: one}}, nil, []pair{{1, 5}, {2, 20}}, nil},
		{"Compute keeps", op{Kind: model.Compute, Key: 1}, []result{{Value: 10, OK: true, Visits: one}}, []result{{Visits: one}, {Value: 10, OK: true, Visits: []visit{{1, 11, true}}}, {Value: 10, OK: true, Visits: []visit{{1, 10, false}}}}, nil, []string{"want true", "the callback was shown 11, true, want 10, true", "the callback was shown 10, false, want 10, true"}},
		{"Compute sets nothing", op{Kind: model.Compute, Key: 3, Absent: set(30)}, []result{{Value: 30, OK: true, Visits: []visit{{3, 0, false}}}}, nil, []pair{{1, 10}, {2, 20}, {3, 30}}, nil},
		{"LoadOrCompute miss", op{Kind: model.LoadOrCompute, Key: 3, Value: 30}, []result{{Value: 30, Visits: []visit{{3, 0, false}}}}, []result{{Value: 30}, {Value: 30, OK: true, Visits: []visit{{3, 0, false}}}}, []pair{{1, 10}, {2, 20}, {3, 30}}, []string{"the callback ran 0 times, want 1", "want false"}},
		{"Contains miss", op{Kind: model.Contains, Key: 3}, []result{{}}, []result{{OK: true}}, nil, []string{"want false"}},
		{"torn", op{Kind: model.Load, Key: 1}, nil, []result{{Value: 10, OK: true, Torn: "a torn string"}}, nil, []string{"it returned or showed a torn string"}},
		{"Insert", op{Kind: model.Insert, Pairs: []pair{{1, 11}, {3, 30}, {1, 12}}}, []result{{}}, nil, []pair{{1, 12}, {2, 20}, {3, 30}}, nil},
		{"write inside", op{Kind: model.Compute, Key: 1, Inner: []op{{Kind: model.Clear}}}, nil, []result{{Value: 10, OK: true, Visits: one, Inner: []result{{}}}}, nil, []string{"Clear may not be called inside of Compute"}},
		{"no such kind", op{Kind: 99}, nil, []result{{}}, nil, []string{"no such kind of operation: Kind(99)"}},
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
			for i, r := range test.wrong {
				require.ErrorContains(t, stateOf(t, pair{1, 10}, pair{2, 20}).Step(test.op, r), test.says[i], "%+v", r)
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
