package stress

import (
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/internal/drive"
	"github.com/flatmap-go/flatmap/model"
)

type (
	ints    = session[int, int]
	methods = model.Methods[int, int]
)

// on returns a session on one map that is over after one step.
func on(t testing.TB, m model.Map[int, int], opts ...Option) *ints {
	o := newOptions(opts)
	s, err := newSession(func() model.Map[int, int] { return m }, &o)
	require.NoError(t, err)
	s.core = &core{Turn: &drive.Turn{Procs: 2}}
	return &s
}

// of returns a map with these entries.
func of(entries map[int]int) *model.Mutex[int, int] {
	m := model.NewMutex[int, int]()
	m.Insert(maps.All(entries))
	return m
}

// lying returns a map with entries of which change replaces some methods.
func lying(entries map[int]int, change func(m *methods)) model.Map[int, int] {
	all := model.MethodsOf[int, int](of(entries))
	change(&all)
	return model.Adapt(all)
}

// yields has iterations yield these pairs: key, value, key, value...
func yields(pairs ...int) func(*methods) {
	return func(m *methods) {
		m.Range = func(f func(int, int) bool) {
			for i := 0; i < len(pairs); i += 2 {
				if !f(pairs[i], pairs[i+1]) {
					return
				}
			}
		}
	}
}

// loads has Load return this.
func loads(key, value int, ok bool) func(*methods) {
	return func(m *methods) {
		right := m.Load
		m.Load = func(k int) (int, bool) {
			if k == key {
				return value, ok
			}
			return right(k)
		}
	}
}

// A lie is a map with entries, of which some methods are changed, and what a check says
// about it.
type lie struct {
	entries map[int]int
	change  func(*methods)
	says    string // "" if it must accept the map
}

// judge has a check say something about each map.
func judge(t *testing.T, check func(*ints, model.Map[int, int]), lies ...lie) {
	t.Helper()
	for _, l := range lies {
		if l.change == nil {
			l.change = func(*methods) {}
		}
		m := lying(l.entries, l.change)
		s := on(t, m)
		check(s, m)
		if l.says == "" {
			require.NoError(t, s.Err())
		} else {
			require.ErrorContains(t, s.Err(), l.says)
		}
	}
}

func v(key, version int) int { return valueNumber(key, version) }

// At the end a map has exactly what it should.
func TestAudit(t *testing.T) {
	right := map[int]int{1: v(1, 1), 2: v(2, 5)}
	count := func(n int) func(*methods) { return func(m *methods) { m.Len = func() int { return n } } }
	judge(t, func(s *ints, m model.Map[int, int]) { s.audit(m, right) },
		lie{right, nil, ""},
		lie{right, func(m *methods) { m.Len = nil }, ""},
		lie{map[int]int{1: v(1, 1)}, nil, "at the end, an iteration misses key 2"},
		lie{map[int]int{1: v(1, 1), 2: v(2, 5), 3: v(3, 1)}, nil, "at the end, key 3 is present, but it was deleted"},
		lie{map[int]int{1: v(1, 1), 2: v(2, 4)}, nil, "at the end, an iteration yields key 2 with 4194306, want 5242882"},
		lie{right, yields(1, v(1, 1), 2, v(2, 5), 1, v(1, 1)), "at the end, an iteration yields key 1 twice"},
		lie{right, yields(1, v(1, 1), 2, v(3, 5)), "key 2 has a value of key 3"},
		lie{right, yields(1, v(1, 1), 2, -1), "key 2 has a value that was never stored: -1"},
		lie{right, yields(1, v(1, 1), -2, v(2, 5)), "a key that was never stored: -2"},
		lie{right, loads(2, 0, false), "at the end, Load(key 2) = 0, false, want 5242882, true"},
		lie{right, loads(2, v(2, 4), true), "at the end, Load(key 2) = 4194306, true, want 5242882, true"},
		lie{right, loads(2, v(3, 5), true), "key 2 has a value of key 3"},
		lie{right, loads(2, v(2, 5), false), "at the end, Load(key 2) = 5242882, false"},
		lie{right, count(1), "at the end, Len is 1, want 2"},
		lie{right, count(3), "at the end, Len is 3, want 2"},
	)
}

