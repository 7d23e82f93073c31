//go:build explore && !shipped

package refine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// testClients are clients that between them take most actions.
var testClients = []struct {
	client                   [][]testOp
	buckets, present, resize int
}{
	{[][]testOp{{{"Swap", 0, 2}}, {{"Load", 0, 0}}}, 1, 1, 0},
	{[][]testOp{{{"LoadAndDelete", 0, 0}, {"Store", 1, 2}}, {{"Load", 0, 0}}}, 1, 1, 0},
	{[][]testOp{{{"Store", 0, 2}, {"LoadOrStore", 1, 3}}}, 1, 0, 0},
	{[][]testOp{{{"Store", 0, 2}, {"Store", 1, 3}, {"Store", 2, 2}}, {{"Load", 2, 0}}}, 1, 2, 0},
	{[][]testOp{{{"Retain", 0, 2}}, {{"Load", 1, 0}}}, 1, 2, 0},
	{[][]testOp{{{"Clear", 0, 0}}, {{"Swap", 0, 2}}}, 2, 1, 0},
	{[][]testOp{{{"Swap", 0, 2}}, {{"Load", 1, 0}}}, 1, 2, 2},
	{[][]testOp{{{"Swap", 0, 2}}, {{"Load", 1, 0}}}, 2, 2, 1},
	{[][]testOp{{{"Resize", 0, 0}}, {{"Clear", 0, 0}}}, 1, 2, 0},
	{[][]testOp{{{"LoadAndDelete", 0, 0}, {"Store", 0, 2}}, {{"Range", 0, 0}}}, 1, 2, 0},
	{[][]testOp{{{"Swap", 0, 2}}, {{"Range", 0, 0}}}, 1, 2, 0},
	{[][]testOp{{{"Store", 0, 2}, {"Len", 0, 0}}, {{"Len", 0, 0}}}, 1, 1, 0},
	{[][]testOp{{{"Swap", 0, 2}}, {{"Range", 0, 0}}}, 1, 2, 2},
	{[][]testOp{{{"Swap", 0, 2}}, {{"Retain", 1, 2}}}, 2, 2, 1},
	{[][]testOp{{{"LoadOrCompute", 2, 2}}, {{"Store", 1, 3}}}, 1, 1, 0},
	{[][]testOp{{{"LoadOrCompute", 2, 2}}, {{"LoadOrCompute", 2, 3}}}, 1, 1, 0},
	{[][]testOp{{{"Keep", 2, 2}}, {{"Store", 1, 3}}}, 1, 1, 0},
	{[][]testOp{{{"Compute", 0, 2}}, {{"Compute", 1, 3}}}, 1, 2, 0},
	{[][]testOp{{{"Compute", 0, 2}}, {{"Clear", 0, 0}}}, 1, 1, 0},
	{[][]testOp{{{"LoadOrCompute", 2, 2}}, {{"Swap", 0, 3}}}, 1, 2, 2},
	{[][]testOp{{{"Compute", 0, 2}}, {{"Swap", 1, 3}}}, 2, 2, 1},
	{[][]testOp{{{"Look", 0, 2}}, {{"Store", 1, 3}}}, 1, 2, 0},
	{[][]testOp{{{"LoadOrCompute", 2, 2}}, {{"Resize", 0, 0}}}, 1, 1, 0},
}

// TestFollows checks that executions of the map are allowed, with the invariants of the
// model evaluated in every state, and that calls that report something else are not.
func TestFollows(t *testing.T) {
	taken := map[string]uint64{}
	lies := 0
	for kind, s := range testKinds {
		for _, c := range testClients {
			f := New()
			f.Invariants = true
			p := testProgram(s, f, c.client, c.buckets, c.present, c.resize, func(results func(g, i int) Result) error {
				if err := f.Check(results); err != nil {
					return err
				}
				for g, ops := range c.client {
					for i := range ops {
						lies += tellLies(t, f, g, i, results)
					}
				}
				return nil
			})
			report := explore.Explore(context.Background(), p, explore.Options{EachAccess: f.Access, AllAttempts: true, Executions: 60})
			require.Nil(t, report.Failure, "%s: %v", kind, c.client)
			require.NotZero(t, f.Actions)
			for name, n := range f.Taken() {
				taken[name] += n
			}
		}
	}
	require.NotZero(t, lies)
	missing := slices.DeleteFunc(slices.Clone(Actions()), func(name string) bool { return taken[name] > 0 })
	require.LessOrEqual(t, len(missing), 5, "%d actions were not taken: %v", len(missing), missing)
}

