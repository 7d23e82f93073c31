package stress

import (
	"math/rand/v2"
	"reflect"
	"runtime"
	"weak"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

func (s *session[K, V]) unfitForMemory() string {
	for i := range 16 {
		if s.keys.watch(s.key(i)) != nil || s.values.watch(s.value(i, 1)) != nil {
			return ""
		}
	}
	return "nothing to collect"
}

func (m *Maker[T]) watch(value T) []weak.Pointer[byte] {
	if m.Watch == nil {
		return nil
	}
	return m.Watch(value)
}

// runMemory stores values to which it keeps only weak pointers, disposes of them
// in one of several ways, and checks that the garbage collector frees them. The
// map grows in between, so that a table that stays reachable is detected by its
// values.
func (s *session[K, V]) runMemory() {
	rng := s.rand(0)
	s.until(rng, 1, func() {
		m := s.newMap()
		n := 1 + rng.IntN(1<<(1+rng.IntN(8)))
		watched, how := s.dispose(m, n, rng)
		s.settle(m)
		if alive := countAlive(watched); alive > 0 {
			s.failf("after %s of %d entries, %d of %d allocations are still reachable", how, n, alive, len(watched))
		}
		runtime.KeepAlive(m)
	})
}

// dispose stores n entries and disposes of them. It returns weak pointers to what
// must be collected, and the method that it has used. Only its own session holds on
// to keys that are pointers. It is not inlined, so that none of that stays on the
// caller's stack.
//
//go:noinline
func (s *session[K, V]) dispose(m model.Map[K, V], n int, rng *rand.Rand) (watched []weak.Pointer[byte], how string) {
	own := s.renewed()
	all := own.disposals()
	d := all[rng.IntN(len(all))]
	watched = own.fillWatched(m, n, d.keys)
	s.grow(m, rng.IntN(4*n))
	d.run(m, n, rng)
	return watched, d.name
}

// A disposal removes or replaces the values of the keys from 0 to n.
type disposal[K comparable, V any] struct {
	name string
	run  func(m model.Map[K, V], n int, rng *rand.Rand)
	keys bool // whether it removes the keys, too
}

func (s *session[K, V]) disposals() []disposal[K, V] {
	var all []disposal[K, V]
	add := func(kind model.Kind, run func(model.Map[K, V], int, *rand.Rand), keys bool) {
		if s.supports(kind) {
			all = append(all, disposal[K, V]{kind.String(), run, keys})
		}
	}
	each := func(f func(m model.Map[K, V], key K, value V)) func(model.Map[K, V], int, *rand.Rand) {
		return func(m model.Map[K, V], n int, rng *rand.Rand) {
			for _, i := range rng.Perm(n) {
				f(m, s.key(i), s.value(i, 2))
			}
		}
	}
	add(model.Clear, func(m model.Map[K, V], _ int, _ *rand.Rand) { m.Clear() }, true)
	add(model.Delete, each(func(m model.Map[K, V], key K, _ V) { m.Delete(key) }), true)
	add(model.LoadAndDelete, each(func(m model.Map[K, V], key K, _ V) { m.LoadAndDelete(key) }), true)
	add(model.Store, each(func(m model.Map[K, V], key K, value V) { m.Store(key, value) }), false)
	add(model.Swap, each(func(m model.Map[K, V], key K, value V) { m.Swap(key, value) }), false)
	if reflect.TypeFor[V]().Comparable() {
		add(model.CompareAndSwap, each(func(m model.Map[K, V], key K, value V) {
			old, _ := m.Load(key)
			m.CompareAndSwap(key, old, value)
		}), false)
		add(model.CompareAndDelete, each(func(m model.Map[K, V], key K, value V) {
			old, _ := m.Load(key)
			m.CompareAndDelete(key, old)
		}), true)
	}
	add(model.Compute, each(func(m model.Map[K, V], key K, value V) {
		m.(model.Computer[K, V]).Compute(key, func(V, bool) (V, flatmap.Op) { return value, flatmap.Remove })
	}), true)
	add(model.Retain, func(m model.Map[K, V], n int, _ *rand.Rand) {
		m.(model.Retainer[K, V]).Retain(func(key K, value *V) bool {
			i := s.number(key)
			*value = s.value(i, 3)
			return i%2 == 0
		})
	}, false)
	return all
}

// fillWatched stores values and returns weak pointers to them, and to their keys
// if keys is set. Nothing except the map keeps them. It is not inlined, so that
// none of them stays on the caller's stack.
//
//go:noinline
func (s *session[K, V]) fillWatched(m model.Map[K, V], n int, keys bool) (watched []weak.Pointer[byte]) {
	for i := range n {
		key, value := s.key(i), s.value(i, 1)
		watched = append(watched, s.values.watch(value)...)
		if keys {
			watched = append(watched, s.keys.watch(key)...)
		}
		m.Store(key, value)
	}
	s.Operations.Add(int64(2 * n))
	return watched
}

// grow stores n other entries.
func (s *session[K, V]) grow(m model.Map[K, V], n int) {
	for i := range n {
		m.Store(s.key(stormBase+i), s.value(stormBase+i, 1))
	}
}

// settle writes until a map that its writers resize must have finished. If these
// writes start another resize, the table is small.
func (s *session[K, V]) settle(m model.Map[K, V]) {
	for i := range 1000 {
		n := stormBase + stormSize*(1+i%7)
		m.Store(s.key(n), s.value(n, 1))
		m.Delete(s.key(n))
	}
}

// countAlive returns how many allocations are reachable after some collections.
func countAlive(watched []weak.Pointer[byte]) (alive int) {
	for range 8 {
		runtime.GC()
		alive = 0
		for _, p := range watched {
			if p.Value() != nil {
				alive++
			}
		}
		if alive == 0 {
			return 0
		}
	}
	return alive
}
