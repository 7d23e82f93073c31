package flatmap

import (
	"fmt"
	"hash/maphash"
	"math/bits"
	"reflect"
)

// A Map is a concurrent hash map. The zero Map is empty and ready to use. A
// Map must not be copied after first use: print and encode a *Map, not a Map.
//
// All methods may be called by any number of goroutines at once. Those on one key,
// and Clear, are linearizable; Retain is linearizable entry by entry, and Insert
// pair by pair; iterations, Clone, Len and Stats say what they see. Loads never block. See
// the package documentation for what may be relied on.
//
// An operation on one key takes expected constant time. While the map is resized,
// a write also moves a few dozen chains; one write allocates the new table, if
// that has less than four megabytes; and writers wait for the memory of a larger
// one when theirs is half again as full as it should be, or half as full.
//
// The first write allocates four buckets of seven slots, and counters of up to
// four kilobytes, depending on GOMAXPROCS.
type Map[K comparable, V any] struct {
	table    atomicPointer[table[K, V]]
	resizing mutex // held to start a resize, and by Clear
	// Held as well while a table is allocated in the background: a goroutine that
	// holds it waits for nothing except memory.
	allocating mutex
	options    options
	spare      atomicPointer[retainer[K, V]] // of the last Retain
}

// An Option configures a map that [New] or [Collect] makes.
type Option func(*options)

type options struct {
	capacity int
	hasher   any
	growOnly bool
}

// WithCapacity makes room for n entries, so that storing them does not resize the
// map, unless a bad hasher or deletions in between make chains long. The map does
// not shrink below that. It panics if n is negative, and [New] does if no machine has
// that much memory. If this machine has less than the map takes, the program ends with
// the error "out of memory", as with make: Go cannot report that in another way.
func WithCapacity(n int) Option {
	if n < 0 {
		panic(fmt.Sprintf("flatmap: WithCapacity: negative capacity %d", n))
	}
	return func(o *options) { o.capacity = n }
}

// WithHasher makes the map hash its keys with h, whatever their type. (The default
// is seeded for each map, and is not a cryptographic hash.) h must return the same
// hash for keys that are equal, and be safe for concurrent use. Hashes that differ
// in few bits, or a constant one, make the map slow, never wrong.
//
// Every operation on a key calls h, and so do resizes, Retain and iterations, for
// keys in the map and partly with a lock held: h must not use the map. Nor may it
// keep a key, or a part of one: as long as the map has not inserted it, it may be
// on the stack of a caller. If it
// panics, or ends the goroutine, the map stays as it was, and is as usable; but a
// resize does not end while h panics for a key that has to move, and writes, each
// of which tries again to move its chain, take memory for overflow buckets meanwhile.
//
// WithHasher panics if h is nil; [New] panics if h is for another key type
// than the map's.
func WithHasher[K comparable](h func(seed maphash.Seed, key K) uint64) Option {
	if h == nil {
		panic("flatmap: WithHasher: nil hasher")
	}
	return func(o *options) { o.hasher = h }
}

// WithGrowOnly stops the map from shrinking when most of its entries have
// been deleted.
func WithGrowOnly() Option {
	return func(o *options) { o.growOnly = true }
}

// mostBytes exceeds what the runtime can allocate on 32-bit and 64-bit platforms.
// Beyond it, make may abort the process with a fatal error instead of panicking, so
// New rejects such capacities itself.
const mostBytes = 1 << (16 + bits.UintSize/2)

// New returns an empty map. It panics if an option does not fit the map.
func New[K comparable, V any](opts ...Option) *Map[K, V] {
	m := &Map[K, V]{}
	for _, set := range opts {
		set(&m.options)
	}
	if h := m.options.hasher; h != nil {
		if _, ok := h.(func(maphash.Seed, K) uint64); !ok {
			panic(fmt.Sprintf("flatmap: WithHasher: hasher is a %T, but keys are of type %v", h, reflect.TypeFor[K]()))
		}
	}
	if n := m.options.capacity; n > 0 {
		if bucketsFor[V](uint64(n)) >= mostBytes/uint64(bucketBytes[K, V]()) {
			panic(fmt.Sprintf("flatmap: WithCapacity: capacity %d is too large", n))
		}
		m.init(n)
	}
	return m
}

// init makes the first table, with room for n entries, unless another goroutine
// does so first.
func (m *Map[K, V]) init(n int) *table[K, V] {
	user, _ := m.options.hasher.(func(maphash.Seed, K) uint64)
	cfg := config[K, V]{
		hash:     newHasher(user),
		layouts:  layouts{keys: layoutOf[K](), values: layoutOf[V]()},
		compares: equalityOf(reflect.TypeFor[V]()),
		growOnly: m.options.growOnly,
		floor:    bucketsFor[V](uint64(m.options.capacity)),
		holds:    new(heldKeys[K]),
	}
	cfg.fast = cfg.hash.kind == hashWord && words[V]() == 1 && !cfg.values.pointers && !checked
	cfg.pointers = cfg.keys.pointers || cfg.values.pointers
	cfg.strings = reflect.TypeFor[K]().Kind() == reflect.String
	m.table.CompareAndSwap(nil, newTable(&cfg, max(cfg.floor, bucketsFor[V](uint64(n))), newCounters()))
	return m.table.Load()
}

// Len returns the number of entries. It is exact whenever no write is in
// flight, and never negative: an entry that is being written may be counted or
// not. It takes time proportional to the number of processors, at most.
func (m *Map[K, V]) Len() int {
	t := m.table.Load()
	if t == nil {
		return 0
	}
	return int(t.counts.sum())
}
