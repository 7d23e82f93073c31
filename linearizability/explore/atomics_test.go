package explore_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// integer has the methods that sync/atomic's integers and this package's share.
type integer[T any] interface {
	Load() T
	Store(T)
	Swap(T) T
	CompareAndSwap(old, new T) bool
	Add(T) T
	And(T) T
	Or(T) T
}

type number interface {
	uint64 | uint32 | int64 | int32 | uintptr
}

// edit makes the same random edits of both, which must return the same values.
func edit[T number](t require.TestingT, ops []uint64, real, ours integer[T]) {
	for _, o := range ops {
		v := T(o >> 8)
		switch o % 7 {
		case 0:
			real.Store(v)
			ours.Store(v)
		case 1:
			require.Equal(t, real.Swap(v), ours.Swap(v))
		case 2:
			require.Equal(t, real.Add(v), ours.Add(v))
		case 3:
			require.Equal(t, real.And(v), ours.And(v))
		case 4:
			require.Equal(t, real.Or(v), ours.Or(v))
		case 5:
			old := real.Load()
			require.True(t, real.CompareAndSwap(old, v))
			require.True(t, ours.CompareAndSwap(old, v))
		case 6:
			old := real.Load() + 1
			require.False(t, real.CompareAndSwap(old, v))
			require.False(t, ours.CompareAndSwap(old, v))
		}
		require.Equal(t, real.Load(), ours.Load())
	}
}

func editAll(t require.TestingT, ops []uint64) {
	edit(t, ops, new(atomic.Uint64), new(explore.Uint64))
	edit(t, ops, new(atomic.Uint32), new(explore.Uint32))
	edit(t, ops, new(atomic.Int64), new(explore.Int64))
	edit(t, ops, new(atomic.Int32), new(explore.Int32))
	edit(t, ops, new(atomic.Uintptr), new(explore.Uintptr))
}

// The goal: the types behave like those of sync/atomic, explored or not.
func TestIntegers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ops := rapid.SliceOf(rapid.Uint64()).Draw(t, "ops")
		editAll(t, ops)
		p := program{Setup: newWords, Goroutines: [][]call{do(func(*words) string { editAll(t, ops); return "" })}}
		r := explore.Explore(t.Context(), p, explore.Options{})
		require.Nil(t, r.Failure)
		require.EqualValues(t, 1, r.Executions)
	})
}

// others uses the types and functions that are not integers.
func others() string {
	s := ""
	note := func(v ...any) { s += fmt.Sprintln(v...) }
	var b explore.Bool
	note(b.Load(), b.Swap(true), b.CompareAndSwap(false, true), b.CompareAndSwap(true, false), b.Load())
	b.Store(true)
	note(b.Load())

	x, y := new(int), new(int)
	var p explore.Pointer[int]
	note(p.Load() == nil, p.CompareAndSwap(x, y), p.CompareAndSwap(nil, x), p.Load() == x, p.Swap(y) == x)
	p.Store(nil)
	note(p.Load() == nil)

	var w uintptr
	explore.StoreUintptr(&w, 3)
	note(explore.LoadUintptr(&w), explore.CompareAndSwapUintptr(&w, 2, 4), explore.CompareAndSwapUintptr(&w, 3, 4), w)

	var q unsafe.Pointer
	explore.StorePointer(&q, unsafe.Pointer(x))
	note(explore.LoadPointer(&q) == unsafe.Pointer(x), explore.CompareAndSwapPointer(&q, nil, nil),
		explore.CompareAndSwapPointer(&q, unsafe.Pointer(x), unsafe.Pointer(y)), q == unsafe.Pointer(y))

	var m explore.Mutex
	m.Lock()
	note(m.TryLock())
	m.Unlock()
	note(m.TryLock())

	var u explore.Uint64
	note(u.LockBits(4), u.WaitClear(3), u.Load())
	explore.SpinStart()
	explore.PlainRead(unsafe.Pointer(&w), 8)
	explore.PlainWrite(unsafe.Pointer(&w), 8)
	explore.PlainWrite(unsafe.Pointer(&w), 0)
	explore.Name(unsafe.Pointer(&w), "w")
	return s
}

func TestOthers(t *testing.T) {
	const want = `false false false true false
true
true false true true true
true
3 false true 4
true false true true
false
true
0 4 4
`
	require.Equal(t, want, others())
	p := program{
		Setup:      newWords,
		Goroutines: [][]call{do(func(*words) string { return others() })},
		Check: func(_ *words, h history) error {
			require.Equal(t, want, h[0].Result)
			return fmt.Errorf("to see the names")
		},
	}
	f := failure(t, p, explore.Options{})
	require.Contains(t, f.Error(), "x0.CompareAndSwap(1, 0) = true")
}

// Outside of an exploration the types synchronize real goroutines.
func TestOutside(t *testing.T) {
	var (
		m    explore.Mutex
		lock explore.Uint64
		flag explore.Bool
		a, b int
		n    explore.Int64
		wg   sync.WaitGroup
	)
	for range 4 {
		wg.Go(func() {
			for !flag.Load() {
				explore.Spin()
			}
			for range 200 {
				m.Lock()
				a++
				m.Unlock()
				lock.LockBits(2)
				b++
				lock.And(^uint64(2))
				lock.WaitClear(1)
				n.Add(1)
			}
		})
	}
	flag.Store(true)
	wg.Wait()
	require.Equal(t, []int{800, 800, 800}, []int{a, b, int(n.Load())})
}
