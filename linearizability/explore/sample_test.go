package explore_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// chiSquared returns how far counts is from a uniform distribution over n outcomes.
func chiSquared(counts map[string]int, n int) (sum float64) {
	total := 0
	for _, c := range counts {
		total += c
	}
	each := float64(total) / float64(n)
	for _, c := range counts {
		sum += (float64(c) - each) * (float64(c) - each) / each
	}
	return sum + float64(n-len(counts))*each
}

// The goal: SURW makes all orders of the interesting steps about equally often, whatever
// other steps there are and whichever goroutines start others. The same measure shows
// that the other random searches do not.
func TestSURWIsUniform(t *testing.T) {
	var order [16]byte
	access := func(w *words, name byte, n int) {
		for range n {
			order[w.x.Add(1)-1] = name
		}
	}
	noise := func(x *explore.Uint64, n int) {
		for range n {
			x.Add(1)
		}
	}
	accesses := func(name byte, n int) []call {
		return do(func(w *words) string { access(w, name, n); return "" })
	}
	for name, test := range map[string]struct {
		goroutines [][]call
		orders     int
	}{
		"even":   {[][]call{accesses('a', 4), accesses('b', 4)}, 70},
		"uneven": {[][]call{accesses('a', 12), accesses('b', 1)}, 13},
		"three":  {[][]call{accesses('a', 2), accesses('b', 2), accesses('c', 2)}, 90},
		"noise": {[][]call{
			do(func(w *words) string { noise(&w.y, 50); access(w, 'a', 4); noise(&w.y, 5); return "" }),
			do(func(w *words) string { access(w, 'b', 2); noise(&w.z, 20); access(w, 'b', 2); return "" }),
		}, 70},
		"reads": {[][]call{
			do(func(w *words) string { access(w, 'a', 4); w.y.Load(); return "" }),
			do(func(w *words) string { w.y.Load(); w.z.Load(); access(w, 'b', 4); return "" }),
			do(func(w *words) string { w.z.Load(); return "" }),
		}, 70},
		// A first, then any order of what remains of it, with b, and of c after that.
		"started": {[][]call{do(func(w *words) string {
			access(w, 'a', 1)
			explore.Go(func() { access(w, 'b', 2) })
			access(w, 'a', 1)
			explore.Go(func() { noise(&w.y, 10); access(w, 'c', 2) })
			return ""
		})}, 10},
		"started by one that is started": {[][]call{accesses('a', 2), do(func(w *words) string {
			explore.Go(func() { explore.Go(func() { access(w, 'c', 2) }); access(w, 'b', 1) })
			return ""
		})}, 30},
	} {
		t.Run(name, func(t *testing.T) {
			// The variance of the measure is 2*(orders-1).
			limit := float64(test.orders-1) + 5*math.Sqrt(2*float64(test.orders-1))
			measure := func(s explore.Search) float64 {
				counts := map[string]int{}
				r := explore.Explore(t.Context(), program{Setup: newWords, Goroutines: test.goroutines,
					Check: func(w *words, _ history) error { counts[string(order[:w.x.Load()])]++; return nil },
				}, explore.Options{Search: s, Bound: 2, Executions: uint64(100 * test.orders)})
				require.Nil(t, r.Failure)
				return chiSquared(counts, test.orders)
			}
			require.Less(t, measure(explore.SURW), limit)
			for _, s := range []explore.Search{explore.Random, explore.PCT, explore.POS} {
				require.Greater(t, measure(s), 3*limit, s)
			}
		})
	}
}

// POS delays a step past n others with probability 1/(n+1) if none of them races with it,
// where a random walk needs 2^n executions. Races are accesses to one location, and the
// invocation of one call and the return of another.
func TestPOSDelays(t *testing.T) {
	const others = 31
	made := 0 // by the others
	add := func(of func(*words) *explore.Uint64) call {
		return call{Do: func(w *words) string { of(w).Add(1); made++; return "" }}
	}
	x := add(func(w *words) *explore.Uint64 { return &w.x })
	y := add(func(w *words) *explore.Uint64 { return &w.y })
	once := func(c call) []call {
		return do(func(w *words) string {
			for range others {
				c.Do(w)
			}
			return ""
		})
	}
	calls := slices.Repeat([]call{y}, others)
	for name, test := range map[string]struct {
		search         explore.Search
		others         []call
		ignoreRealTime bool
		want           float64
	}{
		"no race":                {explore.POS, once(y), false, 100},
		"one location":           {explore.POS, once(x), false, 0},
		"calls":                  {explore.POS, calls, false, 0},
		"calls that may overlap": {explore.POS, calls, true, 100},
		"random walk":            {explore.Random, once(y), false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			delayed := 0
			r := explore.Explore(t.Context(), program{
				Setup:          func() *words { made = 0; return newWords() },
				IgnoreRealTime: test.ignoreRealTime,
				Goroutines: [][]call{test.others, do(func(w *words) string {
					if w.x.Load(); made == others {
						delayed++
					}
					return ""
				})},
			}, explore.Options{Search: test.search, Executions: 100 * (others + 1)})
			require.Nil(t, r.Failure)
			require.InDelta(t, test.want, delayed, 0.4*test.want) // four standard deviations
		})
	}
}

