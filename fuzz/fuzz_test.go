package fuzz_test

import (
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/fuzz"
	"github.com/flatmap-go/flatmap/model"
)

// newMap makes a flatmap as an input says.
func newMap[K comparable, V any](c fuzz.Config) model.Map[K, V] {
	return flatmap.New[K, V](fuzz.OptionsOf[K](c)...)
}

// A point has a hole, two words that are compared by their bits, and two that
// are not.
type point struct {
	X int8
	Y uint64
	S string
}

// One word each: the fast paths.
func FuzzInt(f *testing.F) { fuzz.Sequential(f, newMap[int, int]) }

// A word with pointers, and a value that needs a spare slot.
func FuzzString(f *testing.F) { fuzz.Sequential(f, newMap[string, [3]string]) }

// Several words with and without pointers, and values that cannot be compared.
func FuzzStruct(f *testing.F) { fuzz.Sequential(f, newMap[point, []int]) }

// NaNs, both zeros, nil, and whatever an interface may hold.
func FuzzInterface(f *testing.F) { fuzz.Sequential(f, newMap[any, any]) }

// Keys without any bits.
func FuzzEmpty(f *testing.F) { fuzz.Sequential(f, newMap[struct{}, point]) }

func FuzzConcurrentInt(f *testing.F) { fuzz.Concurrent(f, newMap[int, int]) }

func FuzzConcurrentString(f *testing.F) { fuzz.Concurrent(f, newMap[string, [3]string]) }

func FuzzConcurrentInterface(f *testing.F) { fuzz.Concurrent(f, newMap[any, any]) }
