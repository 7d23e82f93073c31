package controls

import (
	"sync"
	"sync/atomic"
)

// An entry keeps its hash, so that it moves to other tables without calling
// the hasher, and so that a key that is not equal to itself can move at all.
type entry[K comparable, V any] struct {
	hash  uint64
	key   K
	value V
}

// contents are what a bucket holds. They are never changed once published, so
// that readers need no lock.
type contents[K comparable, V any] struct {
	entries []entry[K, V]
	moved   bool // to the next table, permanently

	grave []entry[K, V] // what was deleted: for faults only
}

// A bucket's contents are replaced by the goroutine that holds its lock.
type bucket[K comparable, V any] struct {
	mu       sync.Mutex
	contents atomic.Pointer[contents[K, V]]
}

// load returns the contents, which are not nil.
func (b *bucket[K, V]) load() *contents[K, V] {
	if c := b.contents.Load(); c != nil {
		return c
	}
	return &contents[K, V]{}
}

// publish replaces the entries.
func (b *bucket[K, V]) publish(entries []entry[K, V]) {
	b.contents.Store(&contents[K, V]{entries: entries, grave: b.load().grave})
}

// find returns the index of key, or -1.
func (c *contents[K, V]) find(hash uint64, key K) int {
	for i := range c.entries {
		if e := &c.entries[i]; e.hash == hash && e.key == key {
			return i
		}
	}
	return -1
}

// A table has a power of two of buckets. While it is being replaced, next is
// the table that its buckets move to, one by one.
type table[K comparable, V any] struct {
	buckets []bucket[K, V]
	mask    uint64
	count   *atomic.Int64 // entries, shared with next
	next    atomic.Pointer[table[K, V]]
	ticket  atomic.Uint64 // the next bucket to offer to a helper
	moved   atomic.Int64  // buckets that have moved

	prev atomic.Pointer[table[K, V]] // for faults only
}

const (
	minBuckets = 2
	growAt     = 2 // a table grows with more entries a bucket than this
	shrinkAt   = 4 // and shrinks with fewer than one entry for so many buckets
)

func newTable[K comparable, V any](size uint64, count *atomic.Int64) *table[K, V] {
	return &table[K, V]{buckets: make([]bucket[K, V], size), mask: size - 1, count: count}
}

// lock locks the bucket that holds the entries with the given hash. If it has
// yet to move, lock moves it first.
func (m *base[K, V]) lock(hash uint64) (*table[K, V], *bucket[K, V]) {
	for t := m.table.Load(); ; t = t.next.Load() {
		b := &t.buckets[hash&t.mask]
		b.mu.Lock()
		if t.next.Load() == nil {
			return t, b
		}
		b.mu.Unlock()
		m.move(t, hash&t.mask)
	}
}

// move moves a bucket to the next table, unless it has moved. Locks are taken
// from older tables to newer ones.
func (m *base[K, V]) move(t *table[K, V], i uint64) {
	b, next := &t.buckets[i], t.next.Load()
	early := b.load()
	if m.has(LostUpdate) {
		m.window()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.load()
	if c.moved {
		return
	}
	if m.has(LostUpdate) && c != early {
		m.fire()
		c = early
	}
	if m.has(Resurrection) {
		c = m.resurrect(c)
	}
	into := make(map[uint64]*contents[K, V])
	for _, e := range c.entries {
		to := e.hash & next.mask
		if into[to] == nil {
			into[to] = &contents[K, V]{}
		}
		into[to].entries = append(into[to].entries, e)
	}
	for to, c := range into {
		dst := &next.buckets[to]
		dst.mu.Lock()
		dst.publish(append(dst.load().entries[:len(dst.load().entries):len(dst.load().entries)], c.entries...))
		dst.mu.Unlock()
	}
	m.markMoved(t, b)
	if t.moved.Add(1) == int64(len(t.buckets)) {
		m.table.CompareAndSwap(t, next)
	}
}

// markMoved publishes that what b held is in the next table.
func (m *base[K, V]) markMoved(t *table[K, V], b *bucket[K, V]) {
	moved := &contents[K, V]{moved: true}
	if m.has(StaleRead) {
		moved.entries = b.load().entries
	}
	if m.has(OldTableAlive) {
		m.fire()
		moved.entries = b.load().entries
		t.next.Load().prev.Store(t)
	}
	b.contents.Store(moved)
}

// resize starts to replace the table if it is too small or too large, and
// moves one bucket if it is being replaced. The caller holds no lock.
func (m *base[K, V]) resize() {
	t := m.table.Load()
	if t.next.Load() != nil {
		if i := t.ticket.Add(1) - 1; i <= t.mask {
			m.move(t, i)
		}
		return
	}
	size, n := uint64(len(t.buckets)), t.count.Load()
	switch {
	case n > int64(size)*growAt:
		size *= 2
	case n*shrinkAt < int64(size) && size > minBuckets:
		size /= 2
	default:
		return
	}
	if !m.resizing.TryLock() {
		return
	}
	defer m.resizing.Unlock()
	if m.table.Load() == t && t.next.Load() == nil {
		t.next.Store(newTable[K, V](size, t.count))
	}
}

// Clear removes every entry, in one step: the replacement of the table, with
// all of it locked.
func (m *base[K, V]) Clear() {
	m.resizing.Lock() // no resize starts
	defer m.resizing.Unlock()
	t := m.table.Load()
	if next := t.next.Load(); next != nil {
		for i := range t.buckets {
			m.move(t, uint64(i))
		}
		m.table.CompareAndSwap(t, next)
		t = next
	}
	for i := range t.buckets {
		t.buckets[i].mu.Lock()
	}
	fresh := newTable[K, V](minBuckets, new(atomic.Int64))
	t.next.Store(fresh)
	m.table.Store(fresh)
	for i := range t.buckets {
		t.buckets[i].contents.Store(&contents[K, V]{moved: true})
		t.buckets[i].mu.Unlock()
	}
}
