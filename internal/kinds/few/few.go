// Package few has a kind of map for each main path through the map: words updated
// in place, values that move to another slot, pointers, and long chains. They are
// few because they are compiled again with every mutant of the map.
package few

import (
	"hash/maphash"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/internal/kinds"
)

// Kinds are the kinds of map.
var Kinds = []kinds.Kind{
	kinds.Concurrent("int to int", kinds.Made[int, int]()),
	kinds.Concurrent("int to array", kinds.Made[int, [3]int]()),
	kinds.Concurrent("string to string", kinds.Made[string, string]()),
	kinds.Concurrent("int to string, 4-bit hash", kinds.Made[int, string](flatmap.WithHasher(fourBits))),
}

// fourBits needs no seed, so that the chains are the same in every process.
func fourBits(_ maphash.Seed, k int) uint64 { return uint64(k) & 15 }
