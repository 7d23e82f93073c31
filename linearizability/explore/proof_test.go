package explore

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

var programs = flag.Int("explore.programs", 0, "how many random toy programs to verify the engine with (0: 1500, or with the tag long 10000 for the test that all others depend on; 500 with -race, 300 with -short)")

var (
	toySize  = flag.Int("explore.size", 0, "how many operations a goroutine of a random toy program has at most beyond the usual")
	toyLimit = flag.Int("explore.interleavings", 4000, "the most interleavings of a random toy program")
)

var toySeed = flag.Uint64("explore.seed", 1, "which random toy programs")

func toyCount() int {
	switch {
	case *programs > 0:
		return *programs
	case testing.Short():
		return 300
	case raceEnabled:
		return 500
	}
	return 1500
}

// manyToys is toyCount for the test that all others depend on.
func manyToys() int {
	if longTests && *programs == 0 && !raceEnabled {
		return 10_000
	}
	return toyCount()
}

// A toyCase is a random toy with the results of the oracle.
type toyCase struct {
	flavor string
	toy    toy
	oracle *oracle
}

// forEachToy makes count random toys, evenly of all flavors. Toys with too
// many interleavings are replaced.
func forEachToy(count int, f func(c toyCase) error) error {
	for i := range count {
		flavor := toyFlavors[i%len(toyFlavors)]
		r := rand.New(rand.NewPCG(uint64(i), *toySeed))
		c := toyCase{flavor: flavor.name}
		for c.oracle == nil {
			c.toy = randomToy(r, flavor)
			c.oracle = newOracle(c.toy, *toyLimit)
		}
		if err := f(c); err != nil {
			return fmt.Errorf("toy %d (%s), %v: %w", i, flavor.name, c.toy, err)
		}
	}
	return nil
}

// verifyExhaustive compares an exhaustive exploration with brute force.
func verifyExhaustive(c toyCase) error {
	if c.oracle.unsound {
		return fmt.Errorf("the oracle's dependence is not valid: one trace has two outcomes")
	}
	for outcome := range c.oracle.failed {
		if !c.oracle.outcomes[outcome] {
			return fmt.Errorf("an outcome that takes a failed attempt: %v", []byte(outcome))
		}
	}
	got := exploreToy(c.toy, Options{})
	if got.report.Failure != nil {
		return got.report.Failure
	}
	if !got.report.Exhausted {
		return fmt.Errorf("not exhausted")
	}
	for trace, times := range got.traces {
		if _, ok := c.oracle.traces[trace]; !ok {
			return fmt.Errorf("a trace that does not exist: %v", []byte(trace))
		}
		if times != 1 {
			return fmt.Errorf("a trace explored %d times: %v", times, []byte(trace))
		}
	}
	if int(got.report.Executions) != len(c.oracle.traces) {
		return fmt.Errorf("%d executions of %d traces", got.report.Executions, len(c.oracle.traces))
	}
	if !maps.Equal(got.outcomes, c.oracle.outcomes) {
		return fmt.Errorf("%d outcomes, not %d, or not the same", len(got.outcomes), len(c.oracle.outcomes))
	}
	return nil
}

// The goal: exactly one execution of every trace, and exactly the outcomes of brute
// force. The method: random toys, compared with an enumeration of all their
// interleavings.
func TestExhaustiveIsExact(t *testing.T) {
	interleavings, traces := 0, 0
	require.NoError(t, forEachToy(manyToys(), func(c toyCase) error {
		interleavings += c.oracle.leaves
		traces += len(c.oracle.traces)
		return verifyExhaustive(c)
	}))
	t.Logf("%d programs, %d interleavings, %d traces", manyToys(), interleavings, traces)
}

// Toys that versions of the engine got wrong, although they got nearly all others right.
var regressions = map[string]toy{
	// A goroutine is blocked where an execution is cut off.
	"blocked at a cut": {calls: [][][]toyOp{
		{{{kind: toyLoad}, {kind: toyLockBits}}},
		{{{kind: toyStore, v: 1, val: 1}}},
		{{{kind: toyWaitClear}, {kind: toyWaitClear, v: 1}}},
		{{{kind: toyAdd, val: 1}, {kind: toyLockBits}}},
	}},
	// A Lock that is the last of its call comes after other goroutines'
	// invocations.
	"Lock and return": {realTime: true, calls: [][][]toyOp{
		{{{kind: toyLock, v: 1}, {kind: toyUnlock, v: 1}, {kind: toyLoad, v: 1}, {kind: toyLock, v: 1}}, {{kind: toyUnlock, v: 1}}},
		{{{kind: toyLoad}, {kind: toyLoad, v: 1}}},
		{{{kind: toyTryUnlock}, {kind: toyTryUnlock, v: 1}}},
	}},
	// A TryLock is the last of its call if it fails.
	"TryLock and return": {realTime: true, calls: [][][]toyOp{
		{{{kind: toyStore, v: 1, val: 3}}},
		{{{kind: toyLock, v: 1}, {kind: toyStore, v: 1, val: 4}, {kind: toyUnlock, v: 1}, {kind: toyStore, v: 1, val: 2}}},
		{{{kind: toyStore, v: 1, val: 5}, {kind: toyTryUnlock}, {kind: toyTryUnlock, v: 1}}},
	}},
}

