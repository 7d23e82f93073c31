package flatmap_test

import (
	"fmt"
	"hash/maphash"
	"math"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// Tests named after what they guard: each of them has failed once.

// TestSubWordKeys guards the bits of a word next to a key that is smaller: they
// must be zero wherever keys are hashed or compared as words. The compiler
// drops the zeroing of a variable if all of its fields are assigned, so that
// padding is whatever was on the stack, which the calls in between change. Keys
// have an odd size, and fields that are assigned one by one. (The kinds have
// numbers that are smaller than a word.)
func TestSubWordKeys(t *testing.T) {
	type key struct {
		a int8
		b [2]byte
	}
	subWord(t, key{}, key{a: 1}, key{1, [2]byte{2, 3}}, key{-1, [2]byte{255, 255}})
}

func subWord[K comparable](t *testing.T, keys ...K) {
	t.Helper()
	var words flatmap.Map[K, int] // the path for words
	var other flatmap.Map[K, *K]  // the general one
	for round := range 100 {      // a slot is filled, after that as a DEAD one
		for i, k := range keys {
			words.Store(k, round+i)
			other.Store(k, &keys[i])
		}
		for i, k := range keys {
			v, ok := words.Load(k)
			p, pOK := other.Load(k)
			if !ok || v != round+i || !pOK || p != &keys[i] {
				t.Fatalf("%T, round %d: Load(%v) = %v, %v and %v, %v", k, round, k, v, ok, p, pOK)
			}
		}
		if n := words.Len() + other.Len(); n != 2*len(keys) {
			t.Fatalf("%T, round %d: %d entries, not %d", keys, round, n, 2*len(keys))
		}
		for _, k := range keys {
			words.Delete(k)
			other.Delete(k)
		}
		if n := words.Len() + other.Len(); n != 0 {
			t.Fatalf("%T, round %d: %d entries are left", keys, round, n)
		}
	}
}

// TestCompareUncomparableStruct guards the lock against values that only look
// comparable: an array of no functions compares nothing, and still may not be
// compared. Method: the panic must come for a key that is present, name the
// type, and leave the chain free for others.
func TestCompareUncomparableStruct(t *testing.T) {
	m := flatmap.New[int8, uncomparable]()
	m.Store(1, uncomparable{n: 1})
	const is = ": value of type flatmap_test.uncomparable is or holds an uncomparable value"
	mustPanic(t, "flatmap: CompareAndSwap"+is, func() { m.CompareAndSwap(1, uncomparable{n: 1}, uncomparable{}) })
	mustPanic(t, "flatmap: CompareAndDelete"+is, func() { m.CompareAndDelete(1, uncomparable{n: 1}) })
	mustPanic(t, "flatmap: CompareAndDelete"+is, func() { m.CompareAndDelete(2, uncomparable{}) })
	holds := flatmap.New[boxed, boxed]()
	mustPanic(t, "flatmap: CompareAndSwap: value of type flatmap_test.boxed is or holds an uncomparable value", func() {
		holds.CompareAndSwap(boxed{}, boxed{v: []int{}}, boxed{})
	})
	flatmap.Within(t, "Store after the panics", func() { m.Store(1, uncomparable{n: 2}) })
	if v, ok := m.Load(1); !ok || v.n != 2 {
		t.Errorf("Load = %v, %v", v, ok)
	}
}

// TestImpossibleCapacity guards New against a search for a table size that
// overflows: what cannot be allocated panics, and says why.
func TestImpossibleCapacity(t *testing.T) {
	impossible := []int{math.MaxInt, math.MaxInt / 2}
	if math.MaxInt > math.MaxInt32 {
		least := uint64(7*7)<<37 + 1 // more than 2^40 buckets of 128 bytes hold
		impossible = append(impossible, int(least))
	}
	for _, n := range impossible {
		flatmap.Within(t, "New", func() {
			mustPanic(t, fmt.Sprintf("flatmap: WithCapacity: capacity %d is too large", n), func() {
				flatmap.New[int, int](flatmap.WithCapacity(n))
			})
		})
	}
}

// TestHasherPanicsInResize guards the bookkeeping of a resize against a hasher
// that panics while chains are moved: afterwards all entries are there, and
// the resize comes to its end and others follow, as if nothing had been.
// Method: the hasher panics for one key from the n-th call on, for all n that
// matter, until the map must have grown several times.
func TestHasherPanicsInResize(t *testing.T) {
	for n := range 40 {
		calls, armed := 0, false
		m := flatmap.New[int, string](flatmap.WithHasher(func(seed maphash.Seed, key int) uint64 {
			if armed {
				if calls++; calls > n && key == 7 {
					panic("the hasher panics")
				}
			}
			return maphash.Comparable(seed, key)
		}))
		for i := range 20 {
			m.Store(i, text(i))
		}
		armed = true
		panics := 0
		for i := 20; i < 200; i++ {
			if panicked(func() { m.Store(i, text(i)) }) {
				panics++
			}
		}
		armed = false
		if panics == 0 {
			t.Fatalf("n=%d: the hasher has not panicked", n)
		}
		flatmap.Within(t, "the resize", func() { end(m) }) // writes key 0 only: the others move the chains where it panicked
		for i := range 10_000 {
			m.Store(i, text(i))
		}
		for i := range 10_000 {
			if v, _ := m.Load(i); v != text(i) {
				t.Fatalf("n=%d: Load(%d) = %q", n, i, v)
			}
		}
		if s := m.Stats(); s.Slots < 10_000 || m.Len() != 10_000 {
			t.Fatalf("n=%d: the map has stopped growing: %+v", n, s)
		}
	}
}
