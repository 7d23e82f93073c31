package flatmap

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// pointerWords returns which words of a T hold pointers.
func pointerWords(l *layout, total int) (words []int) {
	for i := range total {
		if l.pointerAt(uintptr(i)) {
			words = append(words, i)
		}
	}
	return words
}

func layoutOfType(t reflect.Type) (l layout) {
	l.add(t, 0, t.Size()/wordBytes)
	return l
}

// TestLayout checks the pointer masks of types whose layouts are known.
func TestLayout(t *testing.T) {
	type inner struct {
		N int
		S string
		P *int
	}
	type behind64 struct {
		Words [64]int
		P     *int
		More  [70]uintptr
		Last  any
	}
	for _, test := range []struct {
		v    any
		want []int
	}{
		{0, nil},
		{[0]*int{}, nil},
		{struct{}{}, nil},
		{"", []int{0}},
		{[]int(nil), []int{0}},
		{new(int), []int{0}},
		{map[int]int(nil), []int{0}},
		{make(chan int), []int{0}},
		{func() {}, []int{0}},
		{uintptr(0), nil},
		{[3]string{}, []int{0, 2, 4}},
		{struct{ e error }{}, []int{0, 1}},
		{inner{}, []int{1, 3}},
		{[2]inner{}, []int{1, 3, 5, 7}},
		{struct {
			a bool
			p *int
			b bool
			_ [0]func()
			s []string
		}{}, []int{1, 3}},
		{struct {
			a [3]bool
			b [5]int8
			x [2]any
		}{}, wordsFrom(8/int(wordBytes), 4)},
		{behind64{}, []int{64, 135, 136}},
		{[2]struct{ p *int }{}, []int{0, 1}},
		{[2][1]*int{}, []int{0, 1}},
		{struct {
			n [64]int
			p *int
		}{}, []int{64}},
		{struct {
			n [128]int
			p *int
		}{}, []int{128}},
		{struct {
			p *int
			n [70]int
		}{}, []int{0}},
	} {
		typ := reflect.TypeOf(test.v)
		l := layoutOfType(typ)
		if got := pointerWords(&l, int(typ.Size()/wordBytes)); !slices.Equal(got, test.want) || l.pointers != (len(got) > 0) {
			t.Errorf("%v: words %v (any: %v), not %v", typ, got, l.pointers, test.want)
		}
	}
}

func wordsFrom(first, n int) (words []int) {
	for i := range n {
		words = append(words, first+i)
	}
	return words
}

// othersIn reports whether a t has pointers which are not those of strings.
func othersIn(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Array:
		return t.Len() > 0 && othersIn(t.Elem())
	case reflect.Struct:
		return slices.ContainsFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool { return othersIn(f.Type) })
	}
	l := layoutOfType(t)
	return l.pointers && t.Kind() != reflect.String
}

