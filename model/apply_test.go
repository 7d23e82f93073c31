package model

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

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

// A writer holds the others out as long as its callback runs, and gives every lock back
// however it ends.
func TestMutexLocks(t *testing.T) {
	m := NewMutex[int, int]()
	free := func() bool {
		writers, rw := m.writers.TryLock(), m.rw.TryLock()
		if writers {
			m.writers.Unlock()
		}
		if rw {
			m.rw.Unlock()
		}
		return writers && rw
	}
	inside := func() {
		require.False(t, m.writers.TryLock())
		require.True(t, m.rw.TryRLock(), "readers go on")
		m.rw.RUnlock()
	}
	for _, empty := range []bool{true, false} {
		for _, kind := range Kinds() {
			for _, exit := range []Exit{Finish, Panic, Goexit} {
				*m = Mutex[int, int]{}
				if !empty {
					m.Store(1, 2)
				}
				Apply(m, Op[int, int]{Kind: kind, Key: 1, Exit: exit, Pairs: []Entry[int, int]{{3, 4}}})
				require.True(t, free(), "%v %v", kind, exit)
			}
		}
	}
	m.Store(1, 2)
	m.Compute(1, func(int, bool) (int, flatmap.Op) { inside(); return 3, flatmap.Set })
	m.LoadOrCompute(5, func() int { inside(); return 3 })
	m.Retain(func(int, *int) bool { inside(); return true })
	m.write(func(*State[int, int]) { require.False(t, m.rw.TryRLock()) })
	keys := NewMutex[any, int]()
	require.Panics(t, func() { keys.Load([]int{}) })
	require.Panics(t, func() { keys.Store([]int{}, 1) })
	keys.Store(1, 1)
	require.Panics(t, func() { keys.Load([]int{}) })
	require.Equal(t, 1, keys.Len())

	// What another goroutine does has to wait.
	waits := func(begin func(call func()), call func()) {
		done := make(chan struct{})
		begin(func() {
			go func() { defer close(done); call() }()
			select {
			case <-done:
				t.Error("it does not wait")
			case <-time.After(5 * time.Millisecond):
			}
		})
		<-done
	}
	callback := func(call func()) {
		m.Compute(1, func(old int, _ bool) (int, flatmap.Op) { call(); return old, flatmap.Keep })
	}
	locked := func(call func()) { m.rw.Lock(); call(); m.rw.Unlock() }
	reading := func(call func()) { m.rw.RLock(); call(); m.rw.RUnlock() }
	for _, write := range []func(){m.Clear, func() { m.Store(3, 4) }, func() { m.Delete(3) }, func() { m.Retain(func(int, *int) bool { return true }) }} {
		waits(callback, write)
		waits(reading, func() { m.Store(6, 7); write() })
		waits(locked, write)
	}
	for _, read := range []func(){func() { m.Load(1) }, func() { m.Len() }, func() { m.Range(func(int, int) bool { return true }) }} {
		waits(locked, read)
	}
}

// Goroutines that use the map at the same time do not lose anything. (The race detector sees more.)
func TestMutexAtOnce(t *testing.T) {
	m := NewMutex[int, int]()
	done := make(chan struct{})
	for range 4 {
		go func() {
			defer func() { done <- struct{}{} }()
			for i := range 500 {
				m.Compute(0, func(old int, _ bool) (int, flatmap.Op) { return old + 1, flatmap.Set })
				m.Store(1+i%3, i)
				m.Delete(1 + (i+1)%3)
				m.Len()
				m.Load(2)
				for range m.All() {
					m.Contains(3)
				}
				m.Retain(func(int, *int) bool { return true })
				if i%100 == 0 {
					NewMutex[int, int]().Clear()
				}
			}
		}()
	}
	for range 4 {
		<-done
	}
	value, _ := m.Load(0)
	require.Equal(t, 2000, value)
}

// Retain keeps those of the odd entries that it should, with their new values.
func TestMutexRetainOdd(t *testing.T) {
	for removed := range 4 {
		m := NewMutex[float64, int]()
		want := map[int]bool{}
		for i := range 4 {
			m.Store(math.NaN(), i)
			if i != removed {
				want[10+i] = true
			}
		}
		m.Retain(func(_ float64, value *int) bool {
			*value += 10
			return *value != 10+removed
		})
		got := map[int]bool{}
		for value := range m.Values() {
			got[value] = true
		}
		require.Equal(t, want, got)
	}
}