func TestRegressions(t *testing.T) {
	for name, c := range regressions {
		t.Run(name, func(t *testing.T) { require.NoError(t, verifyToy(c)) })
	}
}

// The goal: the engine begins no execution that others cover where it can know better.
// In these toys it begins one if it takes it for possible that a Store, in another
// order, is the last of its call or is not, though its caller learns nothing from it.
func TestNothingRedundant(t *testing.T) {
	for name, c := range map[string]toy{
		"store": {realTime: true, calls: [][][]toyOp{
			{{{kind: toyAdd, v: 1, val: 1}, {kind: toyAdd, val: 1}, {kind: toyCAS, val: 1}}},
			{{{kind: toyCAS, v: 1, new: 2}}},
			{{{kind: toyLoad, v: 1}, {kind: toyStore, new: 2}, {kind: toyStore, v: 1}}},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			r := exploreToy(c, Options{}).report
			require.True(t, r.Exhausted)
			require.Zero(t, r.Redundant)
		})
	}
}

func verifyToy(c toy) error {
	o := newOracle(c, 1<<20)
	if o == nil {
		return fmt.Errorf("too many interleavings")
	}
	return verifyExhaustive(toyCase{toy: c, oracle: o})
}

// The same for every bound on preemptions: exactly the traces that have an
// interleaving within it.
func TestBoundedIsExact(t *testing.T) {
	require.NoError(t, forEachToy(toyCount()/6, func(c toyCase) error {
		for bound := range 4 {
			if err := verifyBounded(c, bound); err != nil {
				return fmt.Errorf("bound %d: %w", bound, err)
			}
		}
		return nil
	}))
}

func verifyBounded(c toyCase, bound int) error {
	got := exploreToy(c.toy, Options{Search: Bounded, Bound: bound})
	if got.report.Failure != nil {
		return got.report.Failure
	}
	var want []string
	for trace, fewest := range c.oracle.traces {
		if fewest <= bound {
			want = append(want, trace)
		}
	}
	slices.Sort(want)
	if have := slices.Sorted(maps.Keys(got.traces)); !slices.Equal(have, want) {
		return fmt.Errorf("%d traces, not %d", len(have), len(want))
	}
	if int(got.report.Executions) != len(want) {
		return fmt.Errorf("%d executions of %d traces", got.report.Executions, len(want))
	}
	return nil
}

// The shards of an exploration together are complete, and do not overlap.
func TestShardsAreAPartition(t *testing.T) {
	require.NoError(t, forEachToy(toyCount()/10, func(c toyCase) error {
		for _, o := range []Options{{Shards: 2}, {Shards: 3, SplitDepth: 2}, {Shards: 5, SplitDepth: 30}} {
			union := map[string]bool{}
			executions := 0
			for o.Shard = range o.Shards {
				got := exploreToy(c.toy, o)
				if got.report.Failure != nil {
					return got.report.Failure
				}
				executions += int(got.report.Executions)
				for trace := range got.traces {
					if union[trace] {
						return fmt.Errorf("%d shards: a trace in two", o.Shards)
					}
					union[trace] = true
				}
			}
			if len(union) != len(c.oracle.traces) || executions != len(union) {
				return fmt.Errorf("%d shards: %d executions of %d traces, of which there are %d",
					o.Shards, executions, len(union), len(c.oracle.traces))
			}
		}
		return nil
	}))
}