// The bound of POS: it makes each trace of n steps with probability at least 1/n!.
func TestPOSBound(t *testing.T) {
	p := program{Setup: newWords, Goroutines: [][]call{
		do(func(w *words) string { w.x.Store(1); w.y.Load(); return "" }),
		do(func(w *words) string { w.y.Add(1); w.x.Load(); return "" }),
		do(func(w *words) string { w.x.Load(); w.x.Store(2); return "" }),
	}}
	counts := map[explore.Trace]int{}
	explored := func(o explore.Options) *explore.Report {
		clear(counts)
		o.EachTrace = func(t explore.Trace) { counts[t]++ }
		return explore.Explore(t.Context(), p, o)
	}
	traces := int(explored(explore.Options{}).Executions)
	require.Len(t, counts, traces)
	least := func(s explore.Search) int {
		explored(explore.Options{Search: s, Executions: 100 * 720})
		n := 1 << 30
		for _, c := range counts {
			n = min(n, c)
		}
		if len(counts) < traces {
			return 0
		}
		return n
	}
	require.Greater(t, least(explore.POS), 60) // 100 less four standard deviations
	require.Zero(t, least(explore.PCT))
}

// rare is a program that fails if accesses of two goroutines alternate. One of them
// begins after n steps that do not matter, with a word that the other accesses, too.
func rare(accesses, n int) program {
	swap := func(w *words, me uint64) (s string) {
		for range accesses {
			s += fmt.Sprint(w.x.Swap(me))
		}
		return s
	}
	return program{
		Setup: newWords,
		Goroutines: [][]call{
			do(func(w *words) string {
				for range n {
					w.y.Add(1)
				}
				return swap(w, 1)
			}),
			do(func(w *words) string { w.y.Load(); return swap(w, 2) }),
		},
		Check: func(_ *words, h history) error {
			alternating := []byte("0222222"[:accesses])
			if h[0].Result == string(alternating) && h[1].Result == "111111"[:accesses] {
				return fmt.Errorf("they alternate")
			}
			return nil
		},
	}
}

// The goal: failures that need a rare order are found in about as many executions as there
// are orders of the steps that matter, however many others there are.
func TestRareOrders(t *testing.T) {
	const seeds = 21
	median := func(p program, s explore.Search, most uint64) uint64 {
		var counts []uint64
		for seed := range uint64(seeds) {
			r := explore.Explore(t.Context(), p, explore.Options{Search: s, Bound: 3, Seed: seed, Executions: most})
			counts = append(counts, r.Executions+1)
			if r.Failure != nil {
				again, err := explore.Replay(p, r.Failure.Replay, explore.Options{})
				require.NoError(t, err)
				require.Equal(t, r.Failure.Table(), again.Table())
			}
		}
		slices.Sort(counts)
		return counts[seeds/2]
	}
	for accesses, orders := range map[int]uint64{3: 20, 4: 70} {
		p := rare(accesses, 60)
		require.LessOrEqual(t, median(p, explore.SURW, 10*orders), 4*orders)
		for _, s := range []explore.Search{explore.Random, explore.PCT} {
			require.Greater(t, median(p, s, 10*orders), 10*orders, s)
		}
	}
}

