package stress

import (
	"context"
	"iter"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/internal/drive"
	"github.com/flatmap-go/flatmap/model"
)

// owning returns the owner number 1 of the keys from 12, who knows what it has stored.
func owning(s *ints, m model.Map[int, int], owned map[int]int) *owner[int, int] {
	o := &owner[int, int]{session: s, m: m, id: 1, rng: s.rand(1), state: model.NewState[int, int](), version: 100}
	for key, value := range owned {
		o.follow(model.Op[int, int]{Kind: model.Store, Key: key, Value: value})
	}
	o.kinds = o.choose()
	return o
}

// An iteration yields what its owner has stored, and nothing that is not right of
// others.
func TestOwnerIterates(t *testing.T) {
	owned := map[int]int{12: v(12, 1), 23: v(23, 2)}
	entries := map[int]int{12: v(12, 1), 23: v(23, 2), 11: v(11, 7), 24: v(24, 7)}
	for _, kind := range []model.Kind{model.Range, model.All, model.Keys, model.Values} {
		iterates := func(pairs ...int) func(*methods) {
			return func(m *methods) {
				yields(pairs...)(m)
				m.All = func() iter.Seq2[int, int] { return m.Range }
				m.Keys = func() iter.Seq[int] {
					return func(f func(int) bool) { m.Range(func(k, _ int) bool { return f(k) }) }
				}
				m.Values = func() iter.Seq[int] {
					return func(f func(int) bool) { m.Range(func(_, v int) bool { return f(v) }) }
				}
			}
		}
		check := func(s *ints, m model.Map[int, int]) { owning(s, m, owned).iterate(kind) }
		name := kind.String()
		judge(t, check,
			lie{entries, nil, ""},
			lie{entries, iterates(12, v(12, 1)), name + " yields 1 of 2 keys that only one goroutine writes"},
			lie{entries, iterates(12, v(12, 1), 23, v(23, 2), 12, v(12, 1)), name + " yields key 12 twice"},
			lie{entries, iterates(12, v(12, 1), 23, v(23, 2), 13, v(13, 1)), name + " yields key 13, which is absent"},
			lie{entries, func(m *methods) {
				m.Range = func(func(int, int) bool) { panic("boom") }
				m.All = func() iter.Seq2[int, int] { panic("boom") }
				m.Keys = func() iter.Seq[int] { panic("boom") }
				m.Values = func() iter.Seq[int] { panic("boom") }
			}, name + " panicked: boom"})
		if kind != model.Keys {
			judge(t, check, lie{entries, iterates(12, v(12, 2), 23, v(23, 2)), name + " yields key 12 with 2097164, want its last value 1048588"})
		}
		if kind == model.Range || kind == model.All {
			judge(t, check, lie{entries, iterates(12, v(12, 1), 23, v(23, 2), 11, v(24, 2)), "key 11 has a value of key 24"})
		}
		if kind != model.Values {
			judge(t, check, lie{entries, iterates(12, v(12, 1), 23, v(23, 2), 11, v(11, 1), 11, v(11, 1)), name + " yields key 11 twice"})
		}
		s := on(t, of(entries))
		check(s, s.example)
		require.EqualValues(t, 4, s.Operations.Load())
	}
}

