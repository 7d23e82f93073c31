package fuzz_test

import (
	"os"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/fuzz"
	"github.com/flatmap-go/flatmap/internal/kinds/verified"
	"github.com/flatmap-go/flatmap/model"
)

// newMap makes a flatmap as an input says, with a Clear that does nothing if TestTargetsFail
// asks for it.
func newMap(c fuzz.Config) model.Map[int, int] {
	m := flatmap.New[int, int](fuzz.OptionsOf[int](c)...)
	if os.Getenv("FLATMAP_FUZZ_BROKEN") == "" {
		return m
	}
	methods := model.MethodsOf[int, int](m)
	methods.Clear = func() {}
	return model.Adapt(methods)
}

// sequential makes f a target for a kind of map that is compiled already.
func sequential(f *testing.F, kind string) { target(f, fuzz.Seeds(), verified.Named(kind).Fuzz) }

func concurrent(f *testing.F, kind string) {
	target(f, fuzz.ConcurrentSeeds(), verified.Named(kind).FuzzConcurrent)
}

func target(f *testing.F, seeds [][]byte, check func([]byte, ...fuzz.Option) error) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := check(data); err != nil {
			t.Fatal(err)
		}
	})
}

// One word each: the fast paths.
func FuzzInt(f *testing.F) { fuzz.Sequential(f, newMap) }

// A word with pointers, and a value that needs a spare slot.
func FuzzString(f *testing.F) { sequential(f, "string to string") }

// Several words with and without pointers, a hole, and values that cannot be
// compared.
func FuzzStruct(f *testing.F) { sequential(f, "struct to slice, never shrinks") }

// NaNs, both zeros, nil, and whatever an interface may hold.
func FuzzInterface(f *testing.F) { sequential(f, "any to any") }

// Keys without any bits.
func FuzzEmpty(f *testing.F) { sequential(f, "nothing to struct") }

func FuzzConcurrentInt(f *testing.F) { fuzz.Concurrent(f, newMap) }

func FuzzConcurrentString(f *testing.F) { concurrent(f, "string to string") }

func FuzzConcurrentInterface(f *testing.F) { concurrent(f, "any to any") }
