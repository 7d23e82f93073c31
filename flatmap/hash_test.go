package flatmap

import (
	"fmt"
	"hash/maphash"
	"math"
	"reflect"
	"testing"
	"unicode/utf8"
)

// TestEquality checks what is known about the == of a type: for which of them
// it is that of their bytes, may panic, and may find a value unequal to itself.
func TestEquality(t *testing.T) {
	const b, p, d = 1, 2, 4 // bytes, can panic, can differ
	for _, test := range []struct {
		typ  reflect.Type
		want int
	}{
		{reflect.TypeFor[int](), b},
		{reflect.TypeFor[bool](), b},
		{reflect.TypeFor[uintptr](), b},
		{reflect.TypeFor[struct{}](), b},
		{reflect.TypeFor[[4]uint16](), b},
		{reflect.TypeFor[[0]float64](), b},
		{reflect.TypeFor[struct{ a, b int32 }](), b},
		{reflect.TypeFor[struct{ a, b [2]struct{ c, d byte } }](), b},
		{reflect.TypeFor[struct {
			a int8
			b int16
		}](), 0}, // padding between
		{reflect.TypeFor[struct {
			a int16
			b int8
		}](), 0}, // padding behind
		{reflect.TypeFor[[2]struct {
			a int16
			b int8
		}](), 0},
		{reflect.TypeFor[struct{ a, _, b int32 }](), 0}, // == ignores the middle
		{reflect.TypeFor[struct{ a, _ int32 }](), 0},
		{reflect.TypeFor[string](), 0},
		{reflect.TypeFor[*int](), 0},
		{reflect.TypeFor[chan int](), 0},
		{reflect.TypeFor[struct {
			a int
			p *int
		}](), 0},
		{reflect.TypeFor[float32](), d},
		{reflect.TypeFor[complex128](), d},
		{reflect.TypeFor[[2]struct{ f float64 }](), d},
		{reflect.TypeFor[any](), p | d},
		{reflect.TypeFor[error](), p | d},
		{reflect.TypeFor[struct {
			n int
			e error
			m int
		}](), p | d},
		{reflect.TypeFor[[1]any](), p | d},
		{reflect.TypeFor[[]int](), p},
		{reflect.TypeFor[func()](), p},
		{reflect.TypeFor[map[int]int](), p},
		{reflect.TypeFor[struct {
			n int
			f func()
		}](), p},
		{reflect.TypeFor[[0]func()](), p},
		{reflect.TypeFor[struct {
			_ [0]func()
			n int
		}](), p},
	} {
		eq := equalityOf(test.typ)
		got := 0
		for bit, set := range map[int]bool{b: eq.bytes, p: eq.canPanic, d: eq.canDiffer} {
			if set {
				got |= bit
			}
		}
		if got&p != 0 {
			got &^= b // no hasher asks
		}
		if got != test.want {
			t.Errorf("%v: %+v", test.typ, eq)
		}
	}
}

// TestHashIsThatOfEquality checks that a hasher gives equal hashes to equal
// keys that differ in their bytes or in where they are, and (all but surely)
// different ones to different keys, for every way to hash.
func TestHashIsThatOfEquality(t *testing.T) {
	x, y := "a string", string(append([]byte("a str"), "ing"...))
	minus := math.Copysign(0, -1)
	type padded struct {
		a int8
		b int64
	}
	hashEquality(t, hashWord, 1, 1, 2)
	hashEquality(t, hashWord, int8(-1), -1, 1)
	hashEquality(t, hashWord, [2]bool{true}, [2]bool{true}, [2]bool{false, true})
	hashEquality(t, hashString, x, y, "another")
	type named string
	hashEquality(t, hashString, named(x), named(y), "another")
	hashEquality(t, hashMemory, [5]uint32{1}, [5]uint32{1}, [5]uint32{4: 1})
	hashEquality(t, hashMemory, struct{}{}, struct{}{})
	hashEquality(t, hashGo, 0.0, minus, 1)
	hashEquality(t, hashGo, float32(0), float32(minus), 1)
	hashEquality(t, hashGo, complex(0, minus), complex(minus, 0), 1)
	hashEquality(t, hashGo, struct{ a, b float64 }{0, minus}, struct{ a, b float64 }{minus, 0}, struct{ a, b float64 }{0, 1})
	hashEquality(t, hashGo, [2]float64{0, minus}, [2]float64{minus, 0}, [2]float64{1, 0})
	hashEquality(t, hashGo, padded{1, 2}, padded{1, 2}, padded{2, 1})
	hashEquality(t, hashGo, [2]string{x, y}, [2]string{y, x}, [2]string{"a stringa", " string"})
	hashEquality(t, hashGo, any(0.0), any(minus), any(1), any(1.0), any(""))
	hashEquality(t, hashGo, &x, &x, &y)
}

