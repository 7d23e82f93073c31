package linearizability_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
)

type (
	event   = linearizability.Event[string, int]
	step    = linearizability.Step[string, int]
	history = linearizability.History[string, int]
)

// at returns an event with these stamps.
func at(call, ret int64, e event) event {
	e.Call, e.Return = call, ret
	return e
}

func store(key string, value int) event { return event{Kind: model.Store, Key: key, Value: value} }
func load(key string, value int) event {
	return event{Kind: model.Load, Key: key, Result: value, OK: value != 0}
}
func length(n int) event { return event{Kind: model.Len, Len: n} }

// walk returns an event of an iteration or a Retain with these steps.
func walk(kind model.Kind, steps ...step) event { return event{Kind: kind, Steps: steps} }

func shown(call int64, key string, value int) step {
	return step{Call: call, Return: call + 1, Key: key, Value: value, Loaded: true}
}

func decided(s step, op flatmap.Op, value int) step {
	s.Op, s.New = op, value
	return s
}

// Histories that a correct map can have, each next to one that it cannot have.
func TestCheck(t *testing.T) {
	del := event{Kind: model.Delete, Key: "a"}
	clear := event{Kind: model.Clear}
	for _, test := range []struct {
		name     string
		possible bool
		h        history
	}{
		{"empty", true, nil},
		{"read own write", true, history{at(1, 2, store("a", 1)), at(3, 4, load("a", 1))}},
		{"stale read", false, history{at(1, 2, store("a", 1)), at(3, 4, store("a", 2)), at(5, 6, load("a", 1))}},
		{"overlapping read", true, history{at(1, 2, store("a", 1)), at(3, 6, store("a", 2)), at(4, 5, load("a", 1))}},
		{"reads go back", false, history{at(1, 2, store("a", 1)), at(3, 10, store("a", 2)), at(4, 5, load("a", 2)), at(6, 7, load("a", 1))}},
		{"swaps lose one", false, history{at(1, 4, event{Kind: model.Swap, Key: "a", Value: 1}), at(2, 3, event{Kind: model.Swap, Key: "a", Value: 2})}},
		{"value and no value", false, history{at(1, 2, event{Kind: model.Load, Key: "a", Result: 3})}},
		{"CAS fails on another value", true, history{at(1, 2, store("a", 1)), at(3, 4, event{Kind: model.CompareAndSwap, Key: "a", Old: 2, Value: 3}), at(5, 6, load("a", 1))}},
		{"CAS fails on the value", false, history{at(1, 2, store("a", 1)), at(3, 4, event{Kind: model.CompareAndSwap, Key: "a", Old: 1, Value: 3})}},
		{"CompareAndDelete twice", false, history{at(1, 2, store("a", 1)), at(3, 6, event{Kind: model.CompareAndDelete, Key: "a", Old: 1, OK: true}), at(4, 5, event{Kind: model.CompareAndDelete, Key: "a", Old: 1, OK: true})}},
		{"LoadOrStore twice", false, history{at(1, 4, event{Kind: model.LoadOrStore, Key: "a", Value: 1, Result: 1}), at(2, 3, event{Kind: model.LoadOrStore, Key: "a", Value: 2, Result: 2})}},
		{"LoadOrStore returns another", false, history{at(1, 4, event{Kind: model.LoadOrStore, Key: "a", Value: 1, Result: 2})}},
		{"LoadAndDelete twice", false, history{at(1, 2, store("a", 1)), at(3, 6, event{Kind: model.LoadAndDelete, Key: "a", Result: 1, OK: true}), at(4, 5, event{Kind: model.LoadAndDelete, Key: "a", Result: 1, OK: true})}},

		{"Compute", true, history{at(1, 2, store("a", 1)), at(3, 6, event{Kind: model.Compute, Key: "a", Result: 2, OK: true, Steps: []step{decided(shown(4, "a", 1), flatmap.Set, 2)}}), at(7, 8, load("a", 2))}},
		{"Compute takes effect early", false, history{at(1, 2, store("a", 1)), at(3, 20, event{Kind: model.Compute, Key: "a", Result: 2, OK: true, Steps: []step{{Call: 10, Return: 11, Key: "a", Value: 1, Loaded: true, Op: flatmap.Set, New: 2}}}), at(7, 8, load("a", 2))}},
		{"Compute twice", false, history{at(1, 9, event{Kind: model.Compute, Key: "a", Steps: []step{{Call: 2, Return: 3, Key: "a"}, {Call: 4, Return: 5, Key: "a"}}})}},
		{"Compute never", false, history{at(1, 9, event{Kind: model.Compute, Key: "a"})}},
		{"Compute returns another", false, history{at(1, 9, event{Kind: model.Compute, Key: "a", Result: 3, OK: true, Steps: []step{{Call: 2, Return: 3, Key: "a", Op: flatmap.Set, New: 4}}})}},
		{"Compute panics", true, history{at(1, 2, store("a", 1)), at(3, 6, event{Kind: model.Compute, Key: "a", Ended: true, Steps: []step{shown(4, "a", 1)}}), at(7, 8, load("a", 1))}},
		{"LoadOrCompute loads and computes", false, history{at(1, 2, store("a", 1)), at(3, 6, event{Kind: model.LoadOrCompute, Key: "a", Result: 1, OK: true, Steps: []step{{Call: 4, Return: 5, Key: "a", Op: flatmap.Set, New: 2}}})}},
		{"LoadOrCompute does not compute", false, history{at(3, 6, event{Kind: model.LoadOrCompute, Key: "a", Result: 1})}},

		{"Range", true, history{at(1, 2, store("a", 1)), at(3, 8, walk(model.Range, shown(4, "a", 1)))}},
		{"Range twice", false, history{at(1, 2, store("a", 1)), at(3, 8, walk(model.Range, shown(4, "a", 1), shown(6, "a", 1)))}},
		{"Range misses", false, history{at(1, 2, store("a", 1)), at(3, 8, walk(model.Range))}},
		{"Range stops", true, history{at(1, 2, store("a", 1)), at(3, 8, event{Kind: model.Range, Ended: true})}},
		{"Range misses what comes", true, history{at(1, 4, store("a", 1)), at(3, 8, walk(model.Range))}},
		{"Range misses what goes", true, history{at(1, 2, store("a", 1)), at(3, 8, walk(model.Range)), at(7, 9, del)}},
		{"Range misses what is replaced", false, history{at(1, 2, store("a", 1)), at(3, 8, walk(model.Range)), at(4, 5, store("a", 2))}},
		{"Range yields what it had before", false, history{at(1, 2, store("a", 1)), at(3, 4, store("a", 2)), at(5, 10, walk(model.Range, shown(7, "a", 1)))}},
		{"Range yields what it has later", false, history{at(1, 2, store("a", 1)), at(3, 20, walk(model.Range, shown(5, "a", 2))), at(7, 8, store("a", 2))}},
		{"Range yields what it had during the iteration", true, history{at(1, 2, store("a", 1)), at(3, 20, walk(model.Range, shown(9, "a", 1))), at(4, 5, store("a", 2)), at(6, 7, del)}},
		{"Keys", false, history{at(1, 2, store("a", 1)), at(3, 4, del), at(5, 8, walk(model.Keys, shown(6, "a", 0)))}},
		{"Values", true, history{at(1, 2, store("a", 1)), at(3, 4, store("b", 2)), at(5, 10, walk(model.Values, shown(6, "", 2), shown(8, "", 1)))}},
		{"Values of one key", false, history{at(1, 2, store("a", 1)), at(5, 10, walk(model.Values, shown(6, "", 2), shown(8, "", 1))), at(3, 7, store("a", 2))}},
		{"Values that were never written", false, history{at(5, 10, walk(model.Values, shown(6, "", 2)))}},

		{"Retain", true, history{at(1, 2, store("a", 1)), at(3, 4, store("b", 2)), at(5, 10, walk(model.Retain, decided(shown(6, "a", 1), flatmap.Remove, 0), decided(shown(8, "b", 2), flatmap.Set, 3))), at(11, 12, load("a", 0)), at(13, 14, load("b", 3))}},
		{"Retain loses an update", false, history{at(1, 2, store("a", 1)), at(3, 20, walk(model.Retain, decided(shown(5, "a", 1), flatmap.Set, 3))), at(7, 8, store("a", 2)), at(9, 10, load("a", 2)), at(21, 22, load("a", 3))}},
		{"Retain misses", false, history{at(1, 2, store("a", 1)), at(3, 20, walk(model.Retain))}},
		{"Retain twice", false, history{at(1, 2, store("a", 1)), at(3, 20, walk(model.Retain, shown(5, "a", 1), shown(7, "a", 1)))}},
		{"Retain twice after its edit", false, history{at(1, 2, store("a", 1)), at(3, 20, walk(model.Retain, decided(shown(5, "a", 1), flatmap.Set, 2), shown(7, "a", 2)))}},
		{"Retain twice, changed between", true, history{at(1, 2, store("a", 1)), at(3, 20, walk(model.Retain, shown(5, "a", 1), shown(12, "a", 1))), at(7, 8, del), at(9, 10, store("a", 1))}},

		{"Insert", false, history{at(1, 6, event{Kind: model.Insert, OK: true, Steps: []step{{Call: 2, Return: 3, Key: "a", Value: 1}, {Call: 4, Return: 5, Key: "b", Value: 2}}}), at(7, 8, load("a", 0))}},
		{"Insert gives up", false, history{at(1, 6, event{Kind: model.Insert})}},

		{"Clear", true, history{at(1, 2, store("a", 1)), at(3, 4, store("b", 2)), at(5, 6, clear), at(7, 8, load("a", 0)), at(9, 10, load("b", 0))}},
		{"Clear dropped", false, history{at(1, 2, store("a", 1)), at(5, 6, clear), at(7, 8, load("a", 1))}},
		{"Clear is gradual", false, history{at(1, 2, store("a", 1)), at(3, 4, store("b", 2)), at(5, 20, clear), at(6, 7, load("a", 0)), at(8, 9, load("b", 2))}},
		{"Clear is slow", true, history{at(1, 2, store("a", 1)), at(3, 4, store("b", 2)), at(5, 20, clear), at(6, 7, load("b", 2)), at(8, 9, load("a", 0))}},
		{"Clears take turns", true, history{at(1, 20, clear), at(2, 21, clear), at(3, 4, store("a", 1)), at(5, 6, store("b", 2)), at(7, 8, load("a", 0)), at(9, 10, store("a", 3)), at(11, 12, load("b", 0)), at(13, 14, load("a", 0))}},
		{"Clears are too few", false, history{at(1, 20, clear), at(3, 4, store("a", 1)), at(5, 6, store("b", 2)), at(7, 8, load("a", 0)), at(9, 10, store("a", 3)), at(11, 12, load("b", 0)), at(13, 14, load("a", 0))}},

		{"Len", true, history{at(1, 2, store("a", 1)), at(3, 4, length(1))}},
		{"Len is off", false, history{at(1, 2, store("a", 1)), at(3, 4, length(2))}},
		{"Len is negative", false, history{at(1, 9, del), at(3, 4, length(-1))}},
		{"Len before an insertion counts", true, history{at(1, 4, store("a", 1)), at(2, 3, length(0)), at(5, 6, length(1))}},
		{"Len in an insertion", true, history{at(1, 4, store("a", 1)), at(2, 3, length(1))}},
		{"Len in an insertion that has been seen", true, history{at(1, 9, store("a", 1)), at(2, 3, load("a", 1)), at(4, 5, length(0))}},
		{"Len in an insertion is beyond", false, history{at(1, 4, store("a", 1)), at(2, 3, length(2))}},
		{"Len in an overwriting", false, history{at(1, 2, store("a", 1)), at(3, 8, event{Kind: model.Swap, Key: "a", Value: 2, Result: 1, OK: true}), at(4, 5, length(2))}},
		{"Len during reads", false, history{at(1, 2, store("a", 1)), at(3, 8, load("a", 1)), at(4, 5, length(0))}},
		{"Len in a Clear", true, history{at(1, 2, store("a", 1)), at(3, 4, store("b", 1)), at(5, 8, clear), at(6, 7, length(1)), at(9, 10, length(0))}},
		{"Len after a Clear", false, history{at(1, 2, store("a", 1)), at(5, 8, clear), at(9, 10, length(1))}},
		{"Lens disagree about what is settled", false, history{
			at(1, 4, store("a", 1)), at(2, 3, del), at(5, 6, length(1)), at(7, 8, length(0))}},
		{"Lens agree", true, history{at(1, 4, store("a", 1)), at(2, 3, del), at(5, 6, length(0)), at(7, 8, length(0))}},
		{"Lens and a Clear", false, history{ // one store comes before the Clear, one after: two cannot remain
			at(1, 10, clear), at(2, 3, store("a", 1)), at(4, 5, load("a", 0)), at(6, 9, store("b", 2)), at(11, 12, length(2))}},
		{"Len in a Clear that finds nothing", false, history{ // the removal comes right before it
			at(1, 2, store("a", 1)), at(3, 7, walk(model.Retain, decided(shown(4, "a", 1), flatmap.Remove, 0))), at(6, 11, clear), at(9, 10, length(1))}},

		{"a call that never returned", true, history{at(1, math.MaxInt64, store("a", 1)), at(3, 4, clear), at(5, 6, load("a", 1))}},
		{"several that never returned", true, history{at(1, math.MaxInt64, store("a", 1)), at(2, math.MaxInt64, clear), at(3, 4, load("a", 1)), at(5, 6, load("a", 0))}},
		{"late stamps", false, history{at(1, 2, store("a", 1)), at(3, 4, clear), at(math.MaxInt64-1, math.MaxInt64, load("a", 1))}},
		{"a stamp of a Clear and a Load", true, history{at(1, 2, store("a", 1)), at(3, 4, clear), at(4, 5, load("a", 1))}},
		{"a stamp of a Load and a Clear", true, history{at(1, 2, store("a", 1)), at(3, 4, load("a", 0)), at(4, 5, clear)}},
		{"a stamp of two calls", false, history{at(1, 2, store("a", 1)), at(3, 4, clear), at(5, 7, load("a", 1)), at(5, 6, length(0))}},
		{"a stamp of a yield and a Store", true, history{at(1, 8, walk(model.Range, shown(3, "a", 1))), at(3, 5, store("a", 1)), at(6, 7, clear)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := linearizability.Check(test.h)
			if test.possible {
				require.NoError(t, err)
				return
			}
			var v *linearizability.Violation[string, int]
			require.ErrorAs(t, err, &v)
			require.ErrorIs(t, err, linearizability.ErrViolation)
			require.NotEmpty(t, v.History)
			require.LessOrEqual(t, len(v.History), len(test.h)+1)
			require.ErrorIs(t, linearizability.Check(v.History), linearizability.ErrViolation, "minimal:\n%v", v)
		})
	}
}

