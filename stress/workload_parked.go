package stress

import (
	"fmt"
	"math/rand/v2"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/internal/drive"
	"github.com/flatmap-go/flatmap/internal/patience"
	"github.com/flatmap-go/flatmap/model"
)

func (s *session[K, V]) unfitForParked() string {
	switch {
	case !s.options.parked:
		return "needs WithParkedWriters"
	case !s.supports(model.Compute):
		return "no Compute"
	}
	return ""
}

// runParked stops a writer inside of a callback, lets other writers wait for it,
// and has a reader read everything during that time.
func (s *session[K, V]) runParked() {
	rng := s.rand(0)
	s.until(rng, 1, func() {
		m := s.newMap()
		n := 1 + rng.IntN(1<<(1+rng.IntN(8))) // keys: at any moment of a resize
		for i := range n {
			m.Store(s.key(i), s.value(i, 1))
		}
		s.park(m, n, rng)
	})
}

// park does this once, on a map with n keys.
func (s *session[K, V]) park(m model.Map[K, V], n int, rng *rand.Rand) {
	inside, release := make(chan struct{}), make(chan struct{})
	stop := func() {
		close(inside)
		<-release
	}
	key := rng.IntN(n + 1) // the last is absent
	team := s.team()
	team.add(s.parker(m, key, rng.IntN(3), stop))
	for range 2 { // others wait for the same lock
		team.add(func() {
			<-inside
			m.Store(s.key(key), s.value(key, 3))
		})
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		<-inside
		s.Guard(func() { s.readAll(m, n, key) })
	}()
	go func() {
		defer close(release)
		limit := patience.NewTimer(s.options.Watchdog / 4) // before the watchdog
		defer limit.Stop()
		select {
		case <-read:
		case <-limit.C:
			s.Fail(fmt.Errorf("readers wait for a writer that is parked\n%s", drive.Stacks()))
		}
	}()
	team.wait()
	<-read
	if value, ok := m.Load(s.key(key)); !ok || s.version(key, value) != 3 {
		s.failf("Load(key %d) = %#v, %t, want value number 3", key, value, ok)
	}
	s.Operations.Add(int64(2 * n))
}

// parker returns a writer of a key that calls stop in a callback.
func (s *session[K, V]) parker(m model.Map[K, V], key, how int, stop func()) func() {
	switch {
	case how == 0 && s.supports(model.Retain):
		return func() {
			first := true
			m.(model.Retainer[K, V]).Retain(func(K, *V) bool {
				if first {
					stop()
				}
				first = false
				return true
			})
		}
	case how == 1 && s.supports(model.LoadOrCompute):
		return func() {
			called := false
			m.(model.LoadOrComputer[K, V]).LoadOrCompute(s.key(key), func() V {
				called = true
				stop()
				return s.value(key, 2)
			})
			if !called { // the key is there
				stop()
			}
		}
	}
	return func() {
		m.(model.Computer[K, V]).Compute(s.key(key), func(V, bool) (V, flatmap.Op) {
			stop()
			return s.value(key, 2), flatmap.Set
		})
	}
}

// readAll reads a map with n keys. A write of one of them is in progress.
func (s *session[K, V]) readAll(m model.Map[K, V], n, written int) {
	for i := range n {
		value, ok := m.Load(s.key(i))
		if !ok {
			s.failf("key %d is lost while a writer is parked", i)
		} else if got := s.version(i, value); got != 1 && i != written {
			s.failf("key %d has its value number %d, which was never stored", i, got)
		}
	}
	seen := 0
	for key, value := range m.Range {
		if i := s.number(key); i < n {
			s.version(i, value)
			seen++
		}
	}
	if seen != n {
		s.failf("an iteration yields %d of %d keys while a writer is parked", seen, n)
	}
}
