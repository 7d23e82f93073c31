package stress_test

import (
	"context"
	"flag"
	"hash/maphash"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/stress"
)

var soak = flag.Duration("soak", 0, "how long TestSoak runs; with -v it prints a line a second")

// A record has words with pointers and without.
type record struct {
	ID   int
	Name string
	Next *int
	Rest any
}

// A large value has more than 64 words, with pointers at both ends.
type large struct {
	First string
	Words [70]int
	Last  []byte
}

// A variety is a type of map, and a way to run it.
type variety struct {
	name string
	run  func(opts ...stress.Option) (stress.Report, error)
}

func varietyOf[K comparable, V any](name string, opts ...flatmap.Option) variety {
	return variety{name, func(more ...stress.Option) (stress.Report, error) {
		newMap := func() model.Map[K, V] { return flatmap.New[K, V](opts...) }
		return stress.Run(context.Background(), newMap, append(more, stress.WithParkedWriters())...)
	}}
}

// The types are chosen for the ways in which a value can be torn or lost: a
// word that is updated in place, with and without a pointer, several words that
// move to another slot, and pointers in every position. Colliding hashes put
// everything into few chains, which are long; tables that were made for many
// entries, or never shrink, meet fewer resizes and have slots that are used for
// longer. Each pair of types is compiled once, which takes seconds: so hashes and
// sizes vary with types that are there anyway.
var varieties = []variety{
	varietyOf[int, int]("int-int"),
	varietyOf[int, int]("grow-only", flatmap.WithGrowOnly()),
	varietyOf[string, *record]("string-pointer"),
	varietyOf[string, *record]("capacity", flatmap.WithCapacity(500)),
	varietyOf[int, []int]("int-slice"),
	varietyOf[any, any]("any-any"),
	varietyOf[record, record]("struct-struct"),
	varietyOf[*string, large]("pointer-large"),
	varietyOf[int, [2]string]("constant-hash", flatmap.WithHasher(func(maphash.Seed, int) uint64 { return 7 })),
	varietyOf[int, [2]string]("4-bit-hash", flatmap.WithHasher(func(_ maphash.Seed, key int) uint64 { return uint64(key) % 16 })),
}

func TestFlatmap(t *testing.T) {
	opts := []stress.Option{stress.WithBurst(15 * time.Millisecond)}
	if testing.Short() {
		opts = []stress.Option{stress.WithBurst(2 * time.Millisecond), stress.WithGOGC(1), stress.WithProcs(2)}
	}
	for _, v := range varieties {
		t.Run(v.name, func(t *testing.T) {
			report, err := v.run(opts...)
			require.NoError(t, err)
			t.Log(report)
		})
	}
}

// TestSoak runs all varieties in turn, a few seconds each, for the duration of the
// flag -soak.
func TestSoak(t *testing.T) {
	if *soak == 0 {
		t.Skip("set -soak to the duration, and -timeout to a longer one")
	}
	start, total := time.Now(), 0
	for i := 0; time.Since(start) < *soak; i++ {
		v := varieties[i%len(varieties)]
		var last stress.Progress
		report, err := v.run(stress.WithBudget(min(5*time.Second, *soak-time.Since(start))),
			stress.WithProgress(func(p stress.Progress) {
				rate := float64(p.Operations-last.Operations) / (p.Elapsed - last.Elapsed).Seconds() / 1e6
				last = p
				t.Logf("%6.0fs %6.2fM operations/s %8.1fM in all  %s", time.Since(start).Seconds(), rate,
					float64(total+p.Operations)/1e6, v.name)
			}))
		require.NoError(t, err, v.name)
		total += report.Operations
	}
}

// The map calls the hash function of WithHasher, for keys with a fast path and
// others.
func TestFlatmapHasher(t *testing.T) {
	hashed[int, int](t)
	hashed[int, [2]string](t)
	hashed[string, *record](t)
	hashed[any, any](t)
	hashed[*string, large](t)
}

func hashed[K comparable, V any](t *testing.T) {
	stress.TestHasher(t, func(h stress.Hasher[K]) model.Map[K, V] { return flatmap.New[K, V](flatmap.WithHasher(h)) })
}
