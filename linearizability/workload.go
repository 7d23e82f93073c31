package linearizability

import (
	"sync/atomic"

	"github.com/flatmap-go/flatmap/internal/drive"
	"github.com/flatmap-go/flatmap/model"
)

// A workload is a way to use a map that has shown faults in maps.
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
		{"reinsert", "one key is deleted and inserted repeatedly, while other goroutines read it", nil, reinsert[K, V]},
		{"clear", "Clear among a few operations on few keys", []model.Kind{model.Clear}, clearStorm[K, V]},
		{"sweep", "Loads of key after key concurrently with a Clear, after a delay that varies", []model.Kind{model.Clear}, sweepClear[K, V]},
		{"count", "Len among insertions and deletions", []model.Kind{model.Len}, count[K, V]},
		{"iterate", "slow iterations over keys that stay and keys that come and go", nil, iterate[K, V]},
		{"callbacks", "callbacks that yield and panic", []model.Kind{model.Compute}, callbacks[K, V]},
		{"retain", "Retain concurrently with everything else", []model.Kind{model.Retain}, retain[K, V]},
		{"whole", "short histories of all operations, including Clear, Len and iterations", nil, whole[K, V]},
		{"duel", "two operations on one key that begin together, except for a delay that varies", nil, duel[K, V]},
		{"owned", "each goroutine writes separate keys and compares them with a private map", nil, owned[K, V]},
		{"races", "two operations on one key, again and again, without stamps", nil, races[K, V]},
		{"tokens", "values that one goroutine stores and another one deletes are counted", []model.Kind{model.LoadAndDelete}, tokens[K, V]},
		{"moves", "a key that stays is looked for without a pause, while keys next to it come and go", nil, moves[K, V]},
		{"lone", "one key stays while all others are stored and deleted repeatedly", nil, lone[K, V]},
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

// single are the operations on one key. Common ones are listed several times.
var single = []model.Kind{
	model.Load, model.Load, model.Load, model.Contains, model.Store, model.Store, model.Swap, model.LoadOrStore,
	model.LoadAndDelete, model.Delete, model.Delete, model.CompareAndSwap, model.CompareAndDelete,
	model.LoadOrCompute, model.Compute, model.Compute,
}

// pick returns one of kinds that the map supports. There must be one.
func (w *worker[K, V]) pick(kinds []model.Kind) model.Kind {
	for {
		if kind := kinds[w.rng.IntN(len(kinds))]; w.kinds[kind] {
			return kind
		}
	}
}

// fillers is the first number of keys that no two operations share.
const fillers = drive.Neighbors

// fill stores n keys that no other operation uses.
func (t *trial[K, V]) fill(n int) {
	for i := range n {
		t.workers[0].Store(t.key(fillers+i), t.workers[0].fresh())
	}
}

// fillAs stores and deletes n keys that no other operation uses.
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

// meet returns when the other goroutine has called it, too.
func (g *gate) meet() {
	n := g.arrived.Add(1)
	n += n & 1 // how many calls there are when both have arrived
	await(func() bool { return g.arrived.Load() >= n || g.opened.Load() })
}

// open makes all calls of meet return, from now on.
func (g *gate) open() { g.opened.Store(true) }
