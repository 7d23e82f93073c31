package controls

import "github.com/flatmap-go/flatmap/model"

// A Fault is one way to be wrong.
type Fault uint8

// The faults: first those of resizing, then those of single operations, of
// whole-map operations, of callbacks, and of resources.
const (
	None Fault = iota

	LostUpdate
	StaleRead
	Resurrection
	DroppedClear
	KeyTwice
	KeyMissed
	RetainedTwice

	TornValue
	TornString
	SplitLoadOrStore
	SplitSwap
	SplitCompareAndSwap
	SplitCompareAndDelete
	DeletedTwice
	TagCompared
	HasherIgnored

	PiecemealClear
	NegativeLen
	CountedTwice

	ComputedTwice
	EditKeptInPanic
	LockLeaked
	LockLeakedByGoexit
	BlockedReaders

	ValueAlive
	OldTableAlive
	GoroutineLeft
	IterationLeft
	KeyAlive

	numFaults
)

var faults = [numFaults]struct {
	name, breaks string
	layers       []Layer
}{
	None: {"none", "Nothing is wrong.", nil},

	LostUpdate: {"lost update on resize", "A bucket is copied before its lock is taken, so that a write in between is lost.",
		[]Layer{Linearizability, Stress}},
	StaleRead: {"stale read after a move", "A reader finds a key in a bucket that has moved, and does not follow.",
		[]Layer{Fuzz, Stress, Linearizability, Model}},
	Resurrection: {"resurrected by a move", "A move takes deleted entries along, which then are back.",
		[]Layer{Fuzz, Stress, Linearizability, Model}},
	DroppedClear: {"dropped Clear", "Clear does nothing while a resize is in progress.",
		[]Layer{Fuzz, Stress, Model}},
	KeyTwice: {"key seen twice", "An iteration goes on in the new table where it was in the old one.",
		[]Layer{Fuzz, Stress, Model}},
	KeyMissed: {"key missed", "An iteration skips the buckets that have moved.",
		[]Layer{Fuzz, Stress, Linearizability, Model}},
	RetainedTwice: {"Retain applied twice", "Retain starts over if the table was replaced meanwhile.",
		[]Layer{Stress}},

	TornValue: {"torn value", "A reader can see the first words of a new value and the last ones of the old.",
		[]Layer{Stress}},
	TornString: {"torn string", "A string that a reader finds by way of a bucket that has moved has its length, but no data.",
		[]Layer{Model, Fuzz, Stress, Linearizability}},
	SplitLoadOrStore: {"LoadOrStore in two steps", "LoadOrStore is a Load, then a Store.",
		[]Layer{Linearizability, Stress, Fuzz}},
	SplitSwap: {"Swap in two steps", "Swap is a Load, then a Store.",
		[]Layer{Linearizability, Stress, Fuzz}},
	SplitCompareAndSwap: {"CompareAndSwap in two steps", "CompareAndSwap compares before it takes the lock.",
		[]Layer{Linearizability, Stress}},
	SplitCompareAndDelete: {"CompareAndDelete in two steps", "CompareAndDelete compares before it takes the lock.",
		[]Layer{Linearizability, Stress}},
	DeletedTwice: {"value deleted twice", "LoadAndDelete is a Load, then a Delete, so that two calls return one value.",
		[]Layer{Linearizability, Stress, Fuzz}},
	TagCompared: {"tag taken for the key", "Load compares seven bits of the hash, and no keys.",
		[]Layer{Fuzz, Stress, Model}},
	HasherIgnored: {"hasher ignored", "Keys of type int are not hashed with the given hasher.",
		[]Layer{Stress}},

	PiecemealClear: {"Clear in many steps", "Clear removes the entries one by one.",
		[]Layer{Linearizability}},
	NegativeLen: {"negative Len", "An insertion is counted after the lock is released, a deletion before.",
		[]Layer{Linearizability, Stress}},
	CountedTwice: {"overwrite counted", "Insert counts an entry that it overwrites once more.",
		[]Layer{Fuzz, Stress, Linearizability, Model}},

	ComputedTwice: {"Compute run twice", "Compute calls its function without the lock, and again if the entry changed.",
		[]Layer{Linearizability, Stress}},
	EditKeptInPanic: {"edit kept in a panic", "The value that Retain's function assigned stays though the function panics.",
		[]Layer{Fuzz, Stress, Model}},
	LockLeaked: {"lock leaked by a panic", "A panic in a callback leaves the bucket locked.",
		[]Layer{Stress, Fuzz, Model}},
	LockLeakedByGoexit: {"lock leaked by Goexit", "The lock is released by recovering from a panic; Goexit is not one.",
		[]Layer{Stress, Fuzz, Model}},
	BlockedReaders: {"readers blocked", "Load waits for the bucket's lock, which a callback may hold.",
		[]Layer{Stress}},

	ValueAlive: {"deleted value alive", "A deleted entry stays in memory.",
		[]Layer{Stress}},
	OldTableAlive: {"old table alive", "A table and its values stay in memory after it was replaced.",
		[]Layer{Stress}},
	GoroutineLeft: {"goroutine left", "Clear starts a goroutine that never ends.",
		[]Layer{Stress}},
	IterationLeft: {"iteration left", "A goroutine that sends an iteration its entries never ends if the iteration ends early.",
		[]Layer{Stress}},
	KeyAlive: {"deleted key alive", "A deleted key stays in memory, without its value.",
		[]Layer{Stress}},
}

// wrap adds to m the faults that replace a method.
func wrap[K comparable, V any](m *base[K, V]) model.Map[K, V] {
	switch m.Fault {
	case DroppedClear:
		return droppedClear[K, V]{m}
	case KeyTwice:
		return keyTwice[K, V]{m}
	case KeyMissed:
		return keyMissed[K, V]{m}
	case RetainedTwice:
		return retainedTwice[K, V]{m}
	case SplitLoadOrStore:
		return splitLoadOrStore[K, V]{m}
	case SplitSwap:
		return splitSwap[K, V]{m}
	case SplitCompareAndSwap:
		return splitCompareAndSwap[K, V]{m}
	case SplitCompareAndDelete:
		return splitCompareAndDelete[K, V]{m}
	case DeletedTwice:
		return deletedTwice[K, V]{m}
	case PiecemealClear:
		return piecemealClear[K, V]{m}
	case CountedTwice:
		return countedTwice[K, V]{m}
	case ComputedTwice:
		return computedTwice[K, V]{m}
	case GoroutineLeft:
		return goroutineLeft[K, V]{m}
	case IterationLeft:
		return iterationLeft[K, V]{m}
	}
	return m
}
