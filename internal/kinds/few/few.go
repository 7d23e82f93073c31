// Package few has a kind of map for each main path through the map: words updated
// in place, values that move to another slot, pointers, and long chains. They are
// few because they are compiled again with every mutant of the map.
package few

import (
	"hash/maphash"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/internal/kinds"
)

// The types of the kinds, for other kinds of the same types.
var (
	Ints        = kinds.Concurrent[int, int]()
	IntToArray  = kinds.Concurrent[int, [3]int]()
	Strings     = kinds.Concurrent[string, string]()
	IntToString = kinds.Concurrent[int, string]()
)

// Kinds are the kinds of map.
var Kinds = []kinds.Kind{
	Ints.Made("int to int"),
	IntToArray.Made("int to array"),
	Strings.Made("string to string"),
	IntToString.Made("int to string, 4-bit hash", flatmap.WithHasher(fourBits)),
}

// fourBits needs no seed, so that the chains are the same in every process.
func fourBits(_ maphash.Seed, k int) uint64 { return uint64(k) & 15 }
