package stress

import (
	"runtime"

	"github.com/flatmap-go/flatmap/model"
)

// Where the keys of a storm start. Those below are other workloads' own.
const (
	stormBase = 1 << 16
	stormSize = 1 << 10
	maxStorms = 64 // more would change nothing, and come to numbers that values have no bits for
)

// storms returns how many storms are one for each processor.
func (s *session[K, V]) storms() int { return min(s.Procs, maxStorms) }

// storm fills the map with keys of its own and empties it again, so that it
// grows and shrinks under the feet of the others, and checks each of these
// keys as it goes. It leaves none.
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
				s.failf("key %d has its value number %d, not its last one, number %d", base+i, got, version)
			}
		}
		for i := range n {
			switch value, ok := s.remove(m, base+i); {
			case !ok:
				s.failf("key %d was lost before it was deleted", base+i)
			case s.version(base+i, value) != version:
				s.failf("key %d was deleted with an old value", base+i)
			}
			if _, ok := m.Load(s.key(base + i)); ok {
				s.failf("key %d is there after it was deleted", base+i)
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