// TestLayoutOfRandomTypes checks the pointer masks of types made by reflect,
// against a mask that is put together along with the type.
func TestLayoutOfRandomTypes(t *testing.T) {
	leaves := []struct {
		v    any
		mask []int
	}{
		{false, nil}, {int8(0), nil}, {int16(0), nil}, {int32(0), nil}, {int64(0), nil}, {uintptr(0), nil},
		{0.5, nil}, {complex(1, 1), nil}, {"", []int{0}}, {[]byte{}, []int{0}}, {new(int), []int{0}},
		{map[int]bool{}, []int{0}}, {func() {}, []int{0}}, {make(chan bool), []int{0}}, {struct{}{}, nil},
		{reflect.TypeFor[any](), []int{0, 1}}, {reflect.TypeFor[error](), []int{0, 1}},
	}
	var draw func(t *rapid.T, depth int) (reflect.Type, []int)
	draw = func(t *rapid.T, depth int) (typ reflect.Type, mask []int) {
		kind := rapid.IntRange(0, 2).Draw(t, "kind")
		if depth == 0 {
			kind = 0
		}
		switch kind {
		case 1: // an array
			elem, inner := draw(t, depth-1)
			n := rapid.SampledFrom([]int{0, 1, 2, 3, 30}).Draw(t, "length")
			for i := range n {
				for _, w := range inner {
					mask = append(mask, i*int(elem.Size()/wordBytes)+w)
				}
			}
			return reflect.ArrayOf(n, elem), mask
		case 2: // a struct
			var fields []reflect.StructField
			var inner [][]int
			for i := range rapid.IntRange(0, 5).Draw(t, "fields") {
				f, m := draw(t, depth-1)
				fields = append(fields, reflect.StructField{Name: fmt.Sprint("F", i), Type: f})
				inner = append(inner, m)
			}
			typ := reflect.StructOf(fields)
			for i, m := range inner {
				for _, w := range m {
					mask = append(mask, int(typ.Field(i).Offset/wordBytes)+w)
				}
			}
			return typ, mask
		}
		leaf := rapid.SampledFrom(leaves).Draw(t, "leaf")
		if typ, ok := leaf.v.(reflect.Type); ok {
			return typ, leaf.mask
		}
		return reflect.TypeOf(leaf.v), leaf.mask
	}
	rapid.Check(t, func(t *rapid.T) {
		typ, want := draw(t, 3)
		l := layoutOfType(typ)
		if got := pointerWords(&l, int((typ.Size()+wordBytes-1)/wordBytes)); !slices.Equal(got, want) || l.pointers != (len(want) > 0) {
			t.Fatalf("%v: words %v (any: %v), not %v", typ, got, l.pointers, want)
		}
		if want := othersIn(typ); l.others != want {
			t.Fatalf("%v: pointers that are not those of strings: %v, not %v", typ, l.others, want)
		}
	})
}

// TestCells checks that what storeCell stores loadCell loads, that it is what
// an assignment stores, that neighbours stay as they are, and that zeroCell
// clears pointers and nothing else needs to know about it.
func TestCells(t *testing.T) {
	n := 7
	cells(t, struct{}{}, struct{}{})
	cells(t, false, true)
	cells(t, int8(1), -1)
	cells(t, 1, 2)
	cells(t, uint64(1)<<63|1, 2)
	cells(t, 1.5, -0.5)
	cells(t, &n, nil)
	cells(t, [3]byte{1, 2, 3}, [3]byte{4, 5, 6})
	cells(t, [9]byte{8: 1}, [9]byte{1})
	cells(t, "a", "bc")
	cells(t, any(n), any("x"))
	cells(t, error(nil), fmt.Errorf("some"))
	cells(t, struct {
		a int8
		b string
		c int16
	}{1, "b", 3}, struct {
		a int8
		b string
		c int16
	}{4, "e", 6})
	var large [2][100]any
	for i := range large[0] {
		large[0][i], large[1][i] = i, fmt.Sprint(i)
	}
	cells(t, large[0], large[1])
	cells(t, struct {
		w [67]int
		s [3]string
	}{s: [3]string{"a", "b", "c"}}, struct {
		w [67]int
		s [3]string
	}{w: [67]int{66: 1}})
}

// loaded returns what loadCell copies.
func loaded[T any](p *cell[T], l *layout) (v T) {
	loadCell(&v, p, l)
	return v
}

func cells[T comparable](t *testing.T, a, b T) {
	t.Helper()
	l := layoutOf[T]()
	s := make([]cell[T], 3)
	storeCell(&s[0], b, &l)
	storeCell(&s[2], b, &l)
	for _, v := range []T{a, b, a} {
		storeCell(&s[1], v, &l)
		if got := loaded(&s[1], &l); got != v || s[1].v != v || loaded(&s[0], &l) != b || loaded(&s[2], &l) != b {
			t.Errorf("%T: stored %v, loaded %v", v, v, got)
		}
		s[1].v = b
		if got := loaded(&s[1], &l); got != b {
			t.Errorf("%T: assigned %v, loaded %v", v, b, got)
		}
	}
	if words[T]() == 1 && !l.pointers && (fromWord[T](toWord(a)) != a || fromWord[T](toWord(b)) != b) {
		t.Errorf("%T: %v comes back from a word as %v", a, a, fromWord[T](toWord(a)))
	}
	storeCell(&s[1], a, &l)
	zeroCell(&s[1], &l)
	if holdsPointers(&s[1], &l) || !l.pointers && s[1].v != a || s[0].v != b || s[2].v != b {
		t.Errorf("%T: zeroed to %v", a, s[1].v)
	}
	if x, y := (cell[T]{v: a}), (cell[T]{v: a}); words[T]() > 0 && !sameBits(&x, &x) || x != y {
		t.Errorf("%T: %v has other bits than itself", a, a)
	}
}