// A minimal history keeps the write of an entry that Contains or Keys finds, even
// though these do not see its value.
func TestMinimalShowsWrites(t *testing.T) {
	has := func(key string) event { return event{Kind: model.Contains, Key: key, OK: true} }
	clear := history{at(1, 2, store("a", 95)), at(3, 10, event{Kind: model.Clear}), at(4, 5, store("b", 7)), at(6, 7, load("a", 95))}
	deleted := history{at(1, 2, store("c", 3)), at(3, 4, store("a", 1)), at(5, 6, event{Kind: model.Delete, Key: "a"})}
	for _, test := range []struct {
		name string
		h    history
		want []string
	}{
		{"Contains after a Clear", append(clear, at(11, 12, has("b"))), []string{"Store(a, 95)", "Clear()", "Store(b, 7)", "Contains(b) = true"}},
		{"Keys after a Clear", append(clear, at(11, 14, walk(model.Keys, shown(12, "b", 0)))), []string{"Store(a, 95)", "Clear()", "Store(b, 7)", "Keys()"}},
		{"Contains after a Delete", append(deleted, at(7, 8, has("a"))), []string{"Store(a, 1)", "Delete(a)", "Contains(a) = true"}},
		{"Keys after a Delete", append(deleted, at(7, 12, walk(model.Keys, shown(8, "a", 0), shown(10, "c", 0)))), []string{"Store(a, 1)", "Delete(a)", "Keys()"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var v *linearizability.Violation[string, int]
			require.ErrorAs(t, linearizability.Check(test.h), &v)
			for _, want := range test.want {
				require.Contains(t, v.Error(), want)
			}
			require.NotContains(t, v.Error(), "Store(c, 3)")
			require.ErrorIs(t, linearizability.Check(v.History), linearizability.ErrViolation)
		})
	}
}