// The goal: the random searches find failures of all kinds, and each is repeated exactly.
func TestRandomSearchesFindAllKinds(t *testing.T) {
	lock := func(first, second func(*words) *explore.Mutex) []call {
		return do(func(w *words) string {
			first(w).Lock()
			second(w).Lock()
			second(w).Unlock()
			first(w).Unlock()
			return ""
		})
	}
	mu := func(w *words) *explore.Mutex { return &w.mu }
	mv := func(w *words) *explore.Mutex { return &w.mv }
	write := func(w *words) { explore.PlainWrite(unsafe.Pointer(&w.data), 8); w.data++ }
	for kind, p := range map[explore.FailureKind]program{
		explore.Check:    needle(),
		explore.Deadlock: {Goroutines: [][]call{lock(mu, mv), lock(mv, mu), lock(mu, mv)}},
		explore.Leak: {Goroutines: [][]call{do(func(w *words) string {
			w.mu.Lock()
			explore.Go(func() {
				if w.x.Load() == 1 {
					w.mu.Lock()
				}
			})
			w.x.Store(1)
			w.x.Store(0)
			return ""
		})}},
		explore.Panic: {Goroutines: [][]call{
			do(func(w *words) string { w.x.Store(1); w.x.Store(0); return "" }),
			do(func(w *words) string { return "a"[w.x.Load():w.x.Load()] }),
		}},
		explore.Race: {Goroutines: [][]call{
			do(func(w *words) string { write(w); w.x.Store(1); return "" }),
			do(func(w *words) string { w.y.Add(1); w.x.Load(); write(w); return "" }),
		}},
		explore.Livelock: {Goroutines: [][]call{
			do(func(w *words) string { w.x.Store(1); w.x.Store(0); return "" }),
			do(func(w *words) string {
				for w.x.Load() == 1 {
					w.x.Store(1)
				}
				return ""
			}),
		}},
	} {
		p.Setup = newWords
		for _, s := range []explore.Search{explore.PCT, explore.Random, explore.POS, explore.SURW} {
			t.Run(fmt.Sprint(kind, s), func(t *testing.T) {
				f := failure(t, p, explore.Options{Search: s, Bound: 4, Executions: 50_000, MaxSteps: 200})
				require.Equal(t, kind, f.Kind)
				again, err := explore.Replay(p, f.Replay, explore.Options{})
				require.NoError(t, err)
				require.Equal(t, f.Table(), again.Table())
				require.Equal(t, f.Err.Error(), again.Err.Error())
			})
		}
	}
}

// crowded adds two goroutines to p, of which Exhaustive makes more than a thousand
// executions before it changes the order of the steps of the others.
func crowded(p program) program {
	for range 2 {
		p.Goroutines = append(p.Goroutines, do(func(w *words) string {
			for range 7 {
				w.z.Add(1)
			}
			return ""
		}))
	}
	return p
}

// Iterative looks at random for what its bounds leave out, and then for a failure with
// fewer preemptions.
func TestIterativeSamples(t *testing.T) {
	searches := func(r *explore.Report) (list []explore.Search) {
		for _, pass := range r.Passes {
			list = append(list, pass.Search)
		}
		return list
	}
	const bounded, surw, exhaustive = explore.Bounded, explore.SURW, explore.Exhaustive
	r := explore.Explore(t.Context(), crowded(rare(2, 5)), explore.Options{Search: explore.Iterative, Bound: 4})
	require.NotNil(t, r.Failure)
	require.Equal(t, 2, r.Failure.Preemptions)
	require.True(t, r.Failure.Fewest)
	require.Equal(t, []explore.Search{exhaustive, surw, bounded, bounded}, searches(r))

	p := crowded(rare(4, 20))
	r = explore.Explore(t.Context(), p, explore.Options{Search: explore.Iterative})
	require.NotNil(t, r.Failure)
	require.Equal(t, 6, r.Failure.Preemptions) // though nearly all that fail have more
	require.False(t, r.Failure.Fewest)
	require.Equal(t, []explore.Search{exhaustive, surw, bounded}, searches(r))
	again, err := explore.Replay(p, r.Failure.Replay, explore.Options{})
	require.NoError(t, err)
	require.Equal(t, r.Failure.Table(), again.Table())

	p.Check = nil
	r = explore.Explore(t.Context(), p, explore.Options{Search: explore.Iterative, Executions: 1500})
	require.EqualValues(t, 1500, r.Executions+r.Redundant)
	require.False(t, r.Exhausted)
	require.Equal(t, []explore.Search{exhaustive, surw}, searches(r))

	p = crowded(rare(2, 0))
	p.Check = nil
	r = explore.Explore(t.Context(), p, explore.Options{Search: explore.Iterative, Bound: 1})
	require.True(t, r.Exhausted)
	require.Equal(t, []explore.Search{exhaustive, surw, bounded, surw, bounded, surw, exhaustive}, searches(r))
	made := map[explore.Search]uint64{}
	for _, pass := range r.Passes[:6] {
		made[pass.Search] += pass.Executions + pass.Redundant
	}
	require.Equal(t, made[exhaustive]+made[bounded], made[surw])
}