// Retain shows what its owner has stored, once, and does what it decides.
func TestOwnerRetains(t *testing.T) {
	owned := map[int]int{12: v(12, 1), 23: v(23, 2)}
	entries := map[int]int{12: v(12, 1), 23: v(23, 2), 11: v(11, 7), 24: v(24, 7)}
	shows := func(pairs ...int) func(*methods) {
		return func(m *methods) {
			m.Retain = func(f func(int, *int) bool) {
				for i := 0; i < len(pairs); i += 2 {
					value := pairs[i+1]
					f(pairs[i], &value)
				}
			}
		}
	}
	check := func(opts ...Option) func(*ints, model.Map[int, int]) {
		return func(s *ints, m model.Map[int, int]) {
			s.options.plain = len(opts) > 0
			for !ended(s, m, owned) && s.Err() == nil { // one of which no callback panics
				if s.Seed[0]++; s.Seed[0] > 1000 {
					t.Fatal("every callback panics")
				}
			}
		}
	}
	for _, opts := range [][]Option{nil, {WithPlainCallbacks()}} {
		judge(t, check(opts...),
			lie{entries, shows(12, v(12, 1), 11, v(11, 7)), "Retain shows 1 of 2 keys that only one goroutine writes"},
			lie{entries, shows(12, v(12, 1), 23, v(23, 2), 12, v(12, 1)), "Retain shows key 12 twice, which no other goroutine writes"},
			lie{entries, shows(12, v(12, 1), 13, v(13, 2)), "Retain shows key 13, which is absent"},
			lie{entries, shows(12, v(12, 5), 23, v(23, 2)), "Retain shows key 12 with 5242892, want its last value 1048588"},
			lie{entries, shows(11, v(12, 5)), "key 11 has a value of key 12"},
			lie{entries, func(m *methods) { m.Retain = func(func(int, *int) bool) { panic("boom") } }, "Retain panicked: boom"})
	}
	judge(t, check(),
		lie{entries, loads(12, 0, false), "Load(key 12) inside of Retain = 0, false, want 1048588, true"},
		lie{entries, loads(12, v(12, 2), true), "Load(key 12) inside of Retain = 2097164, true, want 1048588, true"})
	judge(t, check(WithPlainCallbacks()), lie{entries, loads(12, 0, false), ""})
	continues := func(m *methods) {
		right := m.Retain
		m.Retain = func(f func(int, *int) bool) {
			right(func(key int, value *int) bool {
				defer func() { _ = recover() }()
				return f(key, value)
			})
		}
	}
	judge(t, func(s *ints, m model.Map[int, int]) {
		for ; s.Err() == nil && s.Seed[0] < 10_000; s.Seed[0]++ {
			ended(s, m, owned)
			m.Clear()
			for key, value := range owned {
				m.Store(key, value)
			}
		}
	}, lie{entries, continues, "Retain continued after its function panicked"})

	// What happens is what is decided: the owner knows it, and others keep theirs.
	kinds := map[string]int{}
	for seed := range uint64(300) {
		m := of(entries)
		s := on(t, m)
		s.Seed[0] = seed
		o := owning(s, m, owned)
		o.retain()
		require.NoError(t, s.Err())
		after := maps.Collect(m.All())
		require.Equal(t, []int{v(11, 7), v(24, 7)}, []int{after[11], after[24]})
		delete(after, 11)
		delete(after, 24)
		require.Equal(t, maps.Collect(func(f func(int, int) bool) { o.state.All(f) }), after)
		for key, value := range owned {
			switch now, ok := after[key]; {
			case !ok:
				kinds["removed"]++
			case now != value:
				kinds["set"]++
			default:
				kinds["kept"]++
			}
		}
		kinds["ended"] += int(s.Panics.Load())
	}
	for _, kind := range []string{"removed", "set", "kept", "ended"} {
		require.Greater(t, kinds[kind], 30, kind)
	}
}

// ended has the owner retain, and reports whether all callbacks returned.
func ended(s *ints, m model.Map[int, int], owned map[int]int) bool {
	before := s.Panics.Load()
	owning(s, m, owned).retain()
	return s.Panics.Load() == before
}