// A Clear stays in a minimal history only if it explains why a key is absent, and
// if no other operation does.
func TestMinimalLeavesOutClears(t *testing.T) {
	clear := event{Kind: model.Clear}
	absent := func(key string) event { return event{Kind: model.Load, Key: key} }
	late := event{Kind: model.LoadOrStore, Key: "a", Value: 5, Result: 5}
	for _, test := range []struct {
		name   string
		h      history
		clears int
	}{
		{"overlapping", history{at(1, 3, clear), at(2, 8, late), at(4, 5, clear), at(6, 7, store("a", 3)), at(9, 10, load("a", 5))}, 0},
		{"before everything", history{at(1, 2, clear), at(3, 4, clear), at(5, 10, clear), at(11, 12, absent("a")), at(13, 14, load("a", 1))}, 0},
		{"two of a key", history{at(1, 2, store("a", 3)), at(3, 4, clear), at(5, 6, clear), at(7, 8, absent("a")), at(9, 10, load("a", 3))}, 1},
		{"one of a key", history{at(1, 2, store("a", 3)), at(3, 4, clear), at(7, 8, absent("a")), at(9, 10, load("a", 3))}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			var v *linearizability.Violation[string, int]
			require.ErrorAs(t, linearizability.Check(test.h), &v)
			n := 0
			for _, e := range v.History {
				if e.Kind == model.Clear {
					n++
				}
			}
			require.Equal(t, test.clears, n, "%v", v)
			require.ErrorIs(t, linearizability.Check(v.History), linearizability.ErrViolation)
		})
	}
}

