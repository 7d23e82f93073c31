// Package cover stands in for package sync/atomic in statements of the cover tool: its
// counters are not what is explored.
package cover

import "sync/atomic"

// AddUint32 is [atomic.AddUint32].
//
//go:noinline
func AddUint32(addr *uint32, delta uint32) uint32 { return atomic.AddUint32(addr, delta) }

// LoadUint32 is [atomic.LoadUint32].
//
//go:noinline
func LoadUint32(addr *uint32) uint32 { return atomic.LoadUint32(addr) }

// StoreUint32 is [atomic.StoreUint32].
//
//go:noinline
func StoreUint32(addr *uint32, val uint32) { atomic.StoreUint32(addr, val) }
