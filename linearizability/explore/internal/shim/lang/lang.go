// Package lang is what the command explore rewrites statements and calls to that the
// language or the runtime would carry out unseen. On a goroutine that the explorer does
// not schedule, everything does what it stands in for.
//
// The callers are compiled with the compiler's flag -race. What is inlined into them, or
// instantiated there, would announce accesses of the explorer's; hence the directives.
package lang

import (
	"runtime"
	"time"

	"github.com/flatmap-go/flatmap/linearizability/explore"
	// The linker needs the functions that announce plain accesses.
	_ "github.com/flatmap-go/flatmap/linearizability/explore/internal/shim/race"
)

// Nop does nothing. Rewritten files mention it so that the import is used.
func Nop() {}

// Go stands in for the go statement.
//
//go:noinline
func Go(f func()) { explore.Go(f) }

// Gosched stands in for [runtime.Gosched]. Any other goroutine may run in any case.
//
//go:noinline
func Gosched() {
	if !explore.Active() {
		runtime.Gosched()
	}
}

// GoschedInLoop is Gosched where a loop is taken to wait for another goroutine.
//
//go:noinline
func GoschedInLoop() { explore.Yield() }

// Sleep stands in for [time.Sleep]. In an exploration, time does not pass.
//
//go:noinline
func Sleep(d time.Duration) {
	if !explore.Active() {
		time.Sleep(d)
	}
}

// SleepInLoop is Sleep where a loop is taken to wait for another goroutine.
//
//go:noinline
func SleepInLoop(d time.Duration) {
	if explore.Active() {
		explore.Yield()
	} else {
		time.Sleep(d)
	}
}

// processors is how many there are in an exploration, on any machine.
const processors = 2

// NumCPU stands in for [runtime.NumCPU].
//
//go:noinline
func NumCPU() int {
	if explore.Active() {
		return processors
	}
	return runtime.NumCPU()
}

// GOMAXPROCS stands in for [runtime.GOMAXPROCS].
//
//go:noinline
func GOMAXPROCS(n int) int {
	if explore.Active() {
		return processors
	}
	return runtime.GOMAXPROCS(n)
}

// SetFinalizer stands in for [runtime.SetFinalizer]. In an exploration, finalizers do not
// run: the collector's time is not the program's.
//
//go:noinline
func SetFinalizer(obj, finalizer any) {
	if explore.Active() {
		explore.Unseen("runtime.SetFinalizer: the finalizer does not run")
		return
	}
	runtime.SetFinalizer(obj, finalizer)
}

// ProcPin stands in for the runtime's procPin.
//
//go:noinline
func ProcPin() int { return 0 }

// ProcUnpin stands in for the runtime's procUnpin.
//
//go:noinline
func ProcUnpin() {}

// CanSpin stands in for the runtime's sync_runtime_canSpin.
//
//go:noinline
func CanSpin(int) bool { return false }

// DoSpin stands in for the runtime's sync_runtime_doSpin.
//
//go:noinline
func DoSpin() {}
