package drive

import (
	"math/rand/v2"
	"runtime"
	"sync/atomic"

	"github.com/flatmap-go/flatmap/internal/torn"
	"github.com/flatmap-go/flatmap/model"
)

// A Lookout is two goroutines. One of them, the mover, stores and deletes keys next to a
// key that stays, and rewrites that key, which moves it in many maps. The other one looks
// for the key without a pause.
//
// A lookup misses the key if it stops in the middle while the mover goes on. So the mover
// begins when the lookups have begun, and does not let the key go before the lookup in
// progress has ended, even if the system has stopped its thread: what that lookup
// returns is judged, however long it took.
type Lookout[K comparable, V any] struct {
	Turn   *Turn
	NewMap func() model.Map[K, V]
	Key    func(i int) K      // keys 0 to 15 stay, Neighbors to Neighbors+767 come and go
	Value  func(key, i int) V // the values 0 and 1 of a key
	Rand   *rand.Rand         // of the mover
	Over   func() bool        // reports whether to end
	Wrong  func(s Sighting[K, V]) error

	tenures     chan *tenure[K, V]
	ready, done chan struct{}
	gone        chan struct{} // is closed when the goroutine that looks has ended
}

// Neighbors is the first number of the keys that come and go.
const Neighbors = 100

// A Sighting is a wrong result of Load, or of Contains.
type Sighting[K comparable, V any] struct {
	Key      K
	Contains bool
	Value    V
	OK       bool
	Torn     string // what is wrong with the memory of Value, if anything is
	A, B     V      // what Load may return
}

// A tenure is a time for which a key stays in a map.
type tenure[K comparable, V any] struct {
	m        model.Map[K, V]
	contains model.Container[K] // nil if the map has none
	key      K
	values   [2]V
	over     atomic.Bool
}

// Run runs at most so many maps, of 16 tenures each.
func (l *Lookout[K, V]) Run(maps int) {
	const tenures = 16
	l.tenures, l.gone = make(chan *tenure[K, V]), make(chan struct{})
	l.ready, l.done = make(chan struct{}, 1), make(chan struct{}, 1)
	go func() {
		defer close(l.gone)
		l.Turn.Guard(func() {
			for t := range l.tenures {
				l.look(t)
			}
		})
	}()
	defer func() {
		close(l.tenures)
		<-l.gone
	}()
	for range maps {
		m := NewMap(&l.Turn.Failure, l.NewMap)
		size := 4 << l.Rand.IntN(8)
		for number := range tenures {
			if l.Over() || !l.tenure(m, number, size/2+l.Rand.IntN(size)) {
				return
			}
		}
	}
}

// tenure stores a key after most of its neighbors, and has them go and come again while it
// stays. It reports false if the other goroutine has ended.
func (l *Lookout[K, V]) tenure(m model.Map[K, V], number, neighbors int) bool {
	t := &tenure[K, V]{m: m, key: l.Key(number), values: [2]V{l.Value(number, 0), l.Value(number, 1)}}
	if model.Supports(m, model.Contains) {
		t.contains = m.(model.Container[K])
	}
	defer t.over.Store(true) // also if the map panics
	before := neighbors
	if l.Rand.IntN(4) == 0 {
		before = l.Rand.IntN(neighbors + 1)
	}
	present := make([]bool, neighbors)
	toggle := func(i int) {
		if n := Neighbors + i; present[i] {
			m.Delete(l.Key(n))
		} else {
			m.Store(l.Key(n), l.Value(n, 0))
		}
		present[i] = !present[i]
	}
	for i := range before {
		toggle(i)
	}
	m.Store(t.key, t.values[0])
	select {
	case l.tenures <- t:
	case <-l.gone:
		return false
	}
	if !l.wait(l.ready) {
		return false
	}
	rewrites := 1 << l.Rand.IntN(4) // one after so many
	for range 2 {
		for _, i := range l.Rand.Perm(neighbors) {
			toggle(i)
			if l.Rand.IntN(rewrites) == 0 {
				m.Store(t.key, t.values[l.Rand.IntN(2)])
			}
		}
	}
	t.over.Store(true)
	if !l.wait(l.done) {
		return false
	}
	m.Delete(t.key)
	for i := range neighbors {
		if present[i] {
			toggle(i)
		}
	}
	l.Turn.Operations.Add(int64(4 * neighbors))
	return true
}

// wait waits for the goroutine that looks. It reports false if that has ended.
func (l *Lookout[K, V]) wait(c chan struct{}) bool {
	select {
	case <-c:
		return true
	case <-l.gone:
		return false
	}
}

// look looks for the key of t until t is over, and judges what it sees.
func (l *Lookout[K, V]) look(t *tenure[K, V]) {
	const batch = 16
	rounds := 0
	for ; rounds < 2 || !t.over.Load(); rounds++ {
		s := Sighting[K, V]{Key: t.key, A: t.values[0], B: t.values[1], OK: true}
		s.Contains = t.contains != nil && rounds%4 == 0
		for i := 0; i < batch && s.OK; i++ {
			if s.Contains {
				s.OK = t.contains.Contains(t.key)
			} else {
				s.Value, s.OK = t.m.Load(t.key)
			}
		}
		if s.Torn = torn.Of(&s.Value); !s.right() {
			l.Turn.Fail(l.Wrong(s))
		}
		if rounds == 1 {
			l.ready <- struct{}{}
		}
		if rounds%1024 == 1023 {
			runtime.Gosched() // for systems with one thread
		}
	}
	l.Turn.Operations.Add(int64(batch * rounds))
	l.done <- struct{}{}
}

func (s *Sighting[K, V]) right() bool {
	return s.OK && s.Torn == "" && (s.Contains || model.Same(s.Value, s.A) || model.Same(s.Value, s.B))
}
