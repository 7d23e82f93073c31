package linearizability

import (
	"runtime"

	"github.com/flatmap-go/flatmap/model"
)

var iterations = []model.Kind{model.Range, model.All, model.Keys, model.Values}

// iterate: slow iterations, over keys that stay all the time, keys that come
// and go, and enough new ones for the table to grow under the iteration.
func iterate[K, V comparable](s *stage[K, V]) error {
	for range 2 {
		t := s.trial(4, 12)
		for i := range 8 { // keys 0 to 3 stay
			t.workers[0].Store(t.key(i), t.workers[0].fresh())
		}
		err := t.rounds(4, func() func(*worker[K, V]) {
			size := s.rng.IntN(60)
			return func(w *worker[K, V]) {
				switch w.number {
				case 0, 1:
					for range 3 {
						w.operate(w.any(iterations), 0)
					}
				case 2:
					for range 30 {
						w.operate(w.any(single), 4+w.rng.IntN(8))
					}
					for i := range 4 {
						w.operate(model.Swap, i)
					}
				case 3:
					for i := range size {
						w.Store(w.key(fillers+i), w.fresh())
					}
					for i := range size {
						w.Delete(w.key(fillers + i))
						w.pause()
					}
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// callbacks: Compute and LoadOrCompute with yields in their functions, so that
// others arrive while they hold the entry.
func callbacks[K, V comparable](s *stage[K, V]) error {
	kinds := []model.Kind{model.Compute, model.Compute, model.LoadOrCompute, model.Load, model.Delete, model.Swap}
	for range 4 {
		t := s.trial(4, 2)
		err := t.rounds(12, func() func(*worker[K, V]) {
			grow := s.rng.IntN(3) == 0
			return func(w *worker[K, V]) {
				if w.number == 0 && grow {
					w.trial.fillAs(w, 30)
					return
				}
				for range 12 {
					w.operate(w.any(kinds), w.rng.IntN(2))
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// fillAs stores and deletes n keys that nothing else touches.
func (t *trial[K, V]) fillAs(w *worker[K, V], n int) {
	for i := range n {
		w.Store(t.key(fillers+i), w.fresh())
	}
	for i := range n {
		w.Delete(t.key(fillers + i))
	}
}

// retain: Retain decides about entries that others change, in tables that grow.
func retain[K, V comparable](s *stage[K, V]) error {
	for range 3 {
		t := s.trial(3, 6)
		err := t.rounds(8, func() func(*worker[K, V]) {
			size := s.rng.IntN(30)
			return func(w *worker[K, V]) {
				switch w.number {
				case 0:
					w.operate(model.Retain, 0)
					w.operate(model.Retain, 0)
				case 1:
					for range 12 {
						w.operate(w.any(single), w.rng.IntN(6))
					}
				case 2:
					w.trial.fillAs(w, size)
					w.operate(model.Insert, 0)
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// whole: many short histories of everything, from empty and from maps about to
// grow. They are short so that the whole map can be the state of the search.
func whole[K, V comparable](s *stage[K, V]) error {
	kinds := append([]model.Kind{model.Clear, model.Clear, model.Len, model.Len, model.Range, model.All, model.Keys, model.Values, model.Insert, model.Retain}, single...)
	for range 60 {
		t := s.trial(3, 3)
		t.fill(s.rng.IntN(3) * s.rng.IntN(16))
		err := t.rounds(1, func() func(*worker[K, V]) {
			return func(w *worker[K, V]) {
				for range 4 {
					w.operate(w.any(kinds), w.rng.IntN(3))
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// duel: two operations on one key, begun at the same moment but for a delay that
// sweeps from one being early to the other being early.
func duel[K, V comparable](s *stage[K, V]) error {
	const duels = 500
	t := s.trial(2, 1)
	key := t.key(0)
	var gate gate
	err := t.round(func(w *worker[K, V]) {
		defer gate.open() // so that the other does not wait in vain
		for i := range duels {
			if w.number == 0 {
				if w.rng.IntN(2) == 0 {
					w.Store(key, w.fresh())
				} else {
					w.Delete(key)
				}
			}
			kind := w.any(single)
			delay := (i%41 - 20) * 16
			if w.number == 1 {
				delay = -delay
			}
			gate.meet()
			for range delay {
				runtime.KeepAlive(w) // spin
			}
			w.operate(kind, 0)
			gate.meet()
			if w.number == 0 {
				w.Load(key)
			}
		}
	})
	if err != nil {
		return err
	}
	return t.finish()
}
