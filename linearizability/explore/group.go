package explore

import "sync"

// A WaitGroup stands in for [sync.WaitGroup], and has its size and zero value. Wait is
// one step: a goroutine is not scheduled while its Wait would block.
type WaitGroup struct{ g sync.WaitGroup }

// The counter of a WaitGroup is in the upper half of its first word.
const (
	counterShift = 32
	counterMask  = 1<<64 - 1<<counterShift
)

// Add adds delta, which may be negative, to the counter. It panics if the counter
// becomes negative.
//
//go:noinline
func (g *WaitGroup) Add(delta int) {
	e := active()
	if e == nil {
		g.g.Add(delta)
		return
	}
	e.announce(opCount, addressOf(&g.g), 8, 0)
	old := peek(addressOf(&g.g), 8) & counterMask
	now := old + uint64(delta)<<counterShift
	e.wrote(old, now)
	if e.cutting && int64(now) < 0 {
		return // the execution is over
	}
	g.g.Add(delta)
}

// Done is Add(-1).
func (g *WaitGroup) Done() { g.Add(-1) }

// Wait waits until the counter is zero.
//
//go:noinline
func (g *WaitGroup) Wait() {
	e := active()
	if e == nil {
		if isAlone() && peek(addressOf(&g.g), 8)&counterMask != 0 {
			waitsAlone("Wait of a WaitGroup that is not done")
		}
		g.g.Wait()
		return
	}
	e.announce(opWaitGroup, addressOf(&g.g), 8, counterMask)
	e.read(0)
}

// Go calls f in a new goroutine, as [Go] does, and adds it to the group until f has
// returned.
//
//go:noinline
func (g *WaitGroup) Go(f func()) {
	g.Add(1)
	Go(func() {
		defer func() {
			// As in package sync, a goroutine that panics does not end the wait.
			if p := recover(); p != nil {
				panic(p)
			}
			g.Done()
		}()
		f()
	})
}
