package linearizability

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flatmap-go/flatmap/internal/drive"
	"github.com/flatmap-go/flatmap/internal/torn"
	"github.com/flatmap-go/flatmap/model"
)

// threads is how many workloads want many threads now, and GOMAXPROCS without them.
var threads struct {
	sync.Mutex
	users, before int
}

// manyThreads sets GOMAXPROCS so that the system stops some threads in the middle of
// what they do. It returns a function that sets it back, unless another workload in
// this process still wants it.
func manyThreads() func() {
	threads.Lock()
	defer threads.Unlock()
	if threads.users++; threads.users == 1 {
		threads.before = runtime.GOMAXPROCS(4 * runtime.NumCPU())
	}
	return func() {
		threads.Lock()
		defer threads.Unlock()
		if threads.users--; threads.users == 0 {
			runtime.GOMAXPROCS(threads.before)
		}
	}
}

// shake stops all goroutines at once, again and again, until over. Go resumes them in
// another order, so that some stay in the middle of a call while others run.
func shake(over *atomic.Bool) {
	var stats runtime.MemStats
	for !over.Load() {
		runtime.ReadMemStats(&stats) // stops the world
		runtime.Gosched()
	}
}

// A parcel is a key that one goroutine writes and another one deletes.
type parcel[K, V comparable] struct {
	m        model.Map[K, V]
	key      K
	gone     map[V]bool // values that were absent right after they were stored
	returned map[V]bool // by LoadAndDelete
}

// tokens: goroutines store values under separate keys, and other goroutines delete them.
// If a value is absent right after it was stored, LoadAndDelete must return it.
func tokens[K, V comparable](s *stage[K, V]) error {
	const pairs, steps, limit = 3, 6000, 150 * time.Millisecond
	start := time.Now() // on a busy machine it takes longer
	defer manyThreads()()
	m := drive.NewMap(&s.Failure, s.newMap)
	var all [pairs]parcel[K, V]
	var left atomic.Int32
	var over atomic.Bool
	left.Store(pairs)
	for i := range all {
		all[i] = parcel[K, V]{m, s.key(i), make(map[V]bool), make(map[V]bool)}
	}
	err := s.together(2*pairs+1, func(i int) {
		switch {
		case i == 2*pairs:
			shake(&over)
			return
		case i >= pairs:
			for !over.Load() && s.Err() == nil {
				s.Fail(all[i-pairs].remove())
			}
			return
		}
		defer func() {
			if left.Add(-1) == 0 {
				over.Store(true)
			}
		}()
		for n := 0; n < steps && s.Err() == nil && time.Since(start) < limit; n++ {
			s.Fail(all[i].store(n, s.value(pairs*n+i+1)))
			s.Operations.Add(2)
		}
	})
	s.Histories.Add(1)
	if err != nil {
		return err
	}
	for i := range all {
		for value := range all[i].gone {
			if !all[i].returned[value] {
				key := shown(all[i].key)
				return fmt.Errorf("%w: after Store(%s, %s) or Swap, Load(%s) did not find it, but no LoadAndDelete returned it", ErrOwned, key, shown(value), key)
			}
		}
	}
	return nil
}

// store stores a value and looks for it.
func (t *parcel[K, V]) store(n int, value V) error {
	if n%4 == 0 && model.Supports(t.m, model.Swap) {
		t.m.Swap(t.key, value)
	} else {
		t.m.Store(t.key, value)
	}
	got, ok := t.m.Load(t.key)
	what := torn.Of(&got)
	switch {
	case what == "" && !ok:
		t.gone[value] = true
	case what == "" && got == value:
	default:
		if what == "" {
			what = shown(got)
		}
		return fmt.Errorf("%w: Load(%s) returned %s, true, want %s or nothing, since a goroutine has stored that, and the other only deletes",
			ErrOwned, shown(t.key), what, shown(value))
	}
	return nil
}

// remove deletes the value, and notes it.
func (t *parcel[K, V]) remove() error {
	value, ok := t.m.LoadAndDelete(t.key)
	what := torn.Of(&value)
	switch {
	case what != "":
		return fmt.Errorf("%w: LoadAndDelete(%s) returned %s", ErrOwned, shown(t.key), what)
	case ok && t.returned[value]:
		return fmt.Errorf("%w: LoadAndDelete(%s) returned %s, true twice, and it was stored once", ErrOwned, shown(t.key), shown(value))
	case ok:
		t.returned[value] = true
	}
	return nil
}
