package stress

import "github.com/flatmap-go/flatmap/model"

func (s *session[K, V]) unfitForCounts() string {
	if !s.supports(model.Len) {
		return "no Len"
	}
	return ""
}

// runCounts has goroutines store and delete the same few keys, and call Len. The map is
// almost empty, so that an entry that is counted only after another goroutine has
// deleted it makes the number negative: for a while if the system stops a goroutine
// before it counts.
func (s *session[K, V]) runCounts() {
	m := s.newMap()
	const keys = 3
	team := s.team()
	for i := range s.workers() {
		rng := s.rand(i)
		version := 0
		team.add(func() {
			s.until(rng, 2, func() {
				version++
				n := rng.IntN(keys)
				m.Store(s.key(n), s.value(n, version))
				m.Delete(s.key(rng.IntN(keys)))
				if n := m.(model.Lener).Len(); n < 0 {
					s.failf("Len is %d", n)
				}
			})
		})
	}
	team.wait()
	if s.Err() == nil {
		for n := range keys {
			m.Delete(s.key(n))
		}
		s.audit(m, nil)
	}
}
