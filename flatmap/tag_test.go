package flatmap

import (
	"math/rand/v2"
	"testing"
)

// The functions on meta words against loops over their bytes: for all words
// that differ from a random one in one or two bytes, and for random ones whose
// tags are drawn so that near misses are frequent.

// metas calls f with meta words.
func metas(f func(m uint64)) {
	f(0)
	f(^uint64(0))
	for range 20 {
		m := rand.Uint64()
		for i := range 8 {
			for b := range uint64(256) {
				f(m&^(0xff<<(8*i)) | b<<(8*i))
			}
		}
	}
	tags := []uint64{0, tagDead, tagFull, tagFull | 1, 0xfe, 0xff, 0x90, 0x91}
	for range 50_000 {
		m := rand.Uint64N(8)
		for i := range uintptr(bucketSlots) {
			m = withTag(m, i, tags[rand.IntN(len(tags))])
		}
		f(m)
	}
}

// slots returns the set of slots for which f returns true.
func slots(m uint64, f func(tag byte) bool) (s slotSet) {
	for i := range bucketSlots {
		if f(byte(m >> (8*i + 8))) {
			s |= 0x80 << (8*i + 8)
		}
	}
	return s
}

// TestSlotSets checks which slots are full and empty.
func TestSlotSets(t *testing.T) {
	metas(func(m uint64) {
		if got, want := fullSlots(m), slots(m, func(tag byte) bool { return tag >= tagFull }); got != want {
			t.Fatalf("fullSlots(%#016x) = %#016x, not %#016x", m, got, want)
		}
	})
	metas(func(m uint64) {
		// For the bytes that are not tags, emptySlots may return anything.
		for i := range uintptr(bucketSlots) {
			if tag := tagAt(m, i); tag > tagDead && tag < tagFull {
				m = withTag(m, i, tag&tagDead)
			}
		}
		if got, want := emptySlots(m), slots(m, func(tag byte) bool { return tag == 0 }); got != want {
			t.Fatalf("emptySlots(%#016x) = %#016x, not %#016x", m, got, want)
		}
	})
}

// TestMatchTag checks that all slots with a tag are found, and of the others
// none but full ones, right behind a match, that differ in the lowest bit: the
// comparison of the keys turns those away.
func TestMatchTag(t *testing.T) {
	falsePositives := 0
	metas(func(m uint64) {
		m &^= 0xf8 // there are three flags
		for range 4 {
			tag := tagAt(m, uintptr(rand.IntN(bucketSlots))) | tagFull
			got, want := matchTag(m, tag), slots(m, func(b byte) bool { return uint64(b) == tag })
			if got&want != want {
				t.Fatalf("matchTag(%#016x, %#x) = %#016x, not %#016x", m, tag, got, want)
			}
			for s := got &^ want; s != 0; s = s.rest() {
				falsePositives++
				if i := s.first(); tagAt(m, i) != tag^1 || i == 0 || got>>(8*i)&0x80 == 0 {
					t.Fatalf("matchTag(%#016x, %#x) finds slot %d", m, tag, i)
				}
			}
		}
	})
	if falsePositives == 0 {
		t.Error("no false positive was tried")
	}
}

// TestSlotSet checks the walk through a set, for all sets.
func TestSlotSet(t *testing.T) {
	for bits := range 1 << bucketSlots {
		var s slotSet
		var want []uintptr
		for i := range uintptr(bucketSlots) {
			if bits>>i&1 != 0 {
				s |= 0x80 << (8*i + 8)
				want = append(want, i)
			}
		}
		if s&^allSlots != 0 || s.len() != len(want) {
			t.Fatalf("%#x has length %d, and allSlots is %#x", s, s.len(), allSlots)
		}
		for _, i := range want {
			if s.first() != i {
				t.Fatalf("%#x starts with slot %d, not %d", s, s.first(), i)
			}
			s = s.rest()
		}
		if s != 0 {
			t.Fatalf("%#x is left", s)
		}
	}
}

// TestWithTag checks that setting a slot's tag changes nothing else, and that
// the tag of a hash is its top bits and that of a full slot.
func TestWithTag(t *testing.T) {
	metas(func(m uint64) {
		i, tag := uintptr(rand.IntN(bucketSlots)), rand.Uint64N(256)
		got := withTag(m, i, tag)
		for j := range uintptr(bucketSlots) {
			if want := tagAt(m, j); tagAt(got, j) != want && j != i || tagAt(got, i) != tag {
				t.Fatalf("withTag(%#016x, %d, %#x) = %#016x", m, i, tag, got)
			}
		}
		if got&0xff != m&0xff {
			t.Fatalf("withTag(%#016x, %d, %#x) = %#016x changes the flags", m, i, tag, got)
		}
		if h := rand.Uint64(); tagOf(h) != 0x80|h>>57 {
			t.Fatalf("tagOf(%#016x) = %#x", h, tagOf(h))
		}
	})
}

// TestFreeSlots checks that an insert finds a free slot if there is one, never
// used ones first, and leaves as many as it must.
func TestFreeSlots(t *testing.T) {
	metas(func(m uint64) {
		for i := range uintptr(bucketSlots) {
			if tag := tagAt(m, i); tag < tagFull {
				m = withTag(m, i, tag&tagDead)
			}
		}
		free := slots(m, func(tag byte) bool { return tag < tagFull })
		if full[uintptr](m) != (free == 0) || full[[2]uintptr](m) != (free.len() <= 1) {
			t.Fatalf("full(%#016x) = %v, and %v for large values", m, full[uintptr](m), full[[2]uintptr](m))
		}
		if free == 0 {
			return
		}
		set, empty := freeSlots(m)
		hasEmpty := slots(m, func(tag byte) bool { return tag == 0 }) != 0
		if tag := tagAt(m, set.first()); set == 0 || tag > tagDead || empty != (tag == 0) || empty != hasEmpty {
			t.Fatalf("freeSlots(%#016x) = %#x, %v", m, set, empty)
		}
	})
}
