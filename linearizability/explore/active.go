package explore

import (
	"sync/atomic"

	"github.com/flatmap-go/flatmap/linearizability/explore/internal/self"
)

// here identifies the goroutine that runs, of those of a program. It is 0 when none of
// them runs, as in Setup and Check, and odd otherwise.
var here atomic.Uintptr

// enter makes here h. It does not return if the exploration was abandoned.
func (e *engine) enter(h uintptr) {
	if !here.CompareAndSwap(e.entered, h) {
		hang()
	}
	e.entered = h
}

// current is the engine that explores, if here is not 0.
var current atomic.Pointer[engine]

// active returns the engine if the calling goroutine is one of a program. It returns
// nil to all others, for which the types of this package are the real ones: those
// that were started elsewhere, finalizers, and the goroutine that runs Setup and Check.
//
//go:norace
func active() *engine {
	if h := here.Load(); h != 0 && h == self.Goroutine()|1 {
		return current.Load()
	}
	return nil
}

// alone identifies the goroutine that explores, which runs Setup and Check. It is 0
// if there is none, and odd otherwise.
var alone atomic.Uintptr

// isAlone reports whether the calling goroutine is in Setup or Check.
func isAlone() bool {
	a := alone.Load()
	return a != 0 && a == self.Goroutine()|1 && here.Load() == 0
}