// An owner uses every method that the map has, and judges what it returns.
func TestOwnerSteps(t *testing.T) {
	m := of(nil)
	s := on(t, m)
	o := owning(s, m, nil)
	count := map[model.Kind]int{}
	for _, k := range o.kinds {
		count[k]++
	}
	require.Equal(t, map[model.Kind]int{
		model.Load: 8, model.Store: 16, model.LoadOrStore: 8, model.LoadAndDelete: 8, model.Delete: 8, model.Swap: 8, model.CompareAndSwap: 8,
		model.CompareAndDelete: 8, model.Range: 1, model.Contains: 8, model.Compute: 8, model.LoadOrCompute: 16, model.Retain: 1, model.Insert: 8,
		model.All: 1, model.Keys: 1, model.Values: 1}, count)
	uncomparable, err := newSession(func() model.Map[int, []int] { return model.NewSyncMap[int, []int]() }, &options{})
	require.NoError(t, err)
	require.NotContains(t, (&owner[int, []int]{session: &uncomparable}).choose(), model.CompareAndSwap)
	require.NotContains(t, (&owner[int, []int]{session: &uncomparable}).choose(), model.CompareAndDelete)
	require.NotContains(t, (&owner[int, []int]{session: &uncomparable}).choose(), model.Compute)
	require.Contains(t, (&owner[int, []int]{session: &uncomparable}).choose(), model.Swap)
	ended, inner, compared := map[model.Exit]int{}, map[model.Kind]int{}, map[bool]int{}
	decided, hits := map[flatmap.Op]int{}, map[bool]int{}
	for range 4000 {
		o.step()
		kind := o.kinds[o.rng.IntN(len(o.kinds))]
		panics := s.Panics.Load()
		op := o.operation(kind)
		if op.Exit != model.Finish {
			panics++
		}
		require.Equal(t, panics, s.Panics.Load())
		require.True(t, kind.HasCallback() || op.Exit == model.Finish && op.Inner == nil)
		if kind.SingleKey() {
			require.True(t, op.Key >= 12 && op.Key < 24)
		}
		if kind.HasCallback() {
			ended[op.Exit]++
			for _, op := range op.Inner {
				inner[op.Kind]++
			}
		}
		if kind == model.CompareAndSwap {
			old, ok := o.state.Load(op.Key)
			compared[ok && old == op.Old]++
		}
		if kind == model.Compute {
			decided[op.Present.Op]++
			require.Equal(t, op.Key, keyOf(op.Present.Value))
		}
		_, ok := o.state.Load(o.own())
		hits[ok]++
	}
	require.NoError(t, s.Err())
	require.Equal(t, m.Len(), o.state.Len())
	require.Greater(t, min(ended[model.Panic], ended[model.Goexit], inner[model.Load], inner[model.Contains], compared[true], compared[false]), 20)
	require.Greater(t, min(decided[flatmap.Set], decided[flatmap.Keep], decided[flatmap.Remove], hits[true], hits[false]), 50)
	require.Greater(t, ended[model.Finish], ended[model.Panic])
	require.NotZero(t, s.Panics.Load())

	s = on(t, m, WithPlainCallbacks())
	o = owning(s, m, nil)
	for range 200 {
		op := o.operation(model.Compute)
		require.True(t, op.Exit == model.Finish && op.Inner == nil)
	}
	part := lying(nil, func(m *methods) { m.Contains = nil })
	o = owning(on(t, part), part, nil)
	for range 50 {
		require.Equal(t, model.Load, o.read().Kind)
	}

	judge(t, func(s *ints, m model.Map[int, int]) {
		o := owning(s, m, map[int]int{12: v(12, 1)})
		for range 300 {
			o.step()
		}
	}, lie{map[int]int{12: v(12, 1)}, func(m *methods) { m.Swap = func(int, int) (int, bool) { return 7, true } }, "a key that only one goroutine writes: "})
	for _, kind := range []model.Kind{model.Retain, model.Range} {
		judge(t, func(s *ints, m model.Map[int, int]) {
			o := owning(s, m, nil)
			o.kinds = []model.Kind{kind}
			o.step()
		}, lie{nil, func(m *methods) {
			m.Retain = func(func(int, *int) bool) { panic("boom") }
			m.Range = func(func(int, int) bool) { panic("boom") }
		}, kind.String() + " panicked: boom"})
	}
	for _, wrong := range []int{3, stormBase, stormBase + 63, stormBase + stormSize + 5} { // of another owner, and of storms
		judge(t, func(s *ints, m model.Map[int, int]) {
			o := owning(s, m, nil)
			for range 3000 {
				o.readOther()
			}
		}, lie{map[int]int{wrong: v(wrong, 1)}, nil, ""}, lie{map[int]int{wrong: v(7, 1)}, nil, "has a value of key 7"})
	}
}