// TestSizes checks what the arithmetic on buckets relies on: cells are whole
// words, needsSpare knows which are more than one, and slots lie one after the
// other inside of their bucket.
func TestSizes(t *testing.T) {
	sizes[struct{}, struct{}](t, 0, 0)
	sizes[bool, int8](t, 1, 1)
	sizes[int, struct{}](t, 1, 0)
	sizes[struct{}, int](t, 0, 1)
	sizes[string, any](t, 2, 2)
	sizes[[9]byte, []int](t, (9+wordBytes-1)/wordBytes, 3)
	sizes[uint64, uint16](t, 8/wordBytes, 1)
}

func sizes[K comparable, V any](t *testing.T, keyWords, valueWords uintptr) {
	t.Helper()
	if words[K]() != keyWords || words[V]() != valueWords || needsSpare[V]() != (valueWords > 1) {
		t.Errorf("%d and %d words, not %d and %d", words[K](), words[V](), keyWords, valueWords)
	}
	buckets := make([]bucket[K, V], 3)
	for i := range buckets {
		b := bucketAt[K, V](&buckets[0].head, uint64(i))
		if b != &buckets[i].head {
			t.Errorf("bucket %d is elsewhere", i)
		}
		for s := range buckets[i].slots {
			if slotAt[K, V](b, uintptr(s)) != &buckets[i].slots[s] {
				t.Errorf("slot %d of bucket %d is elsewhere", s, i)
			}
		}
	}
}

// TestSetsAreSmall checks that elements of sets take no memory.
func TestSetsAreSmall(t *testing.T) {
	set, words := New[int, struct{}]().Stats().BucketBytes, New[int, int]().Stats().BucketBytes
	if slots := bucketSlots * int(wordBytes); words-set != slots {
		t.Errorf("a bucket has %d bytes, one of a map to words %d", set, words)
	}
}

// TestPairs checks that entries come whole out of iterations, whether key and value
// stay in registers or not.
func TestPairs(t *testing.T) {
	type named string
	n := 7
	comesWhole(t, -1, 1)
	comesWhole(t, [wordBytes]byte{1, 2}, 1)
	comesWhole(t, uintptr(1), [1]uintptr{2})
	comesWhole(t, [wordBytes]byte{1, 2}, [wordBytes]byte{3, 4})
	comesWhole(t, int8(1), 1)
	comesWhole(t, 1, int8(1))
	comesWhole(t, 1, struct{}{})
	comesWhole(t, &n, 1)
	comesWhole(t, 1, &n)
	comesWhole(t, 1, "a")
	comesWhole(t, "a", 1)
	comesWhole(t, named("a"), -1)
	comesWhole(t, "a", &n)
	comesWhole(t, "a", "b")
	comesWhole(t, any("a"), 1) // as large as a string
	comesWhole(t, 1.5, 2.5)
}

func comesWhole[K, V comparable](t *testing.T, key K, value V) {
	t.Helper()
	m := New[K, V]()
	m.Store(key, value)
	shown := 0
	for k, v := range m.All() {
		if shown++; k != key || v != value {
			t.Errorf("%v: %v comes out as %v: %v", key, value, k, v)
		}
	}
	if shown != 1 {
		t.Errorf("%T to %T: %d entries come", key, value, shown)
	}
}
