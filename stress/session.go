package stress

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flatmap-go/flatmap/internal/drive"
	"github.com/flatmap-go/flatmap/internal/torn"
	"github.com/flatmap-go/flatmap/model"
)

// A session is one workload running with one setting.
type session[K comparable, V any] struct {
	*core
	options *options
	makeMap func() model.Map[K, V]
	example model.Map[K, V] // to ask what it supports
	keys    Maker[K]
	values  Maker[V]
	larges  *atomic.Int64 // turns of runLarge
}

// newSession returns what the sessions of a run have in common.
func newSession[K comparable, V any](newMap func() model.Map[K, V], o *options) (s session[K, V], err error) {
	if s.keys, err = makerOf[K](o.keys, "WithKeys", true); err != nil {
		return s, err
	}
	if s.values, err = makerOf[V](o.values, "WithValues", false); err != nil {
		return s, err
	}
	unvaried := newMap
	newMap = func() model.Map[K, V] { return model.Vary(unvaried(), o.vary) }
	if err := model.Required(newMap()); err != nil {
		return s, err
	}
	s.options, s.makeMap, s.example, s.larges = o, newMap, newMap(), new(atomic.Int64)
	return s, nil
}

// renewed returns the session with keys that nothing else holds on to. A Maker that
// the caller has supplied stays.
func (s *session[K, V]) renewed() *session[K, V] {
	next := *s
	next.keys, _ = makerOf[K](s.options.keys, "WithKeys", true) // newSession has reported errors
	return &next
}

// newMap returns a new map, which must be empty.
func (s *session[K, V]) newMap() model.Map[K, V] { return drive.NewMap(&s.Failure, s.makeMap) }

// core is the part of a session that does not depend on its types.
type core struct {
	*drive.Turn
	deadline time.Time
}

// The number of a value has that of its key in the lower bits, and a version above.
const keyBits = 20

func valueNumber(key, version int) int {
	if key>>keyBits != 0 {
		panic("stress: the number of a key has more than 20 bits")
	}
	return version<<keyBits | key
}

func keyOf(value int) int { return value & (1<<keyBits - 1) }

func versionOf(value int) int { return value >> keyBits }

// key returns the key with the given number.
func (s *session[K, V]) key(n int) K { return s.keys.Make(n) }

// value returns a value of a key.
func (s *session[K, V]) value(key, version int) V { return s.values.Make(valueNumber(key, version)) }

// version returns the version of a value, which must be one of the given key.
func (s *session[K, V]) version(key int, value V) int {
	if what := torn.Of(&value); what != "" {
		s.failf("key %d has %s", key, what)
		return 0
	}
	n, ok := s.values.Number(value)
	if !ok {
		s.failf("key %d has a value that was never stored: %#v", key, value)
		return 0
	}
	if keyOf(n) != key {
		s.failf("key %d has a value of key %d: %#v", key, keyOf(n), value)
	}
	return versionOf(n)
}

// number returns the number of a key that an iteration has yielded.
func (s *session[K, V]) number(key K) int {
	if what := torn.Of(&key); what != "" {
		s.failf("an iteration yields %s as a key", what)
		return 0
	}
	n, ok := s.keys.Number(key)
	if !ok {
		s.failf("a key that was never stored: %#v", key)
	}
	return n
}

// supports reports whether the map has these methods.
func (s *session[K, V]) supports(kinds ...model.Kind) bool {
	for _, k := range kinds {
		if !model.Supports(s.example, k) {
			return false
		}
	}
	return true
}

// rand returns a source of random numbers for one goroutine.
func (s *core) rand(id int) *rand.Rand {
	return rand.New(rand.NewPCG(s.Seed[0], s.Seed[1]^uint64(id)<<48))
}

// over reports whether the session is to end.
func (s *core) over() bool { return s.Err() != nil || time.Now().After(s.deadline) }

// failf makes the session fail, which ends it.
func (s *core) failf(format string, args ...any) { s.Fail(fmt.Errorf(format, args...)) }

// A team is a number of goroutines that start together.
type team struct {
	core  *core
	start chan struct{}
	wg    sync.WaitGroup
}

func (s *core) team() *team { return &team{core: s, start: make(chan struct{})} }

// add adds a goroutine that runs f when wait is called.
func (t *team) add(f func()) {
	t.wg.Add(1)
	go func() {
		defer t.wg.Done()
		<-t.start
		t.core.Guard(f)
	}()
}

// wait starts the goroutines and waits for their end.
func (t *team) wait() {
	close(t.start)
	t.wg.Wait()
}

// until calls step until the session is over, at least once, and counts n
// operations each time. It yields once in sixteen calls.
func (s *core) until(rng *rand.Rand, n int, step func()) {
	for {
		step()
		s.Operations.Add(int64(n))
		if s.over() {
			return
		}
		if rng.IntN(16) == 0 {
			runtime.Gosched()
		}
	}
}

// workers returns how many goroutines to start. They are more than the processors.
func (s *core) workers() int { return 2*s.Procs + 1 }

// audit compares the content of a map that is not in use with the expected one,
// by the numbers of the keys.
func (s *session[K, V]) audit(m model.Map[K, V], want map[int]V) {
	seen := make(map[int]bool)
	for key, value := range m.Range {
		n := s.number(key)
		s.version(n, value)
		if seen[n] {
			s.failf("at the end, an iteration yields key %d twice", n)
		}
		seen[n] = true
		if v, ok := want[n]; !ok {
			s.failf("at the end, key %d is present, but it was deleted", n)
		} else if !model.Same(v, value) {
			s.failf("at the end, an iteration yields key %d with %#v, want %#v", n, value, v)
		}
	}
	for n, v := range want {
		if !seen[n] {
			s.failf("at the end, an iteration misses key %d", n)
		}
		got, ok := m.Load(s.key(n))
		if ok {
			s.version(n, got)
		}
		if !ok || !model.Same(got, v) {
			s.failf("at the end, Load(key %d) = %#v, %t, want %#v, true", n, got, ok, v)
		}
	}
	if l, ok := m.(model.Lener); ok && model.Supports(m, model.Len) && l.Len() != len(want) {
		s.failf("at the end, Len is %d, want %d", l.Len(), len(want))
	}
}
