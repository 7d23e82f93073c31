package flatmap

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"
)

// FuzzTags compares the functions that look at all tags of a meta word at once
// with a loop over its bytes. Method: the word is fuzzed, with the tags that
// buckets have and with none of them; and the inverse of each is computed
// byte by byte.
func FuzzTags(f *testing.F) {
	f.Add(uint64(0), byte(0), byte(0))
	f.Add(uint64(0x8081_8283_0100_0001), byte(0x81), byte(3))
	f.Add(uint64(0xffff_ffff_ffff_ffff), byte(0xff), byte(6))
	f.Add(uint64(0x8180_8180_8180_8107), byte(0x80), byte(1)) // the subtraction borrows
	f.Add(uint64(0x0101_0101_0101_0102), byte(0x80), byte(5))
	f.Fuzz(func(t *testing.T, m uint64, b, i byte) {
		fuzzTags(t, m, b|tagFull)
		for slot := range uintptr(bucketSlots) { // only tags that there are
			if tagAt(m, slot)&tagFull == 0 {
				m = withTag(m, slot, tagAt(m, slot)&tagDead)
			}
		}
		fuzzTags(t, m, b|tagFull)
		if got, want := emptySlots(m), slotsWhere(m, func(tag byte) bool { return tag == 0 }); got != want {
			t.Errorf("emptySlots(%#x) = %#x, want %#x", m, got, want)
		}
		slot := uintptr(i) % bucketSlots
		bytes := binary.LittleEndian.AppendUint64(nil, m)
		bytes[slot+1] = b
		if got, want := withTag(m, slot, uint64(b)), binary.LittleEndian.Uint64(bytes); got != want {
			t.Errorf("withTag(%#x, %d, %#x) = %#x, want %#x", m, slot, b, got, want)
		}
	})
}

// slotsWhere returns the slots of m whose tags hold.
func slotsWhere(m uint64, holds func(tag byte) bool) (s slotSet) {
	for i, tag := range binary.LittleEndian.AppendUint64(nil, m)[1 : bucketSlots+1] {
		if holds(tag) {
			s |= 1 << (8*i + 15)
		}
	}
	return s
}

// fuzzTags checks what depends on a word and a FULL tag.
func fuzzTags(t *testing.T, m uint64, tag byte) {
	full := slotsWhere(m, func(b byte) bool { return b >= tagFull })
	if got := fullSlots(m); got != full {
		t.Errorf("fullSlots(%#x) = %#x, want %#x", m, got, full)
	}
	// matchTag has every match, and apart from them only tags that differ in
	// the lowest bit and follow a match.
	got, exact := matchTag(m, uint64(tag)), slotsWhere(m, func(b byte) bool { return b == tag })
	near := slotsWhere(m, func(b byte) bool { return b^tag <= 1 })
	if exact&^got != 0 || got&^near != 0 || got != 0 && byte(m) != tag && got&-got&exact == 0 {
		t.Errorf("matchTag(%#x, %#x) = %#x, matches are %#x", m, tag, got, exact)
	}
	slots := 0
	for s, i := full, uintptr(0); i < bucketSlots; i++ {
		if byte(m>>(8*i+8)) != byte(tagAt(m, i)) {
			t.Errorf("tagAt(%#x, %d) = %#x", m, i, tagAt(m, i))
		}
		if tagAt(m, i) < tagFull {
			continue
		}
		if slots++; s == 0 || s.first() != i {
			t.Fatalf("%#x: slot %d does not come in its turn", full, i)
		}
		s = s.rest()
	}
	if full.len() != slots {
		t.Errorf("%#x.len() = %d, want %d", full, full.len(), slots)
	}
}

