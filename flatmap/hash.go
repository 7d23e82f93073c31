package flatmap

import (
	"hash/maphash"
	"math/bits"
	"reflect"
)

// How a map hashes its keys.
type hashKind uint8

const (
	hashWord   hashKind = iota // one pointer-free word whose equality is that of its bits
	hashString                 // kind string
	hashMemory                 // several words whose equality is that of their bytes: see sought
	hashGo                     // anything else: as Go's own map does
	hashUser                   // WithHasher
)

// A hasher hashes keys with its own seed. The hash of a key that is not
// equal to itself is random, but a function of its 7 tag bits, so that an
// entry with such a key can be placed in a table of another size (see rehash).
type hasher[K comparable] struct {
	secret    uint64 // derived from seed, as is factor
	factor    uint64
	seed      maphash.Seed
	user      func(maphash.Seed, K) uint64
	kind      hashKind
	word      bool // K is one word compared by its bits, even if the user hashes it
	canPanic  bool // a K may hold an interface, whose value may be uncomparable
	canDiffer bool // a K may be unequal to itself
}

func newHasher[K comparable](user func(maphash.Seed, K) uint64) hasher[K] {
	seed := maphash.MakeSeed()
	h := hasher[K]{seed: seed, user: user}
	h.secret, h.factor = secrets(seed)
	t := reflect.TypeFor[K]()
	eq := equalityOf(t)
	h.canPanic, h.canDiffer = eq.canPanic, eq.canDiffer
	h.word = eq.bytes && words[K]() == 1
	switch {
	case user != nil:
		h.kind = hashUser
	case h.word:
		h.kind = hashWord
	case t.Kind() == reflect.String:
		h.kind = hashString
	case eq.bytes:
		h.kind = hashMemory
	default:
		h.kind = hashGo
	}
	return h
}

// An equality says what == means for a type.
type equality struct {
	bytes     bool // two values are equal if and only if their bytes are
	canPanic  bool // it may compare interfaces, which may hold uncomparable values
	canDiffer bool // a value may be unequal to itself
}

func equalityOf(t reflect.Type) equality {
	eq := equality{bytes: true}
	eq.add(t)
	if !t.Comparable() {
		eq.canPanic, eq.bytes = true, false // [0]func() for one, which holds nothing that does
	}
	return eq
}

func (eq *equality) add(t reflect.Type) {
	switch t.Kind() {
	case reflect.Interface:
		*eq = equality{canPanic: true, canDiffer: true}
	case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		eq.canDiffer, eq.bytes = true, false
	case reflect.Array:
		if t.Len() > 0 {
			eq.add(t.Elem())
		}
	case reflect.Struct:
		end := uintptr(0)
		for i := range t.NumField() {
			f := t.Field(i)
			if f.Offset != end || f.Name == "_" {
				eq.bytes = false // padding, or a field that == ignores
			}
			end = f.Offset + f.Type.Size()
			eq.add(f.Type)
		}
		if end != t.Size() {
			eq.bytes = false
		}
	case reflect.Func, reflect.Map, reflect.Slice:
		eq.canPanic, eq.bytes = true, false
	case reflect.String, reflect.Pointer, reflect.UnsafePointer, reflect.Chan:
		eq.bytes = false // pointers are not numbers to the garbage collector
	}
}

// of returns the hash of key. It panics if key holds an uncomparable value,
// as Go's map does, even if the user hashes.
func (h *hasher[K]) of(key K) uint64 {
	if words[K]() == 1 && h.kind == hashWord {
		return mix(uint64(toWord(key)), h.secret, h.factor)
	}
	if words[K]() == 2 && h.kind == hashString {
		return maphash.Comparable(h.seed, asString(key)) // faster than maphash.String
	}
	return h.slow(key)
}

