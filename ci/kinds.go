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

// A maker makes maps of a kind; an input of a fuzz target says how. The zero
// Config leaves it to the kind.
type maker[K comparable, V any] func(fuzz.Config) model.Map[K, V]

// made returns a maker of the map that is verified.
func made[K comparable, V any](opts ...flatmap.Option) maker[K, V] {
	return func(c fuzz.Config) model.Map[K, V] {
		return flatmap.New[K, V](slices.Concat(opts, fuzz.OptionsOf[K](c))...)
	}
}

func (m maker[K, V]) plain() model.Map[K, V] { return m(fuzz.Config{}) }

// sequential returns a kind for the layers that take any types.
func sequential[K comparable, V any](name string, m maker[K, V]) kind {
	return kind{
		name:  name,
		model: func(o ...model.Option) error { return model.Check(m.plain, o...) },
		fuzz:  func(data []byte) error { return fuzz.CheckSequential(m, data) },
	}
}

// large adds the layer that needs types of many different values.
func large[K comparable, V any](name string, m maker[K, V]) kind {
	k := sequential(name, m)
	k.stress = func(ctx context.Context, o ...stress.Option) (stress.Report, error) {
		return stress.Run(ctx, m.plain, append(o, stress.WithParkedWriters())...)
	}
	return k
}

// concurrent adds the layers that compare values.
func concurrent[K, V comparable](name string, m maker[K, V]) kind {
	k := large(name, m)
	k.linearizability = func(ctx context.Context, o ...linearizability.Option) (linearizability.Report, error) {
		return linearizability.Run(ctx, m.plain, o...)
	}
	k.fuzzConcurrent = func(data []byte) error { return fuzz.CheckConcurrent(m, data) }
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
	concurrent("int to int", made[int, int]()),
	concurrent("string to string", made[string, string]()),
	concurrent("int to array", made[int, [3]int]()),
	concurrent("any to any, 4-bit hash", made[any, any](flatmap.WithHasher(fourBits[any]))),
	concurrent("int to string, constant hash", made[int, string](flatmap.WithHasher(constant[int]))),
	large("struct to array, never shrinks", made[padded, [3]int](flatmap.WithGrowOnly())),
	large("string to 74 words", made[string, long]()),
	large("int to slice, made for 500", made[int, []int](flatmap.WithCapacity(500))),
	sequential("uint8 to nothing", made[uint8, struct{}](flatmap.WithCapacity(100))),
	sequential("float64 to any, 4-bit hash", made[float64, any](flatmap.WithHasher(fourBits[float64]))),
	sequential("array to float32", made[[2]uint32, float32]()),
	sequential("nothing to int", made[struct{}, int]()),
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
