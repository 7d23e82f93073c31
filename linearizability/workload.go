package linearizability

import (
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

// fillers are numbered from here, beyond the keys that operations meet on.
const fillers = 100

// fill stores n keys that nothing else touches.
func (t *trial[K, V]) fill(n int) {
	for i := range n {
		t.workers[0].Store(t.key(fillers+i), t.workers[0].fresh())
	}
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

// A gate lets two goroutines meet. Its zero value is closed.
type gate struct {
	arrived atomic.Int64
	opened  atomic.Bool
}

// meet returns as soon as the other goroutine calls it as well.
func (g *gate) meet() {
	n := g.arrived.Add(1)
	n += n & 1 // how many there are once both are here
	await(func() bool { return g.arrived.Load() >= n || g.opened.Load() })
}

// open lets everybody pass from now on.
func (g *gate) open() { g.opened.Store(true) }
