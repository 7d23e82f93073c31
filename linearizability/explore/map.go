package explore

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/internal/numbered"
	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
)

// Map explores a map: all small clients of it, each under every interleaving. A client
// is a few goroutines that make one or two calls each: 1 and 1, then 2 and 1, then 2
// and 2, of all methods that the map has, on one key and on two keys, in a map that is
// empty at first or has one of the keys. Map checks the history of every execution with
// package linearizability, and fails t with the first client that it cannot explain.
//
// newMap makes a new, empty map, as for the other packages that verify maps. It should
// be as small as it can be made. [WithColliding] gives a second kind of maps.
//
// Map exhausts the clients of 1 and 1 calls first. It explores larger ones with at most
// one preemption, and then without a limit. A map with many methods has millions of
// clients of 2 and 2 calls; Map takes them in an order in which every part is a sample.
// It goes on to the next client after 20,000 executions of one, and stops after a minute;
// the flags -executions and -time of go tool explore test change that. It reports how
// many clients it explored, and how many of those it exhausted.
//
// Under plain go test, Map runs the workloads of [linearizability.Test] instead.
//
//go:norace
func Map[K, V comparable](t *testing.T, newMap func() model.Map[K, V], opts ...MapOption) {
	t.Helper()
	o := mapOptions{shapes: [][]int{{1, 1}, {2, 1}, {2, 2}}}
	for _, opt := range opts {
		opt(&o)
	}
	key := makerOf[K](t, o.keys, "WithKeys", numbered.Style{Bits: 16, Identical: true, Brief: true})
	value := makerOf[V](t, o.values, "WithValues", numbered.Style{Bits: 16, Identical: true, Brief: true})
	s := newSession(t)
	colliding, ok := o.colliding.(func() model.Map[K, V])
	if o.colliding != nil && (!ok || colliding == nil) {
		t.Fatalf("explore: WithColliding: got a %T, want a %v that is not nil", o.colliding, reflect.TypeFor[func() model.Map[K, V]]())
	}
	if !s.rewritten {
		for _, f := range []func() model.Map[K, V]{newMap, colliding} {
			if f != nil {
				linearizability.Test(t, f, linearizability.WithKeys(key), linearizability.WithValues(value),
					linearizability.WithRounds(1))
			}
		}
		return
	}
	newMapExplorer(s, newMap, colliding, key, value, o).exploreAll()
}

// A MapOption changes what [Map] does.
type MapOption func(*mapOptions)

type mapOptions struct {
	keys, values any // func(int) K and func(int) V, nil for the default
	colliding    any // func() model.Map[K, V], or nil
	kinds        []model.Kind
	shapes       [][]int
}

// WithKeys sets the keys: key must return different keys for 0 and 1, and, for the
// workloads under plain go test, for every number up to a few thousand.
//
//go:norace
func WithKeys[K comparable](key func(i int) K) MapOption {
	return func(o *mapOptions) { o.keys = key }
}

// WithValues sets the values that are written: value must return a different value for
// every number from one up to 65,535, and never the zero value.
//
//go:norace
func WithValues[V comparable](value func(i int) V) MapOption {
	return func(o *mapOptions) { o.values = value }
}

// WithColliding makes Map explore every client of two keys twice: in a map that its
// argument newMap makes, and in one of this newMap, in which all keys must collide:
//
//	explore.Map(t, func() model.Map[int, int] { return flatmap.New[int, int]() },
//		explore.WithColliding(func() model.Map[int, int] {
//			return flatmap.New[int, int](flatmap.WithHasher(func(maphash.Seed, int) uint64 { return 0 }))
//		}))
//
//go:norace
func WithColliding[K comparable, V any](newMap func() model.Map[K, V]) MapOption {
	return func(o *mapOptions) { o.colliding = newMap }
}

// WithMethods restricts the calls to the methods that kinds name.
func WithMethods(kinds ...model.Kind) MapOption {
	return func(o *mapOptions) { o.kinds = kinds }
}

// WithShapes sets the clients: each of shapes has the number of calls of each goroutine.
func WithShapes(shapes ...[]int) MapOption {
	return func(o *mapOptions) { o.shapes = shapes }
}

// makerOf returns the function that an option holds, or the default.
//
//go:norace
func makerOf[T comparable](t testing.TB, option any, name string, style numbered.Style) func(int) T {
	t.Helper()
	if f, ok := option.(func(int) T); ok && f != nil {
		return f
	}
	if option != nil {
		t.Fatalf("explore: %s: got a %T, want a %v", name, option, reflect.TypeFor[func(int) T]())
	}
	values, ok := numbered.Of[T](style)
	if !ok {
		t.Fatalf("explore: %s is needed: no default makes different values of type %v", name, reflect.TypeFor[T]())
	}
	return values.Make
}

// A mapExplorer is a call of [Map].
type mapExplorer[K, V comparable] struct {
	*session
	newMap    func() model.Map[K, V]
	colliding func() model.Map[K, V] // or nil
	key       func(int) K
	value     func(int) V
	options   mapOptions

	total Report
	known []V                 // the values with small numbers
	seen  map[model.Kind]bool // whether calls have made accesses
}

