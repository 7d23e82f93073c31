package linearizability

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/flatmap-go/flatmap/internal/drive"
	"github.com/flatmap-go/flatmap/internal/torn"
	"github.com/flatmap-go/flatmap/model"
)

// A tenure is a time for which a key stays in a map, with one of two values.
type tenure[K, V comparable] struct {
	m        model.Map[K, V]
	contains model.Container[K] // nil if the map has none
	key      K
	a, b     V
}

// A lookout looks for the key of the current tenure without a pause.
type lookout[K, V comparable] struct {
	stage    *stage[K, V]
	start    time.Time
	current  atomic.Pointer[tenure[K, V]]
	over     atomic.Bool
	finished []paddedCount // batches of lookups, by goroutine
}

// limitOfMoves is for machines that are busy; as a rule the workload takes a few
// milliseconds.
const limitOfMoves = 200 * time.Millisecond

// A paddedCount has a cache line.
type paddedCount struct {
	atomic.Int64
	_ [56]byte
}

// moves: one goroutine stores and deletes other keys and rewrites one key, which
// moves that key in many maps. Others look for the key without a pause and record no
// history. Another goroutine stops the world again and again, so that lookups and
// writes stop anywhere in between. That finds maps in which a lookup misses a key that
// moves.
func moves[K, V comparable](s *stage[K, V]) error {
	const maps, tenures = 150, 16
	defer manyThreads()()
	l := &lookout[K, V]{stage: s, start: time.Now(), finished: make([]paddedCount, 3)}
	err := s.together(2+len(l.finished), func(i int) {
		if i > len(l.finished) {
			shake(&l.over)
			return
		}
		if i > 0 {
			l.look(&l.finished[i-1])
			return
		}
		defer l.over.Store(true)
		for n := 0; n < maps && !l.late(); n++ {
			t := tenure[K, V]{m: drive.NewMap(&s.Failure, s.newMap)}
			if model.Supports(t.m, model.Contains) {
				t.contains = t.m.(model.Container[K])
			}
			for k := range tenures {
				t.key, t.a, t.b = s.key(k), s.value(2*k+1), s.value(2*k+2)
				neighbors := 1 + s.rng.IntN(12)
				if k == tenures-1 {
					neighbors = 1 + s.rng.IntN(300) // the table grows
				}
				if !l.late() {
					l.tenure(t, neighbors)
				}
			}
		}
	})
	s.Histories.Add(1)
	return err
}

// tenure stores a key, after some of its neighbors and before others, and has them
// come and go while it stays.
func (l *lookout[K, V]) tenure(t tenure[K, V], neighbors int) {
	s, m := l.stage, t.m
	before := s.rng.IntN(neighbors + 1)
	key := func(k int) K { return s.key(fillers + k) }
	for k := range before {
		m.Store(key(k), s.value(1))
	}
	m.Store(t.key, t.a)
	l.current.Store(&t)
	present := make([]bool, neighbors)
	for k := range before {
		present[k] = true
	}
	for range 4 * neighbors {
		k := s.rng.IntN(neighbors)
		if present[k] {
			m.Delete(key(k))
		} else {
			m.Store(key(k), s.value(1))
		}
		present[k] = !present[k]
		switch s.rng.IntN(8) {
		case 0:
			m.Store(t.key, t.a)
		case 1:
			m.Store(t.key, t.b)
		}
	}
	l.pass()
	l.current.Store(nil)
	m.Delete(t.key)
	for k := range neighbors {
		m.Delete(key(k))
	}
	s.Operations.Add(int64(2*before + 4*neighbors))
}

// pass waits until the lookups in progress have finished, or for a moment: on a busy
// machine they can take milliseconds.
func (l *lookout[K, V]) pass() {
	for i := range l.finished {
		f := &l.finished[i]
		before := f.Load()
		for spins := 0; f.Load() == before && spins < 2000; spins++ {
			if spins%64 == 63 {
				runtime.Gosched()
			}
		}
	}
}

// late reports whether the workload is to end.
func (l *lookout[K, V]) late() bool {
	return l.stage.Err() != nil || time.Since(l.start) > limitOfMoves
}

// look looks for keys until that is over, and fails if the key of the tenure is
// absent, or has a value that it does not get in the tenure.
func (l *lookout[K, V]) look(finished *paddedCount) {
	const batch = 8
	done := 0
	defer func() { l.stage.Operations.Add(int64(done)) }()
	for rounds := 0; !l.over.Load() && l.stage.Err() == nil; rounds++ {
		finished.Add(1)
		t := l.current.Load()
		if t == nil {
			if rounds%64 == 0 {
				runtime.Gosched()
			}
			continue
		}
		done += batch
		found, what := true, ""
		var value V
		if t.contains != nil && rounds%4 == 0 {
			for i := 0; i < batch && found; i++ {
				found = t.contains.Contains(t.key)
			}
			if !found {
				what = fmt.Sprintf("Contains(%s) = false", shown(t.key))
			}
		} else {
			for i := 0; i < batch && found; i++ {
				value, found = t.m.Load(t.key)
			}
			what = t.wrong(value, found)
		}
		if what != "" && l.current.Load() == t {
			l.stage.Fail(fmt.Errorf("%w: %s, want %s or %s, true: this key stays, while other keys are stored and deleted",
				ErrOwned, what, shown(t.a), shown(t.b)))
			return
		}
	}
}

// wrong says what a Load has returned, if that is wrong.
func (t *tenure[K, V]) wrong(value V, ok bool) string {
	if what := torn.Of(&value); what != "" {
		return fmt.Sprintf("Load(%s) returned %s", shown(t.key), what)
	}
	if !ok || value != t.a && value != t.b {
		return fmt.Sprintf("Load(%s) = %s, %t", shown(t.key), shown(value), ok)
	}
	return ""
}
