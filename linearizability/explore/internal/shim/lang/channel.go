package lang

import (
	"unsafe"

	"github.com/flatmap-go/flatmap/linearizability/explore"
	"github.com/flatmap-go/flatmap/linearizability/explore/internal/hook"
)

// A channel is what a real one stands for in an exploration: its items are here, under a
// lock and a condition variable of the explorer's. All that is possible is possible, at
// the price of more steps than a channel has.
type channel struct {
	mu      explore.Mutex
	changed explore.Cond
	items   []*item
	cap     int
	waiting int // receivers that wait
	closed  bool

	// take makes a real receive, without waiting, from a channel that was not made in this
	// execution: code that is not seen may send and close. It is nil for others.
	take func() (v any, ok, done bool)
}

type item struct {
	value any
	taken bool
}

// channels are those of this execution. Goroutines of an exploration take turns, so it
// needs no lock.
var channels = map[unsafe.Pointer]*channel{}

func init() { hook.OnExecution(func() { clear(channels) }) }

//go:noinline
func register(c unsafe.Pointer, capacity int) *channel {
	h := &channel{cap: capacity}
	h.changed.L = &h.mu
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
		register(pointer(c), cap(c))
	}
	return c
}

//go:noinline
func lookup(c unsafe.Pointer) *channel { return channels[c] }

// toSend returns the channel behind c.
//
//go:norace
func toSend[T any](c chan<- T) *channel {
	if c == nil {
		Block()
	}
	h := lookup(pointer(c))
	if h == nil {
		h = register(pointer(c), cap(c))
		explore.Unseen("a send on a channel that was made before the exploration: code that is not rewritten does not receive it")
	}
	return h
}

// toReceive returns the channel behind c.
//
//go:norace
func toReceive[T any](c <-chan T) *channel {
	if c == nil {
		Block()
	}
	h := lookup(pointer(c))
	if h == nil {
		h = register(pointer(c), cap(c))
		h.take = func() (any, bool, bool) {
			select {
			case v, ok := <-c:
				return v, ok, true
			default:
				return nil, false, false
			}
		}
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
	var mu explore.Mutex
	mu.Lock()
	mu.Lock()
}

// room reports whether an item can be put, by a send that may wait or by one that may
// not.
func (h *channel) room(wait bool) bool {
	if h.cap > 0 {
		return len(h.items) < h.cap
	}
	return wait || h.waiting > len(h.items)
}

// put sends v. It reports false if it would have to wait and must not.
func (h *channel) put(v any, wait bool) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for !h.closed && !h.room(wait) {
		if !wait {
			return false
		}
		h.changed.Wait()
	}
	if h.closed {
		panic("send on closed channel")
	}
	i := &item{value: v}
	h.items = append(h.items, i)
	h.changed.Broadcast()
	if h.cap == 0 {
		for !i.taken && !h.closed {
			h.changed.Wait()
		}
		if !i.taken {
			panic("send on closed channel")
		}
	}
	return true
}

// get receives. It reports done == false if it would have to wait and must not.
func (h *channel) get(wait bool) (v any, ok, done bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(h.items) == 0 && !h.closed {
		if h.take != nil {
			if v, ok, done := h.take(); done {
				h.closed = !ok
				return v, ok, true
			}
		}
		if !wait {
			return nil, false, false
		}
		h.waiting++
		if h.cap == 0 {
			h.changed.Broadcast() // a select may send now
		}
		if h.take != nil {
			h.mu.Unlock()
			explore.Yield()
			h.mu.Lock()
		} else {
			h.changed.Wait()
		}
		h.waiting--
	}
	if len(h.items) == 0 {
		return nil, false, true
	}
	i := h.items[0]
	h.items = h.items[1:]
	i.taken = true
	h.changed.Broadcast()
	return i.value, true, true
}

func (h *channel) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		panic("close of closed channel")
	}
	h.closed = true
	h.changed.Broadcast()
}

func (h *channel) len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.cap == 0 {
		return 0
	}
	return len(h.items)
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
	return func(v T) { h.put(v, true) }
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
	v, ok, _ := toReceive(c).get(true)
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
		register(pointer(c), cap(c)).closed = true
		return
	}
	h.close()
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
		return h.len()
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