// Every map must panic where a key or a value cannot be compared, in each method that
// takes one, and go on.
func TestCheckPanics(t *testing.T) {
	correct := func() Map[any, []int] { return NewMutex[any, []int]() }
	require.Nil(t, checkPanics(correct, Kinds(), time.Minute))
	for _, kind := range Kinds() {
		if !kind.SingleKey() {
			continue
		}
		for _, absent := range []bool{true, false} {
			newMap := func() Map[any, []int] {
				return &swallowing{Mutex: NewMutex[any, []int](), kind: kind, absent: absent}
			}
			f := checkPanics(newMap, Kinds(), time.Minute)
			require.NotNil(t, f, "%v %t", kind, absent)
			require.Equal(t, kind, f.Program[len(f.Program)-1].Kind)
			require.Contains(t, f.Reason.Error(), "want it to panic: the key []int{0} cannot be compared")
			require.Nil(t, checkPanics(newMap, slices.DeleteFunc(Kinds(), func(k Kind) bool { return k == kind || k == Store || k == Delete }), time.Minute))
		}
	}
	values := changed(func(m *Methods[int, []int]) {
		m.CompareAndDelete = func(int, []int) bool { return false }
	})
	f := checkPanics(values, []Kind{Load, Range, CompareAndSwap, CompareAndDelete}, time.Minute)
	require.NotNil(t, f)
	require.Equal(t, CompareAndDelete, f.Program[0].Kind)
	require.Nil(t, checkPanics(values, []Kind{Load, Range, CompareAndSwap}, time.Minute))
	require.Nil(t, checkPanics(changed(func(m *Methods[int, int]) { m.Load = nil }), []Kind{Store, Load}, time.Minute), "nothing can panic")
}

// swallowing does not panic in one method, either only if the map is empty or only if not.
type swallowing struct {
	*Mutex[any, []int]
	kind   Kind
	absent bool
}

func (m *swallowing) Supports(Kind) bool { return true }

func swallow[T any](m *swallowing, kind Kind, key any, call func() T) (result T) {
	if _, panics := compare(key, key); panics && kind == m.kind && (m.Len() == 0) == m.absent {
		return result
	}
	return call()
}

type found struct {
	value []int
	ok    bool
}

func pack(value []int, ok bool) found { return found{value, ok} }

func (m *swallowing) Load(key any) ([]int, bool) {
	f := swallow(m, Load, key, func() found { return pack(m.Mutex.Load(key)) })
	return f.value, f.ok
}
func (m *swallowing) Store(key any, value []int) {
	swallow(m, Store, key, func() found { m.Mutex.Store(key, value); return found{} })
}
func (m *swallowing) Delete(key any) {
	swallow(m, Delete, key, func() found { m.Mutex.Delete(key); return found{} })
}
func (m *swallowing) LoadOrStore(key any, value []int) ([]int, bool) {
	f := swallow(m, LoadOrStore, key, func() found { return pack(m.Mutex.LoadOrStore(key, value)) })
	return f.value, f.ok
}
func (m *swallowing) LoadAndDelete(key any) ([]int, bool) {
	f := swallow(m, LoadAndDelete, key, func() found { return pack(m.Mutex.LoadAndDelete(key)) })
	return f.value, f.ok
}
func (m *swallowing) Swap(key any, value []int) ([]int, bool) {
	f := swallow(m, Swap, key, func() found { return pack(m.Mutex.Swap(key, value)) })
	return f.value, f.ok
}
func (m *swallowing) CompareAndSwap(key any, old, new []int) bool {
	return swallow(m, CompareAndSwap, key, func() bool { return m.Mutex.CompareAndSwap(key, old, new) })
}
func (m *swallowing) CompareAndDelete(key any, old []int) bool {
	return swallow(m, CompareAndDelete, key, func() bool { return m.Mutex.CompareAndDelete(key, old) })
}
func (m *swallowing) Contains(key any) bool {
	return swallow(m, Contains, key, func() bool { return m.Mutex.Contains(key) })
}
func (m *swallowing) Compute(key any, f func([]int, bool) ([]int, flatmap.Op)) ([]int, bool) {
	r := swallow(m, Compute, key, func() found { return pack(m.Mutex.Compute(key, f)) })
	return r.value, r.ok
}
func (m *swallowing) LoadOrCompute(key any, f func() []int) ([]int, bool) {
	r := swallow(m, LoadOrCompute, key, func() found { return pack(m.Mutex.LoadOrCompute(key, f)) })
	return r.value, r.ok
}

