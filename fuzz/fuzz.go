package fuzz

import (
	"testing"

	"github.com/flatmap-go/flatmap/model"
)

// Sequential makes f a fuzz target that runs sequential programs on maps that
// newMap returns, a new one for each.
func Sequential[K comparable, V any](f *testing.F, newMap func(Config) model.Map[K, V], opts ...Option) {
	f.Helper()
	for _, seed := range Seeds() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := CheckSequential(newMap, data, opts...); err != nil {
			t.Fatal(err)
		}
	})
}

// Concurrent makes f a fuzz target that runs concurrent programs on maps that
// newMap returns, a new one each time.
func Concurrent[K, V comparable](f *testing.F, newMap func(Config) model.Map[K, V], opts ...Option) {
	f.Helper()
	for _, seed := range ConcurrentSeeds() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := CheckConcurrent(newMap, data, opts...); err != nil {
			t.Fatal(err)
		}
	})
}
