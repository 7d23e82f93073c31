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

// Interfaces are the types of maps that hold anything.
var Interfaces = kinds.Concurrent[any, any]()

// Kinds are chosen for the paths through the map, which are the ways in which a
// value can be torn or lost: a word that is updated in place, with a pointer and
// without, several words that move to another slot, pointers in every position,
// values that cannot be compared, keys that are equal without being identical,
// keys without any bits, hash functions that make long chains, and every option.
var Kinds = slices.Concat(few.Kinds, []kinds.Kind{
	few.IntToString.Made("int to string, constant hash", flatmap.WithHasher(kinds.Constant[int])),
	few.IntToString.Made("int to string, made for 500", flatmap.WithCapacity(500)),
	few.Ints.Made("int to int, never shrinks", flatmap.WithGrowOnly()),
	Interfaces.Made("any to any"),
	Interfaces.Made("any to any, 4-bit hash", flatmap.WithHasher(kinds.FourBits[any])),
	kinds.Large[padded, []int]().Made("struct to slice, never shrinks", flatmap.WithGrowOnly()),
	kinds.Large[record, record]().Made("struct to struct"),
	kinds.Large[string, *record]().Made("string to pointer"),
	kinds.Large[*string, long]().Made("pointer to 74 words"),
	kinds.Sequential[uint8, struct{}]().Made("uint8 to nothing", flatmap.WithCapacity(100)),
	kinds.Sequential[float64, any]().Made("float64 to any, 4-bit hash", flatmap.WithHasher(kinds.FourBits[float64])),
	kinds.Sequential[[2]uint32, float32]().Made("array to float32"),
	kinds.Sequential[struct{}, padded]().Made("nothing to struct"),
})

// Named returns the kind of a name. It panics if there is none.
func Named(name string) kinds.Kind {
	i := slices.IndexFunc(Kinds, func(k kinds.Kind) bool { return k.Name == name })
	if i < 0 {
		panic("verified: there is no kind of map " + name)
	}
	return Kinds[i]
}
