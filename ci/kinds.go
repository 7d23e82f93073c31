package main

import (
	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/internal/kinds"
)

// padded has a hole between its words.
type padded struct {
	A int8
	B int64
	C string
}

// long has more than 64 words, with pointers at both ends.
type long struct {
	First string
	Words [70]int
	Last  []byte
}

// The kinds of map are chosen for the paths through the map: one word and several,
// with pointers and without, keys that are equal without being identical, hash
// functions that make long chains, and every option.
var everyKind = []kinds.Kind{
	kinds.Concurrent("int to int", kinds.Made[int, int]()),
	kinds.Concurrent("string to string", kinds.Made[string, string]()),
	kinds.Concurrent("int to array", kinds.Made[int, [3]int]()),
	kinds.Concurrent("any to any, 4-bit hash", kinds.Made[any, any](flatmap.WithHasher(kinds.FourBits[any]))),
	kinds.Concurrent("int to string, constant hash", kinds.Made[int, string](flatmap.WithHasher(kinds.Constant[int]))),
	kinds.Large("struct to array, never shrinks", kinds.Made[padded, [3]int](flatmap.WithGrowOnly())),
	kinds.Large("string to 74 words", kinds.Made[string, long]()),
	kinds.Large("int to slice, made for 500", kinds.Made[int, []int](flatmap.WithCapacity(500))),
	kinds.Sequential("uint8 to nothing", kinds.Made[uint8, struct{}](flatmap.WithCapacity(100))),
	kinds.Sequential("float64 to any, 4-bit hash", kinds.Made[float64, any](flatmap.WithHasher(kinds.FourBits[float64]))),
	kinds.Sequential("array to float32", kinds.Made[[2]uint32, float32]()),
	kinds.Sequential("nothing to int", kinds.Made[struct{}, int]()),
}

// kindsOf returns the kinds that a layer takes.
func kindsOf(takes func(kinds.Kind) bool) (list []kinds.Kind) {
	for _, k := range everyKind {
		if takes(k) {
			list = append(list, k)
		}
	}
	return list
}