// Strings are quoted if they could be misread.
func TestStringsAreShown(t *testing.T) {
	type (
		named = struct{ text string }
		texts = linearizability.Event[string, string]
		anys  = linearizability.Event[any, any]
	)
	for _, test := range []struct {
		e    fmt.Stringer
		want string
	}{
		{texts{Kind: model.Store, Key: "a", Value: "s12"}, `Store(a, s12)`},
		{texts{Kind: model.Store, Key: "a, 1", Value: ""}, `Store("a, 1", "")`},
		{texts{Kind: model.Load, Key: "a b"}, `Load("a b") = "", false`},
		{anys{Kind: model.CompareAndSwap, Key: "1", Old: 1, Value: nil}, `CompareAndSwap("1", 1, <nil>) = false`},
		{linearizability.Event[named, int]{Kind: model.Delete, Key: named{"a b"}}, `Delete({a b})`},
		{texts{Kind: model.Range, Steps: []linearizability.Step[string, string]{{Call: 3, Key: "x: y", Value: "z]"}}}, `Range() [3: "x: y": "z]"]`},
	} {
		require.Equal(t, test.want, test.e.String())
	}
}

func TestCheckRejectsNonsense(t *testing.T) {
	for name, h := range map[string]history{
		"no stamps":      {store("a", 1)},
		"return first":   {at(2, 1, store("a", 1))},
		"no such kind":   {at(1, 2, event{Kind: 99})},
		"steps too late": {at(1, 2, walk(model.Range, shown(3, "a", 1)))},
		"steps disorder": {at(1, 9, walk(model.Range, shown(5, "a", 1), shown(3, "b", 2)))},
		"ambiguous":      {at(1, 2, store("a", 1)), at(3, 4, store("b", 1)), at(5, 8, walk(model.Values, shown(6, "", 1)))},
	} {
		t.Run(name, func(t *testing.T) {
			err := linearizability.Check(h)
			require.ErrorContains(t, err, "linearizability: ")
			require.NotErrorIs(t, err, linearizability.ErrViolation)
		})
	}
	nan := 0.0
	nan /= nan
	require.Error(t, linearizability.Check(linearizability.History[any, float64]{{Call: 1, Return: 2, Key: nan}}))
}

