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
func operations[K comparable, V any](keys string, key func(i int) K, value func(i int) V, opts ...flatmap.Option) []benchmark {
	made := func(n int) (keys []K) {
		for i := range n {
			keys = append(keys, key(i))
		}
		return keys
	}
	full := func() (m *flatmap.Map[K, V], present, absent []K, v V) {
		all := made(2 * entries)
		m = flatmap.New[K, V](opts...)
		for i, k := range all[:entries] {
			m.Store(k, value(i))
		}
		return m, all[:entries], all[entries:], value(1)
	}
	return []benchmark{
		{name(keys, "hit"), func(b *testing.B) {
			m, present, _, _ := full()
			for i := 0; b.Loop(); i++ {
				if _, ok := m.Load(present[i%entries]); !ok {
					b.Fatal("a key is missing")
				}
			}
		}},
		{name(keys, "miss"), func(b *testing.B) {
			m, _, absent, _ := full()
			for i := 0; b.Loop(); i++ {
				if _, ok := m.Load(absent[i%entries]); ok {
					b.Fatal("a key is there that was not stored")
				}
			}
		}},
		{name(keys, "update"), func(b *testing.B) {
			m, present, _, v := full()
			for i := 0; b.Loop(); i++ {
				m.Store(present[i%entries], v)
			}
			check(b, m, entries)
		}},
		{name(keys, "insdel"), func(b *testing.B) {
			m, _, absent, v := full()
			for i := 0; b.Loop(); i++ {
				m.Store(absent[i%entries], v)
				m.Delete(absent[i%entries])
			}
			check(b, m, entries)
		}},
		{name(keys, "range"), func(b *testing.B) {
			m, _, _, _ := full()
			for b.Loop() {
				n := 0
				for range m.All() {
					n++
				}
				if n != entries {
					b.Fatalf("Range has %d entries, want %d", n, entries)
				}
			}
		}},
		{name(keys, "fill"), func(b *testing.B) {
			all, v := made(filled), value(1)
			for b.Loop() {
				m := flatmap.New[K, V](opts...)
				for _, k := range all {
					m.Store(k, v)
				}
				check(b, m, filled)
			}
		}},
	}
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
