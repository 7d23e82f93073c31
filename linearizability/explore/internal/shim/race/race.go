//go:build !race && (amd64 || arm64)

// Package race receives what the compiler announces of plain accesses, in packages
// that are compiled with -race, in a program that is linked without the race
// detector. It defines the functions of package runtime that such packages call.
package race

import (
	"unsafe"

	"github.com/flatmap-go/flatmap/linearizability/explore"
	"github.com/flatmap-go/flatmap/linearizability/explore/internal/self"
)

// access announces an access to size bytes at addr, unless they are on the stack of
// the running goroutine: no other goroutine has the address of those.
func access(addr, size uintptr, write bool) {
	if !explore.Active() || self.OnStack(self.Goroutine(), addr) {
		return
	}
	p := *(*unsafe.Pointer)(unsafe.Pointer(&addr))
	if write {
		explore.PlainWrite(p, size)
	} else {
		explore.PlainRead(p, size)
	}
}

// The compiler does not say how many bytes a single read or write has. Its first
// byte stands for them.

//go:linkname raceread runtime.raceread
func raceread(addr uintptr) { access(addr, 1, false) }

//go:linkname racewrite runtime.racewrite
func racewrite(addr uintptr) { access(addr, 1, true) }

//go:linkname racereadrange runtime.racereadrange
func racereadrange(addr, size uintptr) { access(addr, size, false) }

//go:linkname racewriterange runtime.racewriterange
func racewriterange(addr, size uintptr) { access(addr, size, true) }

//go:linkname racefuncenter runtime.racefuncenter
func racefuncenter(uintptr) {}

//go:linkname racefuncexit runtime.racefuncexit
func racefuncexit() {}
