package paths

import (
	"fmt"
	"hash/maphash"
	"slices"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// A benchmark is of one operation on maps of one kind.
type benchmark struct {
	name string
	run  func(b *testing.B)
}

// operations returns the benchmarks of one kind of map. Keys that are present are
// used in order, again and again, and so are absent ones.
func operations[K comparable, V any](keys string, key func(i int) K, value func(i int) V, opts ...flatmap.Option) (list []benchmark) {
	with := func(op string, n int, run func(b *testing.B, m *flatmap.Map[K, V], present, absent []K)) {
		list = append(list, benchmark{name(keys, op, n), func(b *testing.B) {
			m, all := flatmap.New[K, V](opts...), make([]K, 2*n)
			for i := range all {
				all[i] = key(i)
			}
			for i, k := range all[:n] {
				m.Store(k, value(i))
			}
			run(b, m, all[:n], all[n:])
		}})
	}
	v := value(1)
	for _, n := range []int{few, many} {
		with("hit", n, func(b *testing.B, m *flatmap.Map[K, V], present, _ []K) {
			for i := 0; b.Loop(); i++ {
				if i == len(present) {
					i = 0
				}
				if _, ok := m.Load(present[i]); !ok {
					b.Fatal("a key is missing")
				}
			}
		})
		with("miss", n, func(b *testing.B, m *flatmap.Map[K, V], _, absent []K) {
			for i := 0; b.Loop(); i++ {
				if i == len(absent) {
					i = 0
				}
				if _, ok := m.Load(absent[i]); ok {
					b.Fatal("a key is present that was not stored")
				}
			}
		})
	}
	with("update", few, func(b *testing.B, m *flatmap.Map[K, V], present, _ []K) {
		for i := 0; b.Loop(); i++ {
			if i == len(present) {
				i = 0
			}
			m.Store(present[i], v)
		}
		check(b, m, few)
	})
	with("insdel", few, func(b *testing.B, m *flatmap.Map[K, V], _, absent []K) {
		for i := 0; b.Loop(); i++ {
			if i == len(absent) {
				i = 0
			}
			m.Store(absent[i], v)
			m.Delete(absent[i])
		}
		check(b, m, few)
	})
	with("range", few, func(b *testing.B, m *flatmap.Map[K, V], _, _ []K) {
		for b.Loop() {
			n := 0
			for range m.All() {
				n++
			}
			if n != few {
				b.Fatalf("Range has %d entries, want %d", n, few)
			}
		}
	})
	with("fill", many, func(b *testing.B, _ *flatmap.Map[K, V], present, _ []K) {
		for b.Loop() {
			m := flatmap.New[K, V](opts...)
			for _, k := range present {
				m.Store(k, v)
			}
			check(b, m, many)
		}
	})
	return list
}

func check[K comparable, V any](b *testing.B, m *flatmap.Map[K, V], want int) {
	if n := m.Len(); n != want {
		b.Fatalf("the map has %d entries, want %d", n, want)
	}
}

// benchmarks are all benchmarks, for each kind of entries that the map treats
// separately.
var benchmarks = slices.Concat(
	operations("words", word, word),
	operations("strings", text, word),
	operations("large", word, func(i int) [3]uint64 { return [3]uint64{1, 2, uint64(i)} }),
	operations("pointers", text, func(i int) *int { return &i }),
	operations("set", word, func(int) struct{} { return struct{}{} }),
	operations("hashed", word, word, flatmap.WithHasher(func(_ maphash.Seed, k uint64) uint64 { return k * 0x9e3779b97f4a7c15 })),
	operations("arrays", func(i int) [2]uint64 { return [2]uint64{uint64(i), 1} }, word),
	operations("interfaces", func(i int) any { return i }, word),
)

func word(i int) uint64 { return uint64(i) }

func text(i int) string { return fmt.Sprintf("key-%08d", i) }

// BenchmarkPaths times the operations that the fast paths make faster. go run -C
// flatmap/bench . -paths . compares them with maps that lack a path.
func BenchmarkPaths(b *testing.B) {
	for _, x := range benchmarks {
		b.Run(x.name, x.run)
	}
}
