package flatmap

import (
	"fmt"
	"hash/maphash"
	"testing"
)

// TestGivenUpSplitHoldsNothing checks that a move which a hasher's panic ended
// half way leaves no pointers where it was going to (I6). Method: the hasher
// panics at every place of a chain of several buckets, and then all slots of
// the destination are looked at.
func TestGivenUpSplitHoldsNothing(t *testing.T) {
	const n = 3 * bucketSlots
	for at := range n {
		left := -1
		m := New[string, string](WithHasher(func(maphash.Seed, string) uint64 {
			if left--; left == 0 {
				panic("the hasher panics")
			}
			return 1
		}))
		for i := range n {
			m.Store(fmt.Sprint("key", i), "value")
		}
		for m.Stats().Resizing {
			m.Store("key0", "value")
		}
		left = at + 1
		src := m.table.Load()
		m.start(src, 2*src.size())
		r := src.next.Load()
		if r == nil || left != 0 || r.moved.Load() == src.size() {
			t.Fatalf("at %d: the hasher has not panicked in a resize", at)
		}
		slots := 0
		look := func(b *head) {
			for s := allSlots; s != 0; s = s.rest() {
				slots++
				e := slotAt[string, string](b, s.first())
				if holdsPointers(&e.key, &r.dst.keys) || holdsPointers(&e.value, &r.dst.values) {
					t.Fatalf("at %d: slot %d of a bucket holds a pointer", at, s.first())
				}
			}
		}
		for chain := range r.dst.size() {
			look(r.dst.root(chain))
		}
		for link := range r.dst.linked.Load() {
			look(r.dst.overflowAt(link + 1))
		}
		if want := bucketSlots * int(r.dst.size()+r.dst.linked.Load()); slots != want {
			t.Fatalf("at %d: looked at %d slots, not %d", at, slots, want)
		}
	}
}