// tellLies checks that a call that reports something else than it has is not allowed, and
// returns how many lies that were.
func tellLies(t *testing.T, f *Follower, g, i int, results func(g, i int) Result) int {
	truth := results(g, i)
	var lies []Result
	lie := func(change func(r *Result)) {
		r := truth
		r.Shown = slices.Clone(r.Shown)
		change(&r)
		lies = append(lies, r)
	}
	if truth.Before != Unknown {
		lie(func(r *Result) { r.Before = 3 - max(r.Before, 0) })
	}
	switch f.calls[g][i].Kind {
	case Len:
		lie(func(r *Result) { r.Len++ })
	case Iterate, Retain:
		if len(truth.Shown) > 0 {
			lie(func(r *Result) { r.Shown = r.Shown[1:] })
			lie(func(r *Result) { r.Shown = append(r.Shown, r.Shown[0]) })
			lie(func(r *Result) { r.Shown[0].Value = 3 - r.Shown[0].Value })
		}
		lie(func(r *Result) { r.Shown = append(r.Shown, Entry{2, 1}) })
	}
	for _, r := range lies {
		err := f.Check(func(g2, i2 int) Result {
			if g2 == g && i2 == i {
				return r
			}
			return results(g2, i2)
		})
		require.ErrorContains(t, err, ErrorPrefix, "%v, which was %v", r, truth)
	}
	return len(lies)
}

// A tampering changes an access of an execution, if it is one that it is for.
type tampering struct {
	name   string
	do     func(f *Follower, i int) bool
	silent bool // calls report nothing
}

// writes reports whether an access changes a word that the model has.
func writes(e *access) bool {
	return e.what != outside && e.what != resizingWord && (e.op == opPlainWrite || e.op != opLoad && e.changes())
}

// movesEmpty reports whether an access marks an empty chain as moved, which every goroutine
// may do.
func movesEmpty(e *access) bool { return e.op == opCompareAndSwap && e.after&flagMoved != 0 }

var tamperings = []tampering{
	{"a read finds another word", func(f *Follower, i int) bool {
		e := &f.log[i]
		e.before ^= 1 << 15
		e.after ^= 1 << 15
		return e.op == opLoad && (e.what == keyWord || e.what == valueWord || e.what == metaWord || e.what == versionWord)
	}, false},
	{"a read finds other flags", func(f *Follower, i int) bool {
		e := &f.log[i]
		e.before ^= flagLocked
		e.after ^= flagLocked
		return e.op == opLoad && e.what == metaWord && e.bucket == 0
	}, false},
	{"a read finds the lock lent with another slot", func(f *Follower, i int) bool {
		e := &f.log[i]
		lent := e.after&lentBits != 0
		e.before ^= 3 << lentShift // another slot of the same bucket
		e.after ^= 3 << lentShift
		return e.op == opLoad && e.what == metaWord && e.bucket == 0 && lent && e.after&lentBits != 0
	}, false},
	{"a read finds another flag of held keys", func(f *Follower, i int) bool {
		e := &f.log[i]
		e.before ^= flagHeld
		e.after ^= flagHeld
		return e.op == opLoad && e.what == metaWord && e.bucket == 0 && e.after&flagLocked == 0
	}, false},
	{"a write writes something else", func(f *Follower, i int) bool {
		e := &f.log[i]
		if e.op == opPlainWrite {
			e.words = slices.Clone(e.words)
			e.words[0] ^= 1 << 40
			return e.what == valueWord
		}
		e.after ^= 1 << 15
		return writes(e) && (e.what == keyWord || e.what == valueWord || e.what == metaWord || e.what == versionWord)
	}, false},
	{"a write is not made", func(f *Follower, i int) bool {
		e := &f.log[i]
		inPlace := e.what == valueWord && e.op == opStore && f.layout.ValueWords == 1 // then a call does less
		// The unlock publishes as well, if nothing has to be wiped before.
		again := e.what == metaWord && e.op == opStore && e.after&flagLocked != 0 && !f.layout.Pointers
		// What a Clear waits for is not in the model.
		clears := e.what == holdWord && slices.ContainsFunc(f.calls, func(c []Call) bool { return len(c) > 0 && c[0].Kind == Clear })
		ok := writes(e) && !e.begins && !inPlace && !again && !clears
		f.log = slices.Delete(f.log, i, i+1)
		return ok
	}, false},
	{"another goroutine writes", func(f *Follower, i int) bool {
		e := &f.log[i]
		e.g = 1 - e.g
		return len(f.calls) == 2 && writes(e) && !e.begins && e.what != tableWord && e.what != nextWord && !movesEmpty(e)
	}, false},
	{"a version is not read", func(f *Follower, i int) bool {
		e := &f.log[i]
		// A reader may start again at any time: so it is the last version that it reads.
		later := slices.ContainsFunc(f.log[i+1:], func(a access) bool { return a.g == e.g && a.what == versionWord })
		ok := e.op == opLoad && e.what == versionWord && !e.begins && f.calls[e.g][0].Kind == Load && !later && len(f.layout.Roots) == 1
		f.log = slices.Delete(f.log, i, i+1)
		return ok
	}, false},
	{"a counter has another value", func(f *Follower, i int) bool {
		e := &f.log[i]
		e.before++
		e.after++
		return e.op == opAdd && (e.what == stripeWord || e.what == movedWord)
	}, false},
	{"a slot is written after it is published", func(f *Follower, i int) bool {
		if i == 0 {
			return false
		}
		e, last := f.log[i], f.log[i-1]
		f.log[i-1], f.log[i] = e, last
		return e.g == last.g && !e.begins && e.what == metaWord && e.op == opStore && (last.what == keyWord || last.what == valueWord) && last.op != opLoad &&
			e.chain == last.chain
	}, false},
	{"a read is of another slot", func(f *Follower, i int) bool {
		e := &f.log[i]
		size := f.layout.Slot
		e.addr += size
		// An iteration does not use what it has read of a chain that changes meanwhile.
		unused := f.calls[e.g] != nil && f.calls[e.g][0].Kind == Iterate && slices.ContainsFunc(f.log, func(a access) bool {
			return a.op != opLoad && a.what == metaWord && (a.before^a.after)&^(flagLocked|flagHeld|lentBits) != 0
		})
		return !unused && e.op == opLoad && (e.what == keyWord || e.what == valueWord) && e.slot%f.layout.Slots == 0 && e.after != 0
	}, false},
	{"the end of a read is not made", func(f *Follower, i int) bool {
		e := &f.log[i]
		later := slices.ContainsFunc(f.log[i+1:], func(a access) bool { return a.g == e.g && a.what != outside && a.what != metaWord })
		ok := e.op == opLoad && e.what == metaWord && !later && len(f.calls[e.g]) == 1 && f.calls[e.g][0].Kind == Load && e.after&flagMoved == 0
		f.log = slices.Delete(f.log, i, i+1)
		return ok
	}, true},
	{"an iteration does not copy a word, or does not load the version after it", func(f *Follower, i int) bool {
		e := &f.log[i]
		mine := func(a access) bool { return a.g == e.g && a.what == versionWord }
		quiet := !slices.ContainsFunc(f.log, func(a access) bool {
			return a.op != opLoad && a.what == versionWord || a.what == metaWord && (a.bucket > 0 || a.after&(flagMoved|flagLinked) != 0)
		})
		last := e.what == versionWord && !slices.ContainsFunc(f.log[i+1:], mine)
		ok := quiet && f.calls[e.g] != nil && f.calls[e.g][0].Kind == Iterate && (last || e.what == keyWord || e.what == valueWord)
		f.log = slices.Delete(f.log, i, i+1)
		return ok
	}, false},
}