// mix is Fibonacci hashing (Knuth, The Art of Computer Programming, 6.4) with
// both halves of the product: the low half separates keys that differ in low
// bits, the high half those that differ in high bits. Keys that count up, or
// differ by a constant, fill chains more evenly than random numbers would, so
// few chains overflow, and keys that are used in order find buckets that the
// processor has fetched. The secret comes first, by exclusive or, which is not a
// sum, and the factor is one of those of the process: keys that collide in one map do
// not in another. (How far that helps against keys that are chosen to collide: design.go.)
//
// Against two folded multiplications by random factors (wyhash), which spread
// such keys like random numbers, it makes the four workloads of BenchmarkSeed 25 %
// faster (EPYC, 2026-11). One folded multiplication by any random factor
// leaves half of the chains empty for some seeds.
func mix(x, secret, factor uint64) uint64 {
	hi, lo := bits.Mul64(x^secret, factor)
	return hi + lo
}

// slow is of for all other keys.
func (h *hasher[K]) slow(key K) uint64 {
	x := h.sought(key)
	if h.canDiffer && key != key {
		return h.ofUnequal(tagOf(random()))
	}
	return x
}

// sought is slow for a key that is only looked for: one that is not equal to
// itself is nowhere. hashMemory makes Loads of such keys 14 to 16 % faster
// (bench -paths hash-memory, EPYC, 2026-11-30).
func (h *hasher[K]) sought(key K) uint64 {
	switch h.kind {
	case hashMemory:
		return maphash.Bytes(h.seed, asBytes(&key))
	case hashUser:
		if h.canPanic {
			unhashable(key) // before any lock is taken
		}
		// A user's hash may have all its entropy in a few bits.
		return mix(h.user(h.seed, hidden(key)), h.secret, h.factor)
	}
	return maphash.Comparable(h.seed, hidden(key))
}

// ofUnequal returns the hash of a key that differs from itself and has the
// given tag. Such keys spread over 128 hashes.
func (h *hasher[K]) ofUnequal(tag uint64) uint64 {
	return mix(tag, h.secret, h.factor)<<7>>7 | tag<<57 // the low bits: those that mix spreads best
}

// rehash returns the hash of a key that is in the table with the given tag.
func (h *hasher[K]) rehash(key K, tag uint64) uint64 {
	if h.canDiffer && key != key {
		return h.ofUnequal(tag)
	}
	return h.of(key)
}

// unhashable panics if key holds an uncomparable value, also where its hash is not
// needed: in a map that has no table yet, or with WithHasher.
func unhashable[K comparable](key K) {
	maphash.Comparable(anySeed, hidden(key))
}

var anySeed = maphash.MakeSeed()

// newFactor returns an odd number that spreads keys which count up over tables of any size, and
// is random otherwise. It takes about 20 us. Any odd number is correct, but with some, most
// keys are in few chains of a table of some size.
func newFactor(random func() uint64) (f uint64) {
	for f == 0 {
		f = extend(random()|1, 16)
	}
	return f
}

// extend changes bits of f that matter in tables of n chains and more, and not in
// smaller ones, so that it spreads in all of these; or returns 0.
func extend(f, n uint64) uint64 {
	if n > 1<<30 {
		return f
	}
	for range 2 {
		if spreads(f, n) {
			if g := extend(f, 2*n); g != 0 {
				return g
			}
		}
		f ^= n / 2
	}
	return 0
}

// spreads reports whether f spreads 6*n keys that count up over n chains, and is not at
// its worst if they count by 2, 4 and so on to 4096. Each key's chain is f rotated, as a part
// of the circle of chains, after the one before. The denominators of a continued fraction say
// after how many keys that comes close to where it was: it should be after about n. (The
// bounds were found by measurement: see TestSpread.)
func spreads(f, n uint64) bool {
	part := bits.RotateLeft64(f, 1-bits.Len64(n))
	a, b := part, -part%part
	for q, next := uint64(1), -part/part+1; q <= n<<12; a, b = b, a%b {
		if b == 0 || q > n && next/24 > q || q == 1 && next > 64 && n > 64 ||
			q <= n && n < next && (next < n+n/8 || next > 5*n+n/2 || next > 3*n-n/4 && q < n/2+n/8) {
			return false
		}
		q, next = next, a/b*next+q
	}
	return true
}
