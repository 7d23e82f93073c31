package linearizability

import (
	"runtime"
	"sync/atomic"

	"github.com/flatmap-go/flatmap/model"
)

// A workload is a way to use a map that has proved to bring out faults.
type workload[K, V comparable] struct {
	name  string
	about string
	needs []model.Kind
	run   func(s *stage[K, V]) error
}

// workloads returns all of them, in the order in which they run.
func workloads[K, V comparable]() []workload[K, V] {
	return []workload[K, V]{
		{"hot", "all operations on a few keys", nil, hot[K, V]},
		{"resize", "the same while one goroutine fills and empties the map", nil, resize[K, V]},
		{"reinsert", "one key is deleted and inserted again and again, while others look", nil, reinsert[K, V]},
		{"clear", "Clear among few operations on few keys", []model.Kind{model.Clear}, clearStorm[K, V]},
		{"sweep", "Loads of key after key beside a Clear, with a swept delay", []model.Kind{model.Clear}, sweepClear[K, V]},
		{"count", "Len among insertions and deletions", []model.Kind{model.Len}, count[K, V]},
		{"iterate", "slow iterations over keys that stay, come and go", nil, iterate[K, V]},
		{"callbacks", "callbacks that yield and panic", []model.Kind{model.Compute}, callbacks[K, V]},
		{"retain", "Retain against everything else", []model.Kind{model.Retain}, retain[K, V]},
		{"whole", "short histories of all operations, Clear and Len and iterations included", nil, whole[K, V]},
		{"duel", "two operations on one key begin together, with a swept delay", nil, duel[K, V]},
		{"owned", "each goroutine compares keys of its own with a private map", nil, owned[K, V]},
		{"beside", "the map is filled and emptied beside one owned key", nil, beside[K, V]},
	}
}

// Workloads returns the names of the workloads and what they do, in the order
// in which they run.
func Workloads() (names, about []string) {
	for _, w := range workloads[int, int]() {
		names = append(names, w.name)
		about = append(about, w.about)
	}
	return names, about
}

// single are the operations on one key, the common ones more often.
var single = []model.Kind{
	model.Load, model.Load, model.Load, model.Contains, model.Store, model.Store, model.Swap, model.LoadOrStore,
	model.LoadAndDelete, model.Delete, model.Delete, model.CompareAndSwap, model.CompareAndDelete,
	model.LoadOrCompute, model.Compute, model.Compute,
}

// any returns one of kinds that the map supports: there must be one.
func (w *worker[K, V]) any(kinds []model.Kind) model.Kind {
	for {
		if kind := kinds[w.rng.IntN(len(kinds))]; w.kinds[kind] {
			return kind
		}
	}
}

// hot: C goroutines do everything to three keys. What is in the way of nobody
// before, up to forty keys, makes some of the insertions grow the table.
func hot[K, V comparable](s *stage[K, V]) error {
	for range 4 {
		t := s.trial(4, 3)
		t.fill(s.rng.IntN(40))
		err := t.rounds(12, func() func(*worker[K, V]) {
			return func(w *worker[K, V]) {
				for range 16 {
					w.operate(w.any(single), w.rng.IntN(3))
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// fillers are numbered from here, beyond the keys that operations meet on.
const fillers = 100

// fill stores n keys that nothing else touches.
func (t *trial[K, V]) fill(n int) {
	for i := range n {
		t.workers[0].Store(t.key(fillers+i), t.workers[0].fresh())
	}
}

// resize: one goroutine grows the map and shrinks it again, twice, while the
// others do everything to four keys. Every key of the growing one is a history
// of its own, with nobody to overlap it.
func resize[K, V comparable](s *stage[K, V]) error {
	for range 2 {
		t := s.trial(4, 4)
		err := t.rounds(3, func() func(*worker[K, V]) {
			size := 1 << (4 + s.rng.IntN(6))
			return func(w *worker[K, V]) {
				if w.number > 0 {
					for range 60 {
						w.operate(w.any(single), w.rng.IntN(4))
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

// reinsert: one key comes and goes, by every operation that can do so, while
// others load it and iterate.
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
						w.operate(w.any(looks), 0)
					} else {
						w.operate(w.any(changes), 0)
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

// clearStorm: rounds short enough for the whole map to be the state.
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
						w.operate(w.any(single), w.rng.IntN(4))
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

// sweepClear: a Clear that takes its keys one after the other, a shard at a time
// say, shows only to who finds one gone and then another still there, within the
// fraction of a microsecond that it takes.
func sweepClear[K, V comparable](s *stage[K, V]) error {
	const duels, keys, patience = 60, 8, 24
	t := s.trial(2, keys)
	var gate gate
	var looking, cleared [duels]atomic.Bool
	err := t.round(func(w *worker[K, V]) {
		defer gate.open() // so that the other does not wait in vain
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
				for k := 0; k < patience && !cleared[i].Load(); k++ {
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

// count: Len with writes about, and without in the audit.
func count[K, V comparable](s *stage[K, V]) error {
	kinds := []model.Kind{model.Len, model.Len, model.Store, model.Delete, model.LoadAndDelete, model.Swap, model.LoadOrStore, model.Compute}
	for range 4 {
		t := s.trial(3, 5)
		t.fill(s.rng.IntN(12))
		err := t.rounds(25, func() func(*worker[K, V]) {
			return func(w *worker[K, V]) {
				for range 5 {
					w.operate(w.any(kinds), w.rng.IntN(5))
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}
