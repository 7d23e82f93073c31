package model_test

import (
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// otherSignatures has methods named like those of the companions of Map, which
// they are not.
type otherSignatures struct{ *model.SyncMap[int, int] }

func (otherSignatures) Len() int64                                           { return -7 }
func (otherSignatures) Contains(int) (bool, error)                           { return false, nil }
func (otherSignatures) Compute(int, func(int, bool) (int, bool)) (int, bool) { return 0, false }
func (otherSignatures) Retain(func(int, int) bool)                           {}
func (otherSignatures) All() iter.Seq2[int, int]                             { return nil }
func (otherSignatures) Keys() []int                                          { return nil }

// logged is a test that keeps what is logged.
type logged struct {
	testing.TB
	text strings.Builder
}

func (l *logged) Log(args ...any) {
	for _, arg := range args {
		l.text.WriteString(arg.(string))
	}
}

// Test says what it verifies, and why it does not verify what one may expect.
func TestLogsWhatIsVerified(t *testing.T) {
	const syncMap = "verified: Load, Store, LoadOrStore, LoadAndDelete, Delete, Swap, CompareAndSwap, CompareAndDelete, Range, Clear"
	for name, test := range map[string]struct {
		newMap func() model.Map[int, int]
		opts   []model.Option
		want   string
	}{
		"all": {
			newMap: func() model.Map[int, int] { return model.NewMutex[int, int]() },
			want:   syncMap + ", Len, Contains, Compute, LoadOrCompute, Retain, Insert, All, Keys, Values",
		},
		"some": {
			newMap: func() model.Map[int, int] { return otherSignatures{model.NewSyncMap[int, int]()} },
			want: syncMap + "\nnot verified, since the map does not have them: LoadOrCompute, Insert, Values" +
				"\nLen is not verified: it is func() int64, not func() int" +
				"\nContains is not verified: it is func(int) (bool, error), not func(int) bool" +
				"\nCompute is not verified: it is func(int, func(int, bool) (int, bool)) (int, bool), not func(int, func(int, bool) (int, flatmap.Op)) (int, bool)" +
				"\nRetain is not verified: it is func(func(int, int) bool), not func(func(int, *int) bool)" +
				"\nAll is not verified: only a map with All, Keys and Values is an Iterable" +
				"\nKeys is not verified: it is func() []int, not func() iter.Seq[int]",
		},
		"adapted": {
			newMap: func() model.Map[int, int] {
				methods := all(flatmap.New[int, int]())
				methods.Contains, methods.Values = nil, nil
				return model.Adapt(methods)
			},
			opts: []model.Option{model.WithKinds(model.Load, model.Len)},
			want: "verified: Load, Len\nnot verified, since the map does not have them: Contains, Values",
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := &logged{TB: t}
			model.Test(l, test.newMap, test.opts...)
			require.Equal(t, test.want, l.text.String())
		})
	}
}

// To ask for what the map does not have is an error.
func TestWithKindsUnsupported(t *testing.T) {
	newMap := func() model.Map[int, int] { return otherSignatures{model.NewSyncMap[int, int]()} }
	require.EqualError(t, model.Check(newMap, model.WithKinds(model.Load, model.Len)),
		"model: WithKinds: the map does not support Len: it is func() int64, not func() int")
	require.EqualError(t, model.Check(newMap, model.WithKinds(model.Insert)),
		"model: WithKinds: the map does not support Insert")
}

// nothing supports nothing.
type nothing struct{ *model.SyncMap[int, int] }

func (nothing) Supports(model.Kind) bool { return false }

func TestNothingSupported(t *testing.T) {
	require.EqualError(t, model.Check(func() model.Map[int, int] { return nothing{} }), "model: the map lacks Load: Load, Store, Delete and Range are needed to verify it")
}

// A type that Any does not know is an error, which names the option to use.
func TestGeneratorNeeded(t *testing.T) {
	err := model.Check(func() model.Map[int, func()] { return model.NewMutex[int, func()]() })
	require.EqualError(t, err, "model: WithValues is needed: no generator for func(): supply one")
}

// comparesLate panics only if there is something to compare.
type comparesLate struct{ *model.Mutex[float64, []int] }

func (m comparesLate) CompareAndSwap(key float64, old, new []int) bool {
	return m.Contains(key) && m.Mutex.CompareAndSwap(key, old, new)
}

// What must panic and does not is reported with the reason why it must.
func TestMustPanic(t *testing.T) {
	err := model.Check(func() model.Map[float64, []int] { return comparesLate{model.NewMutex[float64, []int]()} })
	require.ErrorContains(t, err, "want it to panic: values of type []int cannot be compared")

	s := model.NewState[any, any]()
	load := model.Op[any, any]{Kind: model.Load, Key: []int{1}}
	require.EqualError(t, s.Step(load, model.Result[any, any]{}), "want it to panic: the key []int{1} cannot be compared")
	require.NoError(t, s.Step(model.Op[any, any]{Kind: model.Store, Value: []int{1}}, model.Result[any, any]{}))
	swap := model.Op[any, any]{Kind: model.CompareAndSwap, Old: []int{2}}
	require.EqualError(t, s.Step(swap, model.Result[any, any]{}), "want it to panic: the value []int{2} cannot be compared")
	swap.Key = "absent"
	require.EqualError(t, s.Step(swap, model.Result[any, any]{}), "want it to panic: the value []int{2} cannot be compared")
	require.NoError(t, s.Step(swap, model.Apply(model.NewMutex[any, any](), swap)))
	require.NoError(t, s.Step(swap, model.Apply(model.NewSyncMap[any, any](), swap)))
}

type panics struct{ ints }

func (m panics) Store(key, value int) {
	if m.Len() > 2 {
		m.grow()
	}
	m.ints.Store(key, value)
}

func (m panics) grow() {
	*m.fired++
	var small [2]int
	small[m.Len()]++
}

// A panic of the map comes with its stack, from the line to the method.
func TestPanicStack(t *testing.T) {
	fired := 0
	newMap := func() model.Map[int, int] { return panics{ints{model.NewMutex[int, int](), &fired}} }
	f := rejected(t, &fired, newMap)
	lines := strings.Split(f.Stacks, "\n")
	require.Len(t, lines, 5, f.Stacks)
	require.Regexp(t, `^panic: runtime error: index out of range \[\d+\] with length 2$`, lines[0])
	require.Contains(t, lines[1], "panics.grow")
	require.Contains(t, lines[2], "verified_test.go:")
	require.Contains(t, lines[3], "panics.Store")
	require.Contains(t, f.Error(), f.Stacks)

	// In an operation inside of a callback.
	store := model.Op[int, int]{Kind: model.Store}
	p := model.Program[int, int]{{Kind: model.Insert, Pairs: []pair{{1, 1}, {2, 2}, {3, 3}}}, {Kind: model.Range, Inner: []model.Op[int, int]{store}}}
	r := &replayed{TB: t}
	model.Replay(r, newMap, p, model.WithTimeout(time.Minute))
	require.Contains(t, r.text, "panics.grow")
}

// replayed is a test that keeps why it ended.
type replayed struct {
	testing.TB
	text string
}

func (r *replayed) Fatal(args ...any) { r.text = args[0].(error).Error() }
