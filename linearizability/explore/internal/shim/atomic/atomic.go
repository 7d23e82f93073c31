// Package atomic stands in for sync/atomic in rewritten code. The explorer schedules
// the accesses of the goroutines that it runs. For all others they are the real ones.
//
// Rewritten code announces its plain accesses. So that it does not announce those of
// the explorer, nothing here may be inlined into it.
package atomic

import (
	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// The types of sync/atomic.
type (
	Bool           = explore.Bool
	Int32          = explore.Int32
	Int64          = explore.Int64
	Uint32         = explore.Uint32
	Uint64         = explore.Uint64
	Uintptr        = explore.Uintptr
	Value          = explore.Value
	Pointer[T any] = explore.Pointer[T]
)
