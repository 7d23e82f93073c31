package paths

import (
	"fmt"
	"slices"
)

// Entries of the maps that the benchmarks read and write, and of those that they
// fill.
const (
	entries = 1000
	filled  = 1 << 16
)

// name returns the name of a benchmark, without BenchmarkPaths.
func name(keys, op string) string {
	n := entries
	if op == "fill" {
		n = filled
	}
	return fmt.Sprintf("keys=%s/op=%s/n=%d", keys, op, n)
}

// of returns the names of the benchmarks of one kind of entries.
func of(keys string, ops ...string) (names []string) {
	for _, op := range ops {
		names = append(names, name(keys, op))
	}
	return names
}

func list(names ...[]string) []string { return slices.Concat(names...) }
