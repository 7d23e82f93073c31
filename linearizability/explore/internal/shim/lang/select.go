package lang

import (
	"reflect"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// A Case is a case of a select.
type Case interface {
	explored() *explore.ChanCase
	happened(k *explore.ChanCase)
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
func (r *RecvCase[T]) explored() *explore.ChanCase { return &explore.ChanCase{Chan: toReceive(r.c)} }

//go:norace
func (r *RecvCase[T]) happened(k *explore.ChanCase) {
	r.Value, _ = k.Value.(T)
	r.OK = k.OK
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
func (s *sendCase[T]) explored() *explore.ChanCase {
	return &explore.ChanCase{Chan: toSend(s.c), Send: true, Value: s.v}
}

//go:norace
func (*sendCase[T]) happened(*explore.ChanCase) {}

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
	list := make([]*explore.ChanCase, len(cases))
	for i, c := range cases {
		list[i] = c.explored()
	}
	i := explore.Select(hasDefault, list...)
	if i >= 0 {
		cases[i].happened(list[i])
	}
	return i
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
