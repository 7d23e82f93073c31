package linearizability

import (
	"cmp"
	"errors"
	"fmt"
	"go/token"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/flatmap-go/flatmap/internal/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// An Event is one call of a method of a map: its arguments, its results, and when
// it was called and returned. Which fields matter depends on Kind.
//
// Events marshal as JSON, with kinds by name, if K and V do.
type Event[K, V comparable] struct {
	// Client is the number of the goroutine, from zero. The checker only prints it.
	Client int `json:"client"`
	// Call and Return are the stamps right before the call and right after the
	// return. They are positive, and their order is the order of these moments. It
	// is best if all stamps of a history differ. If two are equal, either may be
	// the earlier one, but the stamps of one event must ascend. A call that never
	// returned, a Store for example, can have [math.MaxInt64] as its Return.
	Call   int64      `json:"call"`
	Return int64      `json:"return"`
	Kind   model.Kind `json:"kind"`
	// Key is the key of an operation on a single key. It must be equal to itself.
	Key K `json:"key,omitzero"`
	// Value is the value that Store, Swap, LoadOrStore and CompareAndSwap were given.
	Value V `json:"value,omitzero"`
	// Old is the old value that CompareAndSwap and CompareAndDelete were given.
	Old V `json:"old,omitzero"`
	// Result and OK are what the method returned; Len is what Len returned.
	Result V    `json:"result,omitzero"`
	OK     bool `json:"ok,omitzero"`
	Len    int  `json:"len,omitzero"`
	// Ended reports that a callback ended the operation: it returned false to
	// Range, broke out of a loop, or panicked.
	Ended bool `json:"ended,omitzero"`
	// Torn says which part of what the map returned, or showed to a callback, is
	// torn: "a torn string (length 7, no data)". It stands for that value, which is
	// zero in the event.
	Torn string `json:"torn,omitzero"`
	// Steps are the calls of the callback of an iteration, Retain, Compute or
	// LoadOrCompute, or the pairs that Insert asked for, in order.
	Steps []Step[K, V] `json:"steps,omitempty"`
}

// A Step is one call of a callback.
type Step[K, V comparable] struct {
	// Call and Return are stamps between those of the Event, taken when the
	// callback begins and ends. For Insert they are taken right before and right
	// after the pair is handed over.
	Call   int64 `json:"call"`
	Return int64 `json:"return"`
	// Key and Value are the arguments of the callback, or the pair of Insert.
	// Values has no key, and Keys has no value.
	Key   K `json:"key,omitzero"`
	Value V `json:"value,omitzero"`
	// Loaded is false if Compute or LoadOrCompute found no entry.
	Loaded bool `json:"loaded,omitzero"`
	// Op and New are the decision of the function of Compute or Retain; Op is the
	// number of a [flatmap.Op]. The function of LoadOrCompute decides to Set what
	// it returns. A function that panics decides to Keep.
	Op  flatmap.Op `json:"op,omitzero"`
	New V          `json:"new,omitzero"`
}

// A History is a set of events on one map, which was empty at first. The order of
// the slice does not matter.
type History[K, V comparable] []Event[K, V]

// String returns the history as a table, in the order of calls.
func (h History[K, V]) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "client\tcall\treturn\toperation")
	for _, e := range h.sorted() {
		if e.Client == setup {
			fmt.Fprintf(w, "-\t%d\t%d\tit contains%s\n", e.Call, e.Return, e.steps())
		} else {
			fmt.Fprintf(w, "%d\t%d\t%d\t%v\n", e.Client, e.Call, e.Return, e)
		}
	}
	w.Flush()
	return b.String()
}

// setup is the client of an event that stands for earlier events, left out.
const setup = -1

// sorted returns the events in the order of their calls.
func (h History[K, V]) sorted() History[K, V] {
	byCall := func(a, b Event[K, V]) int { return cmp.Compare(a.Call, b.Call) }
	if slices.IsSortedFunc(h, byCall) {
		return h
	}
	h = slices.Clone(h)
	slices.SortFunc(h, byCall)
	return h
}

// renumber returns the history with its stamps replaced by small, different ones
// in the same order. Of equal stamps, those at which something begins come first,
// so that calls that share a stamp overlap.
func (h History[K, V]) renumber() History[K, V] {
	type stamp struct {
		at     *int64
		begins bool
	}
	h = slices.Clone(h)
	var stamps []stamp
	for i := range h {
		e := &h[i]
		e.Steps = slices.Clone(e.Steps)
		stamps = append(stamps, stamp{&e.Call, true}, stamp{&e.Return, false})
		for j := range e.Steps {
			// A callback begins after its entry was found, and its decision takes
			// effect after it ended. Insert stores a pair in between.
			s, insert := &e.Steps[j], e.Kind == model.Insert
			stamps = append(stamps, stamp{&s.Call, insert}, stamp{&s.Return, !insert})
		}
	}
	slices.SortStableFunc(stamps, func(a, b stamp) int {
		if c := cmp.Compare(*a.at, *b.at); c != 0 || a.begins == b.begins {
			return c
		}
		if a.begins {
			return -1
		}
		return 1
	})
	for i, s := range stamps {
		*s.at = int64(i + 1)
	}
	return h
}

