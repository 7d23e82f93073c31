package model_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/model"
)

// An everything has fields of all types that can be compared, and what is odd
// about some: holes, a field that == ignores, a large array.
type everything struct {
	Small   int8
	Word    uint64
	Flag    bool
	Name    string
	F       float32
	C       complex128
	Pointer *string
	Any     any
	Pair    [2]any
	Floats  [2]float64
	Blank   struct {
		A int32
		_ int32
	}
	Big [12]uint64
}

// both tests the two correct maps with keys of type K and values of type V.
func both[K comparable, V any](t *testing.T, opts ...model.Option) {
	t.Run("Mutex", func(t *testing.T) {
		model.Test(t, func() model.Map[K, V] { return model.NewMutex[K, V]() }, opts...)
	})
	t.Run("SyncMap", func(t *testing.T) {
		model.Test(t, func() model.Map[K, V] { return model.NewSyncMap[K, V]() }, opts...)
	})
}

// Maps that are right pass, whatever they hold. To the specification types differ
// in whether == is [model.Same], may find a value unequal to itself, may panic,
// and exists; how values are drawn and printed depends on their parts.
func TestCorrect(t *testing.T) {
	effort.Checks(t, 40)
	t.Run("int int", func(t *testing.T) { both[int, int](t) })
	t.Run("float64 slice", func(t *testing.T) { both[float64, []int](t) })
	t.Run("any float64", func(t *testing.T) { both[any, float64](t) })
	t.Run("zero-size", func(t *testing.T) { both[struct{}, [0]int](t) })
	t.Run("everything", func(t *testing.T) { both[everything, everything](t) })
	t.Run("func values", func(t *testing.T) {
		f, g := func() {}, func() { t.Log() }
		both[int, func()](t, model.WithValues(rapid.SampledFrom([]func(){nil, f, g})))
	})
}

func TestOptions(t *testing.T) {
	newMap := func() model.Map[int, int] { return model.NewMutex[int, int]() }
	require.ErrorContains(t, model.Check(newMap, model.WithKeys(rapid.String())), "WithKeys")
	require.ErrorContains(t, model.Check(newMap, model.WithValues(rapid.String())), "WithValues")
	require.ErrorContains(t, model.Check(newMap, model.WithKeys[int](nil)), "WithKeys: nil generator")
	require.ErrorContains(t, model.Check(newMap, model.WithTimeout(0)), "WithTimeout: 0s is not positive")
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

// Any knows when it does not know a type, and says why.
func TestAnyRejects(t *testing.T) {
	type unexported struct {
		a int //lint:ignore U1000 that it is there is all
	}
	type list struct{ Next *list }
	for want, generate := range map[string]func(){
		"no generator for chan int: supply one":                                func() { model.Any[chan int]() },
		"no generator for error: supply one":                                   func() { model.Any[error]() },
		"no generator for map[int]int: supply one":                             func() { model.Any[map[int]int]() },
		"model_test.unexported has the unexported field a: supply a generator": func() { model.Any[unexported]() },
		"model_test.list holds itself: supply a generator":                     func() { model.Any[list]() },
	} {
		require.PanicsWithValue(t, "model: Any: "+want, generate)
	}
}
