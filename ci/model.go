package main

import (
	"flag"
	"fmt"
	"hash/maphash"
	"strconv"
	"testing"
	"time"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// A subject is a kind of map that the model layer verifies.
type subject struct {
	name  string
	check func(...model.Option) error
}

func subjectOf[K comparable, V any](name string, opts ...flatmap.Option) subject {
	return subject{name, func(o ...model.Option) error {
		return model.Check(func() model.Map[K, V] { return flatmap.New[K, V](opts...) }, o...)
	}}
}

func constant[K comparable](maphash.Seed, K) uint64 { return 42 }

func fourBits[K comparable](seed maphash.Seed, key K) uint64 {
	return maphash.Comparable(seed, key) & 15
}

type padded struct {
	A int8
	B int64
	C string
}

var subjects = []subject{
	subjectOf[int, int]("int to int"),
	subjectOf[uint8, struct{}]("uint8 to nothing", flatmap.WithCapacity(100)),
	subjectOf[string, string]("string to string"),
	subjectOf[float64, int]("float64 to int"),
	subjectOf[any, any]("any to any"),
	subjectOf[padded, [3]int]("struct to array", flatmap.WithGrowOnly()),
	subjectOf[[2]uint32, float32]("array to float32"),
	subjectOf[int, string]("int to string, constant hash", flatmap.WithHasher(constant[int])),
	subjectOf[string, int]("string to int, 4-bit hash", flatmap.WithHasher(fourBits[string])),
	subjectOf[float64, any]("float64 to any, 4-bit hash", flatmap.WithHasher(fourBits[float64])),
	subjectOf[struct{}, int]("nothing to int"),
}

// verifyModel runs rounds of random programs on every subject in turn until
// the budget is spent.
func verifyModel(cfg config) result {
	testing.Init() // rapid reads the flags of package testing
	programs, operations := 0, 0
	detail := func() string { return fmt.Sprintf("%d operations, %d kinds of map", operations, len(subjects)) }
	start := time.Now()
	for round := uint64(0); round == 0 || time.Since(start) < cfg.budget; round++ {
		// Each round has a seed of its own, derived from the run's.
		if err := flag.Set("rapid.seed", strconv.FormatUint(cfg.seed+round, 10)); err != nil {
			return failed("model: %w", err)
		}
		for _, s := range subjects {
			var last model.Progress
			err := s.check(model.WithProgress(func(p model.Progress) {
				last = p
				cfg.progress(programs+p.Programs, detail())
			}))
			programs += last.Programs
			operations += last.Operations
			if err != nil {
				return result{done: programs, detail: detail(), err: fmt.Errorf("%s: %w", s.name, err)}
			}
		}
	}
	return result{done: programs, detail: detail()}
}
