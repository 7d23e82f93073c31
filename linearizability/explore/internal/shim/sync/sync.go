// Package sync stands in for package sync in rewritten code. The explorer schedules
// the goroutines that it runs. For all others the operations are the real ones, on the
// same words.
package sync

import (
	"sync"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// The types that make goroutines wait.
type (
	Locker    = sync.Locker
	Mutex     = explore.Mutex
	RWMutex   = explore.RWMutex
	WaitGroup = explore.WaitGroup
	Cond      = explore.Cond
	Map       = explore.SyncMap
)

// NewCond returns a Cond with Locker l.
//
//go:noinline
func NewCond(l Locker) *Cond { return explore.NewCond(l) }
