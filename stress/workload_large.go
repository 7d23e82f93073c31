package stress

import (
	"sync/atomic"
	"time"

	"github.com/flatmap-go/flatmap/model"
)

const (
	largeSize   = 1_000_000
	largeChunk  = 1 << 6 // after each it looks at the time: with a constant hash, a thousand take seconds
	largeBursts = 20     // for how many bursts the map grows
	largePeriod = 48     // turns of which one is large
)

// runLarge fills a map with a million entries, or with as many as there is time for. It
// looks for every one, iterates, deletes half of them, and looks again. A run does
// that in its first turn, and rarely after it.
func (s *session[K, V]) runLarge() {
	if s.larges.Add(1)%largePeriod != 1 {
		return
	}
	m := s.newMap()
	end := time.Now().Add(largeBursts * s.options.burst)
	n := s.chunks(largeSize, func(key int) { m.Store(s.key(key), s.value(key, 1)) }, func() bool { return time.Now().After(end) })
	s.auditLarge(m, n, 1)
	s.chunks(n, func(key int) {
		if key%2 == 1 {
			m.Delete(s.key(key))
		}
	}, func() bool { return false })
	s.auditLarge(m, n, 2)
}

// chunks has all processors call f with the numbers below n, until the session has
// failed or over returns true. It returns below which number f was called with all.
func (s *session[K, V]) chunks(n int, f func(int), over func() bool) int {
	var next, done atomic.Int64
	team := s.team()
	for range min(s.Procs, maxStorms) {
		team.add(func() {
			for s.Err() == nil && !over() {
				first := int(next.Add(largeChunk)) - largeChunk
				if first >= n {
					return
				}
				last := min(first+largeChunk, n)
				for key := first; key < last; key++ {
					f(key)
				}
				done.Add(int64(last - first))
			}
		})
	}
	team.wait()
	s.Operations.Add(done.Load())
	return int(done.Load()) // the chunks are taken in order, and each is finished
}

// auditLarge checks that the map has exactly the keys below n that step divides.
func (s *session[K, V]) auditLarge(m model.Map[K, V], n, step int) {
	s.chunks(n, func(key int) {
		switch value, ok := m.Load(s.key(key)); {
		case ok && key%step != 0:
			s.failf("in a map of %d entries, key %d is present, but it was deleted", n, key)
		case !ok && key%step == 0:
			s.failf("in a map of %d entries, key %d is lost", n, key)
		case ok:
			s.version(key, value)
		}
	}, func() bool { return false })
	seen := make([]bool, n)
	count := 0
	for key := range m.Range {
		switch k := s.number(key); {
		case k >= n || k%step != 0:
			s.failf("in a map of %d entries, an iteration yields key %d, which is not in it", n, k)
			return
		case seen[k]:
			s.failf("in a map of %d entries, an iteration yields key %d twice", n, k)
			return
		default:
			seen[k] = true
			count++
		}
	}
	want := (n + step - 1) / step
	if count != want {
		s.failf("an iteration yields %d entries of %d", count, want)
	}
	if s.supports(model.Len) {
		if got := m.(model.Lener).Len(); got != want {
			s.failf("Len is %d, want %d", got, want)
		}
	}
}