// Each way to dispose of values does, and is drawn.
func TestDisposals(t *testing.T) {
	keeps := map[string]int{"Store": 8, "Swap": 8, "CompareAndSwap": 8, "Retain": 4}
	s := on(t, of(nil))
	var names []string
	for _, d := range s.disposals() {
		names = append(names, d.name)
		m := of(nil)
		require.Empty(t, s.fillWatched(m, 8, true))
		require.Equal(t, 8, m.Len())
		d.run(m, 8, rand.New(rand.NewPCG(1, 2)))
		require.Equal(t, keeps[d.name], m.Len(), d.name)
		require.Equal(t, keeps[d.name] == 0, d.keys)
		for key, value := range m.All() {
			require.NotEqual(t, v(key, 1), value, "%s: it is another value", d.name)
			require.Equal(t, key, keyOf(value))
		}
	}
	require.Equal(t, []string{"Clear", "Delete", "LoadAndDelete", "Store", "Swap", "CompareAndSwap", "CompareAndDelete", "Compute", "Retain"}, names)
	require.EqualValues(t, 16*len(names), s.Operations.Load())
	m := of(nil)
	s.grow(m, 5)
	require.Equal(t, 5, m.Len())
	s.settle(m)
	require.Equal(t, 5, m.Len())
	drawn := map[string]bool{}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		_, how := s.dispose(of(nil), 1+rng.IntN(4), rng)
		drawn[how] = true
	}
	require.Len(t, drawn, len(names))

	// Memory that is still reachable is counted, keys too.
	o := newOptions(nil)
	texts, err := newSession(func() model.Map[*int, string] { return model.NewMutex[*int, string]() }, &o)
	require.NoError(t, err)
	texts.core = &core{Turn: new(drive.Turn)}
	kept := model.NewMutex[*int, string]()
	own := texts.renewed()
	watched := own.fillWatched(kept, 4, true)
	require.Len(t, watched, 8)
	require.Len(t, texts.renewed().fillWatched(model.NewMutex[*int, string](), 4, false), 4)
	require.Equal(t, 8, countAlive(watched))
	runtime.KeepAlive(kept)
	require.False(t, texts.renewed().key(1) == texts.key(1), "nothing else holds on to it")
	pointers, err := newSession(func() model.Map[*int, int] { return model.NewMutex[*int, int]() }, &o)
	require.NoError(t, err)
	require.Empty(t, pointers.unfitForMemory())
	require.Empty(t, texts.unfitForMemory())
	require.Equal(t, "nothing to collect", on(t, of(nil)).unfitForMemory())
}

// What a map lacks decides about workloads.
func TestUnfit(t *testing.T) {
	whole, least := on(t, of(nil)), on(t, model.Adapt(methods{Load: of(nil).Load, Store: of(nil).Store, Delete: of(nil).Delete, Range: of(nil).Range}))
	require.Empty(t, whole.unfitForClears()+whole.unfitForCounts())
	require.Equal(t, "no Clear, no Len", least.unfitForClears()+", "+least.unfitForCounts())
	require.Equal(t, "needs WithParkedWriters", whole.unfitForParked())
	whole.options.parked, least.options.parked = true, true
	require.Empty(t, whole.unfitForParked())
	require.Equal(t, "no Compute", least.unfitForParked())
	require.True(t, whole.supports() && whole.supports(model.Len, model.Clear) && !least.supports(model.Load, model.Len))
}

