package flatmap

import (
	"hash/maphash"
	"math/bits"
	"math/rand/v2"
	"reflect"
)

// How a map hashes its keys.
type hashKind uint8

const (
	hashWord   hashKind = iota // one pointer-free word whose equality is that of its bits
	hashString                 // kind string
	hashMemory                 // several words whose equality is that of their bytes
	hashGo                     // anything else: as Go's own map does
	hashUser                   // WithHasher
)

// A hasher hashes keys with a seed of its own. The hash of a key that is not
// equal to itself is random, but a function of its 7 tag bits, so that an
// entry with such a key can be placed in a table of another size (see rehash).
type hasher[K comparable] struct {
	secret    uint64 // derived from seed, as is factor
	factor    uint64
	seed      maphash.Seed
	user      func(maphash.Seed, K) uint64
	kind      hashKind
	word      bool // K is one word compared by its bits, whoever hashes it
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

// An equality tells what == means for a type.
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
		eq.bytes = false // pointers are no numbers to the garbage collector
	}
}

// of returns the hash of key. It panics if key holds an uncomparable value,
// as Go's map does, whoever hashes.
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
// both halves of the product: the low half tells apart keys that differ in low
// bits, the high half those that differ in high bits. Keys that count up, or
// differ by a constant, fill chains more evenly than random numbers would, so
// few chains overflow, and keys that are used in order find buckets that the
// processor has fetched. The secret comes first, by exclusive or, which is no
// sum, and the factor is one of 60: keys that collide in one map do not in
// another.
//
// Against two folded multiplications by random factors (wyhash), which spread
// such keys like random numbers, it takes a quarter off the time of the four
// workloads of BenchmarkSeed. One folded multiplication by a random factor
// leaves half of the chains empty for some seeds.
func mix(x, secret, factor uint64) uint64 {
	hi, lo := bits.Mul64(x^secret, factor)
	return hi + lo
}

// slow is of for all other keys.
func (h *hasher[K]) slow(key K) uint64 {
	x := h.sought(key)
	if h.canDiffer && key != key {
		return h.ofUnequal(tagOf(rand.Uint64()))
	}
	return x
}

// sought is slow for a key that is only looked for: one that is not equal to
// itself is nowhere.
func (h *hasher[K]) sought(key K) uint64 {
	switch h.kind {
	case hashMemory:
		return maphash.Bytes(h.seed, asBytes(&key))
	case hashUser:
		if h.canPanic {
			maphash.Comparable(h.seed, key) // panics if it must, before any lock is taken
		}
		// A user's hash may have all its entropy in a few bits.
		return mix(h.user(h.seed, key), h.secret, h.factor)
	}
	return maphash.Comparable(h.seed, key)
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

// unhashable panics if key holds an uncomparable value: what a lookup in a map
// that has no table yet owes its caller.
func unhashable[K comparable](key K) {
	maphash.Comparable(anySeed, key)
}

var anySeed = maphash.MakeSeed()
