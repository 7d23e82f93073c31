package explore

import (
	"fmt"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// neighbors checks that each access of a word races with a plain write of its first
// and last byte, and not with one of the byte before or behind it.
func neighbors[W any](t *testing.T, name string, accesses ...func(x *W)) {
	type memory struct {
		before [8]byte
		x      W
		after  [8]byte
	}
	size := unsafe.Sizeof(*new(W))
	for i, access := range accesses {
		for _, plain := range []struct {
			at    int
			races bool
		}{{-1, false}, {0, true}, {int(size) - 1, true}, {int(size), false}} {
			at := int(unsafe.Offsetof(memory{}.x)) + plain.at
			p := Program[*memory, struct{}]{
				Setup: func() *memory { return new(memory) },
				Goroutines: [][]Call[*memory, struct{}]{
					{{Do: func(m *memory) struct{} { access(&m.x); return struct{}{} }}},
					{{Do: func(m *memory) struct{} { PlainWrite(unsafe.Add(unsafe.Pointer(m), at), 1); return struct{}{} }}},
				},
				AllowDeadlock: true,
			}
			r := Explore(t.Context(), p, Options{})
			is := fmt.Sprintf("access %d of %s, byte %d", i, name, plain.at)
			require.Equal(t, plain.races, r.Failure != nil, is)
			if plain.races {
				require.Equal(t, Race, r.Failure.Kind, is)
			}
		}
	}
}

type ofInteger[T any] interface {
	Load() T
	Store(T)
	Swap(T) T
	Add(T) T
	And(T) T
	Or(T) T
	CompareAndSwap(old, to T) bool
}

// integers checks neighbors for an integer type.
func integers[W any, T int32 | int64 | uint32 | uint64 | uintptr, P interface {
	*W
	ofInteger[T]
}](t *testing.T, name string) {
	neighbors(t, name,
		func(x *W) { P(x).Load() },
		func(x *W) { P(x).Store(1) },
		func(x *W) { P(x).Swap(1) },
		func(x *W) { P(x).Add(1) },
		func(x *W) { P(x).And(1) },
		func(x *W) { P(x).Or(1) },
		func(x *W) { P(x).CompareAndSwap(0, 1) },
		func(x *W) { P(x).CompareAndSwap(1, 2) })
}

// The goal: an atomic access is of the bytes of its word, and of no others.
func TestWidths(t *testing.T) {
	integers[Int32, int32](t, "Int32")
	integers[Int64, int64](t, "Int64")
	integers[Uint32, uint32](t, "Uint32")
	integers[Uint64, uint64](t, "Uint64")
	integers[Uintptr, uintptr](t, "Uintptr")
	neighbors(t, "Bool",
		func(x *Bool) { x.Load() },
		func(x *Bool) { x.Store(true) },
		func(x *Bool) { x.Swap(true) },
		func(x *Bool) { x.CompareAndSwap(false, true) },
		func(x *Bool) { x.CompareAndSwap(true, false) })
	neighbors(t, "Pointer",
		func(x *Pointer[int]) { x.Load() },
		func(x *Pointer[int]) { x.Store(new(int)) },
		func(x *Pointer[int]) { x.Swap(new(int)) },
		func(x *Pointer[int]) { x.CompareAndSwap(nil, new(int)) })
	neighbors(t, "Uint64 with bits",
		func(x *Uint64) { x.LockBits(1) },
		func(x *Uint64) { x.WaitClear(1) })
	neighbors(t, "uintptr",
		func(x *uintptr) { LoadUintptr(x) },
		func(x *uintptr) { StoreUintptr(x, 1) },
		func(x *uintptr) { CompareAndSwapUintptr(x, 0, 1) })
	neighbors(t, "unsafe.Pointer",
		func(x *unsafe.Pointer) { LoadPointer(x) },
		func(x *unsafe.Pointer) { StorePointer(x, unsafe.Pointer(x)) },
		func(x *unsafe.Pointer) { CompareAndSwapPointer(x, nil, unsafe.Pointer(x)) })
}