// The number of a value has its key and its version.
func TestNumbers(t *testing.T) {
	require.Equal(t, 5<<20|7, v(7, 5))
	require.Equal(t, 7, keyOf(v(7, 5)))
	require.Equal(t, 5, versionOf(v(7, 5)))
	require.Equal(t, 1<<20-1, keyOf(v(1<<20-1, 0)))
	require.Panics(t, func() { v(1<<20, 1) })
	s := on(t, of(nil))
	require.Equal(t, 5, s.version(7, v(7, 5)))
	require.Equal(t, 7, s.numberOfValue(v(7, 5)))
	require.NoError(t, s.Err())
	require.Zero(t, s.numberOfValue(-1)>>keyBits)
	require.EqualError(t, s.Err(), "a value that was never stored: -1")
	require.Equal(t, 2, s.storms())
	require.Equal(t, 5, s.workers())
	s.Procs = 1000
	require.Equal(t, 64, s.storms())
	require.NotEqual(t, s.rand(1).Uint64(), s.rand(2).Uint64())
}

// What a Clear should have removed is found by Load and by an iteration.
func TestCheckCleared(t *testing.T) {
	old, fresh := v(64+5, 5), v(64+6, 6)
	before := []int{0, 5}
	stale := "key 69 has a value from before the Clear"
	judge(t, func(s *ints, m model.Map[int, int]) { s.checkCleared(m, before) },
		lie{nil, nil, ""},
		lie{map[int]int{70: fresh, stormBase: v(0, 0), stormBase + 64: v(0, 0)}, nil, ""},
		lie{map[int]int{69: old}, nil, stale},
		lie{map[int]int{69: old}, yields(), stale},
		lie{map[int]int{66: v(66, 2)}, yields(), "key 66 has a value from before the Clear"},
		lie{nil, yields(69, old), stale},
		lie{map[int]int{65: v(65, 1)}, yields(), ""}, // too old to look for
		lie{nil, yields(65, v(65, 1)), "key 65 has a value from before the Clear"},
		lie{nil, yields(69, v(70, 9)), "key 69 has a value of key 70"},
	)
	s := on(t, of(nil))
	s.checkCleared(of(nil), []int{200, 200})
	require.EqualValues(t, 8, s.Operations.Load())
	// The keys of a writer are taken in turn.
	judge(t, func(s *ints, m model.Map[int, int]) { s.checkCleared(m, []int{0, 200}) },
		lie{map[int]int{64 + 200%64: v(64+200%64, 200)}, yields(), "from before the Clear"},
		lie{map[int]int{64 + 197%64: v(64+197%64, 197)}, yields(), "from before the Clear"},
		lie{map[int]int{64 + 200%64: v(64+200%64, 201)}, nil, ""},
	)
}