func TestHistoryJSON(t *testing.T) {
	h := history{
		at(1, 2, store("a", 1)),
		at(3, 8, event{Client: 2, Kind: model.Compute, Key: "a", Result: 2, OK: true, Steps: []step{decided(shown(4, "a", 1), flatmap.Set, 2)}}),
		at(9, 12, walk(model.Values, shown(10, "", 2))),
	}
	text, err := json.Marshal(h)
	require.NoError(t, err)
	require.Contains(t, string(text), `{"client":0,"call":1,"return":2,"kind":"Store","key":"a","value":1}`)
	var back history
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, h, back)
	require.NoError(t, linearizability.Check(back))
}

// Many Lens during one long write may each count it or not. So may those after
// two writes whose order no read has shown.
func TestManyLens(t *testing.T) {
	h := history{at(1, 1000, store("a", 1)), at(2, 1001, event{Kind: model.Delete, Key: "b"}), at(3, 999, store("b", 1))}
	for i := range int64(12) {
		h = append(h, at(10+2*i, 11+2*i, length(int(i%2))), at(1100+2*i, 1101+2*i, length(1)))
	}
	require.NoError(t, linearizability.Check(h))
	h[len(h)-1].Len = 2
	require.ErrorIs(t, linearizability.Check(h), linearizability.ErrViolation)
}

