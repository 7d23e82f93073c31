package model

import (
	"math"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/flatmap"
)

// Each operation, and what came of it, is printed as a call with its arguments and
// results.
func TestDescribe(t *testing.T) {
	type (
		op     = Op[string, int]
		result = Result[string, int]
	)
	set, remove := Decision[int]{flatmap.Set, 7}, Decision[int]{flatmap.Remove, 8}
	one := []Visit[string, int]{{"a", 1, true}}
	read := []op{{Kind: Load, Key: "b"}, {Kind: Contains, Key: "c"}}
	for _, test := range []struct {
		op   op
		r    result
		want string
	}{
		{op{Kind: Load, Key: "a", Value: 2}, result{Value: 1, OK: true}, `Load("a") = 1, true`},
		{op{Kind: Store, Key: "a", Value: 2}, result{}, `Store("a", 2)`},
		{op{Kind: LoadOrStore, Key: "a", Value: 2}, result{Value: 2}, `LoadOrStore("a", 2) = 2, false`},
		{op{Kind: LoadAndDelete, Key: "a"}, result{}, `LoadAndDelete("a") = 0, false`},
		{op{Kind: Delete, Key: "a"}, result{}, `Delete("a")`},
		{op{Kind: Swap, Key: "a", Value: 2}, result{Value: 1, OK: true}, `Swap("a", 2) = 1, true`},
		{op{Kind: CompareAndSwap, Key: "a", Old: 1, Value: 2}, result{OK: true}, `CompareAndSwap("a", 1, 2) = true`},
		{op{Kind: CompareAndDelete, Key: "a", Old: 1, Value: 2}, result{}, `CompareAndDelete("a", 1) = false`},
		{op{Kind: Range, Key: "a", Value: 2}, result{Visits: one}, `Range() visits 1`},
		{op{Kind: Clear}, result{}, `Clear()`},
		{op{Kind: Len}, result{Len: 3}, `Len() = 3`},
		{op{Kind: Contains, Key: "a"}, result{OK: true}, `Contains("a") = true`},
		{op{Kind: Compute, Key: "a", Present: set, Absent: remove}, result{Value: 7, OK: true}, `Compute("a", present: Set 7, absent: Remove with 8) = 7, true`},
		{op{Kind: LoadOrCompute, Key: "a", Value: 2, Inner: read}, result{Value: 2}, `LoadOrCompute("a", 2, call 0: Load("b") Contains("c") Finish) = 2, false`},
		{op{Kind: Retain, Present: set, Rules: []Rule[string, int]{{"a", remove}, {"b", Decision[int]{}}}}, result{Visits: one}, `Retain("a": Remove with 8, "b": Keep, others: Set 7) visits 1`},
		{op{Kind: Insert, Pairs: []Entry[string, int]{{"a", 1}, {"b", 2}}}, result{}, `Insert(2 pairs)`},
		{op{Kind: All, Exit: Stop, At: 2}, result{Visits: one}, `All(call 2: Stop) visits 1`},
		{op{Kind: Keys, Exit: Panic}, result{Exit: Panic, Panic: "boom", Visits: one}, `Keys(call 0: Panic) does panic with "boom"`},
		{op{Kind: Values, Exit: Goexit}, result{Exit: Goexit, Visits: one}, `Values(call 0: Goexit) does end the goroutine`},
		{op{Kind: Load, Key: "a", Exit: Panic}, result{Torn: "a torn string", OK: true}, `Load("a") returned a torn string`},
	} {
		require.Equal(t, test.want, test.r.Describe(test.op))
		call := test.op.String()
		require.True(t, strings.HasPrefix(test.want, call), call)
	}
}

// A program is printed with the comments that there are.
func TestProgramGoString(t *testing.T) {
	p := Program[int, string]{{Kind: Load, Key: 1}, {Kind: Clear}, {Kind: Store, Value: "a"}}
	require.Equal(t, `model.Program[int, string]{
	{Kind: model.Load, Key: 1},
	{Kind: model.Clear},
	{Kind: model.Store, Value: "a"},
}`, p.GoString())
	require.Equal(t, `model.Program[int, string]{
	{Kind: model.Load, Key: 1}, // first
	{Kind: model.Clear},
	{Kind: model.Store, Value: "a"},
}`, p.format([]string{"first", ""}))
	f := &Failure[int, string]{Program: p[:1], Results: []Result[int, string]{{OK: true}}, Reason: errStopped, Stacks: "where"}
	require.ErrorIs(t, f, errStopped)
	require.Equal(t, `model: Load(1) = "", true WRONG: `+errStopped.Error()+`

func TestCounterexample(t *testing.T) {
	model.Replay(t, newMap, model.Program[int, string]{
		{Kind: model.Load, Key: 1}, // Load(1) = "", true WRONG: `+errStopped.Error()+`
	})
}

where`, f.Error())
	f = &Failure[int, string]{Program: p, Results: f.Results, Reason: ErrHung}
	require.Contains(t, f.Error(), "model: Store(0, \"a\") WRONG: it hangs\n")
	require.Contains(t, f.Error(), "// Clear()\n")
}

