// Package numbered makes value number n of any type, and returns the number of a
// value. Layers of the suite use it to know a key or a value by its number,
// whatever its type.
package numbered

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"weak"
)

// A Style says which values are made.
type Style struct {
	// Bits is how large numbers may be. A type can be numbered if some part of it
	// that is exported, or a pointee, can hold so many bits.
	Bits int
	// Identical makes the pointers in values of equal numbers equal, which keys
	// need: then they are collected only if the Values that made them are not in use
	// any more. Otherwise each value has its own memory.
	Identical bool
	// Brief makes strings short and interfaces hold ints, for people to read.
	// Otherwise every string has its own allocation, and an interface holds one of
	// several types.
	Brief bool
}

// Values are the values of type T. Those of different numbers differ in every
// part that is large enough. Parts that are maps, channels, functions or not
// exported stay zero, as do interfaces with methods.
type Values[T any] struct {
	// Make returns value number n, which is not negative.
	Make func(n int) T
	// Number returns the number of a value, and false if Make has not made it: if
	// its parts are of different values, for instance.
	Number func(value T) (n int, ok bool)
	// Watch returns weak pointers to the memory that only this value holds on to.
	Watch func(value T) []weak.Pointer[byte]
}

// Of returns the Values of type T, and false if T has no part that can hold a
// number.
func Of[T any](style Style) (Values[T], bool) {
	f := &filler{Style: style}
	t := reflect.TypeFor[T]()
	if style.Identical && hasPointers(t) {
		f.pointers = new(sync.Map)
	}
	values := Values[T]{
		Make: func(n int) (value T) {
			f.fill(reflect.ValueOf(&value).Elem(), n)
			return value
		},
		Number: func(value T) (n int, ok bool) {
			v := reflect.ValueOf(&value).Elem()
			n, ok = f.carried(v)
			return n, ok && n >= 0 && f.matches(v, n)
		},
		Watch: func(value T) []weak.Pointer[byte] { return f.watch(reflect.ValueOf(&value).Elem(), nil) },
	}
	// The most frequent types, without reflection.
	for _, fast := range []any{words, Values[string]{Make: f.text, Number: f.numberOfText}} {
		if fast, ok := fast.(Values[T]); ok {
			values.Make, values.Number = fast.Make, fast.Number
		}
	}
	return values, f.carries(t)
}

var words = Values[int]{
	Make:   func(n int) int { return n },
	Number: func(v int) (int, bool) { return v, v >= 0 },
}

// text returns string number n. One that is not brief is the decimal n with a
// tail whose length depends on n. It is long enough for a separate allocation, so
// that it can be collected by itself.
func (f *filler) text(n int) string {
	if f.Brief {
		return "s" + strconv.Itoa(n)
	}
	return fmt.Sprintf("%d%s", n, tails[n%len(tails)])
}

var tails = func() (t [7]string) {
	for i := range t {
		t[i] = strings.Repeat("!", 24+i)
	}
	return t
}()

// numberOfText is the inverse of text.
func (f *filler) numberOfText(s string) (n int, ok bool) {
	if f.Brief {
		digits, ok := strings.CutPrefix(s, "s")
		n, err := strconv.Atoi(digits)
		return n, ok && err == nil && n >= 0 && f.text(n) == s
	}
	i := 0
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		n = 10*n + int(s[i]-'0')
	}
	return n, i > 0 && i < 17 && s[i:] == tails[n%len(tails)]
}
