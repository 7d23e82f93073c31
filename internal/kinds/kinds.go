// Package kinds makes a type of map, and the options to make it with, a value that
// every layer of the verification can run on.
package kinds

import (
	"context"
	"hash/maphash"
	"slices"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/fuzz"
	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/stress"
	"github.com/flatmap-go/flatmap/stress/cost"
)

// A Kind is a type of map with its options, as the layers take it. A layer that
// does not support the type is nil.
type Kind struct {
	Name            string
	Model           func(...model.Option) error
	Linearizability func(context.Context, ...linearizability.Option) (linearizability.Report, error)
	Stress          func(context.Context, ...stress.Option) (stress.Report, error)
	Cost            func(context.Context, ...cost.Option) (cost.Report, error) // nil for poor hash functions, too
	Hasher          func() error                                               // checks that the map calls the hash function it is given
	// The program that an input of a fuzz target encodes, for one goroutine and for
	// several.
	Fuzz           func([]byte, ...fuzz.Option) error
	FuzzConcurrent func([]byte, ...fuzz.Option) error
}

// A Maker makes maps of a kind, as an input of a fuzz target configures them. The
// zero Config leaves everything to the kind.
type Maker[K comparable, V any] func(fuzz.Config) model.Map[K, V]

func (m Maker[K, V]) plain() model.Map[K, V] { return m(fuzz.Config{}) }

// Types makes kinds of map with one pair of types. Its functions are values, so that
// all layers are compiled for the pair once, where the Types is made, and not again
// in every package that uses it.
type Types[K comparable, V any] struct {
	// Made returns a kind of the map that is verified, made with some options.
	Made func(name string, opts ...flatmap.Option) Kind
	// Of returns a kind of any maps. It lacks Hasher.
	Of func(name string, m Maker[K, V]) Kind
}

func typesOf[K comparable, V any](of func(string, Maker[K, V]) Kind, hasher func() error) Types[K, V] {
	return Types[K, V]{
		Made: func(name string, opts ...flatmap.Option) Kind {
			k := of(name, func(c fuzz.Config) model.Map[K, V] {
				return flatmap.New[K, V](slices.Concat(opts, fuzz.OptionsOf[K](c))...)
			})
			k.Hasher = hasher
			if len(opts) > 0 { // which may make it slow
				k.Cost = nil
			}
			return k
		},
		Of: of,
	}
}

// Sequential is for the layers that take any types.
func Sequential[K comparable, V any]() Types[K, V] { return typesOf(sequential[K, V], nil) }

// Large is also for the layer that needs types of many different values.
func Large[K comparable, V any]() Types[K, V] { return typesOf(large[K, V], hashes[K, V]) }

// Concurrent is also for the layers that compare values.
func Concurrent[K, V comparable]() Types[K, V] { return typesOf(concurrent[K, V], hashes[K, V]) }

func sequential[K comparable, V any](name string, m Maker[K, V]) Kind {
	return Kind{
		Name:  name,
		Model: func(o ...model.Option) error { return model.Check(m.plain, o...) },
		Fuzz:  func(data []byte, o ...fuzz.Option) error { return fuzz.CheckSequential(m, data, o...) },
	}
}

func large[K comparable, V any](name string, m Maker[K, V]) Kind {
	k := sequential(name, m)
	k.Stress = func(ctx context.Context, o ...stress.Option) (stress.Report, error) {
		return stress.Run(ctx, m.plain, append(o, stress.WithParkedWriters())...)
	}
	k.Cost = func(ctx context.Context, o ...cost.Option) (cost.Report, error) { return cost.Run(ctx, m.plain, o...) }
	return k
}

func hashes[K comparable, V any]() error {
	return stress.CheckHasher(func(h stress.Hasher[K]) model.Map[K, V] { return flatmap.New[K, V](flatmap.WithHasher(h)) })
}

func concurrent[K, V comparable](name string, m Maker[K, V]) Kind {
	k := large(name, m)
	k.Linearizability = func(ctx context.Context, o ...linearizability.Option) (linearizability.Report, error) {
		return linearizability.Run(ctx, m.plain, o...)
	}
	k.FuzzConcurrent = func(data []byte, o ...fuzz.Option) error { return fuzz.CheckConcurrent(m, data, o...) }
	return k
}

// Constant is a hasher that gives all keys the same hash.
func Constant[K comparable](maphash.Seed, K) uint64 { return 42 }

// FourBits is a hasher with 16 different hashes.
func FourBits[K comparable](seed maphash.Seed, key K) uint64 {
	return maphash.Comparable(seed, key) & 15
}
