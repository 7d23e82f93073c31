package lang

import (
	"unsafe"

	"github.com/flatmap-go/flatmap/linearizability/explore"
	"github.com/flatmap-go/flatmap/linearizability/explore/internal/hook"
)

// channels are those of this execution. Goroutines of an exploration take turns, so it
// needs no lock.
var channels = map[unsafe.Pointer]*explore.Chan{}

func init() { hook.OnExecution(func() { clear(channels) }) }

// register lets a Chan stand for c, which was not made by rewritten code in this
// execution. poll may be nil.
//
//go:noinline
func register(c unsafe.Pointer, capacity int, poll func() (v any, ok, done bool)) *explore.Chan {
	h := explore.NewPolledChan(len(channels), capacity, poll)
	channels[c] = h
	return h
}

//go:norace
func pointer[C any](c C) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&c)) }

// MakeChan registers c, which has just been made.
//
//go:noinline
//go:norace
func MakeChan[C ~chan T, T any](c C) C {
	if explore.Active() {
		channels[pointer(c)] = explore.NewChan(cap(c))
	}
	return c
}

//go:noinline
func lookup(c unsafe.Pointer) *explore.Chan { return channels[c] }

// toSend returns what stands for c, or nil for nil.
//
//go:norace
func toSend[T any](c chan<- T) *explore.Chan {
	if c == nil {
		return nil
	}
	h := lookup(pointer(c))
	if h == nil {
		h = register(pointer(c), cap(c), nil)
		explore.Unseen("a send on a channel that was made before the exploration: code that is not rewritten does not receive it")
	}
	return h
}

// toReceive returns what stands for c, or nil for nil.
//
//go:norace
func toReceive[T any](c <-chan T) *explore.Chan {
	if c == nil {
		return nil
	}
	h := lookup(pointer(c))
	if h == nil {
		h = register(pointer(c), cap(c), func() (any, bool, bool) {
			select {
			case v, ok := <-c:
				return v, ok, true
			default:
				return nil, false, false
			}
		})
		explore.Unseen("a channel that was not made by rewritten code in this execution (as by package context): it is looked at when nothing else can run")
	}
	return h
}

// Block stands in for an empty select.
//
//go:noinline
func Block() {
	if !explore.Active() {
		select {}
	}
	explore.Select(false)
}

// Send stands in for a send. The value is evaluated after the channel.
//
//go:noinline
//go:norace
func Send[T any](c chan<- T) func(T) {
	if !explore.Active() {
		return func(v T) { c <- v }
	}
	h := toSend(c)
	return func(v T) { h.Send(v) }
}

// Recv stands in for a receive.
//
//go:noinline
//go:norace
func Recv[T any](c <-chan T) T {
	v, _ := Recv2(c)
	return v
}

// Recv2 stands in for a receive that reports whether it has received a value.
//
//go:noinline
//go:norace
func Recv2[T any](c <-chan T) (T, bool) {
	if !explore.Active() {
		v, ok := <-c
		return v, ok
	}
	v, ok := toReceive(c).Recv()
	t, _ := v.(T)
	return t, ok
}

// Close stands in for the builtin close.
//
//go:noinline
//go:norace
func Close[T any](c chan<- T) {
	if !explore.Active() || c == nil {
		close(c)
		return
	}
	h := lookup(pointer(c))
	if h == nil {
		close(c) // for code that is not rewritten, too
		h = register(pointer(c), cap(c), nil)
	}
	h.Close()
}

// LenChan stands in for the builtin len.
//
//go:noinline
//go:norace
func LenChan[T any](c <-chan T) int {
	if !explore.Active() || c == nil {
		return len(c)
	}
	if h := lookup(pointer(c)); h != nil {
		return h.Len()
	}
	return len(c)
}

// A ChanLoop receives until the channel is closed.
type ChanLoop[T any] struct{ c <-chan T }

// RangeChan begins a loop over c. The zero value gives the loop's variable its type.
//
//go:noinline
//go:norace
func RangeChan[T any](c <-chan T) (loop *ChanLoop[T], value T) { return &ChanLoop[T]{c}, value }

// Next receives a value, and reports whether the channel is still open.
//
//go:noinline
//go:norace
func (r *ChanLoop[T]) Next(value *T) bool {
	v, ok := Recv2(r.c)
	if ok && value != nil {
		*value = v
	}
	return ok
}
