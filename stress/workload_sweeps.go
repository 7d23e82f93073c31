package stress

import (
	"math/rand/v2"
	"runtime"

	"github.com/flatmap-go/flatmap/model"
)

// runSweeps has goroutines iterate slowly over a map in which most keys are deleted
// and stored all the time, so that an entry gets another place when it is stored
// again. No key may be yielded twice, keys that stay must be yielded, and every
// value must belong to its key. One iteration in four ends early: then its callback
// must not be called again, and no goroutine may be left.
func (s *session[K, V]) runSweeps() {
	m := s.newMap()
	n := 16 << s.rand(-1).IntN(6)
	for i := range n {
		m.Store(s.key(i), s.value(i, 1))
	}
	stay := n / 4
	team := s.team()
	for i := range s.Procs + 1 {
		rng := s.rand(i)
		version := 1
		team.add(func() {
			s.until(rng, 64, func() {
				for range 32 {
					version++
					key := stay + rng.IntN(n-stay)
					m.Delete(s.key(key))
					key = stay + rng.IntN(n-stay)
					m.Store(s.key(key), s.value(key, version))
				}
			})
		})
	}
	var kinds []model.Kind
	for _, kind := range []model.Kind{model.Range, model.All, model.Keys, model.Values} {
		if s.supports(kind) {
			kinds = append(kinds, kind)
		}
	}
	for i := range s.Procs {
		rng := s.rand(100 + i)
		team.add(func() {
			s.until(rng, 1, func() { s.sweep(m, kinds[rng.IntN(len(kinds))], stay, rng) })
		})
	}
	team.wait()
}

// sweep iterates once. The keys with numbers below stay are never deleted.
func (s *session[K, V]) sweep(m model.Map[K, V], kind model.Kind, stay int, rng *rand.Rand) {
	seen := make(map[int]bool)
	stayed := 0
	last := -1 // how many entries to visit
	if rng.IntN(4) == 0 {
		last = 1 + rng.IntN(stay)
	}
	visit := func(n int) (more bool) {
		if len(seen) == last {
			s.failf("%v calls its function again after it has returned false", kind)
		}
		if seen[n] {
			s.failf("%v yields key %d twice", kind, n)
		}
		seen[n] = true
		if n < stay {
			stayed++
		}
		if rng.IntN(8) == 0 {
			runtime.Gosched()
		}
		return len(seen) != last
	}
	pair := func(key K, value V) bool {
		n := s.number(key)
		s.version(n, value)
		return visit(n)
	}
	switch kind {
	case model.Keys:
		m.(model.Iterable[K, V]).Keys()(func(key K) bool { return visit(s.number(key)) })
	case model.Values:
		m.(model.Iterable[K, V]).Values()(func(value V) bool { return visit(s.numberOfValue(value)) })
	case model.All:
		m.(model.Iterable[K, V]).All()(pair)
	default:
		m.Range(pair)
	}
	if stayed < stay && len(seen) != last {
		s.failf("%v yields %d of %d keys that stay", kind, stayed, stay)
	}
	s.Operations.Add(int64(len(seen)))
}