//go:norace
func newMapExplorer[K, V comparable](s *session, newMap, colliding func() model.Map[K, V], key func(int) K, value func(int) V, o mapOptions) *mapExplorer[K, V] {
	m := &mapExplorer[K, V]{session: s, newMap: newMap, colliding: colliding, key: key, value: value, options: o, seen: map[model.Kind]bool{}}
	m.known = make([]V, 1)
	for n := prefilled; n < 16; n++ {
		m.known = append(m.known, value(n))
	}
	return m
}

// A mapPass is the clients of a shape, with at most bound preemptions if bound is not
// negative.
type mapPass struct {
	shape []int
	bound int
}

// passes returns the passes that the command wants, in their order.
//
//go:norace
func (m *mapExplorer[K, V]) passes() (list []mapPass) {
	none := -1 // or what the command has set, for all
	small := func(shape []int) bool { return calls(shape) <= 2 || !m.searchesAll() }
	for _, shape := range m.options.shapes {
		if small(shape) {
			list = append(list, mapPass{shape, none})
		}
	}
	for _, bound := range []int{1, none} {
		for _, shape := range m.options.shapes {
			if !small(shape) {
				list = append(list, mapPass{shape, bound})
			}
		}
	}
	return list
}

// exploreAll explores the clients of all shapes, in passes.
//
//go:norace
func (m *mapExplorer[K, V]) exploreAll() {
	m.t.Helper()
	all := mapCalls(m.newMap(), m.options.kinds)
	if m.config.Replay != "" {
		m.replay(all)
		return
	}
	m.total.Exhausted = true
	var lines []string
	for _, p := range m.passes() {
		list, ok := mapClients(all, p.shape, m.colliding != nil)
		if !ok {
			m.t.Fatalf("explore: WithShapes: %s calls of %d are too many clients; use WithMethods", shapeText(p.shape), len(all))
		}
		done, exhausted := 0, 0
		for ; done < list.len() && m.ctx.Err() == nil; done++ {
			c := list.at(done)
			r := m.client(c, p.bound)
			if r.Failure != nil {
				r.Failure.Replay = fmt.Sprintf("%s/%s", c.encode(), r.Failure.Replay)
				m.fail(c, r)
				return
			}
			if r.Exhausted {
				exhausted++
			}
		}
		bound := ""
		if p.bound >= 0 {
			bound = fmt.Sprintf(", at most %d preemption", p.bound)
		} else if exhausted < list.len() {
			m.total.Exhausted = false
		}
		line := fmt.Sprintf("clients of %s calls%s: %d of %d", shapeText(p.shape), bound, done, list.len())
		if exhausted < done {
			line += fmt.Sprintf(", of which %d are not exhausted", done-exhausted)
		}
		lines = append(lines, line)
	}
	for _, l := range lines {
		m.t.Log(l)
	}
	for _, kind := range model.Kinds() {
		if seen, called := m.seen[kind]; called && !seen {
			m.note("not seen: any access of %v", kind)
		}
	}
	m.before = Report{}
	m.finish(&m.total)
}

// clientExecutions is how many executions of one client are enough.
const clientExecutions = 20_000

// client explores one client.
//
//go:norace
func (m *mapExplorer[K, V]) client(c mapClient, bound int) *Report {
	o := m.session.options()
	switch {
	case bound >= 0:
		o.Search, o.Bound = Bounded, bound
	case o.Search == Iterative:
		o.Search = Exhaustive
	}
	if o.Executions == 0 && !o.Search.random() {
		o.Executions = clientExecutions
	}
	r := watch(func() *Report { return Explore(m.ctx, m.program(c), o) })
	values := m.values(c)
	m.gather(r)
	for g, list := range c.calls {
		for i, call := range list {
			m.seen[call.kind] = m.seen[call.kind] || !slices.Contains(r.Silent, m.name(call, values[g][i]))
		}
	}
	m.before.Executions += r.Executions
	m.before.Redundant += r.Redundant
	m.total.Executions += r.Executions
	m.total.Redundant += r.Redundant
	m.total.Elapsed += r.Elapsed
	m.total.MaxDepth = max(m.total.MaxDepth, r.MaxDepth)
	return r
}

// fail reports a client that fails.
//
//go:norace
func (m *mapExplorer[K, V]) fail(c mapClient, r *Report) {
	m.t.Helper()
	m.t.Logf("%s", m.describe(c))
	m.before = Report{}
	m.total.Failure = r.Failure
	m.finish(&m.total)
}

// replay repeats an execution of a client.
//
//go:norace
func (m *mapExplorer[K, V]) replay(all []mapCall) {
	m.t.Helper()
	text, schedule, ok := strings.Cut(m.config.Replay, "/")
	c, err := decodeMapClient(text, all)
	r := &Report{}
	if ok && err == nil && (!c.collide || m.colliding != nil) {
		f, err := Replay(m.program(c), schedule, m.session.options())
		if err != nil {
			m.t.Log(err)
		} else {
			f.Replay = m.config.Replay
			r.Failure = f
			m.t.Logf("%s", m.describe(c))
		}
	}
	m.finish(r)
}
