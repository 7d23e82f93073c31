package flatmap

import (
	"hash/maphash"
	"math/bits"
	"reflect"
	"unsafe"
)

// All of the package's unsafe code is in this file: the flat layout of a
// bucket, the constants the compiler folds per instantiation, and the copying
// of keys and values word by word.

type pointer = unsafe.Pointer

const wordBytes = unsafe.Sizeof(uintptr(0))

// A cell holds a T padded to whole words, so that it can be copied with
// atomic word accesses that never touch a neighbour.
type cell[T any] struct {
	_ [0]uintptr
	v T
}

// An entry is one slot's key and value. The value is first, because Go pads a
// struct that ends with a field of no size: so a set takes half of what a map to
// words does.
type entry[K comparable, V any] struct {
	value cell[V]
	key   cell[K]
}

// A head starts every bucket.
type head struct {
	meta atomicUint64
	// In a root bucket the version of its chain, which never wraps; in an
	// overflow bucket, which needs none, the link to the next one.
	version atomicUint64
}

type bucket[K comparable, V any] struct {
	head
	slots [bucketSlots]entry[K, V]
}

// words returns the size of a T in words. Constant per instantiation, like
// the functions below: the compiler folds it and drops dead branches.
func words[T any]() uintptr { return unsafe.Sizeof(cell[T]{}) / wordBytes }

// onlyWords reports whether M is wordEntries.
func onlyWords[M any]() bool { return unsafe.Sizeof(*new(M)) == 0 }

// needsSpare reports whether an update needs a free slot in the bucket.
func needsSpare[V any]() bool { return unsafe.Sizeof(cell[V]{}) > wordBytes }

// bucketBytes returns the distance from one bucket to the next.
func bucketBytes[K comparable, V any]() uintptr { return unsafe.Sizeof(bucket[K, V]{}) }

// makeBuckets allocates n zeroed buckets in one flat array and returns the
// first. Its memory is typed, so the garbage collector scans it only if K or
// V hold pointers.
func makeBuckets[K comparable, V any](n uint64) *head {
	return &make([]bucket[K, V], n)[0].head
}

// bucketAt returns the bucket at index i of the array that starts at base.
// The caller keeps i in range.
func bucketAt[K comparable, V any](base *head, i uint64) *head {
	return (*head)(unsafe.Add(unsafe.Pointer(base), uintptr(i)*bucketBytes[K, V]()))
}

// slotAt returns slot i of bucket b. The caller keeps i in range.
func slotAt[K comparable, V any](b *head, i uintptr) *entry[K, V] {
	return (*entry[K, V])(unsafe.Add(unsafe.Pointer(b), unsafe.Sizeof(head{})+i*unsafe.Sizeof(entry[K, V]{})))
}

// slotOf returns the lowest slot of a set that is not empty: slotAt(b, s.first())
// with less arithmetic, on the way to what a reader waits for. Slot 0 is bit 15
// of a set, slot 1 bit 23, and so on.
func slotOf[K comparable, V any](b *head, s slotSet) *entry[K, V] {
	size := unsafe.Sizeof(entry[K, V]{})
	if size%8 != 0 { // a 32-bit machine
		return slotAt[K, V](b, s.first())
	}
	perBit := size / 8
	return (*entry[K, V])(unsafe.Add(unsafe.Pointer(b),
		uintptr(bits.TrailingZeros64(uint64(s)))*perBit+unsafe.Sizeof(head{})-15*perBit))
}

// wordRoot is table.root for keys and values of a word, of whatever types, and
// wordSlot is slotOf.
func (c *core) wordRoot(chain uint64) *head                { return bucketAt[uintptr, uintptr](c.base, chain) }
func wordSlot(b *head, s slotSet) *entry[uintptr, uintptr] { return slotOf[uintptr, uintptr](b, s) }

// stringSlot is slotOf for a map from string to uintptr.
func stringSlot(b *head, s slotSet) *entry[string, uintptr] { return slotOf[string, uintptr](b, s) }

// toWord returns the bits of a T of at most one pointer-free word, padded
// with zeros.
func toWord[T any](v T) uintptr {
	// The compiler may leave out the zeroing of padding next to a field, but not
	// that of a word of which a part is overwritten.
	var w uintptr
	if unsafe.Sizeof(v) == wordBytes {
		return *(*uintptr)(unsafe.Pointer(&v))
	}
	if unsafe.Sizeof(v) < wordBytes {
		*(*T)(unsafe.Pointer(&w)) = hidden(v) // or v would escape even where this is dead code
	}
	return w
}

// fromWord is the inverse of toWord.
func fromWord[T any](w uintptr) T { return *(*T)(unsafe.Pointer(&w)) }

func fromPointer[T any](p unsafe.Pointer) T { return *(*T)(unsafe.Pointer(&p)) }