// A test for rapid keeps what is reported as an error, and ends where it should.
func TestQuietTB(t *testing.T) {
	end := func(f func(tb *quietTB)) (tb *quietTB, returned bool) {
		tb = &quietTB{}
		done := make(chan struct{})
		go func() {
			defer close(done)
			f(tb)
			returned = true
		}()
		<-done
		return tb, returned
	}
	for _, test := range []struct {
		f                func(tb *quietTB)
		failed, returned bool
		log              []string
	}{
		{func(tb *quietTB) { tb.Helper(); tb.Log("a"); tb.Logf("b") }, false, true, nil},
		{func(tb *quietTB) { tb.Error("a", 1); tb.Errorf("b %d", 2) }, true, true, []string{"a1", "b 2"}},
		{func(tb *quietTB) { tb.Fail() }, true, true, []string{""}},
		{func(tb *quietTB) { tb.FailNow() }, true, false, []string{""}},
		{func(tb *quietTB) { tb.Fatal("a") }, true, false, []string{"a"}},
		{func(tb *quietTB) { tb.Fatalf("a %d", 1) }, true, false, []string{"a 1"}},
		{func(tb *quietTB) { tb.SkipNow() }, false, false, nil},
		{func(tb *quietTB) { tb.Skip("a") }, false, false, nil},
		{func(tb *quietTB) { tb.Skipf("a") }, false, false, nil},
	} {
		tb, returned := end(test.f)
		require.Equal(t, test.failed, tb.Failed())
		require.Equal(t, test.returned, returned)
		require.Equal(t, test.log, tb.log)
	}
	require.Greater(t, len((&quietTB{}).Name()), 255)
}

// shrunk returns what becomes of a program that ends with a Len, which is wrong if fails
// says so of the calls before it.
func shrunk(t *testing.T, p program, fails func(calls string) bool) program {
	t.Helper()
	newMap := changed(func(m *Methods[int, int]) {
		calls, load, compute := "", m.Load, m.Compute
		m.Load = func(key int) (int, bool) {
			calls += fmt.Sprintf(" %d.", key)
			return load(key)
		}
		m.Compute = func(key int, f func(int, bool) (int, flatmap.Op)) (int, bool) {
			calls += " compute"
			defer func() {
				if p := recover(); p != nil {
					calls += " panics"
					panic(p)
				}
			}()
			return compute(key, f)
		}
		m.Len = func() int {
			if fails(calls) {
				return -1
			}
			return len(maps.Collect(m.All()))
		}
	})
	c := checker[int, int]{newMap: newMap, options: newOptions(nil), smallest: &Failure[int, int]{Program: append(p, Op[int, int]{Kind: Len}), Reason: errors.New("want 0")}}
	c.shrink()
	last := len(c.smallest.Program) - 1
	require.Equal(t, Len, c.smallest.Program[last].Kind)
	require.EqualError(t, c.smallest.Reason, "want 0")
	return c.smallest.Program[:last]
}

// A program is shrunk until nothing can be left out, in whatever order.
func TestShrink(t *testing.T) {
	type op = Op[int, int]
	calls := func(calls string, of ...string) bool {
		return !slices.ContainsFunc(of, func(call string) bool { return !strings.Contains(calls, " "+call) })
	}
	var long program
	for key := range 60 {
		long = append(long, op{Key: key})
	}
	require.Equal(t, program{{Key: 7}, {Key: 31}, {Key: 59}}, shrunk(t, long, func(s string) bool { return calls(s, "7.", "31.", "59.") }))
	require.Equal(t, program{{Key: 3}}, shrunk(t, program{{Key: 1}, {Key: 2}, {Key: 3}}, func(s string) bool {
		return calls(s, "3.") && (calls(s, "1.") || !calls(s, "2.")) // the first can go only after the second
	}))
	ends := op{Kind: Compute, Key: 2, Exit: Panic, Inner: []op{{}, {Key: 9}}, Present: Decision[int]{Op: flatmap.Set}, Absent: Decision[int]{Op: flatmap.Remove}}
	require.Equal(t, program{{Kind: Compute, Key: 2, Inner: []op{{Key: 9}}}}, shrunk(t, program{{Key: 1}, ends}, func(s string) bool {
		return calls(s, "compute", "9.") && (calls(s, "1.") || !calls(s, "panics")) // the first can go only after a part of the second
	}))
}