// FuzzWords compares the copying of words with plain assignment, for types that
// are put together at random. Method: the bytes build a type and a seed fills
// two variables of it; what loadCell and storeCell make of them must be what
// an assignment makes, in every word, and survive a garbage collection without
// the original; and zeroCell must clear just the pointers.
func FuzzWords(f *testing.F) {
	f.Add([]byte{0}, uint64(1))
	f.Add([]byte{11, 12, 13, 14, 15, 16}, uint64(2))                                      // one leaf each
	f.Add([]byte{200, 3, 0, 11, 5, 12}, uint64(3))                                        // a struct with holes
	f.Add([]byte{160, 30, 201, 11, 4}, uint64(4))                                         // an array of structs
	f.Add([]byte{204, 160, 31, 3, 160, 31, 11, 13, 12, 14, 160, 2, 200, 1, 0}, uint64(5)) // more than 64 words
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		typ := typeFrom(&data, 3)
		copier, padding := copierFor((typ.Size() + wordBytes - 1) / wordBytes)
		fields := []reflect.StructField{ // like a cell
			{Name: "Words", Type: reflect.TypeFor[[0]uintptr]()},
			{Name: "Value", Type: typ},
		}
		if padding > 0 {
			fields = append(fields, reflect.StructField{
				Name: "Padding", Type: reflect.ArrayOf(int(padding), reflect.TypeFor[uintptr]()),
			})
		}
		copier(t, reflect.StructOf(fields), rand.New(rand.NewPCG(seed, 0)))
	})
}

// leafTypes are what random types are put together from.
var leafTypes = []reflect.Type{
	reflect.TypeFor[bool](), reflect.TypeFor[int8](), reflect.TypeFor[uint16](), reflect.TypeFor[int32](),
	reflect.TypeFor[int](), reflect.TypeFor[uintptr](), reflect.TypeFor[float32](), reflect.TypeFor[complex128](),
	reflect.TypeFor[struct{}](), reflect.TypeFor[[3]byte](), reflect.TypeFor[map[int]int](), reflect.TypeFor[string](),
	reflect.TypeFor[*int](), reflect.TypeFor[any](), reflect.TypeFor[[]int](), reflect.TypeFor[chan int](),
	reflect.TypeFor[error](), reflect.TypeFor[func()](),
}

// typeFrom takes bytes and returns the type that they say: a struct, an array
// or a leaf.
func typeFrom(data *[]byte, depth int) reflect.Type {
	next := func() int {
		if len(*data) == 0 {
			return 0
		}
		b := (*data)[0]
		*data = (*data)[1:]
		return int(b)
	}
	switch b := next(); {
	case b >= 200 && depth > 0:
		var fields []reflect.StructField
		for i := range b%6 + 1 {
			fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: typeFrom(data, depth-1)})
		}
		return reflect.StructOf(fields)
	case b >= 160 && depth > 0:
		n := next() % 40
		if depth < 3 {
			n %= 8 // not too large
		}
		return reflect.ArrayOf(n, typeFrom(data, depth-1))
	default:
		return leafTypes[b%len(leafTypes)]
	}
}

// A copier does what FuzzWords says for a type of a certain size. The functions
// under test know a type's size at compile time and where its pointers are at
// run time, so a type stands in for all those that are as large.
type copier func(t *testing.T, typ reflect.Type, rng *rand.Rand)

// copierFor returns the copier for types of so many words, or the next larger,
// and the difference.
func copierFor(total uintptr) (c copier, padding uintptr) {
	for _, c := range []struct {
		size   uintptr
		copier copier
	}{
		{1, copyWords[[1]uintptr]}, {2, copyWords[[2]uintptr]}, {3, copyWords[[3]uintptr]}, {4, copyWords[[4]uintptr]},
		{5, copyWords[[5]uintptr]}, {6, copyWords[[6]uintptr]}, {9, copyWords[[9]uintptr]}, {16, copyWords[[16]uintptr]},
		{63, copyWords[[63]uintptr]}, {64, copyWords[[64]uintptr]}, {65, copyWords[[65]uintptr]},
		{130, copyWords[[130]uintptr]}, {800, copyWords[[800]uintptr]}, {4096, copyWords[[4096]uintptr]},
		{8192, copyWords[[8192]uintptr]}, // typeFrom goes up to 39*7*7*3
	} {
		if total <= c.size {
			return c.copier, c.size - total
		}
	}
	panic(fmt.Sprintf("typeFrom makes types of %d words", total))
}