// hidden returns key, and the compiler does not know that it does. So a caller's key
// may stay on its stack though it goes to a function that the compiler knows nothing
// of, such as a hasher: one that does not keep it.
func hidden[K any](key K) K {
	return *(*K)(hide(unsafe.Pointer(&key)))
}

//go:nocheckptr
func hide(p unsafe.Pointer) unsafe.Pointer { return unsafe.Add(nil, uintptr(p)) }

// empty is always the empty string, which the compiler does not know.
var empty string

// kept returns key for the map to keep. The bytes of a caller's string may be on its
// stack, as in Store(string(bytes), 1), because no operation that only finds the key
// makes the caller allocate it. Of those kept makes a copy: a concatenation with an
// empty string copies bytes that are on the stack, and no others. What other pointers
// lead to is on the heap, since the call of maphash.Comparable, which is never made,
// makes the compiler believe that their addresses are hashed.
// (TestKeysFromStacks fails if a version of Go does otherwise.)
func kept[K comparable](l *layouts, key K) K {
	if empty != "" {
		maphash.Comparable(anySeed, key)
	}
	k := hidden(key)
	if l.keys.pointers && !l.keys.others {
		for i := range words[K]() {
			if l.keys.pointerAt(i) {
				*(*string)(unsafe.Add(unsafe.Pointer(&k), i*wordBytes)) += empty
			}
		}
	}
	return k
}

// asString returns a key whose kind is string, or a slice of bytes, as a string.
func asString[K any](key K) string { return *(*string)(unsafe.Pointer(&key)) }

// asBytes returns the memory of *v. It is meant for types whose equality is
// that of their bytes.
func asBytes[T any](v *T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(v)), unsafe.Sizeof(*v))
}

// loadCell copies a value out, to *v, with one atomic access per word. Words that
// hold pointers travel as pointers: the garbage collector must see them at
// every instant. What it copies may be torn unless the caller validates it.
func loadCell[T any](v *T, p *cell[T], l *layout) {
	switch words[T]() {
	case 0:
	case 1:
		*v = loadOne(p, l)
	default:
		loadMany(v, p, l)
	}
}

func loadOne[T any](p *cell[T], l *layout) T {
	if l.mask == 0 {
		return fromWord[T](loadWord(wordOf(p, 0)))
	}
	return fromPointer[T](loadPointer(pointerOf(p, 0)))
}

// loadString is loadCell for a T of kind string, which it leaves in two words:
// they may be of two strings.
func loadString[T any](p *cell[T]) (data pointer, length uintptr) {
	return loadPointer(pointerOf(p, 0)), loadWord(wordOf(p, 1))
}

// loadPointers is loadCell for a T of two words that both hold pointers, as those
// of an interface do. It makes Loads with such keys 12 % faster (bench -paths
// load-pointers, EPYC, 2026-11-30).
func loadPointers[T any](p *cell[T]) T {
	c := [2]pointer{loadPointer(pointerOf(p, 0)), loadPointer(pointerOf(p, 1))}
	return *(*T)(unsafe.Pointer(&c))
}

// fromString makes a T of kind string of its two words. They may be of two
// strings, if the caller drops the T then.
func fromString[T any](data pointer, length uintptr) T {
	s := struct {
		data   pointer
		length uintptr
	}{data, length}
	return *(*T)(unsafe.Pointer(&s))
}

// isString reports whether two words, of one string, are those of s. Often they are
// the same, and nothing is called. That makes Loads of the very string that was
// stored 9 % faster (bench -paths same-string, EPYC, 2026-11-30).
func isString(data pointer, length uintptr, s string) bool {
	return length == uintptr(len(s)) && (data == pointer(unsafe.StringData(s)) || fromString[string](data, length) == s)
}

// loadMany is loadCell for any number of words but one. It copies them to *v
// directly, unless that has no room for the padding, or may begin within a word.
func loadMany[T any](v *T, p *cell[T], l *layout) {
	var room cell[T]
	c := &room
	whole := unsafe.Alignof(room) == unsafe.Alignof(*v) // and so is the size a multiple of words
	if whole {
		c = (*cell[T])(unsafe.Pointer(v))
	}
	if l.pointers {
		for i := uintptr(0); i < words[T](); i++ {
			if l.pointerAt(i) {
				*pointerOf(c, i) = loadPointer(pointerOf(p, i))
			} else {
				*wordOf(c, i) = loadWord(wordOf(p, i))
			}
		}
	} else { // without a test for each word
		for i := uintptr(0); i < words[T](); i++ {
			*wordOf(c, i) = loadWord(wordOf(p, i))
		}
	}
	if !whole {
		*v = room.v
	}
}

// wordOf and pointerOf return word i of a cell.
func wordOf[T any](c *cell[T], i uintptr) *uintptr {
	return (*uintptr)(unsafe.Add(unsafe.Pointer(c), i*wordBytes))
}