// TestTampered changes one access of an execution that the model allows: then it must not
// allow it.
func TestTampered(t *testing.T) {
	allowed, refused := map[string]int{}, map[string]int{}
	examples := map[string]string{}
	for _, kind := range slices.Sorted(maps.Keys(testKinds)) {
		for _, c := range testClients {
			f := New()
			p := testProgram(testKinds[kind], f, c.client, c.buckets, c.present, c.resize, func(results func(g, i int) Result) error {
				if err := f.Check(results); err != nil {
					return err
				}
				log := f.log
				for _, x := range tamperings {
					for i := range log {
						f.log = slices.Clone(log)
						if !x.do(f, i) {
							continue
						}
						report := results
						if x.silent {
							report = func(g, i int) Result { return Result{Returned: results(g, i).Returned, Before: Unknown} }
						}
						if err := f.Check(report); err == nil {
							allowed[x.name]++
							examples[x.name] = fmt.Sprintf("%s, %v: access %d, %s of %s", kind, c.client, i+1, log[i].name, log[i].place.String())
						} else {
							require.True(t, strings.HasPrefix(err.Error(), ErrorPrefix), err)
							require.Contains(t, err.Error(), ": rule ")
							refused[x.name]++
						}
					}
				}
				f.log = log
				return nil
			})
			report := explore.Explore(context.Background(), p, explore.Options{EachAccess: f.Access, Executions: 8})
			require.Nil(t, report.Failure, "%s: %v", kind, c.client)
		}
	}
	for _, x := range tamperings {
		require.NotZero(t, refused[x.name], x.name)
		t.Logf("%s: refused %d times", x.name, refused[x.name])
		if n := allowed[x.name]; n > 0 {
			t.Errorf("%s: allowed %d times: %s", x.name, n, examples[x.name])
		}
	}
}
