// Package m explores the map of package flatmap as it ships. Each kind of map that package
// exploremap has is a file, since a type takes seconds to compile.
package m

import (
	"hash/maphash"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/linearizability/explore"
	"github.com/flatmap-go/flatmap/model"
)

// With -set, the hash of a word is the word except for the bits of a secret: these keys
// have one tag, and are in one chain of every small table.
func word(i int) uint64 { return uint64(i+1) << 8 }

func number(i int) uint64 { return uint64(i) }

func text(i int) string { return "................................................"[:i] }

func hashOfWord(_ maphash.Seed, k uint64) uint64 { return k }

func hashOfText(_ maphash.Seed, k string) uint64 { return uint64(len(k)) << 8 }

func hashOfAny(seed maphash.Seed, k any) uint64 {
	if s, ok := k.(string); ok {
		return hashOfText(seed, s)
	}
	return k.(uint64)
}

// basic are the methods that clients of more than two calls make.
var basic = explore.WithMethods(model.Load, model.Store, model.Swap, model.LoadAndDelete, model.Range, model.Clear)

// clients explores the clients of maps of a type: those of two calls, the larger ones
// with few methods, and the same in a map that had two entries.
func clients[K, V comparable](t *testing.T, key func(int) K, value func(int) V, opts ...flatmap.Option) {
	empty := func() model.Map[K, V] { return flatmap.New[K, V](opts...) }
	worn := func() model.Map[K, V] {
		m := flatmap.New[K, V](opts...)
		for i := 2; i < 4; i++ {
			m.Store(key(i), value(40))
		}
		m.Delete(key(2))
		m.Delete(key(3))
		return m
	}
	with := []explore.MapOption{explore.WithKeys(key), explore.WithValues(value)}
	for _, c := range []struct {
		name   string
		newMap func() model.Map[K, V]
		opts   []explore.MapOption
	}{
		{"pairs", empty, []explore.MapOption{explore.WithShapes([]int{1, 1})}},
		{"worn pairs", worn, []explore.MapOption{explore.WithShapes([]int{1, 1})}},
		{"worn", worn, []explore.MapOption{basic, explore.WithShapes([]int{2, 1}, []int{1, 1, 1})}},
		{"more", empty, []explore.MapOption{basic, explore.WithShapes([]int{2, 1}, []int{1, 1, 1})}},
	} {
		t.Run(c.name, func(t *testing.T) { explore.Map(t, c.newMap, append(c.opts, with...)...) })
	}
}