// To shrink takes no longer than its budget.
func TestShrinkBudget(t *testing.T) {
	t.Parallel() // it waits
	var long program
	for key := range 400 {
		long = append(long, Op[int, int]{Key: key})
	}
	began := time.Now()
	shrunk(t, long, func(calls string) bool {
		time.Sleep(5 * time.Millisecond)
		return strings.Count(calls, ".") == len(long)
	})
	require.Less(t, time.Since(began), 3*time.Second)
}

type program = Program[int, int]

// Progress counts the programs, and their operations, one by one.
func TestProgress(t *testing.T) {
	var seen []Progress
	require.NoError(t, Check(func() Map[int, int] { return NewMutex[int, int]() }, WithKinds(Load), WithProgress(func(p Progress) { seen = append(seen, p) })))
	require.NotEmpty(t, seen)
	for i, p := range seen {
		require.Equal(t, i+1, p.Programs)
		require.True(t, i == 0 || p.Operations > seen[i-1].Operations)
	}
}

// The stacks of a hang are of the goroutine that hangs, and of those that the map has started.
func TestStacksOfMap(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	newMap := func() Map[int, int] {
		return stuck{NewMutex[int, int](), func() {
			go backgroundWork(release)
			runtime.Gosched()
			<-release
		}}
	}
	f := run(newMap, Program[int, int]{{Kind: Store}, {Kind: Load}}, 50*time.Millisecond, Program[int, int]{{Kind: Len}})
	require.ErrorIs(t, f, ErrHung)
	require.Equal(t, ErrHung.Error()+": no result after 50ms", f.Reason.Error())
	require.Len(t, f.Program, 2)
	require.Len(t, f.Results, 1)
	own, others, _ := strings.Cut(f.Stacks, "\n\n")
	require.Contains(t, own, "stuck.Load")
	require.Contains(t, others, "backgroundWork")
	require.NotContains(t, others, "stuck.Load")
}

func backgroundWork(release chan struct{}) { <-release }

// What programs are made of: every part of an operation varies, within its limits.
func TestProgramsVary(t *testing.T) {
	count := map[string]int{}
	note := func(what string, yes bool) {
		if yes {
			count[what]++
		}
	}
	fresh := rapid.IntRange(0, 1<<40)
	programs := Programs(fresh, fresh)
	for seed := range 100 {
		p := programs.Example(seed)
		keys := map[int]int{}
		for i, op := range p {
			if op.Kind.SingleKey() {
				keys[op.Key]++
			}
			note("old", op.Old != 0)
			note("rules", len(op.Rules) > 1)
			note("pairs", len(op.Pairs) > 5)
			note("at", op.At > 0)
			note("late", op.At > 5)
			note("inner", len(op.Inner) > 1)
			note("burst", i > 20 && op.Kind == Delete && p[i-1].Kind == Delete && p[i-2].Kind == Delete && p[i-3].Kind == Delete)
			require.LessOrEqual(t, len(op.Inner), 4)
			require.Empty(t, op.Rules[min(4, len(op.Rules)):])
			require.True(t, op.Kind.Iterates() || op.Exit != Stop)
			require.True(t, op.Kind.HasCallback() || op.Exit == Finish && op.Inner == nil && op.At == 0)
			for _, inner := range op.Inner {
				require.True(t, op.Kind.Iterates() || inner.Kind == Load || inner.Kind == Contains)
			}
		}
		for _, n := range keys {
			note("met", n > 2)
			note("new", n == 1)
		}
	}
	for _, what := range []string{"old", "rules", "pairs", "at", "late", "inner", "burst", "met", "new"} {
		require.Greater(t, count[what], 15, what)
	}
	longest := func(kinds ...Kind) (n int) {
		for seed := range 40 {
			p := Programs(fresh, fresh, kinds...).Example(seed)
			n = max(n, len(p))
			for _, op := range p {
				require.Contains(t, kinds, op.Kind)
			}
		}
		return n
	}
	require.Less(t, 2*longest(Load, Delete), longest(Load, Store, Delete), "only with Store are there bursts")
	plain := generator[int, int]{keys: fresh, values: fresh}.programs(Kinds())
	stops := 0
	for seed := range 30 {
		for _, op := range plain.Example(seed) {
			require.Empty(t, op.Inner)
			require.True(t, op.Exit == Finish || op.Exit == Stop && op.Kind.Iterates())
			if op.Exit == Stop {
				stops++
			}
		}
	}
	require.NotZero(t, stops)
	for seed := range 15 {
		for _, op := range Programs(fresh, rapid.Just([]int{1})).Example(seed) {
			require.True(t, op.Kind != CompareAndSwap && op.Kind != CompareAndDelete, "values cannot be compared")
		}
	}
	var kinds []Kind
	require.NoError(t, Check(changed(func(m *Methods[int, int]) {
		compute := m.Compute
		m.Compute = func(key int, f func(int, bool) (int, flatmap.Op)) (int, bool) {
			return compute(key, func(old int, ok bool) (int, flatmap.Op) {
				defer func() {
					if p := recover(); p != nil {
						t.Error("it panics")
						panic(p)
					}
				}()
				kinds = append(kinds, Compute)
				return f(old, ok)
			})
		}
	}), WithPlainCallbacks(), WithKinds(Store, Compute)))
	require.NotEmpty(t, kinds)
}

