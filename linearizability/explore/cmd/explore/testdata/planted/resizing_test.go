package m

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// explore.Map begins with an empty map. These clients begin with others: mostly in the middle
// of a resize, for which Setup stores so many other keys, and deletes some, that it begins.
// One chain has moved then.

type table = flatmap.Map[uint64, uint64]

// A scenario is a map of the keys with the numbers 0 and 1, and what is in it first.
type scenario struct {
	name   string
	keys   [2]uint64
	before int  // entries that are stored before the two, of which the first is deleted again
	all    int  // entries that are stored after them
	shrink bool // the others are deleted again
}

// The last bits of a key choose its chain, in an order that a secret of the map decides:
// of the low bits 0 and 2, one pair is in chains that have not moved.
func scenarios() (list []scenario) {
	for _, low := range []uint64{0, 2} {
		list = append(list,
			scenario{name: fmt.Sprintf("two chains, %d", low), keys: [2]uint64{word(0) + low, word(1) + low ^ 1}},
			scenario{name: fmt.Sprintf("overflowing, %d", low), keys: [2]uint64{word(0) + low, word(1) + low}, before: 2},
			scenario{name: fmt.Sprintf("growing one chain, %d", low), keys: [2]uint64{word(0) + low, word(1) + low}, all: 3},
			scenario{name: fmt.Sprintf("growing two chains, %d", low), keys: [2]uint64{word(0) + low, word(1) + low ^ 1}, all: 3},
			scenario{name: fmt.Sprintf("shrinking two chains, %d", low), keys: [2]uint64{word(0) + low, word(1) + low ^ 8}, all: 7, shrink: true})
	}
	return list
}

// first is the value of key i at first.
func first(i int) uint64 { return uint64(i) + 1 }

func (s scenario) setup(m *table) *table {
	for i := range s.before {
		m.Store(word(20+i)+s.keys[0]&3, 60)
	}
	for i, k := range s.keys {
		m.Store(k, first(i))
	}
	if s.before > 0 {
		m.Delete(word(20) + s.keys[0]&3)
	}
	for i := range s.all {
		m.Store(word(10+i)+uint64(i), 50)
	}
	if s.shrink {
		for i := range s.all {
			m.Delete(word(10+i) + uint64(i))
		}
	}
	return m
}

// A call is a method, the number of its key and the value that it stores.
type call struct {
	method string
	key    int
	value  uint64
}

func (c call) String() string { return fmt.Sprintf("%s(%d)", c.method, c.key) }

func (c call) whole() bool { return c.method == "Clear" || c.method == "Range" }

// A result is the value and presence of each key that a call has reported.
type result struct {
	value [2]uint64
	times [2]int // how often a key was reported present
	err   string
}

func (c call) do(m *table, keys [2]uint64) (r result) {
	note := func(k, v uint64) bool {
		for i := range keys {
			if keys[i] == k {
				r.value[i] = v
				r.times[i]++
			}
		}
		return true
	}
	k := keys[c.key]
	var v uint64
	var ok bool
	switch c.method {
	case "Load":
		v, ok = m.Load(k)
	case "Store":
		m.Store(k, c.value)
	case "Swap":
		v, ok = m.Swap(k, c.value)
	case "LoadAndDelete":
		v, ok = m.LoadAndDelete(k)
	case "Clear":
		m.Clear()
	case "Range":
		m.Range(note)
	}
	if ok {
		note(k, v)
	}
	return r
}

// An act is what a call did to one key, or reported of it.
type act struct {
	call
	value    uint64 // 0 if absent
	from, to int
}

// explained reports whether the acts of a key have an order that explains them, from
// value v on.
func explained(acts []act, done uint, v, last uint64) bool {
	if done == 1<<len(acts)-1 {
		return v == last
	}
	for i, a := range acts {
		if done>>i&1 != 0 {
			continue
		}
		early := true
		for j, b := range acts {
			early = early && (done>>j&1 != 0 || b.to >= a.from || i == j)
		}
		if !early {
			continue
		}
		next := v
		switch a.method {
		case "Store", "Swap":
			next = a.call.value
		case "LoadAndDelete", "Clear":
			next = 0
		}
		reports := a.method != "Store" && a.method != "Clear"
		if (!reports || a.value == v) && explained(acts, done|1<<i, next, last) {
			return true
		}
	}
	return false
}