// Options are what they say.
func TestOptionsSet(t *testing.T) {
	o := newOptions(nil)
	require.Equal(t, drive.Options{Rounds: 1, Procs: []int{1, 2, 4}, GOGC: []int{100, 1}, Watchdog: 10 * time.Second}, o.Options)
	require.Equal(t, 25*time.Millisecond, o.burst)
	o = newOptions([]Option{WithWorkloads("a", "b"), WithBudget(time.Second), WithBurst(time.Minute), WithProcs(3, 5), WithGOGC(7), WithSeed(9), WithWatchdog(time.Hour),
		WithPlainCallbacks(), WithParkedWriters(), WithoutMethods(model.Clear), WithoutMethods(model.Len), WithRepeatedCallbacks()})
	require.Equal(t, drive.Options{Names: []string{"a", "b"}, Rounds: 1, Budget: time.Second, Procs: []int{3, 5}, GOGC: []int{7}, Watchdog: time.Hour, Seed: 9, Seeded: true}, o.Options)
	require.Equal(t, time.Minute, o.burst)
	require.True(t, o.plain && o.parked && o.vary.Repeats)
	require.Equal(t, []model.Kind{model.Clear, model.Len}, o.vary.Without)
	s := on(t, of(nil), WithoutMethods(model.Clear))
	require.False(t, s.supports(model.Clear))
	values := Maker[int]{Make: func(n int) int { return n + 1 }, Number: func(n int) (int, bool) { return n - 1, true }}
	require.Equal(t, v(3, 1)+1, on(t, of(nil), WithValues(values)).value(3, 1))
}

// A run reports what it did, and what it did not.
func TestReport(t *testing.T) {
	r := Report{Seed: 7, Operations: 30, Elapsed: 1234567 * time.Nanosecond, Workloads: []WorkloadReport{{Name: "a", Operations: 10}, {Name: "b", Operations: 20}}}
	require.Equal(t, "30 operations, 1ms, seed 7; a 10; b 20", r.String())
	r.Skipped = []string{"c (no Len)", "d (no Clear)"}
	require.Equal(t, "30 operations, 1ms, seed 7; a 10; b 20; skipped: c (no Len), d (no Clear)", r.String())

	var seen []Progress
	o := newOptions([]Option{WithProcs(1), WithGOGC(50, 60), WithSeed(3), WithProgress(func(p Progress) { seen = append(seen, p) })})
	report, err := run(context.Background(), o, []drive.Workload{{Name: "x"}, {Name: "y"}, {Name: "z", Unfit: "no Len"}}, func(turn *drive.Turn) {
		turn.Operations.Add(int64(10 + turn.Workload))
	})
	require.NoError(t, err)
	require.Equal(t, []string{"z (no Len)"}, report.Skipped)
	require.Equal(t, uint64(3), report.Seed)
	require.Equal(t, 42, report.Operations)
	require.NotZero(t, report.Elapsed)
	for i := range report.Workloads {
		require.NotZero(t, report.Workloads[i].Elapsed)
		report.Workloads[i].Elapsed = 0
	}
	require.Equal(t, []WorkloadReport{{Name: "x", Runs: 2, Operations: 20}, {Name: "y", Runs: 2, Operations: 22}}, report.Workloads)
	require.Len(t, seen, 2)
	require.Equal(t, "x", seen[0].Workload)
	require.Equal(t, []any{"", 42}, []any{seen[1].Workload, seen[1].Operations})
	require.Equal(t, []int{runtime.NumCPU(), 50}, []int{seen[0].GOMAXPROCS, seen[0].GOGC})

	stop := make(chan struct{})
	defer close(stop)
	left := 0
	_, err = run(context.Background(), o, []drive.Workload{{Name: "x"}}, func(*drive.Turn) {
		if left++; left == 1 {
			go func() { <-stop }()
		}
	})
	require.ErrorContains(t, err, "stress: goroutines are left: 1, the first is goroutine ")
	require.ErrorContains(t, err, "TestReport")
}

