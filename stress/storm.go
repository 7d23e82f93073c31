package stress

import (
	"runtime"

	"github.com/flatmap-go/flatmap/model"
)

// The numbers of the keys of storms. Smaller numbers belong to the workloads.
const (
	stormBase = 1 << 16
	stormSize = 1 << 10
	maxStorms = 64 // more would not add load, and their keys would have too many bits
)

// storms returns how many storms to run: one for each processor.
func (s *session[K, V]) storms() int { return min(s.Procs, maxStorms) }

// storm repeatedly fills the map with separate keys and empties it again, so that
// it grows and shrinks while other goroutines use it. It checks each of its keys
// and leaves none.
func (s *session[K, V]) storm(m model.Map[K, V], id int) {
	rng := s.rand(1000 + id)
	base := stormBase + id*stormSize
	for version := 1; s.Err() == nil; version++ {
		n := 1 + rng.IntN(1<<(4+rng.IntN(7))) // mostly small: often, and few entries
		for i := range n {
			m.Store(s.key(base+i), s.value(base+i, version))
		}
		runtime.Gosched()
		for i := range n {
			value, ok := m.Load(s.key(base + i))
			if !ok {
				s.failf("key %d is lost", base+i)
				return
			}
			if got := s.version(base+i, value); got != version {
				s.failf("key %d has its value number %d, want the last one, number %d", base+i, got, version)
			}
		}
		for i := range n {
			switch value, ok := s.remove(m, base+i); {
			case !ok:
				s.failf("key %d was lost before it was deleted", base+i)
			case s.version(base+i, value) != version:
				s.failf("key %d was deleted with value number %d, want the last one, number %d", base+i, s.version(base+i, value), version)
			}
			if _, ok := m.Load(s.key(base + i)); ok {
				s.failf("key %d is present after it was deleted", base+i)
			}
			if s.over() && i < n-1 {
				for j := i + 1; j < n; j++ {
					m.Delete(s.key(base + j))
				}
				return
			}
		}
		s.Operations.Add(int64(4 * n))
		if s.over() {
			return
		}
	}
}

// remove removes a key and returns its value.
func (s *session[K, V]) remove(m model.Map[K, V], n int) (value V, ok bool) {
	if s.supports(model.LoadAndDelete) {
		return m.LoadAndDelete(s.key(n))
	}
	value, ok = m.Load(s.key(n))
	m.Delete(s.key(n))
	return value, ok
}
