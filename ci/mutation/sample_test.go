package main

import (
	"go/importer"
	"testing"

	"github.com/stretchr/testify/require"
)

// sample is a small package in the style of the map, for the operators.
const sample = `package sample

import (
	"sync"
	"sync/atomic"
)

type box struct {
	mu    sync.Mutex
	n     atomic.Int64
	ready atomic.Bool
	state atomic.Uint64
}

const flag = 1

func (b *box) publish(v int64) {
	b.n.Store(v)
	b.ready.Store(true)
}

func (b *box) lock() bool {
	s := b.state.Load()
	if s&flag != 0 || s > 8 {
		return false
	}
	return b.state.CompareAndSwap(s, s|flag)
}

func (b *box) unlock() { b.state.Store(b.state.Load() &^ flag) }

func (b *box) guarded(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.n.Add(1)
	f()
}

func (b *box) await() {
	for b.state.Load()&flag != 0 {
	}
}

func half(a, b int) (mean int, ok bool) {
	if a == b {
		return a, true
	}
	a += b
	return a / 2, a < 10
}
`

func sampleSource(t *testing.T) *source {
	t.Helper()
	s, err := newSource("/nowhere", map[string]string{"sample.go": sample}, importer.Default())
	require.NoError(t, err)
	return s
}

// TestOperators checks what each operator makes of the sample. Method: the
// list is complete, so an operator that finds a place more or less shows.
func TestOperators(t *testing.T) {
	s := sampleSource(t)
	for _, test := range []struct {
		name string
		o    operator
		want []string
	}{
		{"skip check", operator{node: skipCheck}, []string{
			"box.lock: s & flag != 0 || s > 8 -> false",
		}},
		{"weaken CAS", operator{node: weakenCAS}, []string{
			"box.lock: b.state.CompareAndSwap(s, s | flag) -> b.state.Store(s|flag)",
			"box.lock: b.state.CompareAndSwap(s, s | flag) -> func() bool { if b.state.Load() != (s) { return false }; b.state.St...",
		}},
		{"weaken Add", operator{node: weakenAdd}, []string{
			"box.guarded: b.n.Add(1) -> func() int64 { sum := b.n.Load() + (1); b.n.Store(sum); return sum }()",
		}},
		{"add twice", operator{node: addTwice}, []string{
			"box.guarded: b.n.Add(1) -> b.n.Add(1); b.n.Add(1)",
		}},
		{"undefer", operator{node: undefer}, []string{
			"box.guarded: defer b.mu.Unlock() -> b.mu.Unlock()",
		}},
		{"look once", operator{node: lookOnce}, []string{
			"box.await: b.state.Load() & flag != 0 -> if b.state.Load()&flag != 0",
		}},
		{"swap neighbours", operator{list: swapNeighbours}, []string{
			"box.publish: b.n.Store(v); b.ready.Store(true) -> b.ready.Store(true); b.n.Store(v)",
		}},
		{"drop mutex", operator{list: dropMutex}, []string{
			"box.guarded: b.mu -> ",
		}},
		{"negate", operator{node: negate}, []string{
			"box.lock: s & flag != 0 -> s&flag == 0",
			"box.await: b.state.Load() & flag != 0 -> b.state.Load()&flag == 0",
			"half: a == b -> a != b",
		}},
		{"boundary", operator{node: boundary}, []string{
			"box.lock: s > 8 -> s >= 8",
			"half: a < 10 -> a <= 10",
		}},
		{"arithmetic", operator{node: arithmetic}, []string{
			"box.lock: s & flag -> (s) | (flag)",
			"box.lock: s | flag -> (s) & (flag)",
			"box.unlock: b.state.Load() &^ flag -> (b.state.Load()) & (flag)",
			"box.await: b.state.Load() & flag -> (b.state.Load()) | (flag)",
			"half: a += b -> a -= b",
			"half: a / 2 -> (a) * (2)",
		}},
		{"off by one", operator{node: offByOne}, []string{
			"box.lock: s & flag != 0 -> s&flag != (0 + 1)",
			"box.lock: s > 8 -> s > (8 + 1)",
			"box.guarded: b.n.Add(1) -> b.n.Add((1 + 1))",
			"box.await: b.state.Load() & flag != 0 -> b.state.Load()&flag != (0 + 1)",
			"half: a / 2 -> a / (2 + 1)",
			"half: a < 10 -> a < (10 + 1)",
		}},
		{"drop operand", operator{node: dropOperand}, []string{
			"box.lock: s & flag != 0 || s > 8 -> s > 8",
			"box.lock: s & flag != 0 || s > 8 -> s&flag != 0",
			"box.lock: s | flag -> s",
			"box.unlock: b.state.Load() &^ flag -> b.state.Load()",
		}},
		{"drop statement", operator{list: dropStatement}, []string{
			"box.publish: b.n.Store(v) -> ",
			"box.publish: b.ready.Store(true) -> ",
			"box.lock: return false -> ",
			"box.lock: return b.state.CompareAndSwap(s, s | flag) -> ",
			"box.unlock: b.state.Store(b.state.Load() &^ flag) -> ",
			"box.guarded: b.mu.Lock() -> ",
			"box.guarded: defer b.mu.Unlock() -> ",
			"box.guarded: b.n.Add(1) -> ",
			"box.guarded: f() -> ",
			"half: return a, true -> ",
			"half: a += b -> ",
			"half: return a / 2, a < 10 -> ",
		}},
		{"return early", operator{list: returnEarly}, []string{
			"box.publish: publish -> return",
			"box.lock: lock -> return *new(bool)",
			"box.unlock: unlock -> return",
			"box.guarded: guarded -> return",
			"box.await: await -> return",
			"half: half -> return",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			mutants, err := generate(s, nil, []operator{test.o})
			require.NoError(t, err)
			var got []string
			for _, m := range mutants {
				got = append(got, m.Func+": "+m.Text+" -> "+m.Becomes)
			}
			require.ElementsMatch(t, test.want, got)
		})
	}
}
