package flatmap_test

import (
	"fmt"
	"hash/maphash"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// A kind makes keys or values of one type out of numbers, so that one test
// runs over all the odd types. Equal numbers make equal Ts (if T has an
// equality), and number is the inverse; it panics if a T is torn, that is, if
// it was not made by make.
type kind[T any] struct {
	make   func(i int) T
	number func(v T) int
}

func (k kind[T]) zero(v T) bool {
	r := reflect.ValueOf(&v).Elem()
	return r.IsZero()
}

type pair2 struct {
	a int
	b string
}

// padded has holes between and after its fields.
type padded struct {
	a int8
	b int64
	c int16
	d string
	e bool
}

// blank has a field that == ignores.
type blank struct {
	a int32
	_ int32
}

// boxed begins like an interface, and is more.
type boxed struct {
	v any
	n int
}

// uncomparable is the usual way to forbid ==, though it holds one number only.
type uncomparable struct {
	_ [0]func()
	n int
}

// huge has more than 64 words, with pointers among the first and behind the
// 64th.
type huge struct {
	s     [3]string
	words [70]int
	p     *int
	last  any
}

type celsius float64

func torn(v any) int { panic(fmt.Sprintf("a value that nobody stored: %#v", v)) }

func intact[T any](ok bool, n int, v T) int {
	if !ok {
		return torn(v)
	}
	return n
}

func parse(s string) int {
	digits := strings.TrimRight(s, "!")
	n, err := strconv.Atoi(digits)
	if err != nil || len(s)-len(digits) != n%5 {
		return torn(s)
	}
	return n
}

// text returns a string whose length depends on n, in fresh memory.
func text(n int) string { return strconv.Itoa(n) + "!!!!!"[:n%5] }

var pointees = func() (p [512]*int) {
	for i := range p {
		n := i
		p[i] = &n
	}
	return p
}()

var (
	ints    = kind[int]{func(i int) int { return i }, func(v int) int { return v }}
	int8s   = kind[int8]{func(i int) int8 { return int8(i) }, func(v int8) int { return int(uint8(v)) }}
	strs    = kind[string]{text, parse}
	empties = kind[struct{}]{func(int) struct{} { return struct{}{} }, func(struct{}) int { return 0 }}
	structs = kind[pair2]{
		func(i int) pair2 { return pair2{i, text(i)} },
		func(v pair2) int { return intact(v.a == parse(v.b), v.a, v) },
	}
	paddeds = kind[padded]{
		func(i int) padded { return padded{int8(i), int64(i), int16(i), text(i), true} },
		func(v padded) int {
			n := int(v.b)
			return intact(v == padded{int8(n), int64(n), int16(n), text(n), true}, n, v)
		},
	}
	blanks = kind[blank]{
		func(i int) blank { return blank{a: int32(i)} },
		func(v blank) int { return int(v.a) },
	}
	bytesOf = kind[[5]uint16]{
		func(i int) [5]uint16 { n := uint16(i); return [5]uint16{n, n + 1, n + 2, n + 3, n + 4} },
		func(v [5]uint16) int {
			n := v[0]
			return intact(v == [5]uint16{n, n + 1, n + 2, n + 3, n + 4}, int(n), v)
		},
	}
	boxeds = kind[boxed]{
		func(i int) boxed { return boxed{text(i), i} },
		func(v boxed) int { return intact(v.v == any(text(v.n)), v.n, v) },
	}
	pointers = kind[*int]{func(i int) *int { return pointees[i] }, func(v *int) int { return *v }}
	// floats makes both zeros, NaNs, infinities and numbers.
	floats = kind[float64]{makeFloat, numberOfFloat}
	temps  = kind[celsius]{
		func(i int) celsius { return celsius(makeFloat(i)) },
		func(v celsius) int { return numberOfFloat(float64(v)) },
	}
	floatStructs = kind[struct {
		f float32
		n int
	}]{
		func(i int) (v struct {
			f float32
			n int
		}) {
			v.f, v.n = float32(makeFloat(i)), 7
			return v
		},
		func(v struct {
			f float32
			n int
		}) int {
			return intact(v.n == 7, numberOfFloat(float64(v.f)), v)
		},
	}
	hugeOnes = kind[huge]{
		func(i int) huge {
			v := huge{s: [3]string{text(i), "", text(i + 1)}, p: pointees[i], last: text(i)}
			for j := range v.words {
				v.words[j] = i * j
			}
			return v
		},
		func(v huge) int {
			n := parse(v.s[0])
			ok := parse(v.s[2]) == n+1 && *v.p == n && v.last == any(text(n))
			for j := range v.words {
				ok = ok && v.words[j] == n*j
			}
			return intact(ok, n, v)
		},
	}
	// mixed makes interfaces with dynamic types of all sizes.
	mixed = kind[any]{
		func(i int) any {
			switch i % 9 {
			case 0:
				return i
			case 1:
				return text(i)
			case 2:
				return pair2{i, text(i)}
			case 3:
				return pointees[i]
			case 4:
				return int8(i) // equal to no other number's int8: there are fewer than 256
			case 5:
				return [2]any{i, text(i)}
			case 6:
				return numbered(i)
			case 7:
				return math.NaN()
			}
			return float32(i)
		},
		func(v any) int {
			switch v := v.(type) {
			case int:
				return v
			case string:
				return parse(v)
			case pair2:
				return structs.number(v)
			case *int:
				return *v
			case int8:
				return int(uint8(v))
			case [2]any:
				return intact(v[0] == any(parse(v[1].(string))), v[0].(int), v)
			case numbered:
				return int(v)
			case float64:
				return intact(v != v, 7, v) // all NaNs are number 7
			case float32:
				return int(v)
			}
			return torn(v)
		},
	}

	// Values without an equality.
	funcs      = kind[func() int]{func(i int) func() int { return func() int { return i } }, func(v func() int) int { return v() }}
	byteSlices = kind[[]byte]{
		func(i int) []byte { return []byte(text(i)) },
		func(v []byte) int { return parse(string(v)) },
	}
	uncomparables = kind[uncomparable]{
		func(i int) uncomparable { return uncomparable{n: i} },
		func(v uncomparable) int { return v.n },
	}
	// mixedUncomparable makes interfaces some of which hold slices.
	mixedUncomparable = kind[any]{
		func(i int) any {
			if i%2 == 0 {
				return []int{i}
			}
			return i
		},
		func(v any) int {
			if s, ok := v.([]int); ok {
				return s[0]
			}
			return v.(int)
		},
	}
)

type numbered int

func (n numbered) Error() string { return text(int(n)) }

func makeFloat(i int) float64 {
	switch i {
	case 0:
		return 0
	case 1:
		return math.Copysign(0, -1)
	case 2:
		return math.NaN()
	case 3:
		return math.Inf(1)
	case 4:
		return math.Inf(-1)
	}
	return float64(i) / 4
}

// numberOfFloat returns different numbers for the zeros.
func numberOfFloat(v float64) int {
	switch {
	case v == 0 && math.Signbit(v):
		return 1
	case v == 0:
		return 0
	case v != v:
		return 2
	case math.IsInf(v, 1):
		return 3
	case math.IsInf(v, -1):
		return 4
	}
	return int(v * 4)
}

// hashers are what the tests hash with: the map's own (nil), hashers that
// collide always and mostly, and one without any mixing.
func hashers[K comparable](keys kind[K]) map[string]func(maphash.Seed, K) uint64 {
	// == keys need equal hashes; of those here, only the zeros differ in number.
	hash := func(key K) uint64 {
		n := 2
		if key == key {
			n = keys.number(key)
		}
		if n == 1 {
			n = 0
		}
		return uint64(n)
	}
	return map[string]func(maphash.Seed, K) uint64{
		"default":  nil,
		"constant": func(maphash.Seed, K) uint64 { return 42 },
		"4-bit":    func(seed maphash.Seed, key K) uint64 { return maphash.Comparable(seed, hash(key)) & 15 },
		"identity": func(_ maphash.Seed, key K) uint64 { return hash(key) },
	}
}

// hashWith turns one of hashers into options.
func hashWith[K comparable](h func(maphash.Seed, K) uint64) []flatmap.Option {
	if h == nil {
		return nil
	}
	return []flatmap.Option{flatmap.WithHasher(h)}
}

// TestKinds guards the guards: every kind's values survive a round trip, and
// those of a comparable type that are made of equal numbers are equal.
func TestKinds(t *testing.T) {
	roundTrip(t, ints)
	roundTrip(t, int8s)
	roundTrip(t, strs)
	roundTrip(t, structs)
	roundTrip(t, paddeds)
	roundTrip(t, blanks)
	roundTrip(t, bytesOf)
	roundTrip(t, boxeds)
	roundTrip(t, pointers)
	roundTrip(t, floats)
	roundTrip(t, temps)
	roundTrip(t, floatStructs)
	roundTrip(t, hugeOnes)
	roundTrip(t, funcs)
	roundTrip(t, byteSlices)
	roundTrip(t, uncomparables)
	roundTrip(t, mixedUncomparable)
}

func roundTrip[T any](t *testing.T, k kind[T]) {
	t.Helper()
	for i := range 200 {
		if n := k.number(k.make(i)); n != i {
			t.Errorf("%T: number %d comes back as %d", k.make(i), i, n)
		}
	}
}