// isNumbered reports whether all stamps are different, and small enough for
// arithmetic.
func (h History[K, V]) isNumbered() bool {
	stamps := make([]int64, 0, 2*len(h))
	for i := range h {
		stamps = append(stamps, h[i].Call, h[i].Return)
		for _, s := range h[i].Steps {
			stamps = append(stamps, s.Call, s.Return)
		}
	}
	slices.Sort(stamps)
	for i, s := range stamps {
		if s > math.MaxInt64/8 || i > 0 && s == stamps[i-1] {
			return false
		}
	}
	return true
}

// String returns the event as a call with its results.
func (e Event[K, V]) String() string {
	call := func(args ...any) string {
		texts := make([]string, len(args))
		for i, arg := range args {
			texts[i] = shown(arg)
		}
		return e.Kind.String() + "(" + strings.Join(texts, ", ") + ")"
	}
	result := fmt.Sprintf(" = %s, %t", shown(e.Result), e.OK)
	if e.Ended {
		result = " ended by its callback"
	}
	if e.Torn != "" {
		result = " returned " + e.Torn
	}
	switch e.Kind {
	case model.Load, model.LoadAndDelete:
		return call(e.Key) + result
	case model.Contains:
		return fmt.Sprintf("%s = %t", call(e.Key), e.OK)
	case model.Store:
		return call(e.Key, e.Value)
	case model.LoadOrStore, model.Swap:
		return call(e.Key, e.Value) + result
	case model.Delete:
		return call(e.Key)
	case model.CompareAndSwap:
		return fmt.Sprintf("%s = %t", call(e.Key, e.Old, e.Value), e.OK)
	case model.CompareAndDelete:
		return fmt.Sprintf("%s = %t", call(e.Key, e.Old), e.OK)
	case model.Len:
		return fmt.Sprintf("%s = %d", call(), e.Len)
	case model.Compute, model.LoadOrCompute:
		return call(e.Key) + result + e.steps()
	}
	if !e.Ended && e.Torn == "" {
		result = ""
	}
	return call() + result + e.steps()
}

// steps returns what the callbacks saw and decided, as text.
func (e Event[K, V]) steps() string {
	const maxSteps = 32
	var b strings.Builder
	for i, s := range e.Steps {
		switch {
		case i == maxSteps:
			fmt.Fprintf(&b, " and %d more", len(e.Steps)-maxSteps)
			return b.String()
		case e.Client == setup:
			fmt.Fprintf(&b, " %s: %s", shown(s.Key), shown(s.Value))
		case e.Kind == model.Keys:
			fmt.Fprintf(&b, " [%d: %s]", s.Call, shown(s.Key))
		case e.Kind == model.Values:
			fmt.Fprintf(&b, " [%d: %s]", s.Call, shown(s.Value))
		case e.Kind.Iterates() || e.Kind == model.Insert:
			fmt.Fprintf(&b, " [%d: %s: %s]", s.Call, shown(s.Key), shown(s.Value))
		default:
			found := "nothing"
			if s.Loaded {
				found = shown(s.Value)
			}
			fmt.Fprintf(&b, " [%d-%d: %s: %s: %v", s.Call, s.Return, shown(s.Key), found, s.Op)
			if s.Op == flatmap.Set {
				fmt.Fprintf(&b, " %s", shown(s.New))
			}
			b.WriteByte(']')
		}
	}
	return b.String()
}

// shown returns a key or a value as text for people. A string is quoted unless it
// looks like a name, so that its end is visible.
func shown(x any) string {
	text := fmt.Sprint(x)
	if reflect.ValueOf(x).Kind() == reflect.String && !token.IsIdentifier(text) && !token.IsKeyword(text) {
		return strconv.Quote(text)
	}
	return text
}

// wellFormed returns an error if no map can have made such an event.
func (e *Event[K, V]) wellFormed() error {
	if e.Call <= 0 || e.Return <= e.Call {
		return errors.New("its stamps are not positive and ascending")
	}
	if e.Key != e.Key {
		return errors.New("its key is not equal to itself")
	}
	if _, err := e.Kind.MarshalText(); err != nil {
		return err
	}
	last := e.Call
	for i := range e.Steps {
		s := &e.Steps[i]
		if s.Call <= last || s.Return <= s.Call || s.Return >= e.Return {
			return fmt.Errorf("the stamps of step %d are not in order", i)
		}
		if s.Key != s.Key {
			return fmt.Errorf("the key of step %d is not equal to itself", i)
		}
		last = s.Return
	}
	return nil
}
