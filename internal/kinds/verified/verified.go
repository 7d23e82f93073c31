// Package verified has the kinds of map that every layer of the verification runs
// on. A pair of types takes seconds to compile for all layers, so one package
// compiles them, and the command and the tests that need them share it.
package verified

import (
	"slices"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/internal/kinds"
	"github.com/flatmap-go/flatmap/internal/kinds/few"
)

// padded has a hole between its words.
type padded struct {
	A int8
	B int64
	C string
}

// record has words with pointers and without.
type record struct {
	ID   int
	Name string
	Next *int
	Rest any
}

// long has more than 64 words, with pointers at both ends.
type long struct {
	First string
	Words [70]int
	Last  []byte
}

// Kinds are chosen for the paths through the map, which are the ways in which a
// value can be torn or lost: a word that is updated in place, with a pointer and
// without, several words that move to another slot, pointers in every position,
// values that cannot be compared, keys that are equal without being identical,
// keys without any bits, hash functions that make long chains, and every option.
var Kinds = slices.Concat(few.Kinds, []kinds.Kind{
	kinds.Concurrent("int to string, constant hash", kinds.Made[int, string](flatmap.WithHasher(kinds.Constant[int]))),
	kinds.Concurrent("int to int, never shrinks", kinds.Made[int, int](flatmap.WithGrowOnly())),
	kinds.Concurrent("any to any", kinds.Made[any, any]()),
	kinds.Concurrent("any to any, 4-bit hash", kinds.Made[any, any](flatmap.WithHasher(kinds.FourBits[any]))),
	kinds.Large("struct to slice, never shrinks", kinds.Made[padded, []int](flatmap.WithGrowOnly())),
	kinds.Large("struct to struct", kinds.Made[record, record]()),
	kinds.Large("string to pointer", kinds.Made[string, *record]()),
	kinds.Large("pointer to 74 words", kinds.Made[*string, long]()),
	kinds.Large("int to slice, made for 500", kinds.Made[int, []int](flatmap.WithCapacity(500))),
	kinds.Sequential("uint8 to nothing", kinds.Made[uint8, struct{}](flatmap.WithCapacity(100))),
	kinds.Sequential("float64 to any, 4-bit hash", kinds.Made[float64, any](flatmap.WithHasher(kinds.FourBits[float64]))),
	kinds.Sequential("array to float32", kinds.Made[[2]uint32, float32]()),
	kinds.Sequential("nothing to struct", kinds.Made[struct{}, padded]()),
})

// Named returns the kind of a name. It panics if there is none.
func Named(name string) kinds.Kind {
	i := slices.IndexFunc(Kinds, func(k kinds.Kind) bool { return k.Name == name })
	if i < 0 {
		panic("verified: there is no kind of map " + name)
	}
	return Kinds[i]
}