// The games on one key have accounts that must balance.
func TestAccounts(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	type play = func(h *hot[int, int])
	times := func(f func(*rand.Rand), balance func(), then ...func()) {
		for range 64 {
			f(rng)
		}
		for _, f := range then {
			f()
		}
		balance()
	}
	increment := func(h *hot[int, int]) { times(h.increment, h.countIncrements) }
	swapIncrement := func(h *hot[int, int]) { times(h.swapIncrement, h.countSwapIncrements) }
	swap := func(h *hot[int, int]) { times(h.swap, h.sumSwaps) }
	pass := func(h *hot[int, int]) { times(h.pass, h.countTokens) }
	compareDelete := func(h *hot[int, int]) { times(h.compareDelete, h.countCompareDeletes) }
	build := func(h *hot[int, int]) { times(h.build, func() {}) }
	overwrite := func(h *hot[int, int]) { times(h.overwrite, func() {}) }
	after := func(f func(*rand.Rand), balance func(), change func()) { times(f, balance, change) }
	check := func(p play) func(*ints, model.Map[int, int]) {
		return func(s *ints, m model.Map[int, int]) { p(&hot[int, int]{session: s, m: m}) }
	}
	for _, p := range []play{increment, swapIncrement, swap, pass, compareDelete, build, overwrite} {
		judge(t, check(p), lie{nil, nil, ""})
	}
	nothing := func(int, func(int, bool) (int, flatmap.Op)) (int, bool) { return 0, false }
	twice := func(m *methods) {
		compute, build := m.Compute, m.LoadOrCompute
		m.Compute = func(key int, f func(int, bool) (int, flatmap.Op)) (int, bool) {
			return compute(key, func(old int, ok bool) (int, flatmap.Op) { f(old, ok); return f(old, ok) })
		}
		m.LoadOrCompute = func(key int, f func() int) (int, bool) {
			return build(key, func() int { f(); return f() })
		}
	}
	judge(t, check(increment),
		lie{nil, twice, "Compute called its function 2 times"},
		lie{nil, func(m *methods) { m.Compute = nothing }, "Compute called its function 0 times"})
	judge(t, check(build), lie{nil, twice, "LoadOrCompute called its function 2 times, and returned false"},
		lie{nil, func(m *methods) { m.LoadOrCompute = func(_ int, f func() int) (int, bool) { return f(), true } }, "LoadOrCompute called its function 1 times, and returned true"},
		lie{nil, func(m *methods) {
			m.LoadOrCompute = func(_ int, f func() int) (int, bool) { return f() - 1<<20, false }
		}, "which its function returned"})
	// With repeated calls allowed they are no fault.
	for _, p := range []play{increment, build} {
		m := lying(nil, twice)
		s := on(t, m, WithRepeatedCallbacks())
		p(&hot[int, int]{session: s, m: s.newMap()})
		require.NoError(t, s.Err())
		m = lying(nil, func(m *methods) { m.Compute = nothing })
		s = on(t, m, WithRepeatedCallbacks())
		increment(&hot[int, int]{session: s, m: s.newMap()})
		require.ErrorContains(t, s.Err(), "0 times")
	}
	// Something is lost, or appears, before the accounts are made up.
	for _, test := range []struct {
		play play
		says string
	}{
		{func(h *hot[int, int]) { after(h.increment, h.countIncrements, func() { h.m.Delete(incrementKey) }) }, "64 increments in Compute counted to 0"},
		{func(h *hot[int, int]) {
			after(h.swapIncrement, h.countSwapIncrements, func() { h.m.Store(swapIncrementKey, v(swapIncrementKey, 60)) })
		}, "64 increments in CompareAndSwap counted to 59"},
		{func(h *hot[int, int]) { after(h.swap, h.sumSwaps, func() { h.m.Delete(swapKey) }) }, "it returned versions that add up to 2016, want 2080"},
		{func(h *hot[int, int]) { after(h.pass, h.countTokens, func() { h.tokensStored.Add(2) }) }, "LoadOrStore stored "},
		{func(h *hot[int, int]) { after(h.pass, h.countTokens, func() { toggle(h.m, tokenKey) }) }, "LoadOrStore stored "},
		{func(h *hot[int, int]) {
			after(h.compareDelete, h.countCompareDeletes, func() { h.compareStored.Add(2) })
		}, "and CompareAndDelete deleted"},
		{func(h *hot[int, int]) {
			after(h.compareDelete, h.countCompareDeletes, func() { toggle(h.m, compareDeleteKey) })
		}, "and CompareAndDelete deleted"},
	} {
		judge(t, check(test.play), lie{nil, nil, test.says})
	}
	judge(t, check(func(h *hot[int, int]) { h.compareStored.Add(2); h.countCompareDeletes() }), lie{nil, nil, "LoadOrStore stored 2 values, and CompareAndDelete deleted 0"})
	judge(t, check(func(h *hot[int, int]) { h.tokensStored.Add(2); h.countTokens() }), lie{nil, nil, "LoadOrStore stored 2 values, and LoadAndDelete deleted 0"})
	judge(t, check(pass),
		lie{nil, func(m *methods) {
			m.LoadAndDelete = func(key int) (int, bool) { return v(key, 1), true }
		}, "LoadAndDelete returned version 1 twice"},
		lie{nil, func(m *methods) {
			m.LoadOrStore = func(key, value int) (int, bool) { return v(key, 99), false }
		}, "LoadOrStore stored version 99, want its argument, version 1"})
	judge(t, check(overwrite), lie{nil, loads(swapKey, v(swapKey+1, 1), true), "key 2 has a value of key 3"})
	judge(t, check(swap), lie{nil, func(m *methods) {
		m.Swap = func(int, int) (int, bool) { return v(swapKey+1, 1), true }
	}, "key 2 has a value of key 3"})
}

