package main

import (
	"context"
	"hash/maphash"
	"slices"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/fuzz"
	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/stress"
)

// A kind is a type of map, and options to make it with, as the layers that run
// in this process take it. A layer that cannot take it is nil.
type kind struct {
	name            string
	model           func(...model.Option) error
	linearizability func(context.Context, ...linearizability.Option) (linearizability.Report, error)
	stress          func(context.Context, ...stress.Option) (stress.Report, error)
	// The program that an input of a fuzz target means, for one goroutine and for
	// several.
	fuzz           func([]byte) error
	fuzzConcurrent func([]byte) error
}

// sequential returns a kind for the layers that take any types.
func sequential[K comparable, V any](name string, opts ...flatmap.Option) kind {
	newMap := func() model.Map[K, V] { return flatmap.New[K, V](opts...) }
	return kind{
		name:  name,
		model: func(o ...model.Option) error { return model.Check(newMap, o...) },
		fuzz: func(data []byte) error {
			return fuzz.CheckSequential(configured[K, V](opts), data)
		},
	}
}

// configured makes a map as an input of a fuzz target says.
func configured[K comparable, V any](opts []flatmap.Option) func(fuzz.Config) model.Map[K, V] {
	return func(c fuzz.Config) model.Map[K, V] {
		opts := slices.Clone(opts)
		if c.Hash != fuzz.Good {
			opts = append(opts, flatmap.WithHasher(fuzz.HasherOf[K](c.Hash)))
		}
		if c.Capacity > 0 {
			opts = append(opts, flatmap.WithCapacity(c.Capacity))
		}
		if c.GrowOnly {
			opts = append(opts, flatmap.WithGrowOnly())
		}
		return flatmap.New[K, V](opts...)
	}
}

// large adds the layer that needs types of many different values.
func large[K comparable, V any](name string, opts ...flatmap.Option) kind {
	k := sequential[K, V](name, opts...)
	newMap := func() model.Map[K, V] { return flatmap.New[K, V](opts...) }
	k.stress = func(ctx context.Context, o ...stress.Option) (stress.Report, error) {
		return stress.Run(ctx, newMap, append(o, stress.WithParkedWriters())...)
	}
	return k
}

// concurrent adds the layers that compare values.
func concurrent[K, V comparable](name string, opts ...flatmap.Option) kind {
	k := large[K, V](name, opts...)
	newMap := func() model.Map[K, V] { return flatmap.New[K, V](opts...) }
	k.linearizability = func(ctx context.Context, o ...linearizability.Option) (linearizability.Report, error) {
		return linearizability.Run(ctx, newMap, o...)
	}
	k.fuzzConcurrent = func(data []byte) error { return fuzz.CheckConcurrent(configured[K, V](opts), data) }
	return k
}

func constant[K comparable](maphash.Seed, K) uint64 { return 42 }

func fourBits[K comparable](seed maphash.Seed, key K) uint64 {
	return maphash.Comparable(seed, key) & 15
}

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

// The kinds are chosen for the paths through the map: one word and several,
// with pointers and without, keys that are equal without being identical, hash
// functions that make long chains, and every option.
var kinds = []kind{
	concurrent[int, int]("int to int"),
	concurrent[string, string]("string to string"),
	concurrent[int, [3]int]("int to array"),
	concurrent[any, any]("any to any, 4-bit hash", flatmap.WithHasher(fourBits[any])),
	concurrent[int, string]("int to string, constant hash", flatmap.WithHasher(constant[int])),
	large[padded, [3]int]("struct to array, never shrinks", flatmap.WithGrowOnly()),
	large[string, long]("string to 74 words"),
	large[int, []int]("int to slice, made for 500", flatmap.WithCapacity(500)),
	sequential[uint8, struct{}]("uint8 to nothing", flatmap.WithCapacity(100)),
	sequential[float64, any]("float64 to any, 4-bit hash", flatmap.WithHasher(fourBits[float64])),
	sequential[[2]uint32, float32]("array to float32"),
	sequential[struct{}, int]("nothing to int"),
}

// kindsOf returns the kinds that a layer takes.
func kindsOf(takes func(kind) bool) (list []kind) {
	for _, k := range kinds {
		if takes(k) {
			list = append(list, k)
		}
	}
	return list
}
