package stress_test

import (
	"flag"
	"hash/maphash"
	"testing"
	"time"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/stress"
)

var soak = flag.Duration("soak", 0, "how long to stress each kind of map, with a line a second")

// budget returns how the tests of flatmap run: for the time of the flag -soak,
// or else briefly.
func budget(t *testing.T) []stress.Option {
	opts := []stress.Option{stress.WithParkedWriters()}
	switch {
	case *soak > 0:
		begin := 0
		last := time.Duration(0)
		opts = append(opts, stress.WithBudget(*soak), stress.WithProgress(func(p stress.Progress) {
			rate := float64(p.Operations-begin) / (p.Elapsed - last).Seconds() / 1e6
			begin, last = p.Operations, p.Elapsed
			t.Logf("%8v  %6.2f M operations/s, %d in all, %s, GOMAXPROCS %d, GOGC %d",
				p.Elapsed.Round(time.Second), rate, p.Operations, p.Workload, p.GOMAXPROCS, p.GOGC)
		}))
	case testing.Short():
		opts = append(opts, stress.WithBurst(2*time.Millisecond), stress.WithGOGC(1), stress.WithProcs(2))
	}
	return opts
}

// The types are chosen for the ways in which a value can be torn or lost: a
// word that is updated in place, several words that move to another slot, and
// pointers in every position.
func TestFlatmap(t *testing.T) {
	t.Run("int-int", run[int, int])
	t.Run("string-string", run[string, string])
	t.Run("int-slice", run[int, []int])
	t.Run("any-any", run[any, any])
	t.Run("pointer-pointer", run[*string, *record])
	t.Run("struct-struct", run[record, record])
	t.Run("int-large", run[int, large])
}

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

func run[K comparable, V any](t *testing.T) {
	stress.Test(t, func() model.Map[K, V] { return flatmap.New[K, V]() }, budget(t)...)
	stress.TestHasher(t, func(h stress.Hasher[K]) model.Map[K, V] {
		return flatmap.New[K, V](flatmap.WithHasher(h))
	})
}

// Colliding hashes put everything into few chains, which are long.
func TestFlatmapCollisions(t *testing.T) {
	opts := append(budget(t), stress.WithBurst(5*time.Millisecond))
	for name, bits := range map[string]uint64{"constant": 1, "4-bit": 16} {
		t.Run(name, func(t *testing.T) {
			stress.Test(t, func() model.Map[string, [2]string] {
				return flatmap.New[string, [2]string](flatmap.WithHasher(func(seed maphash.Seed, key string) uint64 {
					return maphash.String(seed, key) % bits
				}))
			}, opts...)
		})
	}
}

// Tables that were made for many entries, or never shrink, meet fewer resizes
// and longer-lived slots.
func TestFlatmapOptions(t *testing.T) {
	opts := append(budget(t), stress.WithBurst(5*time.Millisecond))
	t.Run("capacity", func(t *testing.T) {
		stress.Test(t, func() model.Map[int, string] { return flatmap.New[int, string](flatmap.WithCapacity(500)) }, opts...)
	})
	t.Run("grow-only", func(t *testing.T) {
		stress.Test(t, func() model.Map[string, int] { return flatmap.New[string, int](flatmap.WithGrowOnly()) }, opts...)
	})
}