// toggle removes a key, or adds it.
func toggle(m model.Map[int, int], key int) {
	if _, ok := m.LoadAndDelete(key); !ok {
		m.Store(key, v(key, 1))
	}
}

// Iterations yield what stays, nothing twice, and end when their callback says so.
func TestSweep(t *testing.T) {
	entries := map[int]int{}
	for n := range 16 {
		entries[n] = v(n, 1)
	}
	pairs := func(numbers ...int) (all []int) {
		for _, n := range numbers {
			all = append(all, n, v(n, 1))
		}
		return all
	}
	goesOn := func(m *methods) {
		right := m.Range
		m.Range = func(f func(int, int) bool) { right(func(k, v int) bool { f(k, v); return true }) }
		m.All = func() iter.Seq2[int, int] { return m.Range }
		m.Keys = func() iter.Seq[int] {
			return func(f func(int) bool) { m.Range(func(k, _ int) bool { return f(k) }) }
		}
		m.Values = func() iter.Seq[int] {
			return func(f func(int) bool) { m.Range(func(_, v int) bool { return f(v) }) }
		}
	}
	all := func(pairs ...int) func(*methods) {
		return func(m *methods) {
			yields(pairs...)(m)
			goesOn(m)
		}
	}
	for _, kind := range []model.Kind{model.Range, model.All, model.Keys, model.Values} {
		seeds := [2]uint64{} // of a whole iteration, and of one that ends early
		for seed := range uint64(100) {
			early := 0
			if rand.New(rand.NewPCG(seed, 0)).IntN(4) == 0 {
				early = 1
			}
			seeds[early] = seed
		}
		sweep := func(seed uint64) func(*ints, model.Map[int, int]) {
			return func(s *ints, m model.Map[int, int]) { s.sweep(m, kind, 4, rand.New(rand.NewPCG(seed, 0))) }
		}
		judge(t, sweep(seeds[0]),
			lie{entries, nil, ""},
			lie{entries, all(pairs(0, 1, 2, 3, 8)...), ""},
			lie{entries, all(pairs(0, 1, 2, 8, 9, 10)...), kind.String() + " yields 3 of 4 keys that stay"},
			lie{entries, all(pairs(0, 1, 2, 3, 8, 8)...), kind.String() + " yields key 8 twice"})
		judge(t, sweep(seeds[1]),
			lie{entries, nil, ""},
			lie{entries, goesOn, kind.String() + " calls its function again after it has returned false"})
		if kind == model.Range || kind == model.All {
			judge(t, sweep(seeds[0]), lie{entries, all(append(pairs(0, 1, 2, 3), 8, v(9, 1))...), "key 8 has a value of key 9"})
		}
		s := on(t, of(entries))
		sweep(seeds[0])(s, s.example)
		require.EqualValues(t, 16, s.Operations.Load())
	}
}

// A large map has each key that the step divides, once.
func TestAuditLarge(t *testing.T) {
	const n = 200
	fill := func(step int, without ...int) map[int]int {
		entries := map[int]int{}
		for key := 0; key < n; key += step {
			if !slices.Contains(without, key) {
				entries[key] = v(key, 1)
			}
		}
		return entries
	}
	pairs := func(step int, more ...int) (all []int) {
		for key := 0; key < n; key += step {
			all = append(all, key, v(key, 1))
		}
		return append(all, more...)
	}
	count := func(n int) func(*methods) { return func(m *methods) { m.Len = func() int { return n } } }
	for _, step := range []int{1, 2} {
		size := n / step
		judge(t, func(s *ints, m model.Map[int, int]) { s.auditLarge(m, n, step) },
			lie{fill(step), nil, ""},
			lie{fill(step), func(m *methods) { m.Len = nil }, ""},
			lie{fill(step, 198), nil, "in a map of 200 entries, key 198 is lost"},
			lie{fill(step), loads(198, v(198, 1), false), "in a map of 200 entries, key 198 is lost"},
			lie{fill(step), loads(198, v(8, 1), true), "key 198 has a value of key 8"},
			lie{fill(step), yields(pairs(step, 200, v(200, 1))...), "an iteration yields key 200, which is not in it"},
			lie{fill(step), yields(pairs(step, 0, v(0, 1))...), "an iteration yields key 0 twice"},
			lie{fill(step), yields(pairs(step)[2:]...), "an iteration yields "},
			lie{fill(step), count(size - 1), "Len is "},
			lie{fill(step), count(size + 1), "Len is "})
	}
	judge(t, func(s *ints, m model.Map[int, int]) { s.auditLarge(m, n, 2) },
		lie{fill(2), loads(199, v(199, 1), true), "in a map of 200 entries, key 199 is present, but it was deleted"},
		lie{fill(2), yields(pairs(2, 199, v(199, 1))...), "an iteration yields key 199, which is not in it"},
		lie{fill(2), yields(pairs(2)[2:]...), "an iteration yields 99 entries of 100"})
	judge(t, func(s *ints, m model.Map[int, int]) { s.auditLarge(m, 3, 2) }, lie{map[int]int{0: v(0, 1), 2: v(2, 1)}, nil, ""})
}

