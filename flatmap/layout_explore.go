//go:build explore

package flatmap

import (
	"reflect"

	"github.com/flatmap-go/flatmap/model/protocol/refine/memory"
)

// Layout says where the words are that goroutines share, of all tables since the last
// Reset. An execution of the map is compared with the model of its protocol by it.
func (m *Map[K, V]) Layout(l *memory.Layout) {
	l.Reset()
	l.BucketSlots = bucketSlots
	l.Slots, l.KeyWords, l.ValueWords = allSlots.len(), int(words[K]()), int(words[V]())
	l.Key, l.Slot = words[V]()*wordBytes, (words[V]()+words[K]())*wordBytes
	l.Add(memory.Table, 0, pointer(&m.table), 1, wordBytes, 0)
	size := uintptr(pointer(&m.allocating)) - uintptr(pointer(&m.resizing)) // of a mutex
	l.Add(memory.Resizing, 0, pointer(&m.resizing), 1, size, 0)
	l.Add(memory.Allocating, 0, pointer(&m.allocating), 1, size, 0)
	l.Add(memory.Registry, 0, pointer(&m.table.Load().holds.mu), 1, size, 0)
	l.Add(memory.Spare, 0, pointer(&m.spare), 1, wordBytes, 0)
	current, counts := m.table.Load(), (*counters)(nil)
	for t := eldest.(*table[K, V]); t != nil; {
		i := len(l.Roots)
		if t == current {
			l.Current = i
		}
		if i == 0 {
			for w := range words[K]() {
				l.KeyPointers = append(l.KeyPointers, t.keys.pointerAt(w))
			}
			for w := range words[V]() {
				l.ValuePointers = append(l.ValuePointers, t.values.pointerAt(w))
			}
			l.Pointers, l.Spare = t.pointers, needsSpare[V]()
			l.Fast = words[K]() == 1 && words[V]() == 1 && t.fast
		}
		t.layout(l, i)
		if t.counts != counts {
			counts = t.counts
			counts.layout(l, i)
		}
		r := t.next.Load()
		l.Clears = append(l.Clears, r != nil && r.clears)
		if r == nil {
			break
		}
		l.Add(memory.Ticket, i, pointer(&r.ticket), 1, wordBytes, 0)
		l.Add(memory.Moved, i, pointer(&r.moved), 1, wordBytes, 0)
		t = r.dst
	}
	for _, x := range allMade {
		switch x := x.(type) {
		case *hold:
			l.Add(memory.Hold, 0, pointer(x), 1, reflect.TypeFor[hold]().Size(), 0)
		case *retainer[K, V]:
			l.Add(memory.Visit, 0, pointer(x), 1, wordBytes, 0)
		case *table[K, V]: // also of a Clear that has given up
			l.Add(memory.TidyAt, 0, pointer(&x.tidyAt), 1, wordBytes, 0)
		}
	}
}

func (t *table[K, V]) layout(l *memory.Layout, i int) {
	n, bucket := int(t.size()), bucketBytes[K, V]()
	l.Roots = append(l.Roots, n)
	l.Add(memory.Root, i, pointer(t.base), n, bucket, 0)
	l.Add(memory.Link, i, pointer(&t.links[0]), n, wordBytes/2, 0)
	l.Add(memory.Segments, i, pointer(&t.overflow[0]), len(t.overflow), wordBytes, 0)
	for link, linked := uint64(1), t.linked.Load(); link <= linked; {
		segment, at := t.segmentOf(link)
		rest := min(t.segmentLen(segment)-at, linked-link+1)
		l.Add(memory.Overflow, i, pointer(t.overflowAt(link)), int(rest), bucket, int(link))
		link += rest
	}
	l.Add(memory.Next, i, pointer(&t.next), 1, wordBytes, 0)
	l.Add(memory.Prev, i, pointer(&t.prev), 1, wordBytes, 0)
	l.Add(memory.Busy, i, pointer(&t.busy), 1, wordBytes, 0)
	l.Add(memory.Waiters, i, pointer(&t.waiters), 1, wordBytes, 0)
	l.Add(memory.Linked, i, pointer(&t.linked), 1, wordBytes, 0)
}

func (c *counters) layout(l *memory.Layout, i int) {
	l.Add(memory.Stripes, i, pointer(&c.stripes[0]), len(c.stripes), 64, 0)
	l.Add(memory.Parking, i, pointer(&c.parking), 1, wordBytes, 0)
	if p := c.parking.Load(); p != nil {
		l.Add(memory.Lots, i, pointer(p), len(p), uintptr(pointer(&p[1]))-uintptr(pointer(&p[0])), 0)
	}
}

// HashOf returns the hash of a key, for a map whose hasher does not panic now.
func (m *Map[K, V]) HashOf(key K) uint64 { return m.table.Load().hash.of(key) }
