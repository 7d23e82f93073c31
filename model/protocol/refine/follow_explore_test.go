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
	{[][]testOp{{{"Store", 0, 2}, {"Len", 0, 0}}, {{"Len", 0, 0}}}, 1, 1, 0},
	{[][]testOp{{{"Swap", 0, 2}}, {{"Range", 0, 0}}}, 1, 2, 2},
	{[][]testOp{{{"Swap", 0, 2}}, {{"Retain", 1, 2}}}, 2, 2, 1},
}

// TestFollows checks that executions of the map are allowed, with the invariants of the
// model evaluated in every state, and that calls that report something else are not.
func TestFollows(t *testing.T) {
	taken := map[string]uint64{}
	for kind, s := range testKinds {
		for _, c := range testClients {
			f := New()
			f.Invariants = true
			lies := 0
			p := testProgram(s, f, c.client, c.buckets, c.present, c.resize, func(results func(g, i int) Result) error {
				if err := f.Check(results); err != nil {
					return err
				}
				if r := results(0, 0); r.Before != Unknown {
					lies++
					err := f.Check(func(g, i int) Result {
						r := results(g, i)
						if g == 0 && i == 0 {
							r.Before = 3 - max(r.Before, 0)
						}
						return r
					})
					require.ErrorContains(t, err, "rule result")
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
	missing := slices.DeleteFunc(slices.Clone(Actions()), func(name string) bool { return taken[name] > 0 })
	require.LessOrEqual(t, len(missing), 19, "%d actions were not taken: %v", len(missing), missing)
}

// A tampering changes an access of an execution, if it is one that it is for.
type tampering struct {
	name string
	do   func(f *Follower, i int) bool
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
	}},
	{"a read finds other flags", func(f *Follower, i int) bool {
		e := &f.log[i]
		e.before ^= flagLocked
		e.after ^= flagLocked
		return e.op == opLoad && e.what == metaWord && e.bucket == 0
	}},
	{"a write writes something else", func(f *Follower, i int) bool {
		e := &f.log[i]
		if e.op == opPlainWrite {
			e.words = slices.Clone(e.words)
			e.words[0] ^= 1 << 40
			return e.what == valueWord
		}
		e.after ^= 1 << 15
		return writes(e) && (e.what == keyWord || e.what == valueWord || e.what == metaWord || e.what == versionWord)
	}},
	{"a write is not made", func(f *Follower, i int) bool {
		e := &f.log[i]
		inPlace := e.what == valueWord && e.op == opStore && f.layout.ValueWords == 1 // then a call does less
		// The unlock publishes as well, if nothing has to be wiped before.
		again := e.what == metaWord && e.op == opStore && e.after&flagLocked != 0 && !f.layout.Pointers
		ok := writes(e) && !e.begins && !inPlace && !again
		f.log = slices.Delete(f.log, i, i+1)
		return ok
	}},
	{"another goroutine writes", func(f *Follower, i int) bool {
		e := &f.log[i]
		e.g = 1 - e.g
		return len(f.calls) == 2 && writes(e) && !e.begins && e.what != tableWord && e.what != nextWord && !movesEmpty(e)
	}},
	{"a version is not read", func(f *Follower, i int) bool {
		e := &f.log[i]
		// A reader may start again at any time: so it is the last version that it reads.
		later := slices.ContainsFunc(f.log[i+1:], func(a access) bool { return a.g == e.g && a.what == versionWord })
		ok := e.op == opLoad && e.what == versionWord && !e.begins && f.calls[e.g][0].Kind == Load && !later && len(f.layout.Roots) == 1
		f.log = slices.Delete(f.log, i, i+1)
		return ok
	}},
	{"a slot is written after it is published", func(f *Follower, i int) bool {
		if i == 0 {
			return false
		}
		e, last := f.log[i], f.log[i-1]
		f.log[i-1], f.log[i] = e, last
		return e.g == last.g && !e.begins && e.what == metaWord && e.op == opStore && (last.what == keyWord || last.what == valueWord) && last.op != opLoad &&
			e.chain == last.chain
	}},
	{"a read is of another slot", func(f *Follower, i int) bool {
		e := &f.log[i]
		size := f.layout.Slot
		e.addr += size
		return e.op == opLoad && (e.what == keyWord || e.what == valueWord) && e.slot%f.layout.Slots == 0 && e.after != 0
	}},
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
						if err := f.Check(results); err == nil {
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
