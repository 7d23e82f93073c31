package model

import (
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/internal/flatmap"
)

// changed returns a correct map of which change replaces some methods.
func changed[K comparable, V any](change func(m *Methods[K, V])) func() Map[K, V] {
	return func() Map[K, V] {
		methods := MethodsOf[K, V](NewMutex[K, V]())
		change(&methods)
		return Adapt(methods)
	}
}

// A torn key or value is reported, and replaced before anything looks at it.
func TestTorn(t *testing.T) {
	effort.Unshrunk(t)
	type op = Op[string, string]
	torn := *(*string)(unsafe.Pointer(&[2]uintptr{0, 7}))
	const says = "a torn string (length 7, no data)"
	shows := func(key, value string) func() Map[string, string] {
		return changed(func(m *Methods[string, string]) {
			m.Load = func(string) (string, bool) { return value, true }
			m.Range = func(f func(string, string) bool) { f(key, value) }
			m.Compute = func(_ string, f func(string, bool) (string, flatmap.Op)) (string, bool) {
				f(value, true)
				return "", false
			}
		})
	}
	for _, test := range []struct {
		newMap func() Map[string, string]
		op     op
	}{
		{shows("a", torn), op{Kind: Load}},
		{shows(torn, "a"), op{Kind: Range}},
		{shows("a", torn), op{Kind: Range}},
		{shows("a", torn), op{Kind: Compute}},
	} {
		r := Apply(test.newMap(), test.op)
		require.Equal(t, says, r.Torn)
		require.NotContains(t, append(r.Visits, Visit[string, string]{Value: r.Value}), torn)
		for _, v := range r.Visits {
			require.True(t, v.Key == "" || v.Key == "a")
			require.True(t, v.Value == "" || v.Value == "a")
		}
		require.Empty(t, r.Value)
		err := Check(test.newMap, WithKinds(test.op.Kind))
		require.ErrorContains(t, err, "it returned or showed "+says)
	}
}

// repeating calls functions several times, and LoadOrCompute its function in vain.
type repeating struct {
	*Mutex[int, int]
	says bool // that it does
}

func (m repeating) Compute(key int, f func(int, bool) (int, flatmap.Op)) (int, bool) {
	return m.Mutex.Compute(key, func(old int, loaded bool) (int, flatmap.Op) {
		f(old+1, !loaded)
		return f(old, loaded)
	})
}

func (m repeating) LoadOrCompute(key int, f func() int) (int, bool) {
	value := f()
	if actual, ok := m.Load(key); ok {
		return actual, true
	}
	return m.Mutex.LoadOrCompute(key, func() int { return value })
}

func (m repeating) RepeatsCallbacks() bool { return m.says }