// All numbers are taken once, until there is no time.
func TestChunks(t *testing.T) {
	never := func() bool { return false }
	for _, n := range []int{0, 1, 64, 65, 1000} {
		s := on(t, of(nil))
		calls := model.NewMutex[int, int]()
		require.Equal(t, n, s.chunks(n, func(key int) {
			calls.Compute(key, func(old int, _ bool) (int, flatmap.Op) { return old + 1, flatmap.Set })
		}, never))
		require.Equal(t, n, calls.Len())
		for key, count := range calls.All() {
			require.True(t, key < n && count == 1)
		}
		require.EqualValues(t, n, s.Operations.Load())
	}
	s := on(t, of(nil))
	s.Procs = 1
	chunks := 0
	require.Equal(t, 128, s.chunks(1000, func(int) {}, func() bool { chunks++; return chunks > 2 }))
	s.failf("over")
	require.Zero(t, s.chunks(1000, func(int) {}, never))
}

// A run has one large turn, in its first.
func TestRunLarge(t *testing.T) {
	m := of(nil)
	s := on(t, m, WithBurst(time.Millisecond))
	s.runLarge()
	require.NoError(t, s.Err())
	size := m.Len()
	require.NotZero(t, size)
	for key := range m.All() {
		require.Zero(t, key%2, "half of it is deleted")
	}
	before := s.Operations.Load()
	for range largePeriod - 1 {
		s.runLarge()
	}
	require.Equal(t, before, s.Operations.Load())
	m.Clear()
	s.runLarge()
	require.Greater(t, s.Operations.Load(), before)
	keep := lying(nil, func(m *methods) { m.Delete = func(int) {} })
	s = on(t, keep, WithBurst(time.Millisecond))
	s.runLarge()
	require.ErrorContains(t, s.Err(), "is present, but it was deleted")
}

// While a writer is parked, readers find everything.
func TestReadAll(t *testing.T) {
	entries := map[int]int{0: v(0, 1), 1: v(1, 1), 2: v(2, 3), 9: v(9, 3)}
	judge(t, func(s *ints, m model.Map[int, int]) { s.readAll(m, 3, 2) },
		lie{entries, nil, ""},
		lie{entries, loads(1, 0, false), "key 1 is lost while a writer is parked"},
		lie{entries, loads(2, 0, false), "key 2 is lost while a writer is parked"},
		lie{entries, loads(1, v(1, 3), true), "key 1 has its value number 3, which was never stored"},
		lie{entries, loads(2, v(1, 3), true), "key 2 has a value of key 1"},
		lie{entries, yields(0, v(0, 1), 1, v(1, 1)), "an iteration yields 2 of 3 keys while a writer is parked"},
		lie{entries, yields(0, v(0, 1), 1, v(1, 1), 2, v(1, 1)), "key 2 has a value of key 1"},
		lie{entries, yields(0, v(0, 1), 1, v(1, 1), 2, v(2, 1), 3, v(3, 1)), ""})
}

