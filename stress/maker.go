package stress

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"weak"
)

// A Maker makes values of type T out of numbers, and returns the number of a
// value: so a key shows which one it is, and a value which key it belongs to.
type Maker[T any] struct {
	// Make returns the value number n, for n from 0 up to 1<<48. If T is used
	// for keys, it returns equal ones for equal numbers. Otherwise what a value
	// points to should be fresh, so that its memory can be seen to be collected.
	Make func(n int) T
	// Number returns the n that value was made from, and false if it was not
	// made by Make: if it is torn. The number should be in every part of a value.
	Number func(value T) (n int, ok bool)
	// Watch returns weak pointers to memory that only this value holds on to. It
	// may be nil.
	Watch func(value T) []weak.Pointer[byte]
}

// makerOf returns what the option holds, or a Maker for types with at least one
// part, or pointee, that can hold a large number. Parts that are maps, channels,
// functions or not exported stay zero. For keys, equal numbers make equal
// pointers.
func makerOf[T any](option any, name string, keys bool) (Maker[T], error) {
	if m, ok := option.(Maker[T]); ok {
		if m.Make == nil || m.Number == nil {
			return m, fmt.Errorf("stress: the Maker of %s lacks Make or Number", name)
		}
		return m, nil
	} else if option != nil {
		return m, fmt.Errorf("stress: %s was given a %T, want a %T", name, option, m)
	}
	t := reflect.TypeFor[T]()
	if !carries(t) {
		return Maker[T]{}, fmt.Errorf("stress: no part of type %v can hold a number of 48 bits: supply a Maker with %s", t, name)
	}
	f := filler{}
	if keys && hasPointers(t) {
		f.interned = new(sync.Map)
	}
	m := Maker[T]{
		Make: func(n int) T {
			var value T
			f.fill(reflect.ValueOf(&value).Elem(), n)
			return value
		},
		Number: func(value T) (int, bool) {
			v := reflect.ValueOf(&value).Elem()
			n, ok := carried(v)
			return n, ok && n >= 0 && matches(v, n)
		},
		Watch: func(value T) []weak.Pointer[byte] { return f.watch(reflect.ValueOf(&value).Elem(), nil) },
	}
	for _, fast := range []any{word, text} {
		if fast, ok := fast.(Maker[T]); ok {
			m.Make, m.Number = fast.Make, fast.Number
		}
	}
	return m, nil
}

// The most frequent types, without reflection.
var (
	word = Maker[int]{
		Make:   func(n int) int { return n },
		Number: func(v int) (int, bool) { return v, v >= 0 },
	}
	text = Maker[string]{Make: makeString, Number: numberOfString}
)

// makeString returns the decimal n with a tail whose length depends on n. It is
// long enough for a separate allocation, so that it can be collected by itself.
func makeString(n int) string {
	return fmt.Sprintf("%d%s", n, tails[n%len(tails)])
}

var tails = func() (t [7]string) {
	for i := range t {
		t[i] = strings.Repeat("!", 24+i)
	}
	return t
}()

func numberOfString(s string) (n int, ok bool) {
	i := 0
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		n = 10*n + int(s[i]-'0')
	}
	return n, i > 0 && i < 17 && s[i:] == tails[n%len(tails)]
}