// What Any draws has all that is odd about a type.
func TestAnyVaries(t *testing.T) {
	ints, floats, texts := drawn[int](400), drawn[float64](400), drawn[string](800)
	for what, ok := range map[string]bool{
		"small":         has(ints, func(i int) bool { return i >= 0 && i < 8 }),
		"below 2^31":    has(ints, func(i int) bool { return i == 1<<31-1 || i == 1<<32-1 || i == 1<<53-1 }),
		"above 2^32":    has(ints, func(i int) bool { return i > 1<<32 && i < 1<<32+8 }),
		"negative":      has(ints, func(i int) bool { return i < 0 }),
		"payload":       has(floats, func(f float64) bool { return f != f && math.Float64bits(f) == math.Float64bits(math.NaN())^1 }),
		"large payload": has(floats, func(f float64) bool { return f != f && math.Float64bits(f) == math.Float64bits(math.NaN())^1<<40 }),
		"minus zero":    has(floats, func(f float64) bool { return f == 0 && math.Signbit(f) }),
		"long first":    has(texts, func(s string) bool { return len(s) == 101 && s[0] != 'x' }),
		"long last":     has(texts, func(s string) bool { return len(s) == 101 && s[100] != 'x' }),
		"longest":       has(texts, func(s string) bool { return len(s) >= 3000 && strings.Count(s, "x") == 3000 }),
		"bool":          len(drawn[bool](20)) == 20 && has(drawn[bool](20), func(b bool) bool { return b }) && has(drawn[bool](20), func(b bool) bool { return !b }),
		"nil pointer":   has(drawn[*int](50), func(p *int) bool { return p == nil }),
		"pointer":       has(drawn[*int](50), func(p *int) bool { return p != nil && *p != 0 }),
		"uint":          has(drawn[uint8](50), func(u uint8) bool { return u > 7 }),
		"real":          has(drawn[complex64](50), func(c complex64) bool { return real(c) != 0 && imag(c) == 0 }),
		"imag":          has(drawn[complex64](50), func(c complex64) bool { return real(c) == 0 && imag(c) != 0 }),
		"fields":        has(drawn[struct{ A, B int }](50), func(s struct{ A, B int }) bool { return s.A != 0 && s.B != 0 && s.A != s.B }),
		"nil":           has(drawn[any](200), func(a any) bool { return a == nil }),
		"typed nil":     has(drawn[any](200), func(a any) bool { p, ok := a.(*int); return ok && p == nil }),
		"held":          has(drawn[any](200), func(a any) bool { i, ok := a.(int); return ok && i != 0 }),
	} {
		require.True(t, ok, what)
	}
	lengths, arrays := map[int]int{}, [6]int{}
	for _, s := range drawn[[]int](200) {
		if s == nil {
			lengths[-1]++
			continue
		}
		lengths[len(s)]++
		require.Equal(t, len(s), cap(s))
	}
	require.Equal(t, []int{-1, 0, 1, 2, 3}, slices.Sorted(maps.Keys(lengths)))
	for _, a := range drawn[[6]int](50) {
		for i := range a {
			if a[i] != 0 {
				arrays[i]++
			}
		}
	}
	require.Zero(t, arrays[4])
	arrays[4] = 50
	require.Greater(t, slices.Min(arrays[:]), 20)
}

func drawn[T any](n int) (values []T) {
	for seed := range n {
		values = append(values, Any[T]().Example(seed))
	}
	return values
}

func has[T any](values []T, is func(T) bool) bool { return slices.ContainsFunc(values, is) }