// A writer is parked in each of the methods that have a callback, on any key.
func TestPark(t *testing.T) {
	for key := range 2 {
		for how := range 3 {
			m := of(map[int]int{0: v(0, 1)})
			stops := 0
			s := on(t, m)
			s.parker(m, key, how, func() { stops++ })()
			require.Equal(t, 1, stops)
			want := map[int]int{0: v(0, 1)}
			if how == 2 || how == 1 && key == 1 {
				want[key] = v(key, 2)
			}
			require.Equal(t, want, maps.Collect(m.All()))
			stops = 0
			part := lying(map[int]int{0: v(0, 1)}, func(m *methods) { m.Retain, m.LoadOrCompute = nil, nil })
			s = on(t, part)
			s.parker(part, key, how, func() { stops++ })()
			value, _ := part.Load(key)
			require.Equal(t, []int{1, v(key, 2)}, []int{stops, value})
		}
	}
	lost := lying(nil, func(m *methods) {
		store := m.Store
		m.Store = func(key, value int) {
			if versionOf(value) != 3 {
				store(key, value)
			}
		}
	})
	s := on(t, lost, WithParkedWriters())
	s.runParked()
	require.ErrorContains(t, s.Err(), "want value number 3")
	s = on(t, of(nil), WithParkedWriters())
	s.runParked()
	require.NoError(t, s.Err())
	require.NotZero(t, s.Operations.Load())
}

// A storm finds what is wrong with each of its keys, and leaves none.
func TestStorm(t *testing.T) {
	base := stormBase + 3*stormSize
	storm := func(s *ints, m model.Map[int, int]) { s.storm(m, 3) }
	loses := func(m *methods) { m.Store = func(int, int) {} }
	old := func(m *methods) {
		store := m.Store
		m.Store = func(key, value int) { store(key, v(key, versionOf(value)+1)) }
	}
	judge(t, storm,
		lie{nil, loses, "key 68608 is lost"},
		lie{nil, old, "key 68608 has its value number 2, want the last one, number 1"},
		lie{nil, func(m *methods) { m.LoadAndDelete = func(int) (int, bool) { return 0, false } }, "key 68608 was lost before it was deleted"},
		lie{nil, func(m *methods) {
			m.LoadAndDelete = func(key int) (int, bool) { return v(key, 7), true }
		}, "key 68608 was deleted with value number 7, want the last one, number 1"},
		lie{nil, func(m *methods) { m.LoadAndDelete = m.Load }, "key 68608 is present after it was deleted"},
		lie{nil, func(m *methods) { m.LoadAndDelete, m.Delete = nil, func(int) {} }, "key 68608 is present after it was deleted"})
	// Of a later key, too.
	second := base + 1
	judge(t, func(s *ints, m model.Map[int, int]) {
		s.deadline = time.Now().Add(time.Hour)
		s.storm(m, 3)
	},
		lie{nil, loads(second, 0, false), "key 68609 is lost"},
		lie{nil, loads(second, v(second, 1<<20), true), "key 68609 has its value number 1048576"},
		lie{nil, func(m *methods) {
			right := m.LoadAndDelete
			m.LoadAndDelete = func(key int) (int, bool) {
				value, ok := right(key)
				return value, ok && key != second
			}
		}, "key 68609 was lost before it was deleted"},
		lie{nil, func(m *methods) {
			right := m.LoadAndDelete
			m.LoadAndDelete = func(key int) (int, bool) {
				value, ok := right(key)
				if key == second {
					value += 1 << keyBits
				}
				return value, ok
			}
		}, "key 68609 was deleted with value number "},
		lie{nil, func(m *methods) {
			right := m.LoadAndDelete
			m.LoadAndDelete = func(key int) (int, bool) {
				if key == second {
					return m.Load(key)
				}
				return right(key)
			}
		}, "key 68609 is present after it was deleted"})
	for _, m := range []model.Map[int, int]{of(nil), lying(nil, func(m *methods) { m.LoadAndDelete = nil })} {
		for id := range 8 {
			keys := map[int]bool{}
			methods := model.MethodsOf(m)
			store := methods.Store
			methods.Store = func(key, value int) { keys[key] = true; store(key, value) }
			s := on(t, model.Adapt(methods))
			s.storm(s.example, id)
			require.NoError(t, s.Err())
			for range m.Range {
				t.Fatal("a key is left")
			}
			for key := range keys {
				require.Equal(t, id, (key-stormBase)/stormSize)
			}
		}
	}
	require.Equal(t, 68608, base)
	s := on(t, of(nil))
	s.deadline = time.Now().Add(20 * time.Millisecond)
	s.storm(s.example, 0)
	require.NoError(t, s.Err())
	require.NotZero(t, s.Operations.Load())
	s.failf("over")
	before := s.Operations.Load()
	s.storm(s.example, 0)
	require.Equal(t, before, s.Operations.Load())
}