// A map whose functions may be called again is right if it says so, or if the test does, and
// only then.
func TestRepeats(t *testing.T) {
	effort.Unshrunk(t)
	maps := map[bool]func() Map[int, int]{}
	for _, says := range []bool{false, true} {
		maps[says] = func() Map[int, int] { return repeating{NewMutex[int, int](), says} }
		require.Equal(t, says, Repeats(maps[says]()))
		require.Equal(t, says, Repeats(Vary(maps[says](), Variation{Without: []Kind{Len}})))
		require.True(t, Repeats(Vary(maps[says](), Variation{Repeats: true})))
	}
	require.False(t, Repeats[int, int](NewMutex[int, int]()))
	p := Program[int, int]{{Kind: Store, Key: 1, Value: 2}, {Kind: Compute, Key: 1, Inner: []Op[int, int]{{Kind: Load, Key: 1}}, Present: Decision[int]{flatmap.Set, 3}},
		{Kind: LoadOrCompute, Key: 1, Value: 4, Inner: []Op[int, int]{{Kind: Load, Key: 1}}}, {Kind: LoadOrCompute, Key: 2, Value: 5}}
	judged := func(newMap func() Map[int, int], opts ...Option) (text string) {
		tb := &fatal{TB: t}
		Replay(tb, newMap, p, opts...)
		return tb.text
	}
	require.Contains(t, judged(maps[false]), "the callback ran 2 times, want 1")
	require.Empty(t, judged(maps[true]))
	require.Empty(t, judged(maps[false], WithRepeatedCallbacks()))
	kinds := WithKinds(Load, Store, Delete, Range, Compute, LoadOrCompute)
	require.NoError(t, Check(maps[true], kinds, WithPlainCallbacks()))
	require.NoError(t, Check(maps[false], kinds, WithPlainCallbacks(), WithRepeatedCallbacks()))
	require.Error(t, Check(maps[false], kinds))
	// The last call counts, and only of these methods.
	wrong := changed(func(m *Methods[int, int]) {
		compute, each := m.Compute, m.Range
		m.Compute = func(key int, f func(int, bool) (int, flatmap.Op)) (int, bool) {
			return compute(key, func(old int, loaded bool) (int, flatmap.Op) {
				value, op := f(old, loaded)
				f(old+1, loaded)
				return value, op
			})
		}
		m.Range = func(f func(int, int) bool) {
			each(func(key, value int) bool { return f(key, value) && f(key, value) })
		}
	})
	require.Contains(t, judged(wrong, WithRepeatedCallbacks()), "the callback was shown 3, true, want 2, true")
	p = Program[int, int]{{Kind: Store, Key: 1, Value: 2}, {Kind: Range}}
	require.Contains(t, judged(wrong, WithRepeatedCallbacks()), "it yields 1 twice")
}

// A fatal test keeps why it ended, and what it logged.
type fatal struct {
	testing.TB
	text, log string
}

func (f *fatal) Fatal(args ...any) { f.text = args[0].(error).Error() }
func (f *fatal) Log(args ...any)   { f.log += args[0].(string) }

// Test fails if the map is wrong, and only then. What is left out is not looked at.
func TestTestFails(t *testing.T) {
	effort.Unshrunk(t)
	newMap := changed(func(m *Methods[int, int]) {
		m.Clear = func() {}
		m.Len = func() int { return 7 }
	})
	for _, test := range []struct {
		opts  []Option
		wrong bool
	}{
		{[]Option{WithoutMethods(Clear)}, true},
		{[]Option{WithoutMethods(Len)}, true},
		{[]Option{WithoutMethods(Clear, Len)}, false},
		{[]Option{WithoutMethods(Clear), WithoutMethods(Len)}, false},
	} {
		tb := &fatal{TB: t}
		Test(tb, newMap, test.opts...)
		require.Contains(t, tb.log, "verified: Load, Store")
		require.Contains(t, tb.log, "not verified, since the map does not have them: ")
		require.Equal(t, test.wrong, strings.HasPrefix(tb.text, "model: "))
	}
	tb := &fatal{TB: t}
	Test(tb, func() Map[int, int] { return NewSyncMap[int, int]() }, WithKinds(Load))
	require.Equal(t, "verified: Load\nnot verified, since the map does not have them: Len, Contains, Compute, LoadOrCompute, Retain, Insert, All, Keys, Values", tb.log)
}

// The methods of a map are those that it has, each under its own name.
func TestMethodsOf(t *testing.T) {
	whole := changed(func(*Methods[int, int]) {})
	Test(t, whole)
	for _, kind := range Kinds() {
		require.True(t, Supports(whole(), kind))
		without := MethodsOf(changed(func(m *Methods[int, int]) { m.drop(kind) })())
		for _, other := range Kinds() {
			require.Equal(t, other != kind, Supports(Adapt(without), other), "%v without %v", other, kind)
		}
	}
	few := Adapt(MethodsOf[int, int](NewSyncMap[int, int]()))
	for _, kind := range Kinds() {
		require.Equal(t, kind <= Clear, Supports(few, kind))
	}
}