// copyWords is the copier for types as large as T, which is an array of words.
func copyWords[T comparable](t *testing.T, typ reflect.Type, rng *rand.Rand) {
	if typ.Size() != reflect.TypeFor[T]().Size() {
		t.Fatalf("%v has %d bytes, not those of %v", typ, typ.Size(), reflect.TypeFor[T]())
	}
	var l layout
	l.add(typ, 0, words[T]())
	n := rng.IntN(1 << 20)
	src, dst := reflect.New(typ), reflect.New(typ)
	fillNumber(src.Elem(), n)
	fillNumber(dst.Elem(), n+1)
	from, to := (*cell[T])(src.UnsafePointer()), (*cell[T])(dst.UnsafePointer())

	v := loaded(from, &l)
	if v != from.v {
		t.Fatalf("loadCell of a %v: %v, want %v", typ, v, from.v)
	}
	storeCell(to, v, &l)
	if to.v != from.v || !sameBits(to, from) {
		t.Fatalf("storeCell of a %v: %v, want %v", typ, to.v, from.v)
	}
	runtime.KeepAlive(src) // v does not look like pointers
	src.Elem().SetZero()
	if rng.IntN(64) == 0 {
		runtime.GC()
	}
	want := reflect.New(typ).Elem()
	fillNumber(want, n)
	if !sameNumber(dst.Elem(), want) {
		t.Fatalf("a %v is %v after it was copied, want %v", typ, dst.Elem(), want)
	}
	zeroCell(to, &l)
	if holdsPointers(to, &l) {
		t.Fatalf("zeroCell of a %v leaves pointers: %v", typ, to.v)
	}
	clearPointers(want)
	if !sameNumber(dst.Elem(), want) {
		t.Fatalf("zeroCell of a %v has cleared more or less than its pointers, want %v", typ, want)
	}
}

// fillNumber sets all parts of v to what n says. Its pointers lead to separate
// memory.
func fillNumber(v reflect.Value, n int) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fillNumber(v.Field(i), n+i)
		}
	case reflect.Array:
		for i := range v.Len() {
			fillNumber(v.Index(i), n+i)
		}
	case reflect.Bool:
		v.SetBool(n&1 != 0)
	case reflect.Int8, reflect.Int32, reflect.Int:
		v.SetInt(int64(n) * 0x0123_4567_89ab_cdef)
	case reflect.Uint8, reflect.Uint16, reflect.Uintptr:
		v.SetUint(uint64(n) * 0x0123_4567_89ab_cdef)
	case reflect.Float32:
		v.SetFloat(float64(n))
	case reflect.Complex128:
		v.SetComplex(complex(float64(n), float64(-n)))
	case reflect.String:
		v.SetString(fmt.Sprint("number ", n))
	case reflect.Pointer:
		v.Set(reflect.ValueOf(&n))
	case reflect.Slice:
		v.Set(reflect.ValueOf([]int{n, n + 1, n + 2}[:2]))
	case reflect.Interface:
		v.Set(reflect.ValueOf(fmt.Errorf("number %d", n)))
	case reflect.Map:
		v.Set(reflect.ValueOf(map[int]int{n: n}))
	case reflect.Chan:
		v.Set(reflect.ValueOf(make(chan int, n%1000)))
	case reflect.Func:
		v.Set(reflect.ValueOf(func() { n++ }))
	}
}

// clearPointers sets to zero the words of v that hold pointers: so a string
// and a slice keep their lengths, which concerns nobody.
func clearPointers(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			clearPointers(v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			clearPointers(v.Index(i))
		}
	case reflect.String, reflect.Slice, reflect.Pointer, reflect.Interface, reflect.Map, reflect.Chan, reflect.Func:
		v.SetZero()
	}
}

// sameNumber reports whether a and b are alike in all parts. A string or slice
// without memory is like the zero one, whatever its length.
func sameNumber(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			if !sameNumber(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Array:
		for i := range a.Len() {
			if !sameNumber(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.String:
		if *(*pointer)(a.Addr().UnsafePointer()) == nil {
			return b.IsZero()
		}
		return a.String() == b.String()
	case reflect.Slice, reflect.Map:
		return a.IsNil() && b.IsNil() || !a.IsNil() && !b.IsNil() && fmt.Sprint(a) == fmt.Sprint(b)
	case reflect.Func, reflect.Chan:
		return a.IsNil() == b.IsNil() && (a.Kind() == reflect.Func || a.Cap() == b.Cap())
	case reflect.Pointer, reflect.Interface:
		return a.IsNil() && b.IsNil() || !a.IsNil() && !b.IsNil() && fmt.Sprint(a.Elem()) == fmt.Sprint(b.Elem())
	}
	return a.Equal(b)
}