// Random executions are possible ones. Different shards make different executions of
// the same sequence.
func TestRandomIsPossible(t *testing.T) {
	require.NoError(t, forEachToy(toyCount()/8, func(c toyCase) error {
		if len(c.oracle.failed) > 0 {
			return nil // they make failed attempts as well, which the oracle leaves out
		}
		for _, o := range []Options{
			{Search: Random, Executions: 60}, {Search: PCT, Executions: 60}, {Search: PCT, Bound: 2, Executions: 60},
			{Search: POS, Executions: 60}, {Search: SURW, Executions: 60},
		} {
			whole := exploreToy(c.toy, o)
			for trace := range whole.traces {
				if _, ok := c.oracle.traces[trace]; !ok {
					return fmt.Errorf("a trace that does not exist: %v", []byte(trace))
				}
			}
			if o.Search == PCT || o.Search == SURW {
				continue // learns from executions, each shard by itself
			}
			o.Shards = 7
			for o.Shard = range o.Shards {
				part := exploreToy(c.toy, o)
				whole.report.Executions -= part.report.Executions
				for trace, times := range part.traces {
					whole.traces[trace] -= times
				}
			}
			for _, times := range whole.traces {
				if times != 0 || whole.report.Executions != 0 {
					return fmt.Errorf("the shards are not the whole")
				}
			}
		}
		return nil
	}))
}

// The tests below show that the tests above can fail: each breaks one part of the
// engine, which the comparison with brute force must notice.
func TestSabotageIsNoticed(t *testing.T) {
	defer func() { sabotage = noSabotage }()
	for name, s := range map[string]saboteur{
		"no sleep sets":                    noSleepSets,
		"sleepers never wake":              neverWake,
		"races are not reversed":           noReversal,
		"races of blocked steps are not":   noBlockedRaces,
		"only the last access is a race":   lastAccessOnly,
		"all initials are taken for tried": anyInitial,
		"failed attempts are explored":     ignoreRetry,
		"writes that change nothing count": noSilence,
		"a goroutine before it is started": orphans,
	} {
		t.Run(name, func(t *testing.T) {
			sabotage = s
			require.Error(t, forEachToy(2000, verifyExhaustive))
		})
	}
	t.Run("values do not decide what is last", func(t *testing.T) {
		sabotage = sameLast // one random toy in tens of thousands shows it
		require.Error(t, verifyToy(regressions["TryLock and return"]))
	})
	for name, s := range map[string]saboteur{
		"preemptions are not part of a state":                forgetPreemptions,
		"the goroutine that ran last is not part of a state": forgetLast,
	} {
		t.Run(name, func(t *testing.T) {
			sabotage = s
			require.Error(t, forEachToy(2_000, func(c toyCase) error {
				for bound := range 3 {
					if err := verifyBounded(c, bound); err != nil {
						return err
					}
				}
				return nil
			}))
		})
	}
	t.Run("shards overlap", func(t *testing.T) {
		sabotage = sharedDeal
		whole, parts := 0, 0
		require.NoError(t, forEachToy(50, func(c toyCase) error {
			whole += len(c.oracle.traces)
			for shard := range 2 {
				parts += int(exploreToy(c.toy, Options{Shard: shard, Shards: 2}).report.Executions)
			}
			return nil
		}))
		require.NotEqual(t, whole, parts)
	})
}

// Every trace has a distinct identity, which does not depend on values.
func TestTracesAreIdentified(t *testing.T) {
	identities := func(t toy) map[Trace]bool {
		seen := map[Trace]bool{}
		exploreToy(t, Options{EachTrace: func(t Trace) { seen[t] = true }})
		return seen
	}
	require.NoError(t, forEachToy(toyCount()/10, func(c toyCase) error {
		if n := len(identities(c.toy)); n > len(c.oracle.traces) || n < len(c.oracle.traces) && !c.toy.repeats() {
			return fmt.Errorf("%d identities of %d traces", n, len(c.oracle.traces))
		}
		return nil
	}))
	load := toyOp{kind: toyLoad}
	once := toy{realTime: true, calls: [][][]toyOp{{{load}}, {{{kind: toyAdd, val: 1}}, {{kind: toyAdd, val: 1}}}}}
	again := toy{realTime: true, calls: [][][]toyOp{{{load, load}}, once.calls[1]}}
	require.Equal(t, identities(once), identities(again))
	access := func(kind toyKind, v int, val uint64) map[Trace]bool {
		return identities(toy{calls: [][][]toyOp{{{{kind: toyStore, v: v, val: val}}}, {{{kind: kind, v: v}}}}})
	}
	require.Len(t, access(toyLoad, 0, 1), 2)
	require.Equal(t, access(toyLoad, 0, 1), access(toyLoad, 1, 2))
	for trace := range access(toySwap, 0, 1) {
		require.NotContains(t, access(toyLoad, 0, 1), trace)
	}
}
