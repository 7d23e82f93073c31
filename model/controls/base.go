package controls

import (
	"hash/maphash"
	"iter"
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model/internal/update"
)

// base is the map that every control breaks. Without a fault it is right: its
// buckets' contents are immutable and replaced under the bucket's lock, and it
// is resized bucket by bucket. Every write goes through update.
//
// The faults that cannot be added from outside are in here, marked by has;
// the others are types that embed a base and replace a method.
type base[K comparable, V any] struct {
	*fault
	table    atomic.Pointer[table[K, V]]
	resizing sync.Mutex // held to start a resize, and by Clear
	seed     maphash.Seed
	hasher   func(maphash.Seed, K) uint64
}

func newBase[K comparable, V any](f *fault, hasher func(maphash.Seed, K) uint64) *base[K, V] {
	m := &base[K, V]{fault: f, seed: maphash.MakeSeed(), hasher: hasher}
	m.table.Store(newTable[K, V](minBuckets, new(atomic.Int64)))
	return m
}

func (m *base[K, V]) hash(key K) uint64 {
	_ = key == key // panics if key holds an uncomparable value
	if m.hasher == nil {
		return maphash.Comparable(m.seed, key)
	}
	if m.has(HasherIgnored) && reflect.TypeFor[K]().Kind() == reflect.Int {
		m.fire()
		return maphash.Comparable(m.seed, key)
	}
	return m.hasher(m.seed, key)
}

// Load returns the value of key.
func (m *base[K, V]) Load(key K) (value V, ok bool) {
	hash := m.hash(key)
	first := m.table.Load()
	for t := first; ; t = t.next.Load() {
		b := &t.buckets[hash&t.mask]
		if m.has(BlockedReaders) {
			m.awaitUnlock(&b.mu)
		}
		c := b.load()
		i := c.find(hash, key)
		if m.has(TagCompared) {
			i = m.findTag(c, hash, key)
		}
		if c.moved && m.has(StaleRead) && i >= 0 {
			m.fire()
		} else if c.moved {
			continue
		}
		if i < 0 {
			return value, false
		}
		value = c.entries[i].value
		if t != first && m.has(TornString) {
			m.tearStrings(&value)
		}
		return value, true
	}
}

// update runs decide on the entry of key and does what it says.
func (m *base[K, V]) update(key K, decide func(old V, loaded bool) (V, flatmap.Op)) {
	hash := m.hash(key)
	after := m.decide(hash, key, decide)
	if after != nil {
		after()
	}
	m.resize()
}

// decide is update under the bucket's lock. What it returns is left to do
// without the lock.
func (m *base[K, V]) decide(hash uint64, key K, decide func(old V, loaded bool) (V, flatmap.Op)) (after func()) {
	t, b := m.lock(hash)
	returned := false
	defer m.unlock(&b.mu, &returned)()
	c := b.load()
	old, i := *new(V), c.find(hash, key)
	if i >= 0 {
		old = c.entries[i].value
	}
	value, op := decide(old, i >= 0)
	returned = true
	switch {
	case op == flatmap.Set && i >= 0:
		if m.has(TornValue) {
			m.publishTorn(b, c, i, value)
		}
		b.publish(c.with(i, value))
	case op == flatmap.Set:
		b.publish(append(c.entries[:len(c.entries):len(c.entries)], entry[K, V]{hash, key, value}))
		if m.has(NegativeLen) {
			return func() { m.countLate(t) }
		}
		t.count.Add(1)
	case op == flatmap.Remove && i >= 0:
		m.remove(b, i)
		t.count.Add(-1)
	}
	return nil
}

// unlock returns what a defer calls to release the lock, however the stack
// unwinds. The callbacks have returned if *returned is true.
func (m *base[K, V]) unlock(mu *sync.Mutex, returned *bool) func() {
	if m.has(LockLeaked) || m.has(LockLeakedByGoexit) {
		return m.unlockSometimes(mu, returned)
	}
	return mu.Unlock
}

// with returns the entries with one value replaced.
func (c *contents[K, V]) with(i int, value V) []entry[K, V] {
	entries := append([]entry[K, V](nil), c.entries...)
	entries[i].value = value
	return entries
}

// remove publishes the entries without one.
func (m *base[K, V]) remove(b *bucket[K, V], i int) {
	c := b.load()
	if m.has(Resurrection) || m.has(ValueAlive) || m.has(KeyAlive) {
		m.bury(b, c.entries[i])
		c = b.load()
	}
	b.publish(append(append([]entry[K, V](nil), c.entries[:i]...), c.entries[i+1:]...))
}

// Contains reports whether key is present.
func (m *base[K, V]) Contains(key K) bool {
	_, ok := m.Load(key)
	return ok
}

// Store sets the value of key.
func (m *base[K, V]) Store(key K, value V) {
	m.update(key, func(V, bool) (V, flatmap.Op) { return value, flatmap.Set })
}

// Swap sets the value of key and returns the one before.
func (m *base[K, V]) Swap(key K, value V) (previous V, loaded bool) {
	return update.Swap(m.update, key, value)
}

// LoadOrStore returns the value of key, which it sets if there is none.
func (m *base[K, V]) LoadOrStore(key K, value V) (actual V, loaded bool) {
	return m.LoadOrCompute(key, func() V { return value })
}

// LoadOrCompute is LoadOrStore with a value that f builds if need be.
func (m *base[K, V]) LoadOrCompute(key K, f func() V) (actual V, loaded bool) {
	return update.LoadOrCompute(m.update, key, f)
}

// Compute sets, removes or keeps the entry of key, as f says.
func (m *base[K, V]) Compute(key K, f func(old V, loaded bool) (V, flatmap.Op)) (actual V, ok bool) {
	return update.Compute(m.update, key, f)
}

// Delete removes key.
func (m *base[K, V]) Delete(key K) { m.LoadAndDelete(key) }

// LoadAndDelete removes key and returns its value.
func (m *base[K, V]) LoadAndDelete(key K) (value V, loaded bool) {
	return update.LoadAndDelete(m.update, key)
}

// CompareAndSwap sets the value of key if it is old.
func (m *base[K, V]) CompareAndSwap(key K, old, new V) (swapped bool) {
	return update.CompareAndSwap(m.update, key, old, new)
}

// CompareAndDelete removes key if its value is old.
func (m *base[K, V]) CompareAndDelete(key K, old V) (deleted bool) {
	return update.CompareAndDelete(m.update, key, old)
}

// Len returns the number of entries.
func (m *base[K, V]) Len() int {
	return int(m.table.Load().count.Load())
}

// Insert stores every pair of seq, one by one.
func (m *base[K, V]) Insert(seq iter.Seq2[K, V]) {
	for key, value := range seq {
		m.Store(key, value)
	}
}