// hashEquality takes two equal keys, and others.
func hashEquality[K comparable](t *testing.T, kind hashKind, a, b K, others ...K) {
	t.Helper()
	h := newHasher[K](nil)
	if wide := words[K]() > 1; h.kind != kind && !(kind == hashWord && wide && h.kind == hashMemory) {
		t.Errorf("%T: hashed the way %d, not %d", a, h.kind, kind)
	}
	if a != b || h.of(a) != h.of(b) {
		t.Errorf("%T: %v and %v have hashes %#x and %#x", a, a, b, h.of(a), h.of(b))
	}
	if h.of(a) != h.rehash(a, 0x80) {
		t.Errorf("%T: %v has another hash later", a, a)
	}
	for _, o := range others {
		if h.of(o) == h.of(a) {
			t.Errorf("%T: %v and %v have the same hash", a, a, o)
		}
	}
}

// TestSeeds checks that every map hashes with its own seed, for every way
// to hash: keys that share a chain in one map spread over the chains of
// another, so no set of keys collides for every seed. A map has one hasher, from
// newHasher; two maps are asked for theirs.
func TestSeeds(t *testing.T) {
	seeds(t, func() hasher[int] { return New[int, int](WithCapacity(1000)).table.Load().hash }, func(i int) int { return i })
	seeds(t, unlike, func(i int) uint16 { return uint16(i) })
	seeds(t, unlike, func(i int) string { return fmt.Sprint(i) })
	seeds(t, unlike, func(i int) [3]int { return [3]int{i} })
	seeds(t, unlike, func(i int) float64 { return float64(i) })
	seeds(t, unlike, func(i int) any { return i })
	seeds(t, unlike, func(i int) struct{ s string } { return struct{ s string }{fmt.Sprint(i)} })
}

// unlike returns the hasher of a new map.
func unlike[K comparable]() hasher[K] { return newHasher[K](nil) }

func seeds[K comparable](t *testing.T, newHasher func() hasher[K], key func(i int) K) {
	t.Helper()
	const chains, n = 64, 4096
	a := newHasher()
	chain := func(h *hasher[K], k K) uint64 { return h.of(k) % chains }
	var together []K
	var counts [chains]int
	for i := range n {
		k := key(i)
		c := chain(&a, k)
		counts[c]++
		if c == 0 {
			together = append(together, k)
		}
	}
	// 64 keys are expected in each chain, and 40 chains for those of the first.
	for c, n := range counts {
		if n < 16 || n > 160 {
			t.Errorf("%T: %d keys of %d are in chain %d of %d", key(0), n, n, c, chains)
		}
	}
	const others = 8
	spread := 0
	for range others {
		b, seen := newHasher(), make(map[uint64]bool)
		for _, k := range together {
			seen[chain(&b, k)] = true
		}
		spread += len(seen)
	}
	if spread < 25*others {
		t.Errorf("%T: %d keys of one chain are in %d chains of another map on average", key(0), len(together), spread/others)
	}
}

// TestTagsAreUsed checks that the tags of keys of one chain differ, however
// little the keys do: they come from other bits of the hash than the chain.
func TestTagsAreUsed(t *testing.T) {
	tagsAreUsed(t, nil, func(i int) int { return i })
	tagsAreUsed(t, nil, func(i int) int { return i << 20 })
	tagsAreUsed(t, nil, func(i int) string { return string(rune(i % utf8.MaxRune)) })
	tagsAreUsed(t, func(_ maphash.Seed, k int) uint64 { return uint64(k) }, func(i int) int { return i })
	tagsAreUsed(t, func(_ maphash.Seed, k int) uint64 { return uint64(k) << 40 }, func(i int) int { return i })
}

func tagsAreUsed[K comparable](t *testing.T, user func(maphash.Seed, K) uint64, key func(i int) K) {
	t.Helper()
	const maps, keys, chains = 8, 2048, 256
	pairs, same, used := 0, 0, 0
	for _, factor := range drawn(maps) { // one in a hundred gives shifted keys few tags: see TestTagSpread
		h := newHasher(user)
		h.factor = factor
		var tags [chains][]uint64
		for i := range keys {
			hash := h.of(key(i))
			for _, tag := range tags[hash%chains] {
				pairs++
				if tag == tagOf(hash) {
					same++
				}
			}
			tags[hash%chains] = append(tags[hash%chains], tagOf(hash))
		}
		for _, in := range tags {
			if len(in) > 0 {
				used++
			}
		}
	}
	// Random hashes would give 1 pair of 128 the same tag.
	if same*20 > pairs || used < maps*chains*3/4 {
		t.Errorf("%T: of %d pairs in a chain %d have the same tag; %d chains of %d are used", key(0), pairs, same, used, maps*chains)
	}
}

// TestUnequalToItself checks that the hash of a NaN is random, so that many of
// them spread, and yet a function of the tag that it is stored with.
func TestUnequalToItself(t *testing.T) {
	h := newHasher[float64](nil)
	hashes, chains := make(map[uint64]bool), make(map[uint64]bool)
	for range 1000 {
		x := h.of(math.NaN())
		if h.rehash(math.NaN(), tagOf(x)) != x {
			t.Fatalf("a NaN with hash %#x moves to %#x", x, h.rehash(math.NaN(), tagOf(x)))
		}
		hashes[x] = true
		chains[x%64] = true
	}
	if len(hashes) < 100 || len(chains) < 40 {
		t.Errorf("%d hashes in %d chains", len(hashes), len(chains))
	}
}