// A team starts as one, and until counts its steps.
func TestTeam(t *testing.T) {
	s := on(t, of(nil))
	team := s.team()
	var order []string
	team.add(func() { order = append(order, "member") })
	time.Sleep(time.Millisecond)
	order = append(order, "wait")
	team.wait()
	require.Equal(t, []string{"wait", "member"}, order)
	steps := 0
	rng := rand.New(rand.NewPCG(1, 2))
	s.until(rng, 3, func() { steps++ })
	require.Equal(t, []int64{1, 3}, []int64{int64(steps), s.Operations.Load()})
	s.deadline = time.Now().Add(time.Hour)
	s.until(rng, 3, func() {
		if steps++; steps == 50 {
			s.failf("over")
		}
	})
	require.Equal(t, []int64{50, 150}, []int64{int64(steps), s.Operations.Load()})
	s = on(t, of(nil))
	s.deadline = time.Now().Add(5 * time.Millisecond)
	var counts [4]int64
	team = s.team()
	for i := range counts {
		rng := s.rand(i)
		team.add(func() { s.until(rng, 1, func() { counts[i]++ }) })
	}
	team.wait()
	require.Equal(t, counts[0]+counts[1]+counts[2]+counts[3], s.Operations.Load())
	s.failf("over")
	team = s.team()
	team.add(func() { panic("boom") })
	team.wait()
	require.EqualError(t, s.Err(), "over", "the first counts")
}

// At their end, the workloads look at what is left.
func TestWorkloadsAudit(t *testing.T) {
	leaves := func(m *methods) { m.Delete = func(int) {} }
	judge(t, running("counts"), lie{nil, nil, ""}, lie{nil, leaves, "at the end, "})
	late := func(m *methods) { // the last Clear, after all writers, leaves something
		clear, clears := m.Clear, 0
		m.Clear = func() {
			clear()
			if clears++; clears == 2 {
				m.Store(5, v(5, 1))
			}
		}
	}
	judge(t, running("clears"), lie{nil, nil, ""}, lie{nil, late, "at the end, key 5 is present, but it was deleted"})
}

// running returns a check that runs a workload.
func running(name string) func(*ints, model.Map[int, int]) {
	all := workloads[int, int]()
	i := slices.IndexFunc(all, func(w workload[int, int]) bool { return w.name == name })
	return func(s *ints, _ model.Map[int, int]) { all[i].run(s) }
}

// Values that goroutines make at the same time differ.
func TestFresh(t *testing.T) {
	s := on(t, of(nil))
	h := &hot[int, int]{session: s}
	var made [4][10_000]int
	team := s.team()
	for i := range made {
		team.add(func() {
			for j := range made[i] {
				made[i][j], _ = h.fresh(swapKey)
			}
		})
	}
	team.wait()
	all := slices.Concat(made[0][:], made[1][:], made[2][:], made[3][:])
	slices.Sort(all)
	require.Len(t, slices.Compact(all), 40_000)
}

// fatal is a test that keeps why it ended.
type fatal struct {
	testing.TB
	err error
}

func (f *fatal) Fatal(args ...any) { f.err = args[0].(error) }

// A test of a map that is wrong fails.
func TestTestsFail(t *testing.T) {
	f := &fatal{TB: t}
	TestHasher(f, func(Hasher[int]) model.Map[int, int] { return of(nil) })
	require.ErrorContains(t, f.err, "does not call it")
	f.err = nil
	Test(f, func() model.Map[int, int] { return lying(nil, func(m *methods) { m.Len = func() int { return -1 } }) }, WithWorkloads("counts"))
	require.ErrorContains(t, f.err, "Len is -1")
}

// A lookup that misses is said with what it returned.
func TestMissed(t *testing.T) {
	const want = ", want 3 or 4, true: this key stays, while other keys are stored and deleted"
	require.EqualError(t, missed(drive.Sighting[int, int]{Key: 7, Value: 5, A: 3, B: 4}), "Load(7) = 5, false"+want)
	require.EqualError(t, missed(drive.Sighting[int, int]{Key: 7, A: 3, B: 4, OK: true, Torn: "a torn string"}), "Load(7) returned a torn string"+want)
	require.EqualError(t, missed(drive.Sighting[int, int]{Key: 7, A: 3, B: 4, Contains: true}), "Contains(7) = false"+want)
}
