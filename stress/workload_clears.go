package stress

import (
	"sync/atomic"

	"github.com/flatmap-go/flatmap/model"
)

// A writer in runClears writes this many keys in turn, enough to make the map
// grow between two Clears.
const clearedKeys = 64

func (s *session[K, V]) unfitForClears() string {
	if !s.supports(model.Clear) {
		return "no Clear"
	}
	return ""
}

// runClears has goroutines store newer and newer versions, each under separate
// keys, while one goroutine clears the map. A version that was stored when a Clear
// began must be absent when it has returned. A goroutine that has stored a version
// finds that version or nothing.
func (s *session[K, V]) runClears() {
	m := s.newMap()
	stored := make([]atomic.Int64, min(2*s.Procs, stormBase/clearedKeys)) // the version that each writer has finished last
	team := s.team()
	for i := range stored {
		rng := s.rand(i)
		version := 0
		team.add(func() {
			s.until(rng, 2, func() {
				version++
				n := i*clearedKeys + version%clearedKeys
				m.Store(s.key(n), s.value(n, version))
				stored[i].Store(int64(version))
				if value, ok := m.Load(s.key(n)); ok {
					if got := s.version(n, value); got != version {
						s.failf("key %d has its value number %d right after Store of number %d", n, got, version)
					}
				}
			})
		})
	}
	team.add(func() {
		rng := s.rand(-1)
		before := make([]int, len(stored))
		s.until(rng, 1, func() {
			for range rng.IntN(4) {
				n := stormBase + rng.IntN(100)
				m.Store(s.key(n), s.value(n, 0)) // at any moment of a resize
			}
			for i := range stored {
				before[i] = int(stored[i].Load())
			}
			m.Clear()
			s.checkCleared(m, before)
		})
	})
	team.wait()
	if s.Err() == nil {
		m.Clear()
		s.audit(m, nil)
	}
}

// checkCleared fails if a version is present that was stored before a Clear.
func (s *session[K, V]) checkCleared(m model.Map[K, V], before []int) {
	check := func(n int, value V) {
		if n < stormBase && s.version(n, value) <= before[n/clearedKeys] {
			s.failf("key %d has a value from before the Clear", n)
		}
	}
	for i, version := range before {
		for back := range min(version, 4) { // the last versions
			n := i*clearedKeys + (version-back)%clearedKeys
			if value, ok := m.Load(s.key(n)); ok {
				check(n, value)
			}
		}
	}
	for key, value := range m.Range {
		check(s.number(key), value)
	}
	s.Operations.Add(int64(4 * len(before)))
}