// check returns an error if the history is not linearizable, key by key.
func (s scenario) check(m *table, calls []call, history []explore.Op[result]) error {
	for i := range s.keys {
		var acts []act
		for j, op := range history {
			c := calls[j]
			if op.Result.err != "" {
				return errors.New(op.Result.err)
			}
			if op.Result.times[i] > 1 {
				return fmt.Errorf("%v reports key %d %d times", c, i, op.Result.times[i])
			}
			if c.key == i || c.whole() {
				acts = append(acts, act{c, op.Result.value[i], op.Invoked, op.Returned})
			}
		}
		last, _ := m.Load(s.keys[i])
		if !explained(acts, 0, first(i), last) {
			return fmt.Errorf("key %d, which was %d at first and is %d at last: no order explains %v", i, first(i), last, acts)
		}
	}
	n := 0
	m.Range(func(uint64, uint64) bool { n++; return true })
	if m.Len() != n {
		return fmt.Errorf("Len is %d, but there are %d entries", m.Len(), n)
	}
	for range 24 { // as often as there are chains, and more: each moves one
		m.Store(s.keys[0], 50)
	}
	if m.Stats().Resizing {
		return errors.New("the resize does not end")
	}
	return nil
}

// most bounds the executions of a client, by the number of its goroutines.
var most = [...]uint64{2: 2000, 3: 10_000}

// exploreCalls explores calls in a scenario, each in a separate goroutine.
func (s scenario) exploreCalls(t *testing.T, newMap func() *table, calls ...call) *explore.Report {
	p := explore.Program[*table, result]{
		Setup: func() *table { return s.setup(newMap()) },
		Check: func(m *table, history []explore.Op[result]) error { return s.check(m, calls, history) },
	}
	var names []string
	for i := range calls {
		calls[i].value = uint64(10 + i)
		c := calls[i]
		names = append(names, c.String())
		p.Goroutines = append(p.Goroutines, []explore.Call[*table, result]{{Name: c.String(), Do: func(m *table) result { return c.do(m, s.keys) }}})
	}
	r := explore.Explore(t.Context(), p, explore.Options{Executions: most[len(calls)], SpinAfter: 2})
	if r.Failure != nil {
		t.Fatalf("%s: %s\n%v", s.name, strings.Join(names, " || "), r)
	}
	return r
}

func TestResizing(t *testing.T) {
	for name, newMap := range map[string]func() *table{
		"words":      func() *table { return flatmap.New[uint64, uint64]() },
		"words-core": func() *table { return flatmap.New[uint64, uint64](flatmap.WithHasher(hashOfWord)) },
	} {
		t.Run(name, func(t *testing.T) {
			var list []call
			for _, method := range []string{"Load", "Store", "Swap", "LoadAndDelete", "Clear", "Range"} {
				list = append(list, call{method: method})
				if !list[len(list)-1].whole() {
					list = append(list, call{method: method, key: 1})
				}
			}
			for _, s := range scenarios() {
				t.Run(s.name, func(t *testing.T) {
					executions, clients := uint64(0), 0
					note := func(r *explore.Report) {
						executions += r.Executions + r.Redundant
						clients++
					}
					for i, a := range list {
						for _, b := range list[i:] {
							note(s.exploreCalls(t, newMap, a, b))
						}
					}
					for _, c := range [][]call{
						{{method: "Store"}, {method: "Store", key: 1}, {method: "Load"}},
						{{method: "Store"}, {method: "LoadAndDelete", key: 1}, {method: "Range"}},
						{{method: "Swap"}, {method: "Swap"}, {method: "Swap", key: 1}},
						{{method: "Swap"}, {method: "Swap", key: 1}, {method: "Clear"}},
					} {
						note(s.exploreCalls(t, newMap, c...))
					}
					t.Logf("%d clients, %d executions", clients, executions)
				})
			}
		})
	}
}
