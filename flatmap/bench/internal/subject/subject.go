// Package subject has the maps that are measured. The benchmarks call whole loops,
// which are generated for each implementation and each type of entry. Every
// operation in a loop is therefore the direct call that a user's program would
// make, inlined where the compiler can. Generic loops would not be enough: a method
// called through a type parameter is an indirect call (go1.26: CALL through a
// register, seen in the disassembly).
package subject

//go:generate go run ../gen

// A Map is one map under measurement. In every method the value of keys[i] is i.
// Sums add up the values that were read, so that the compiler cannot drop a read
// and the reads can be checked.
type Map[K any] interface {
	StoreAll(keys []K)
	LoadAll(keys []K) (sum uint64)
	DeleteAll(keys []K)
	Range() (sum uint64)
}

// A Mixed can also run random mixes and time single Stores.
type Mixed[K any] interface {
	Map[K]
	// Mix makes ops random operations on random keys.
	Mix(keys []K, r *Rand, mix Mix, ops int) (sum uint64)
	// LoadChain is LoadAll, except that for the processor each key depends on the
	// value read before, so that no two Loads overlap.
	LoadChain(keys []K) (sum uint64)
	// Update stores random keys until stop is set.
	Update(keys []K, r *Rand, stop *Flag) (stores uint64)
	// StoreTimed is StoreAll, and sets took[i] to the nanoseconds of Store i and of
	// one reading of the clock. took is as long as keys.
	StoreTimed(keys []K, took []uint32)
}

// A Seed runs the parts of the four workloads of flatmap_rs. The value of every key
// is the key itself.
type Seed interface {
	StoreSeq(lo, hi uint64)
	LoadSeq(lo, hi uint64) (sum uint64)
	DeleteSeq(lo, hi uint64)
	// Steps makes goroutine id's n steps of the concurrent mixed workload: of
	// every ten, seven Loads of key mod preloaded and three Stores of key, where
	// key is id*10,000 plus the step's number.
	Steps(id, n, preloaded uint64) (sum uint64)
}

// A Counter adds 1 to the values of random keys, ops times, by an atomic
// read-modify-write under a lock. One time in 64 it yields the processor while it
// holds the lock.
type Counter interface {
	Count(keys []uint64, r *Rand, ops int)
}

// An Impl makes maps of one implementation.
type Impl[K any] struct {
	Name   string
	Serial bool // for one goroutine only
	// New returns a map with room for capacity entries if the implementation
	// takes a capacity; 0 means its default.
	New func(capacity int) Map[K]
}

// A Mix is a share of operations in permille: those below Store are Loads,
// those below Delete are Stores, and the rest are Deletes.
type Mix struct{ Store, Delete uint64 }

// Reads returns the mix of percent Loads and equally many Stores and Deletes.
func Reads(percent int) Mix {
	loads := uint64(percent) * 10
	return Mix{Store: loads, Delete: loads + (1000-loads)/2}
}
