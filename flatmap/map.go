package flatmap

import (
	"fmt"
	"hash/maphash"
	"reflect"
)

// A Map is a concurrent hash map. The zero Map is empty and ready to use. A
// Map must not be copied after first use.
//
// All methods may be called by any number of goroutines at once, and all but
// the iterations and [Map.Len] are linearizable. Loads never block. See the
// package documentation for what may be relied on.
type Map[K comparable, V any] struct {
	table    atomicPointer[table[K, V]]
	resizing mutex // held to start a resize
	options  options
}

// An Option configures a map that [New] or [Collect] makes.
type Option func(*options)

type options struct {
	capacity int
	hasher   any
	growOnly bool
}

// WithCapacity makes room for n entries, so that storing them does not resize
// the map. The map does not shrink below that. It panics if n is negative.
func WithCapacity(n int) Option {
	if n < 0 {
		panic(fmt.Sprintf("flatmap: WithCapacity: negative capacity %d", n))
	}
	return func(o *options) { o.capacity = n }
}

// WithHasher makes the map hash its keys with h, whatever their type. h must
// return the same hash for keys that are equal, and be safe for concurrent
// use. Hashes that differ in few bits, or a constant one, make the map slow,
// never wrong. h is not given to the functions that the map calls with a lock
// held, but it is called with a lock held while the map is resized: it must
// not use the map. A panic in it leaves the map as it was.
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

// New returns an empty map. It panics if an option does not fit the map.
func New[K comparable, V any](opts ...Option) *Map[K, V] {
	m := &Map[K, V]{}
	for _, set := range opts {
		set(&m.options)
	}
	if h := m.options.hasher; h != nil {
		if _, ok := h.(func(maphash.Seed, K) uint64); !ok {
			panic(fmt.Sprintf("flatmap: WithHasher: the hasher is a %T, but the map's keys are of type %v", h, reflect.TypeFor[K]()))
		}
	}
	if m.options.capacity > 0 {
		m.init(m.options.capacity)
	}
	return m
}

// init makes the first table, with room for n entries, unless another goroutine
// does so first.
func (m *Map[K, V]) init(n int) *table[K, V] {
	user, _ := m.options.hasher.(func(maphash.Seed, K) uint64)
	cfg := config[K, V]{
		hash:     newHasher(user),
		keys:     layoutOf[K](),
		values:   layoutOf[V](),
		compares: equalityOf(reflect.TypeFor[V]()),
		growOnly: m.options.growOnly,
		floor:    bucketsFor[V](uint64(m.options.capacity)),
	}
	cfg.words = cfg.hash.word && words[V]() <= 1 && !cfg.values.pointers
	cfg.fast = cfg.words && cfg.hash.kind == hashWord && !checked
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

// Clear deletes all entries. It is linearizable with every other operation, and
// waits for none: a write or a callback that is under way takes place before it.
// It takes the time to allocate a table of the map's smallest size.
func (m *Map[K, V]) Clear() {
	checkWrite(m)
	t := m.table.Load()
	if t == nil {
		return
	}
	size := t.floor
	if t.growOnly {
		if size = t.size(); t.next.Load() != nil {
			size = t.next.Load().dst.size()
		}
	}
	// Whatever still works on the old table, or on one that is to replace it,
	// has begun before this, and nobody who begins after it sees any of that.
	m.table.Store(newTable(&t.config, size, newCounters())) // LP-clear
}
