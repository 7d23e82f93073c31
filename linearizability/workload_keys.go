package linearizability

import (
	"runtime"

	"github.com/flatmap-go/flatmap/model"
)

// hot: four goroutines do everything to three keys. Up to forty other keys, which
// are stored before, make some of the insertions grow the table.
func hot[K, V comparable](s *stage[K, V]) error {
	for range 4 {
		t := s.trial(4, 3)
		t.fill(s.rng.IntN(40))
		err := t.rounds(12, func() func(*worker[K, V]) {
			return func(w *worker[K, V]) {
				for range 16 {
					w.operate(w.pick(single), w.rng.IntN(3))
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// resize: one goroutine grows the map and shrinks it again, twice, while the
// others do everything to four keys. No other operation overlaps those on the
// keys that make it grow.
func resize[K, V comparable](s *stage[K, V]) error {
	for range 2 {
		t := s.trial(4, 4)
		err := t.rounds(3, func() func(*worker[K, V]) {
			size := 1 << (4 + s.rng.IntN(6))
			return func(w *worker[K, V]) {
				if w.number > 0 {
					for range 60 {
						w.operate(w.pick(single), w.rng.IntN(4))
					}
					return
				}
				for i := range size {
					w.Store(w.key(fillers+i), w.fresh())
				}
				for i := range size {
					w.remove(w.key(fillers + i))
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// reinsert: one key is stored and removed, by every operation that can do so,
// while another goroutine loads it and iterates.
func reinsert[K, V comparable](s *stage[K, V]) error {
	changes := []model.Kind{model.Store, model.Delete, model.LoadAndDelete, model.LoadOrStore, model.Swap, model.CompareAndDelete, model.Compute}
	looks := []model.Kind{model.Load, model.Load, model.Load, model.Contains, model.Range, model.All, model.Keys, model.Values}
	for range 4 {
		t := s.trial(3, 2)
		t.fill(s.rng.IntN(10))
		err := t.rounds(20, func() func(*worker[K, V]) {
			return func(w *worker[K, V]) {
				for range 8 {
					if w.number == 0 {
						w.operate(w.pick(looks), 0)
					} else {
						w.operate(w.pick(changes), 0)
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
// other operations arrive while they hold the entry.
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
					w.operate(w.pick(kinds), w.rng.IntN(2))
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// duel: two operations on one key begin at the same moment, except for a delay
// that varies from one being early to the other being early.
func duel[K, V comparable](s *stage[K, V]) error {
	const duels = 500
	t := s.trial(2, 1)
	key := t.key(0)
	var gate gate
	err := t.round(func(w *worker[K, V]) {
		defer gate.open() // so that the other one does not wait forever
		for i := range duels {
			if w.number == 0 {
				if w.rng.IntN(2) == 0 {
					w.Store(key, w.fresh())
				} else {
					w.Delete(key)
				}
			}
			kind := w.pick(single)
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
