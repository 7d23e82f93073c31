//go:build amd64 || arm64

package self_test

import (
	"iter"
	"testing"
	"unsafe"

	"github.com/flatmap-go/flatmap/linearizability/explore/internal/self"
)

// The goal: goroutines that exist at the same time differ, and each stays the same.
func TestGoroutine(t *testing.T) {
	mine := self.Goroutine()
	other := make(chan uintptr)
	go func() { other <- self.Goroutine() }()
	if g := <-other; g == mine {
		t.Errorf("another goroutine has the same identity %#x", g)
	}
	next, stop := iter.Pull(func(yield func(uintptr) bool) {
		for yield(self.Goroutine()) {
		}
	})
	defer stop()
	first, _ := next()
	second, _ := next()
	if first == mine || first != second {
		t.Errorf("a coroutine of %#x has the identities %#x and %#x", mine, first, second)
	}
	if g := self.Goroutine(); g != mine {
		t.Errorf("the goroutine's identity was %#x, now it is %#x", mine, g)
	}
}

var sink *int

// Words on the stack and on the heap are distinguished.
func TestOnStack(t *testing.T) {
	var local int
	heap := new(int)
	sink = heap
	g := self.Goroutine()
	if addr := uintptr(unsafe.Pointer(&local)); !self.OnStack(g, addr) {
		t.Errorf("the local variable at %#x is not on the stack", addr)
	}
	if addr := uintptr(unsafe.Pointer(heap)); self.OnStack(g, addr) {
		t.Errorf("the variable on the heap at %#x is on the stack", addr)
	}
}
