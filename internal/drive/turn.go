package drive

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/flatmap-go/flatmap/model"
)

// ErrHung is wrapped by the error of a function that did not end in time.
var ErrHung = errors.New("the map hangs")

// ErrPanicked is wrapped by the error of a function that panicked.
var ErrPanicked = errors.New("the map panicked")

// errExited is the error of a function that ended its goroutine.
var errExited = errors.New("the map called runtime.Goexit")

// A Turn is one workload in progress with one setting.
type Turn struct {
	Failure
	Workload    int // its number
	Procs, GOGC int
	Seed        [2]uint64 // for its random numbers
	Histories   atomic.Int64
	Operations  atomic.Int64
	Panics      atomic.Int64 // callbacks that were made to panic, or to end their goroutine
	Judging     atomic.Bool  // the layer judges what the map did
	Callers     atomic.Pointer[func() []Caller]
	driven      bool // by a Runner
}

// A Failure keeps the first error of several goroutines.
type Failure struct{ first atomic.Pointer[error] }

// Fail keeps err, unless there is one already.
func (f *Failure) Fail(err error) {
	if err != nil {
		f.first.CompareAndSwap(nil, &err)
	}
}

// Err returns the first error, or nil.
func (f *Failure) Err() error {
	if err := f.first.Load(); err != nil {
		return *err
	}
	return nil
}

// Guard calls body, and fails if it panics or calls [runtime.Goexit].
func (f *Failure) Guard(body func()) {
	returned := false
	defer func() {
		if returned {
			return
		}
		if p := recover(); p != nil {
			f.Fail(fmt.Errorf("%w: %v\n%s", ErrPanicked, p, debug.Stack()))
		} else {
			f.Fail(errExited)
		}
	}()
	body()
	returned = true
}

// Within calls f in a goroutine. It returns an error with the stacks of the goroutines in
// the map if f does not end in time, as package patience measures it.
func Within(limit time.Duration, f func()) error { return new(Turn).within(limit, f) }

// Stacks returns the stacks of all goroutines.
func Stacks() string {
	b := make([]byte, 4<<20)
	return string(b[:runtime.Stack(b, true)])
}

// NewMap returns what newMap does, and fails if that is not an empty map.
func NewMap[K comparable, V any](f *Failure, newMap func() model.Map[K, V]) model.Map[K, V] {
	m := newMap()
	for key, value := range m.Range {
		f.Fail(fmt.Errorf("newMap returned a map that is not empty, as it must be each time: Range yields %v: %v", key, value))
		break
	}
	return m
}
