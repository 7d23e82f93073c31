package lang

import (
	"reflect"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// A Case is a case of a select.
type Case interface {
	try() bool // makes it happen, if it can without waiting
	ready() bool
	real() reflect.SelectCase
	received(v reflect.Value, ok bool)
}

// A RecvCase receives Value.
type RecvCase[T any] struct {
	c     <-chan T
	Value T
	OK    bool
}

// CaseRecv returns a case that receives from c.
//
//go:noinline
//go:norace
func CaseRecv[T any](c <-chan T) *RecvCase[T] { return &RecvCase[T]{c: c} }

//go:norace
func (r *RecvCase[T]) try() bool {
	if r.c == nil {
		return false
	}
	v, ok, done := toReceive(r.c).get(false)
	if done {
		r.Value, _ = v.(T)
		r.OK = ok
	}
	return done
}

//go:norace
func (r *RecvCase[T]) ready() bool {
	if r.c == nil {
		return false
	}
	h := toReceive(r.c)
	return len(h.items) > 0 || h.closed
}

//go:norace
func (r *RecvCase[T]) real() reflect.SelectCase {
	return reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(r.c)}
}

//go:norace
func (r *RecvCase[T]) received(v reflect.Value, ok bool) {
	if r.OK = ok; ok {
		reflect.ValueOf(&r.Value).Elem().Set(v)
	}
}

type sendCase[T any] struct {
	c chan<- T
	v T
}

// CaseSend returns a case that sends on c. The value is evaluated after the channel.
//
//go:noinline
//go:norace
func CaseSend[T any](c chan<- T) func(T) Case {
	return func(v T) Case { return &sendCase[T]{c, v} }
}

//go:norace
func (s *sendCase[T]) try() bool { return s.c != nil && toSend(s.c).put(s.v, false) }

//go:norace
func (s *sendCase[T]) ready() bool {
	return s.c != nil && (toSend(s.c).closed || toSend(s.c).room(false))
}

//go:norace
func (s *sendCase[T]) real() reflect.SelectCase {
	return reflect.SelectCase{Dir: reflect.SelectSend, Chan: reflect.ValueOf(s.c), Send: reflect.ValueOf(&s.v).Elem()}
}

//go:norace
func (*sendCase[T]) received(reflect.Value, bool) {}

// Select stands in for a select, and returns the number of the case that happens, or -1
// for the default. In an exploration it is the first that can.
//
//go:noinline
func Select(hasDefault bool, cases ...Case) int {
	if !explore.Active() {
		return realSelect(hasDefault, cases)
	}
	for {
		ready := 0
		for _, c := range cases {
			if c.ready() {
				ready++
			}
		}
		if ready > 1 {
			explore.Unseen("a select of which several cases could happen: only the first is explored")
		}
		for i, c := range cases {
			if c.try() {
				return i
			}
		}
		if hasDefault {
			return -1
		}
		explore.Yield()
	}
}

func realSelect(hasDefault bool, cases []Case) int {
	list := make([]reflect.SelectCase, len(cases), len(cases)+1)
	for i, c := range cases {
		list[i] = c.real()
	}
	if hasDefault {
		list = append(list, reflect.SelectCase{Dir: reflect.SelectDefault})
	}
	chosen, v, ok := reflect.Select(list)
	if chosen == len(cases) {
		return -1
	}
	cases[chosen].received(v, ok)
	return chosen
}
