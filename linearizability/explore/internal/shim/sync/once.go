package sync

import "github.com/flatmap-go/flatmap/linearizability/explore"

// Once stands in for sync.Once.
type Once struct {
	done explore.Bool
	m    Mutex
}

// Do calls f if it is the first call of Do.
//
//go:noinline
func (o *Once) Do(f func()) {
	if !o.done.Load() {
		o.doSlow(f)
	}
}

func (o *Once) doSlow(f func()) {
	o.m.Lock()
	defer o.m.Unlock()
	if !o.done.Load() {
		defer o.done.Store(true)
		f()
	}
}

// OnceFunc returns a function that calls f when it is called first. If f panics, every
// call panics with the same value.
//
//go:noinline
func OnceFunc(f func()) func() {
	get := onceValues(func() (_, _ struct{}) { f(); return })
	return func() { get() }
}

// OnceValue returns a function that returns what the only call of f returned.
//
//go:noinline
//go:norace
func OnceValue[T any](f func() T) func() T {
	get := onceValues(func() (v T, _ struct{}) { v = f(); return })
	return func() T { v, _ := get(); return v }
}

// OnceValues returns a function that returns what the only call of f returned.
//
//go:noinline
//go:norace
func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) { return onceValues(f) }

// onceValues is OnceValues.
//
//go:noinline
//go:norace
func onceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) {
	var s struct {
		once  Once
		valid bool
		p     any
		v1    T1
		v2    T2
	}
	return func() (T1, T2) {
		s.once.Do(func() {
			defer func() {
				f = nil // so that what it refers to can be collected
				if !s.valid {
					s.p = recover()
					panic(s.p)
				}
			}()
			s.v1, s.v2 = f()
			s.valid = true
		})
		if !s.valid {
			panic(s.p)
		}
		return s.v1, s.v2
	}
}
