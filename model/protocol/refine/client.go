package refine

import "github.com/flatmap-go/flatmap/model/protocol/refine/memory"

// A Map is the map that is followed, with the keys and values that its client uses.
type Map interface {
	Layout(*memory.Layout)
	Keys() int
	KeyWords(k int) []uint64
	HashOf(k int) uint64
	Values() int
	ValueWords(v int) []uint64
	HasherFails() bool // at times
	// Identity is equal for maps that agree in all of this, except the Layout.
	Identity() string
}

// A Call is what a goroutine asks of the map. The follower knows what calls are meant to
// do, and nothing of how the map's code is organized or what it is called.
type Call struct {
	Kind  Kind
	Key   int // of Load, Write and LoadThenWrite
	Value int // that a Write or LoadThenWrite may store, and no other; or Any
	Name  string
}

// A Kind is a kind of call.
type Kind uint8

const (
	// Other calls change no entry, and report none: they begin a resize.
	Other Kind = iota
	// Load reads one key without a lock.
	Load
	// Write decides about one key with its chain locked.
	Write
	// LoadThenWrite is a Load and, if that misses, a Write.
	LoadThenWrite
	// Clear empties the map.
	Clear
	// Retain decides about every key with its chain locked.
	Retain
	// Iterate shows entries without a lock.
	Iterate
	// Len reports how many entries there are.
	Len
)

// Values that are not numbers of values.
const (
	Absent  = -1
	Any     = -2
	Unknown = -3
)

// A Result is what a call reported.
type Result struct {
	Returned bool
	Before   int  // the value that the call's key had before it, Absent, or Unknown if it does not report that
	Failed   bool // the hasher ended the call by a panic
	// Entries that an iteration, or a Retain, has shown, in any order.
	Shown []Entry
	Len   int // what Len reported
}

// An Entry is a key and its value, by their numbers.
type Entry struct{ Key, Value int }
