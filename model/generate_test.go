package model

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/flatmap-go/flatmap/internal/flatmap"
)

// What programs are made of: every part of an operation varies, within its limits.
func TestProgramsVary(t *testing.T) {
	count := map[string]int{}
	note := func(what string, yes bool) {
		if yes {
			count[what]++
		}
	}
	fresh := rapid.IntRange(0, 1<<30)
	programs := Programs(fresh, fresh)
	for seed := range 100 {
		p := programs.Example(seed)
		keys := map[int]int{}
		for i, op := range p {
			if op.Kind.SingleKey() {
				keys[op.Key]++
			}
			note("old", op.Old != 0)
			note("rules", len(op.Rules) > 1)
			note("pairs", len(op.Pairs) > 5)
			note("at", op.At > 0)
			note("late", op.At > 5)
			note("inner", len(op.Inner) > 1)
			note("burst", i > 20 && op.Kind == Delete && p[i-1].Kind == Delete && p[i-2].Kind == Delete && p[i-3].Kind == Delete)
			require.LessOrEqual(t, len(op.Inner), 4)
			require.Empty(t, op.Rules[min(4, len(op.Rules)):])
			require.True(t, op.Kind.Iterates() || op.Exit != Stop)
			require.True(t, op.Kind.HasCallback() || op.Exit == Finish && op.Inner == nil && op.At == 0)
			for _, inner := range op.Inner {
				require.True(t, op.Kind.Iterates() || inner.Kind == Load || inner.Kind == Contains)
			}
		}
		for _, n := range keys {
			note("met", n > 2)
			note("new", n == 1)
		}
	}
	for _, what := range []string{"old", "rules", "pairs", "at", "late", "inner", "burst", "met", "new"} {
		require.Greater(t, count[what], 15, what)
	}
	longest := func(kinds ...Kind) (n int) {
		for seed := range 40 {
			p := Programs(fresh, fresh, kinds...).Example(seed)
			n = max(n, len(p))
			for _, op := range p {
				require.Contains(t, kinds, op.Kind)
			}
		}
		return n
	}
	require.Less(t, 2*longest(Load, Delete), longest(Load, Store, Delete), "only with Store are there bursts")
	plain := generator[int, int]{keys: fresh, values: fresh}.programs(Kinds())
	stops := 0
	for seed := range 30 {
		for _, op := range plain.Example(seed) {
			require.Empty(t, op.Inner)
			require.True(t, op.Exit == Finish || op.Exit == Stop && op.Kind.Iterates())
			if op.Exit == Stop {
				stops++
			}
		}
	}
	require.NotZero(t, stops)
	for seed := range 15 {
		for _, op := range Programs(fresh, rapid.Just([]int{1})).Example(seed) {
			require.True(t, op.Kind != CompareAndSwap && op.Kind != CompareAndDelete, "values cannot be compared")
		}
	}
	few := rapid.Custom(func(rt *rapid.T) (drawn map[int]int) {
		drawn = map[int]int{}
		g := someOf(fresh, 8)
		for range 300 {
			drawn[g.Draw(rt, "one")]++
		}
		return drawn
	}).Example(1)
	require.Greater(t, len(few), 20, "some are new")
	require.Greater(t, 10*slices.Max(slices.Collect(maps.Values(few))), 300/2, "most are not")
	var kinds []Kind
	require.NoError(t, Check(changed(func(m *Methods[int, int]) {
		compute := m.Compute
		m.Compute = func(key int, f func(int, bool) (int, flatmap.Op)) (int, bool) {
			return compute(key, func(old int, ok bool) (int, flatmap.Op) {
				defer func() {
					if p := recover(); p != nil {
						t.Error("it panics")
						panic(p)
					}
				}()
				kinds = append(kinds, Compute)
				return f(old, ok)
			})
		}
	}), WithPlainCallbacks(), WithKinds(Store, Compute)))
	require.NotEmpty(t, kinds)
}

// What Any draws has all that is odd about a type.
func TestAnyVaries(t *testing.T) {
	ints, floats, texts := drawn[int](400), drawn[float64](400), drawn[string](800)
	for what, ok := range map[string]bool{
		"small":         has(ints, func(i int) bool { return i >= 0 && i < 8 }),
		"below 2^31":    has(ints, func(i int) bool { return int64(i) == 1<<31-1 || int64(i) == 1<<32-1 || int64(i) == 1<<53-1 }),
		"above 2^32":    has(ints, func(i int) bool { return int64(i) > 1<<32 && int64(i) < 1<<32+8 }),
		"negative":      has(ints, func(i int) bool { return i < 0 }),
		"payload":       has(floats, func(f float64) bool { return f != f && math.Float64bits(f) == math.Float64bits(math.NaN())^1 }),
		"large payload": has(floats, func(f float64) bool { return f != f && math.Float64bits(f) == math.Float64bits(math.NaN())^1<<40 }),
		"minus zero":    has(floats, func(f float64) bool { return f == 0 && math.Signbit(f) }),
		"long first":    has(texts, func(s string) bool { return len(s) == 101 && s[0] != 'x' }),
		"long last":     has(texts, func(s string) bool { return len(s) == 101 && s[100] != 'x' }),
		"longest":       has(texts, func(s string) bool { return len(s) >= 3000 && strings.Count(s, "x") == 3000 }),
		"bool":          len(drawn[bool](20)) == 20 && has(drawn[bool](20), func(b bool) bool { return b }) && has(drawn[bool](20), func(b bool) bool { return !b }),
		"nil pointer":   has(drawn[*int](50), func(p *int) bool { return p == nil }),
		"pointer":       has(drawn[*int](50), func(p *int) bool { return p != nil && *p != 0 }),
		"uint":          has(drawn[uint8](50), func(u uint8) bool { return u > 7 }),
		"real":          has(drawn[complex64](50), func(c complex64) bool { return real(c) != 0 && imag(c) == 0 }),
		"imag":          has(drawn[complex64](50), func(c complex64) bool { return real(c) == 0 && imag(c) != 0 }),
		"fields":        has(drawn[struct{ A, B int }](50), func(s struct{ A, B int }) bool { return s.A != 0 && s.B != 0 && s.A != s.B }),
		"nil":           has(drawn[any](200), func(a any) bool { return a == nil }),
		"typed nil":     has(drawn[any](200), func(a any) bool { p, ok := a.(*int); return ok && p == nil }),
		"held":          has(drawn[any](200), func(a any) bool { i, ok := a.(int); return ok && i != 0 }),
	} {
		require.True(t, ok, what)
	}
	lengths, arrays := map[int]int{}, [6]int{}
	for _, s := range drawn[[]int](200) {
		if s == nil {
			lengths[-1]++
			continue
		}
		lengths[len(s)]++
		require.Equal(t, len(s), cap(s))
	}
	require.Equal(t, []int{-1, 0, 1, 2, 3}, slices.Sorted(maps.Keys(lengths)))
	for _, a := range drawn[[6]int](50) {
		for i := range a {
			if a[i] != 0 {
				arrays[i]++
			}
		}
	}
	require.Zero(t, arrays[4])
	arrays[4] = 50
	require.Greater(t, slices.Min(arrays[:]), 20)
}

func drawn[T any](n int) (values []T) {
	for seed := range n {
		values = append(values, Any[T]().Example(seed))
	}
	return values
}

func has[T any](values []T, is func(T) bool) bool { return slices.ContainsFunc(values, is) }
