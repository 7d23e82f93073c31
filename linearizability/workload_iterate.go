package linearizability

import "github.com/flatmap-go/flatmap/model"

var iterations = []model.Kind{model.Range, model.All, model.Keys, model.Values}

// iterate: slow iterations over keys that stay all the time, keys that come and
// go, and enough new keys to make the table grow during the iteration.
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
						w.operate(w.pick(iterations), 0)
					}
				case 2:
					for range 30 {
						w.operate(w.pick(single), 4+w.rng.IntN(8))
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

// retain: Retain decides about entries that other goroutines change, in tables
// that grow.
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
						w.operate(w.pick(single), w.rng.IntN(6))
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