// What cannot be written down is printed as such.
func TestLiteralOfOthers(t *testing.T) {
	require.Equal(t, "func()(nil)", literal[func()](nil))
	require.Equal(t, "func() /* a func() that cannot be written down */", strings.ReplaceAll(literal(func() {}), "(nil)", ""))
	require.Equal(t, "[]*int{nil, new(0)}", literal([]*int{nil, new(int)}))
	require.Equal(t, "struct { A int8; B float32; C uint8 }{A: 1, B: 2.5, C: 3}", literal(struct {
		A int8
		B float32
		C uint8
	}{1, 2.5, 3}))
	require.Equal(t, "[2]float32{1, 0}", literal([2]float32{1}))
	require.Equal(t, "[]int{}", literal([]int{}))
	require.Equal(t, "[2][]int{{}, nil}", literal([2][]int{{}, nil}))
	require.Equal(t, "float32(math.Float64frombits(0x7ff8000020000000))", literal(math.Float32frombits(math.Float32bits(float32(math.NaN()))^1)))
	require.Equal(t, "math.Inf(+1)", literal(math.Inf(1)))
	require.Equal(t, "model.Finish", literal(Finish))
}

// Values that only [Same] finds different, or that only it finds equal, of the types
// that it looks into.
func TestSameInside(t *testing.T) {
	negative := math.Copysign(0, -1)
	type parts struct {
		A []int
		B func()
		C map[int]int
		D complex64
	}
	f, g := func() {}, func() { t.Log() }
	m := map[int]int{}
	s := make([]int, 2, 3)
	base := parts{s, f, m, complex(1, 0)}
	require.True(t, Same(base, parts{s, f, m, complex(1, 0)}))
	for _, other := range []parts{
		{s[:2:2], f, m, 1}, {s[:1], f, m, 1}, {nil, f, m, 1}, {s[1:], f, m, 1}, {s, g, m, 1}, {s, nil, m, 1},
		{s, f, map[int]int{}, 1}, {s, f, m, complex(1, float32(negative))}, {s, f, m, 2},
	} {
		require.False(t, Same(base, other), "%v", other)
	}
	require.False(t, Same(complex(0, 1), complex(negative, 1)))
	require.True(t, Same([2]any{1, "a"}, [2]any{1, "a"}))
	require.False(t, Same([2]any{1, "a"}, [2]any{1, "b"}))
	require.False(t, Same[any](uint64(1), 1) || Same[any]("a", 1) || Same[any](1, uint64(1)))
	require.True(t, Same(float32(1), 1) && Same("a", "a") && Same(uint64(1), 1) && Same(1, 1))
	torn := *(*string)(unsafe.Pointer(&[2]uintptr{0, 7})) // which must not be looked at
	require.False(t, Same(torn, torn) || Same("a", torn) || Same(torn, "a"))
}

// plain says for which types == will do.
func TestPlain(t *testing.T) {
	set := func(add func()) { add() }
	var ints valueSet[struct{ A [2]int }]
	var floats valueSet[struct{ A [2]float32 }]
	var anys valueSet[any]
	var slices valueSet[[]int]
	set(func() {
		ints.add(struct{ A [2]int }{})
		floats.add(struct{ A [2]float32 }{})
		anys.add(1)
		slices.add(nil)
	})
	require.True(t, ints.counts != nil && ints.list == nil)
	require.True(t, floats.list != nil && anys.list != nil && slices.list != nil)
}

// The parts of an operation are left out one at a time.
func TestSimplifications(t *testing.T) {
	type (
		op   = Op[int, int]
		rule = Rule[int, int]
		pair = Entry[int, int]
	)
	set := Decision[int]{flatmap.Set, 7}
	a, b := op{Kind: Load}, op{Kind: Clear}
	for _, test := range []struct {
		op   op
		want []op
	}{
		{op{Kind: Load, Key: 1, Value: 2}, nil},
		{op{Inner: []op{a, b}}, []op{{Inner: []op{b}}, {Inner: []op{a}}}},
		{op{Rules: []rule{{1, set}, {2, set}}}, []op{{Rules: []rule{{2, set}}}, {Rules: []rule{{1, set}}}}},
		{op{Pairs: []pair{{1, 2}, {3, 4}}}, []op{{Pairs: []pair{{3, 4}}}, {Pairs: []pair{{1, 2}}}}},
		{op{Present: set}, []op{{}}},
		{op{Absent: set}, []op{{}}},
		{op{Exit: Panic, At: 2}, []op{{At: 2}, {Exit: Panic, At: 1}}},
		{op{At: 1}, []op{{}}},
	} {
		require.Equal(t, test.want, simplifications(test.op))
	}
}

// slow is a map whose operations wait.
type slow struct {
	*Mutex[int, int]
	d time.Duration
}

func (m slow) Store(key, value int) { time.Sleep(m.d); m.Mutex.Store(key, value) }

// A program has the time that it is given, and is judged whatever it did before it was
// over.
func TestRunReports(t *testing.T) {
	p := Program[int, int]{{Kind: Store, Key: 1, Value: 2}, {Kind: Load, Key: 1}}
	newMap := func() Map[int, int] { return slow{NewMutex[int, int](), time.Millisecond} }
	require.Nil(t, run(newMap, p, time.Minute, Program[int, int]{{Kind: Len}}))
	wrong := func() Map[int, int] {
		m := NewMutex[int, int]()
		methods := MethodsOf[int, int](m)
		methods.Load = func(key int) (int, bool) { return 3, true }
		return Adapt(methods)
	}
	f := run(wrong, p, time.Minute, Program[int, int]{{Kind: Len}})
	require.NotNil(t, f)
	require.Equal(t, p, f.Program)
	require.Equal(t, []Result[int, int]{{}, {Value: 3, OK: true}}, f.Results)
	require.EqualError(t, f.Reason, "want the value 2")
	require.Empty(t, f.Stacks)
	f = run(func() Map[int, int] { return Adapt(Methods[int, int]{Load: NewMutex[int, int]().Load}) }, nil, time.Minute, Program[int, int]{{Kind: Load}})
	require.Nil(t, f)
}
