package model_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/flatmap-go/flatmap/model"
)

// Key and value types with something odd about them.
type (
	padded struct {
		A int8
		B int64
		C bool
	}
	mixed struct {
		Name string
		F    float64
		Any  any
	}
	big   [40]uint64
	blank struct {
		A int32
		_ int32
	}
)

// both tests the two correct maps with keys of type K and values of type V.
func both[K comparable, V any](t *testing.T, opts ...model.Option) {
	t.Run("Mutex", func(t *testing.T) {
		model.Test(t, func() model.Map[K, V] { return model.NewMutex[K, V]() }, opts...)
	})
	t.Run("SyncMap", func(t *testing.T) {
		model.Test(t, func() model.Map[K, V] { return model.NewSyncMap[K, V]() }, opts...)
	})
}

// Maps that are right pass, whatever they hold.
func TestCorrect(t *testing.T) {
	t.Run("int int", func(t *testing.T) { both[int, int](t) })
	t.Run("int8 string", func(t *testing.T) { both[int8, string](t) })
	t.Run("string any", func(t *testing.T) { both[string, any](t) })
	t.Run("any float64", func(t *testing.T) { both[any, float64](t) })
	t.Run("float64 slice", func(t *testing.T) { both[float64, []int](t) })
	t.Run("complex128 pointer", func(t *testing.T) { both[complex128, *string](t) })
	t.Run("bool big", func(t *testing.T) { both[bool, big](t) })
	t.Run("big bool", func(t *testing.T) { both[big, bool](t) })
	t.Run("zero-size", func(t *testing.T) { both[struct{}, [0]int](t) })
	t.Run("padded mixed", func(t *testing.T) { both[padded, mixed](t) })
	t.Run("mixed padded", func(t *testing.T) { both[mixed, padded](t) })
	t.Run("array blank", func(t *testing.T) { both[[2]float32, blank](t) })
	t.Run("interface array", func(t *testing.T) { both[[2]any, struct{ F float32 }](t) })
	t.Run("func values", func(t *testing.T) {
		f, g := func() {}, func() { t.Log() }
		both[int, func()](t, model.WithValues(rapid.SampledFrom([]func(){nil, f, g})))
	})
}

func TestOptions(t *testing.T) {
	newMap := func() model.Map[int, int] { return model.NewMutex[int, int]() }
	require.ErrorContains(t, model.Check(newMap, model.WithKeys(rapid.String())), "WithKeys")
	require.ErrorContains(t, model.Check(newMap, model.WithValues(rapid.String())), "WithValues")
	require.ErrorContains(t, model.Check(newMap, model.WithKeys[int](nil)), "WithKeys was given no generator")
	require.ErrorContains(t, model.Check(newMap, model.WithTimeout(0)), "WithTimeout of 0s leaves no time")
	m := newMap()
	require.ErrorContains(t, model.Check(func() model.Map[int, int] { return m }), "newMap returned the same map twice")
	err := model.Check(newMap, model.WithKeys(rapid.Custom(func(*rapid.T) int { return 1 }))) // draws nothing
	require.ErrorContains(t, err, "model: rapid: ")
	require.NotContains(t, err.Error(), "-run=")

	var last model.Progress
	count := make(map[int]bool)
	require.NoError(t, model.Check(newMap,
		model.WithKeys(rapid.Custom(func(rt *rapid.T) int {
			k := rapid.IntRange(50, 60).Draw(rt, "k")
			count[k] = true
			return k
		})),
		model.WithKinds(model.Load, model.Store, model.Range),
		model.WithPlainCallbacks(),
		model.WithBudget(10*time.Millisecond),
		model.WithProgress(func(p model.Progress) { last = p })))
	require.NotZero(t, last.Programs)
	require.Greater(t, last.Operations, 10*last.Programs)
	require.Len(t, count, 11)
}

func TestAnyRejects(t *testing.T) {
	require.Panics(t, func() { model.Any[chan int]() })
	require.Panics(t, func() { model.Any[struct{ a int }]() })
	require.Panics(t, func() { model.Any[error]() })
}
