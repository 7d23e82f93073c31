package atomic

import (
	"unsafe"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// The functions of sync/atomic are the methods of its types, and those types are bare
// words. The functions on an unsafe.Pointer are those of explore.

// LoadInt32 returns *addr.
//
//go:noinline
func LoadInt32(addr *int32) int32 {
	return (*explore.Int32)(unsafe.Pointer(addr)).Load()
}

// StoreInt32 sets *addr to val.
//
//go:noinline
func StoreInt32(addr *int32, val int32) {
	(*explore.Int32)(unsafe.Pointer(addr)).Store(val)
}

// SwapInt32 sets *addr to new and returns its old value.
//
//go:noinline
func SwapInt32(addr *int32, new int32) int32 {
	return (*explore.Int32)(unsafe.Pointer(addr)).Swap(new)
}

// CompareAndSwapInt32 sets *addr to new if it is old, and reports whether it did.
//
//go:noinline
func CompareAndSwapInt32(addr *int32, old, new int32) bool {
	return (*explore.Int32)(unsafe.Pointer(addr)).CompareAndSwap(old, new)
}

// AddInt32 adds delta to *addr and returns the sum.
//
//go:noinline
func AddInt32(addr *int32, delta int32) int32 {
	return (*explore.Int32)(unsafe.Pointer(addr)).Add(delta)
}

// AndInt32 clears the bits of *addr that mask lacks and returns the old value.
//
//go:noinline
func AndInt32(addr *int32, mask int32) int32 {
	return (*explore.Int32)(unsafe.Pointer(addr)).And(mask)
}

// OrInt32 sets the bits of mask in *addr and returns the old value.
//
//go:noinline
func OrInt32(addr *int32, mask int32) int32 {
	return (*explore.Int32)(unsafe.Pointer(addr)).Or(mask)
}

// LoadInt64 returns *addr.
//
//go:noinline
func LoadInt64(addr *int64) int64 {
	return (*explore.Int64)(unsafe.Pointer(addr)).Load()
}

// StoreInt64 sets *addr to val.
//
//go:noinline
func StoreInt64(addr *int64, val int64) {
	(*explore.Int64)(unsafe.Pointer(addr)).Store(val)
}

// SwapInt64 sets *addr to new and returns its old value.
//
//go:noinline
func SwapInt64(addr *int64, new int64) int64 {
	return (*explore.Int64)(unsafe.Pointer(addr)).Swap(new)
}

// CompareAndSwapInt64 sets *addr to new if it is old, and reports whether it did.
//
//go:noinline
func CompareAndSwapInt64(addr *int64, old, new int64) bool {
	return (*explore.Int64)(unsafe.Pointer(addr)).CompareAndSwap(old, new)
}

// AddInt64 adds delta to *addr and returns the sum.
//
//go:noinline
func AddInt64(addr *int64, delta int64) int64 {
	return (*explore.Int64)(unsafe.Pointer(addr)).Add(delta)
}

// AndInt64 clears the bits of *addr that mask lacks and returns the old value.
//
//go:noinline
func AndInt64(addr *int64, mask int64) int64 {
	return (*explore.Int64)(unsafe.Pointer(addr)).And(mask)
}

// OrInt64 sets the bits of mask in *addr and returns the old value.
//
//go:noinline
func OrInt64(addr *int64, mask int64) int64 {
	return (*explore.Int64)(unsafe.Pointer(addr)).Or(mask)
}

// LoadUint32 returns *addr.
//
//go:noinline
func LoadUint32(addr *uint32) uint32 {
	return (*explore.Uint32)(unsafe.Pointer(addr)).Load()
}

// StoreUint32 sets *addr to val.
//
//go:noinline
func StoreUint32(addr *uint32, val uint32) {
	(*explore.Uint32)(unsafe.Pointer(addr)).Store(val)
}

// SwapUint32 sets *addr to new and returns its old value.
//
//go:noinline
func SwapUint32(addr *uint32, new uint32) uint32 {
	return (*explore.Uint32)(unsafe.Pointer(addr)).Swap(new)
}

// CompareAndSwapUint32 sets *addr to new if it is old, and reports whether it did.
//
//go:noinline
func CompareAndSwapUint32(addr *uint32, old, new uint32) bool {
	return (*explore.Uint32)(unsafe.Pointer(addr)).CompareAndSwap(old, new)
}

// AddUint32 adds delta to *addr and returns the sum.
//
//go:noinline
func AddUint32(addr *uint32, delta uint32) uint32 {
	return (*explore.Uint32)(unsafe.Pointer(addr)).Add(delta)
}

// AndUint32 clears the bits of *addr that mask lacks and returns the old value.
//
//go:noinline
func AndUint32(addr *uint32, mask uint32) uint32 {
	return (*explore.Uint32)(unsafe.Pointer(addr)).And(mask)
}

// OrUint32 sets the bits of mask in *addr and returns the old value.
//
//go:noinline
func OrUint32(addr *uint32, mask uint32) uint32 {
	return (*explore.Uint32)(unsafe.Pointer(addr)).Or(mask)
}

// LoadUint64 returns *addr.
//
//go:noinline
func LoadUint64(addr *uint64) uint64 {
	return (*explore.Uint64)(unsafe.Pointer(addr)).Load()
}

// StoreUint64 sets *addr to val.
//
//go:noinline
func StoreUint64(addr *uint64, val uint64) {
	(*explore.Uint64)(unsafe.Pointer(addr)).Store(val)
}

// SwapUint64 sets *addr to new and returns its old value.
//
//go:noinline
func SwapUint64(addr *uint64, new uint64) uint64 {
	return (*explore.Uint64)(unsafe.Pointer(addr)).Swap(new)
}

// CompareAndSwapUint64 sets *addr to new if it is old, and reports whether it did.
//
//go:noinline
func CompareAndSwapUint64(addr *uint64, old, new uint64) bool {
	return (*explore.Uint64)(unsafe.Pointer(addr)).CompareAndSwap(old, new)
}

// AddUint64 adds delta to *addr and returns the sum.
//
//go:noinline
func AddUint64(addr *uint64, delta uint64) uint64 {
	return (*explore.Uint64)(unsafe.Pointer(addr)).Add(delta)
}

// AndUint64 clears the bits of *addr that mask lacks and returns the old value.
//
//go:noinline
func AndUint64(addr *uint64, mask uint64) uint64 {
	return (*explore.Uint64)(unsafe.Pointer(addr)).And(mask)
}

// OrUint64 sets the bits of mask in *addr and returns the old value.
//
//go:noinline
func OrUint64(addr *uint64, mask uint64) uint64 {
	return (*explore.Uint64)(unsafe.Pointer(addr)).Or(mask)
}

// LoadUintptr returns *addr.
//
//go:noinline
func LoadUintptr(addr *uintptr) uintptr {
	return (*explore.Uintptr)(unsafe.Pointer(addr)).Load()
}

// StoreUintptr sets *addr to val.
//
//go:noinline
func StoreUintptr(addr *uintptr, val uintptr) {
	(*explore.Uintptr)(unsafe.Pointer(addr)).Store(val)
}

// SwapUintptr sets *addr to new and returns its old value.
//
//go:noinline
func SwapUintptr(addr *uintptr, new uintptr) uintptr {
	return (*explore.Uintptr)(unsafe.Pointer(addr)).Swap(new)
}

// CompareAndSwapUintptr sets *addr to new if it is old, and reports whether it did.
//
//go:noinline
func CompareAndSwapUintptr(addr *uintptr, old, new uintptr) bool {
	return (*explore.Uintptr)(unsafe.Pointer(addr)).CompareAndSwap(old, new)
}

// AddUintptr adds delta to *addr and returns the sum.
//
//go:noinline
func AddUintptr(addr *uintptr, delta uintptr) uintptr {
	return (*explore.Uintptr)(unsafe.Pointer(addr)).Add(delta)
}

// AndUintptr clears the bits of *addr that mask lacks and returns the old value.
//
//go:noinline
func AndUintptr(addr *uintptr, mask uintptr) uintptr {
	return (*explore.Uintptr)(unsafe.Pointer(addr)).And(mask)
}

// OrUintptr sets the bits of mask in *addr and returns the old value.
//
//go:noinline
func OrUintptr(addr *uintptr, mask uintptr) uintptr {
	return (*explore.Uintptr)(unsafe.Pointer(addr)).Or(mask)
}

// LoadPointer returns *addr.
//
//go:noinline
func LoadPointer(addr *unsafe.Pointer) unsafe.Pointer { return explore.LoadPointer(addr) }

// StorePointer sets *addr to val.
//
//go:noinline
func StorePointer(addr *unsafe.Pointer, val unsafe.Pointer) { explore.StorePointer(addr, val) }

// SwapPointer sets *addr to new and returns its old value.
//
//go:noinline
func SwapPointer(addr *unsafe.Pointer, new unsafe.Pointer) unsafe.Pointer {
	return explore.SwapPointer(addr, new)
}

// CompareAndSwapPointer sets *addr to new if it is old, and reports whether it did.
//
//go:noinline
func CompareAndSwapPointer(addr *unsafe.Pointer, old, new unsafe.Pointer) bool {
	return explore.CompareAndSwapPointer(addr, old, new)
}
