package model

import (
	"fmt"

	"github.com/flatmap-go/flatmap/internal/flatmap"
)

// An Op is one call of a method of a map, as data. Which fields matter depends
// on Kind; the others are ignored.
type Op[K comparable, V any] struct {
	Kind Kind
	// Key is the argument of the operations on a single key.
	Key K
	// Value is what Store, Swap and LoadOrStore store, the new value of
	// CompareAndSwap, and what LoadOrCompute's function returns.
	Value V
	// Old is what CompareAndSwap and CompareAndDelete compare with.
	Old V
	// Present and Absent are what Compute's function decides about an entry
	// and about the lack of one. Present is also what Retain's function
	// decides about every key not in Rules.
	Present, Absent Decision[V]
	// Rules are what Retain's function decides about particular keys. The
	// first rule of a key counts.
	Rules []Rule[K, V]
	// Pairs is the sequence that Insert stores.
	Pairs []Entry[K, V]
	// Inner is called on the same map by the callback number At, counted from
	// zero. Inside of Compute, LoadOrCompute and Retain only Load and Contains
	// are allowed.
	Inner []Op[K, V]
	// Exit is how the callback number At ends, after calling Inner.
	Exit Exit
	At   int
}

// An Entry is a key and its value.
type Entry[K comparable, V any] struct {
	Key   K
	Value V
}

// A Decision is what the function of a Compute or a Retain does with one
// entry. In a Retain, Keep returns true, Set assigns the value and returns true,
// and Remove assigns the value and returns false.
type Decision[V any] struct {
	Op    flatmap.Op
	Value V
}

// A Rule is the [Decision] of a Retain about one key.
type Rule[K comparable, V any] struct {
	Key      K
	Decision Decision[V]
}

// An Exit is how a callback ends.
type Exit uint8

const (
	// Finish is to return and, in an iteration, to go on.
	Finish Exit = iota
	// Stop is to return false from Range or to break from a loop. Elsewhere
	// it is the same as Finish.
	Stop
	// Panic is to panic.
	Panic
	// Goexit is to call [runtime.Goexit].
	Goexit
)

var exitNames = [...]string{"Finish", "Stop", "Panic", "Goexit"}

// String returns the name of e.
func (e Exit) String() string {
	if int(e) < len(exitNames) {
		return exitNames[e]
	}
	return fmt.Sprintf("Exit(%d)", uint8(e))
}

// abrupt reports whether e unwinds the stack.
func (e Exit) abrupt() bool { return e == Panic || e == Goexit }

// A Result is what an [Op] did when it was applied to a map.
type Result[K comparable, V any] struct {
	// Value is the method's first result, if that is a V.
	Value V
	// OK is the method's boolean result.
	OK bool
	// Len is the result of Len.
	Len int
	// Visits has one element per call of the callback, in order.
	Visits []Visit[K, V]
	// Inner has the results of the Op's Inner, as far as they were called.
	Inner []Result[K, V]
	// Exit is Finish if the method returned, and otherwise how it ended.
	Exit Exit
	// Panic is the text of the value panicked with, if Exit is Panic.
	Panic string
	// Torn says which part of what the map returned, or showed to a callback, is
	// torn: "a torn string (length 7, no data)". [Apply] replaces such a value by
	// the zero value, since to look at it crashes the program.
	Torn string

	stack []uintptr // of a panic that the Op does not plan
}

// A Visit is what one call of a callback was shown. Values shows no key, and
// Keys no value; Compute and LoadOrCompute know theirs.
type Visit[K comparable, V any] struct {
	Key    K
	Value  V
	Loaded bool // false if Compute or LoadOrCompute found no entry
}

// decide returns what Retain's function decides about key.
func (op *Op[K, V]) decide(key K) Decision[V] {
	for i := range op.Rules {
		if op.Rules[i].Key == key {
			return op.Rules[i].Decision
		}
	}
	return op.Present
}