// A search that takes too long is a failure with its own error.
func TestTimeoutIsAFailure(t *testing.T) {
	// Many calls in flight together, whose results no order explains: there are
	// too many orders to try.
	var h history
	for i := range int64(24) {
		e := event{Kind: model.CompareAndSwap, Key: "a", Old: 7, Value: int(i) + 10}
		h = append(h, at(i+1, 100+i, e))
	}
	h = append(h, at(50, 60, event{Kind: model.Load, Key: "a", Result: 7, OK: true}))
	for i := range int64(24) {
		h = append(h, at(200+2*i, 400+i, store("a", int(i)%23+100))) // one of them twice
		h = append(h, at(201+2*i, 500+i, event{Kind: model.LoadAndDelete, Key: "a", Result: int(i)%23 + 100, OK: true}))
	}
	h[24] = at(600, 601, load("a", 5))
	err := linearizability.Check(h, linearizability.WithCheckTimeout(time.Millisecond))
	require.ErrorIs(t, err, linearizability.ErrTimeout)
	require.NotErrorIs(t, err, linearizability.ErrViolation)
	require.ErrorContains(t, err, "timeout: the search has not decided")
}

// Very many operations are checked in seconds, and one wrong among them is
// found and shown in a few lines.
func TestManyOperations(t *testing.T) {
	n := effort.Unraced(100_000, 1_000_000)
	h := overlapping(n)
	start := time.Now()
	require.NoError(t, linearizability.Check(h))
	elapsed := time.Since(start)
	t.Logf("%d operations in %v", n, elapsed)
	require.Less(t, elapsed, time.Minute)

	h = overlapping(n / 10)
	for i := len(h) / 2; ; i++ {
		if h[i].Kind == model.Load && h[i].OK {
			h[i].Result++
			break
		}
	}
	err := linearizability.Check(h)
	require.ErrorIs(t, err, linearizability.ErrViolation)
	var v *linearizability.Violation[int, int]
	require.ErrorAs(t, err, &v)
	require.LessOrEqual(t, len(v.History), 4)
}

// overlapping returns a history of n operations by four clients on 64 keys, which
// overlap, with a Len now and then and a rare Clear.
func overlapping(n int) linearizability.History[int, int] {
	h := make(linearizability.History[int, int], 0, n)
	m := model.NewMutex[int, int]()
	random := uint32(1)
	clock := int64(0)
	for len(h) < n {
		var batch []linearizability.Event[int, int]
		for client := range 4 {
			random = random*1664525 + 1013904223
			e := linearizability.Event[int, int]{Client: client, Call: clock + int64(client) + 1, Return: clock + int64(5+(client+2)%4)}
			e.Key = int(random >> 8 % 64)
			switch random >> 24 % 8 {
			case 0, 1:
				e.Kind, e.Value = model.Store, len(h)*4+client+1
				m.Store(e.Key, e.Value)
			case 2:
				e.Kind = model.LoadAndDelete
				e.Result, e.OK = m.LoadAndDelete(e.Key)
			case 3:
				e.Kind, e.Value = model.Swap, len(h)*4+client+1
				e.Result, e.OK = m.Swap(e.Key, e.Value)
			default:
				e.Kind = model.Load
				e.Result, e.OK = m.Load(e.Key)
			}
			if random>>16%256 == 0 {
				e.Kind, e.Len, e.Key, e.Result, e.OK, e.Value = model.Clear, 0, 0, 0, false, 0
				m.Clear()
			}
			batch = append(batch, e)
		}
		clock += 10
		h = append(h, batch...)
		if len(h)%64 == 0 {
			h = append(h, linearizability.Event[int, int]{Kind: model.Len, Len: m.Len(), Call: clock - 1, Return: clock})
		}
	}
	return h
}
