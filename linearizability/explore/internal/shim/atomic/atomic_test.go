package atomic_test

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability/explore"
	"github.com/flatmap-go/flatmap/linearizability/explore/internal/shim/atomic"
)

// The goal: every function does what its namesake does, outside of an exploration and in
// one, where each is one step.
func TestFunctions(t *testing.T) {
	do := func() (results []any) {
		note := func(x any) { results = append(results, x) }
		var i32 int32
		var i64 int64
		var u32 uint32
		var u64 uint64
		var up uintptr
		atomic.StoreInt32(&i32, 3)
		note(atomic.AddInt32(&i32, -5))
		note(atomic.SwapInt32(&i32, 6))
		note(atomic.CompareAndSwapInt32(&i32, 6, 7))
		note(atomic.AndInt32(&i32, 3))
		note(atomic.OrInt32(&i32, 8))
		note(atomic.LoadInt32(&i32))
		atomic.StoreInt64(&i64, 3)
		note(atomic.AddInt64(&i64, -5))
		note(atomic.SwapInt64(&i64, 6))
		note(atomic.CompareAndSwapInt64(&i64, 6, 7))
		note(atomic.AndInt64(&i64, 3))
		note(atomic.OrInt64(&i64, 8))
		note(atomic.LoadInt64(&i64))
		atomic.StoreUint32(&u32, 3)
		note(atomic.AddUint32(&u32, 5))
		note(atomic.SwapUint32(&u32, 6))
		note(atomic.CompareAndSwapUint32(&u32, 6, 7))
		note(atomic.AndUint32(&u32, 3))
		note(atomic.OrUint32(&u32, 8))
		note(atomic.LoadUint32(&u32))
		atomic.StoreUint64(&u64, 3)
		note(atomic.AddUint64(&u64, 5))
		note(atomic.SwapUint64(&u64, 6))
		note(atomic.CompareAndSwapUint64(&u64, 6, 7))
		note(atomic.AndUint64(&u64, 3))
		note(atomic.OrUint64(&u64, 8))
		note(atomic.LoadUint64(&u64))
		atomic.StoreUintptr(&up, 3)
		note(atomic.AddUintptr(&up, 5))
		note(atomic.SwapUintptr(&up, 6))
		note(atomic.CompareAndSwapUintptr(&up, 6, 7))
		note(atomic.AndUintptr(&up, 3))
		note(atomic.OrUintptr(&up, 8))
		note(atomic.LoadUintptr(&up))
		var p unsafe.Pointer
		a, b := unsafe.Pointer(&i32), unsafe.Pointer(&i64)
		atomic.StorePointer(&p, a)
		note(atomic.SwapPointer(&p, b) == a)
		note(atomic.CompareAndSwapPointer(&p, b, a))
		note(atomic.LoadPointer(&p) == a)
		return results
	}
	want := []any{
		int32(-2), int32(-2), true, int32(7), int32(3), int32(11),
		int64(-2), int64(-2), true, int64(7), int64(3), int64(11),
		uint32(8), uint32(8), true, uint32(7), uint32(3), uint32(11),
		uint64(8), uint64(8), true, uint64(7), uint64(3), uint64(11),
		uintptr(8), uintptr(8), true, uintptr(7), uintptr(3), uintptr(11),
		true, true, true,
	}
	require.Equal(t, want, do())
	var got []any
	r := explore.Explore(t.Context(), explore.Program[int, int]{
		Setup:      func() int { return 0 },
		Goroutines: [][]explore.Call[int, int]{{{Do: func(int) int { got = do(); return 0 }}}},
	}, explore.Options{})
	require.Nil(t, r.Failure, "%v", r)
	require.Equal(t, want, got)
	require.EqualValues(t, len(want)+6, r.Steps) // the Stores have no result
}
