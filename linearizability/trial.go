package linearizability

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/flatmap-go/flatmap/internal/drive"
	"github.com/flatmap-go/flatmap/model"
)

// A stage is what one run of a workload uses.
type stage[K, V comparable] struct {
	*drive.Turn
	newMap func() model.Map[K, V]
	key    func(int) K
	value  func(int) V
	rng    *rand.Rand // of the workload itself, not of its workers
	check  func(History[K, V]) error
	plain  bool // callbacks do not panic
}

// together runs body in n goroutines, which begin as close together as possible,
// and waits for them. It returns the first error of the turn.
func (s *stage[K, V]) together(n int, body func(i int)) error {
	var ready atomic.Int32
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			s.Guard(func() {
				ready.Add(1)
				await(func() bool { return ready.Load() >= int32(n) })
				body(i)
			})
		})
	}
	wg.Wait()
	return s.Err()
}

// await spins until done returns true. Other goroutines bring that about soon.
func await(done func() bool) {
	for spins := 0; !done(); spins++ {
		if spins%64 == 63 {
			runtime.Gosched()
		}
	}
}

// A trial is one recorded history of a workload.
type trial[K, V comparable] struct {
	*stage[K, V]
	rec     *Recorder[K, V]
	workers []*worker[K, V]
	kinds   [model.Values + 1]bool // that the map supports
	used    int                    // keys 0 to used-1 are loaded by an audit
}

// trial begins a history with this number of workers. Their operations mostly use
// the keys with numbers below used.
func (s *stage[K, V]) trial(workers, used int) *trial[K, V] {
	m := drive.NewMap(&s.Failure, s.newMap)
	t := &trial[K, V]{stage: s, rec: NewRecorder(m), used: used}
	for _, kind := range model.Kinds() {
		t.kinds[kind] = model.Supports(t.rec.m, kind)
	}
	for i := range workers {
		t.workers = append(t.workers, &worker[K, V]{
			trial: t, Client: t.rec.Client(), number: i,
			rng: rand.New(rand.NewPCG(s.rng.Uint64(), uint64(i))),
		})
	}
	callers := func() (list []drive.Caller) {
		for _, w := range t.workers {
			list = append(list, w.caller())
		}
		return list
	}
	s.Callers.Store(&callers)
	return t
}

// round has all workers run body concurrently, and waits for them. A panic that
// does not come from a callback of the workload is an error.
func (t *trial[K, V]) round(body func(w *worker[K, V])) error {
	return t.together(len(t.workers), func(i int) { body(t.workers[i]) })
}

// rounds runs n rounds, each with an audit after it, and then checks the
// history. prepare gets the map ready for a round, and returns what the workers
// do.
func (t *trial[K, V]) rounds(n int, prepare func() func(*worker[K, V])) error {
	for range n {
		if err := t.round(prepare()); err != nil {
			return err
		}
		t.audit()
	}
	return t.finish()
}

// audit has the first worker read the whole content while no other worker runs.
// So the state is known after each round, and the history can be cut there.
func (t *trial[K, V]) audit() {
	w := t.workers[0]
	for i := range t.used {
		w.Load(t.key(i))
	}
	if t.kinds[model.Len] {
		w.Len()
	}
	w.Range(func(K, V) bool { return true })
}

// finish checks the history.
func (t *trial[K, V]) finish() error {
	h := t.rec.History()
	t.Histories.Add(1)
	t.Operations.Add(int64(len(h)))
	return t.check(h)
}
