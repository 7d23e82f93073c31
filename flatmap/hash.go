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
// sum, and the factor is one of 60: keys that collide in one map do not in
// another.
//
// Against two folded multiplications by random factors (wyhash), which spread
// such keys like random numbers, it makes the four workloads of BenchmarkSeed 25 %
// faster (EPYC, 2026-11). One folded multiplication by a random factor
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

// factors are what a map multiplies words by, one chosen by its seed. Any odd
// number is correct. These are random ones that were found to spread keys with
// structure more evenly than random keys spread, whatever the secret: see mix,
// and TestSpread, which measures each. Of random odd numbers, one in forty
// passes.
var factors = [...]uint64{
	0x3e62c53a96e315b9, 0x2059d9c0b87b7ebd, 0xf25fe0e525d9dfb5, 0x5b66b60f442ee0fb,
	0x4fb616f7c45af533, 0x2d07af33fec8e5a5, 0x496265f6ecab35d9, 0xe8d85b993f58951b,
	0xa23dc0962b195387, 0x223a9d60d3bb2b3b, 0xbccfb531917ca6ef, 0x7f5d0b79fe5bbc0d,
	0xb661eb370c9ecec9, 0x16a6e4e246b5c355, 0x5b4c2e2e95adcdf1, 0x799300bef20861e5,
	0x6c98da5f46868163, 0x883461657866b41f, 0xb661f0b3d8d66bef, 0x2b2449ac45f7843b,
	0xee74bf8ca98cca57, 0x27b1d80c85e89a0d, 0x304cbf4e79dcdd4f, 0x36831061900a2a05,
	0x542d50ad51582e83, 0x11ff2f150f5d7859, 0x7835217e91ed27e5, 0x0e9e1277a5f36107,
	0x4172f2adb918d78b, 0x7e8f893f28a1bdf9, 0xb9c01740f5f3e94b, 0xa3ef94c3006d77dd,
	0x7253f41ebe33db1d, 0xa646536eb8b5cee7, 0xc45e64ddbb19b6b3, 0xaf47f28018df9d83,
	0x1157e08e10804ae1, 0x7277da5ec4c810e1, 0xc4de3f9cb0ca43e7, 0x4a24f5dad923cebd,
	0x136e4e212e971f15, 0x27c5229613798883, 0x841655cac2c736b9, 0x34c8d2378efe4cc7,
	0xdfe63f890a0da14d, 0x60e3c3f3f58610ad, 0x4340b12435d8d5c3, 0xd99c163857e293f3,
	0x901dcf005590535f, 0xe6ab1652ee417c69, 0xe1630bd90cbf1a4d, 0x1fa5d8e46350d16d,
	0x11890583092f8449, 0xcad596a129a5a117, 0x2dfb80a0bf05f4c1, 0xa539f92f4f347bf3,
	0x1ba6e2a4a3019231, 0x07e537630f80794f, 0x528501e33e55fc59, 0x178d2ab995b0e00b,
}
