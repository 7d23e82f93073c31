package model_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// What iterations and Retain do with keys that are not equal to themselves: on
// {NaN: 1, NaN: 2, 5: 50}, results that are right, and results that are wrong with the
// reason.
func TestStepOdd(t *testing.T) {
	type (
		op     = model.Op[float64, int]
		result = model.Result[float64, int]
		visit  = model.Visit[float64, int]
		rule   = model.Rule[float64, int]
	)
	nan := math.NaN()
	one, two, five := visit{nan, 1, true}, visit{nan, 2, true}, visit{5, 50, true}
	key, other := visit{Key: nan}, visit{Key: 5}
	value := func(v int) visit { return visit{Value: v} }
	inner := []result{{}}
	store := []op{{Kind: model.Store, Key: nan, Value: 3}}
	clear := []op{{Kind: model.Clear}}
	none := []op{{Kind: model.Load, Key: nan}}
	keep, set, remove := model.Decision[int]{}, model.Decision[int]{Op: flatmap.Set, Value: 7}, model.Decision[int]{Op: flatmap.Remove}
	for _, test := range []struct {
		op    op
		right []result
		wrong map[string]result
		after map[int]int // how often each value, if it is not as before
	}{
		{op{Kind: model.Range}, []result{{Visits: []visit{two, five, one}}}, map[string]result{
			"it misses an entry of math.NaN()":                 {Visits: []visit{two, five}},
			"it yields an entry of math.NaN() that is not the": {Visits: []visit{two, five, two}},
			"it misses float64(5)":                             {Visits: []visit{two, one}},
		}, nil},
		{op{Kind: model.All, Exit: model.Stop, At: 1}, []result{{Visits: []visit{two, five}}, {Visits: []visit{two, one}}}, map[string]result{
			"it yields an entry of math.NaN() that is not the": {Visits: []visit{two, two}},
		}, nil},
		{op{Kind: model.Keys}, []result{{Visits: []visit{key, other, key}}}, map[string]result{
			"it misses an entry of math.NaN()":                 {Visits: []visit{key, other}},
			"it yields an entry of math.NaN() that is not the": {Visits: []visit{key, other, key, key}},
		}, nil},
		{op{Kind: model.Values}, []result{{Visits: []visit{value(1), value(50), value(2)}}}, map[string]result{
			"it yields 2 values, want 3":                     {Visits: []visit{value(1), value(50)}},
			"it yields 4 values, want 3":                     {Visits: []visit{value(1), value(50), value(2), value(2)}},
			"it yields 2, which no key has, or too often":    {Visits: []visit{value(2), value(50), value(2)}},
			"it yields 1000, which no key has, or too often": {Visits: []visit{value(2), value(50), value(1000)}},
		}, nil},
		{op{Kind: model.Range, Inner: store}, []result{
			{Visits: []visit{two, five, one}, Inner: inner},
			{Visits: []visit{two, five, one, {nan, 3, true}}, Inner: inner},
		}, map[string]result{
			"it yields 1 keys unequal to themselves, want 2 at least": {Visits: []visit{two, five}, Inner: inner},
		}, map[int]int{1: 1, 2: 1, 3: 1, 50: 1}},
		{op{Kind: model.Range, Inner: clear}, []result{{Visits: []visit{two}, Inner: inner}, {Visits: []visit{two, one, five}, Inner: inner}}, nil, map[int]int{}},
		{op{Kind: model.Range, Inner: none, Exit: model.Stop}, []result{{Visits: []visit{five}, Inner: inner}}, nil, nil},
		{op{Kind: model.Values, Inner: clear}, []result{{Visits: []visit{value(1)}, Inner: inner}, {Visits: []visit{value(1), value(2), value(50)}, Inner: inner}}, nil, map[int]int{}},
		{op{Kind: model.Retain, Present: keep}, []result{{Visits: []visit{two, five, one}}}, map[string]result{
			"it misses 1 of 3 entries":                         {Visits: []visit{two, five}},
			"it visits an entry of math.NaN() that is not the": {Visits: []visit{two, five, two}},
		}, nil},
		{op{Kind: model.Retain, Present: set, Rules: []rule{{nan, remove}, {5, keep}}}, []result{{Visits: []visit{two, five, one}}}, nil, map[int]int{7: 2, 50: 1}},
		{op{Kind: model.Retain, Present: remove, Rules: []rule{{5, keep}, {5, remove}}}, []result{{Visits: []visit{two, five, one}}}, nil, map[int]int{50: 1}},
		{op{Kind: model.Retain, Present: remove, Exit: model.Goexit, At: 1}, []result{{Visits: []visit{two, one}, Exit: model.Goexit}}, map[string]result{
			"called again": {Visits: []visit{two, one, five}, Exit: model.Goexit},
		}, map[int]int{1: 1, 50: 1}},
	} {
		newState := func() *model.State[float64, int] {
			s := model.NewState[float64, int]()
			require.NoError(t, s.Step(op{Kind: model.Insert, Pairs: []model.Entry[float64, int]{{nan, 1}, {nan, 2}, {5, 50}}}, result{}))
			return s
		}
		for _, r := range test.right {
			s := newState()
			require.NoError(t, s.Step(test.op, r), "%v %+v", test.op, r)
			after := make(map[int]int)
			for _, value := range s.All {
				after[value]++
			}
			if test.after == nil {
				test.after = map[int]int{1: 1, 2: 1, 50: 1}
			}
			require.Equal(t, test.after, after, "%v", test.op)
		}
		for says, r := range test.wrong {
			require.ErrorContains(t, newState().Step(test.op, r), says, "%v %+v", test.op, r)
		}
	}

	// All ends where its callback says.
	for n := range 3 {
		yielded := 0
		entries(t, nan)(func(float64, int) bool { yielded++; return yielded <= n })
		require.Equal(t, n+1, yielded)
	}
}

// entries returns the entries of a state with an odd key between two others.
func entries(t *testing.T, odd float64) func(func(float64, int) bool) {
	s := model.NewState[float64, int]()
	pairs := []model.Entry[float64, int]{{Key: 1}, {Key: odd}, {Key: odd}}
	require.NoError(t, s.Step(model.Op[float64, int]{Kind: model.Insert, Pairs: pairs}, model.Result[float64, int]{}))
	return s.All
}

// An iteration over values is judged by what [model.Same] finds different.
func TestStepValues(t *testing.T) {
	negative := math.Copysign(0, -1)
	s := model.NewState[int, float64]()
	require.NoError(t, s.Step(model.Op[int, float64]{Kind: model.Insert, Pairs: []model.Entry[int, float64]{{1, 0}, {2, 0}, {3, negative}}}, model.Result[int, float64]{}))
	step := func(values ...float64) error {
		var r model.Result[int, float64]
		for _, v := range values {
			r.Visits = append(r.Visits, model.Visit[int, float64]{Value: v})
		}
		return s.Step(model.Op[int, float64]{Kind: model.Values}, r)
	}
	require.NoError(t, step(0, negative, 0))
	require.EqualError(t, step(0, negative, negative), "it yields math.Copysign(0, -1), which no key has, or too often")
	require.EqualError(t, step(0, 0, 0), "it yields float64(0), which no key has, or too often")
	require.EqualError(t, step(0, negative, 1), "it yields float64(1), which no key has, or too often")
}