func pointerOf[T any](c *cell[T], i uintptr) *unsafe.Pointer {
	return (*unsafe.Pointer)(unsafe.Add(unsafe.Pointer(c), i*wordBytes))
}

// storeCell copies a value in with one atomic access per word; pointers pass
// the garbage collector's write barrier.
func storeCell[T any](p *cell[T], v T, l *layout) {
	if words[T]() == 1 && l.mask == 0 {
		storeWord(wordOf(p, 0), toWord(v))
		return
	}
	c := [1]cell[T]{{v: v}} // an array, so that a zero-size T has an address inside it
	for i := uintptr(0); i < words[T](); i++ {
		if l.pointerAt(i) {
			storePointer(pointerOf(p, i), *pointerOf(&c[0], i))
		} else {
			storeWord(wordOf(p, i), *wordOf(&c[0], i))
		}
	}
}

// zeroCell clears the words of *p that hold pointers, so that what they
// pointed to can be collected.
func zeroCell[T any](p *cell[T], l *layout) {
	if !l.pointers {
		return
	}
	for i := uintptr(0); i < words[T](); i++ {
		if l.pointerAt(i) {
			storePointer(pointerOf(p, i), nil)
		}
	}
}

// holdsPointers reports whether a pointer word of *p is not nil. The caller
// holds the chain's lock.
func holdsPointers[T any](p *cell[T], l *layout) bool {
	for i := uintptr(0); i < words[T](); i++ {
		if l.pointerAt(i) && *pointerOf(p, i) != nil {
			return true
		}
	}
	return false
}

// sameBits reports whether a and b have the same words, padding included.
func sameBits[T any](a, b *cell[T]) bool {
	for i := uintptr(0); i < words[T](); i++ {
		if *wordOf(a, i) != *wordOf(b, i) {
			return false
		}
	}
	return true
}

// keyAt returns the key of a slot. The caller holds the chain's lock, or the
// chain has moved, so that no goroutine writes it.
func keyAt[K comparable, V any](e *entry[K, V]) K {
	announceRead(unsafe.Pointer(&e.key), unsafe.Sizeof(e.key))
	return e.key.v
}

// valueAt is keyAt for the value.
func valueAt[K comparable, V any](e *entry[K, V]) V {
	announceRead(unsafe.Pointer(&e.value), unsafe.Sizeof(e.value))
	return e.value.v
}

// plainStore writes an entry with ordinary stores. Only for a slot that no
// reader can be looking at: EMPTY, or in a bucket not yet linked (I1).
func plainStore[K comparable, V any](e *entry[K, V], key K, value V) {
	announceWrite(unsafe.Pointer(e), unsafe.Sizeof(*e))
	e.key.v = key
	e.value.v = value
}

// A layout says which words of a type hold pointers.
type layout struct {
	pointers bool     // any word does
	others   bool     // not only those of strings
	mask     uint64   // bit i: word i does, for i < 64
	rest     []uint64 // the same for the words from 64 on
}

func (l *layout) pointerAt(word uintptr) bool {
	if word < 64 {
		return l.mask>>word&1 != 0
	}
	word -= 64
	return l.rest != nil && l.rest[word/64]>>(word%64)&1 != 0
}

func (l *layout) set(word uintptr, total uintptr) {
	l.pointers = true
	if word < 64 {
		l.mask |= 1 << word
		return
	}
	if l.rest == nil {
		l.rest = make([]uint64, (total-64+63)/64)
	}
	l.rest[(word-64)/64] |= 1 << ((word - 64) % 64)
}

// layoutOf computes the layout of T, once per map.
func layoutOf[T any]() layout {
	var l layout
	t := reflect.TypeFor[T]()
	l.add(t, 0, t.Size()/wordBytes) // if any is a pointer, they are whole words
	return l
}

// add marks the pointer words of a t that starts at the given byte offset, and
// reports whether there are any.
func (l *layout) add(t reflect.Type, offset, total uintptr) (any bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.UnsafePointer, reflect.Map, reflect.Chan, reflect.Func,
		reflect.String, reflect.Slice:
		l.others = l.others || t.Kind() != reflect.String
		l.set(offset/wordBytes, total)
		return true
	case reflect.Interface:
		l.others = true
		// The type word as well, though the garbage collector needs it nowhere: the
		// runtime keeps all types.
		l.set(offset/wordBytes, total)
		l.set(offset/wordBytes+1, total)
		return true
	case reflect.Array:
		for i := range t.Len() {
			if !l.add(t.Elem(), offset+uintptr(i)*t.Elem().Size(), total) {
				return false // and so for all others
			}
			any = true
		}
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			any = l.add(f.Type, offset+f.Offset, total) || any
		}
	}
	return any
}
