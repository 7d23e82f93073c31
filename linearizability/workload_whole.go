package linearizability

import (
	"runtime"
	"sync/atomic"

	"github.com/flatmap-go/flatmap/model"
)

// clearStorm: rounds that are short enough for the whole map to be the state of
// the search.
func clearStorm[K, V comparable](s *stage[K, V]) error {
	for range 4 {
		t := s.trial(3, 4)
		err := t.rounds(25, func() func(*worker[K, V]) {
			t.fill(s.rng.IntN(12))
			return func(w *worker[K, V]) {
				for range 4 {
					if w.number == 0 && w.rng.IntN(2) == 0 {
						w.Clear()
					} else {
						w.operate(w.pick(single), w.rng.IntN(4))
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

// sweepClear: a Clear that removes keys one after the other, for example a shard
// at a time, shows only to a goroutine that finds one key absent and then another
// key present, within the fraction of a microsecond that the Clear takes.
func sweepClear[K, V comparable](s *stage[K, V]) error {
	const duels, keys, maxLoads = 60, 8, 24
	t := s.trial(2, keys)
	var gate gate
	var looking, cleared [duels]atomic.Bool
	err := t.round(func(w *worker[K, V]) {
		defer gate.open() // so that the other one does not wait forever
		for i := range duels {
			if w.number == 0 {
				for k := range keys {
					w.Store(w.key(k), w.fresh())
				}
				gate.meet()
				await(func() bool { return looking[i].Load() || gate.opened.Load() })
				for range i % 41 * 16 {
					runtime.KeepAlive(w) // spin
				}
				w.Clear()
				cleared[i].Store(true)
			} else {
				gate.meet()
				first := w.rng.IntN(keys)
				for k := 0; k < maxLoads && !cleared[i].Load(); k++ {
					w.Load(w.key((first + k) % keys))
					looking[i].Store(true)
				}
			}
			gate.meet()
		}
	})
	if err != nil {
		return err
	}
	return t.finish()
}

// count: Len concurrently with writes, and without writes in the audit.
func count[K, V comparable](s *stage[K, V]) error {
	kinds := []model.Kind{model.Len, model.Len, model.Store, model.Delete, model.LoadAndDelete, model.Swap, model.LoadOrStore, model.Compute}
	for range 4 {
		t := s.trial(3, 5)
		t.fill(s.rng.IntN(12))
		err := t.rounds(25, func() func(*worker[K, V]) {
			return func(w *worker[K, V]) {
				for range 5 {
					w.operate(w.pick(kinds), w.rng.IntN(5))
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// whole: many short histories of everything, on empty maps and on maps that are
// about to grow. They are short so that the whole map can be the state of the
// search.
func whole[K, V comparable](s *stage[K, V]) error {
	kinds := append([]model.Kind{model.Clear, model.Clear, model.Len, model.Len, model.Range, model.All, model.Keys, model.Values, model.Insert, model.Retain}, single...)
	for range 60 {
		t := s.trial(3, 3)
		t.fill(s.rng.IntN(3) * s.rng.IntN(16))
		err := t.rounds(1, func() func(*worker[K, V]) {
			return func(w *worker[K, V]) {
				for range 4 {
					w.operate(w.pick(kinds), w.rng.IntN(3))
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}
