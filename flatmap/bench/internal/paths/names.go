package paths

import (
	"fmt"
	"slices"
)

// Entries of the maps of benchmarks: few are in the processor's nearest caches.
const (
	few  = 1000
	many = 1 << 16
)

// name returns the name of a benchmark, without BenchmarkPaths.
func name(keys, op string, n int) string {
	return fmt.Sprintf("keys=%s/op=%s/n=%d", keys, op, n)
}

// of returns the names of the benchmarks of one kind of maps.
func of(keys string, n int, ops ...string) (names []string) {
	for _, op := range ops {
		names = append(names, name(keys, op, n))
	}
	return names
}

func list(names ...[]string) []string { return slices.Concat(names...) }
