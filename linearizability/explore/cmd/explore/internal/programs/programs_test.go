package programs

import (
	"go/parser"
	"go/token"
	"testing"

	"github.com/stretchr/testify/require"
)

// sketch makes a program of goroutines that the test's goroutine starts and waits for.
func sketch(lists ...[]Op) *Program {
	p := &Program{
		Goroutines: [][]Op{nil}, Join: true, Count: 1,
		Atomics: []AtomicType{Int32, WordInt64}, Plains: []PlainType{Int, Map}, Chans: []Chan{{0}, {1}},
	}
	for i, list := range lists {
		p.Goroutines[0] = append(p.Goroutines[0], Op{Kind: Go, V: i + 1})
		p.Goroutines = append(p.Goroutines, list)
	}
	return p
}

// The goal: the oracle knows what is known of small programs.
func TestOracle(t *testing.T) {
	store := func(v, x int) Op { return Op{Kind: Store, V: v, Val: x} }
	load := func(v int) Op { return Op{Kind: Load, V: v} }
	write := Op{Kind: Write, Val: 1}
	read := Op{Kind: Read}
	locked := func(m int, body ...Op) Op { return Op{Kind: Lock, V: m, Body: body} }
	for _, test := range []struct {
		name     string
		lists    [][]Op
		outcomes int
		failures []string
	}{
		{"store buffering", [][]Op{{store(0, 1), load(1)}, {store(1, 1), load(0)}}, 3, nil},
		{"message passing", [][]Op{{store(0, 1), store(1, 1)}, {load(1), load(0)}}, 3, nil},
		{"publication", [][]Op{{write, store(0, 1)}, {{Kind: Load, Body: []Op{read}}}}, 2, nil},
		{"publication too early", [][]Op{{store(0, 1), write}, {{Kind: Load, Body: []Op{read}}}}, 1, []string{"race"}},
		{"plain and atomic", [][]Op{{store(1, 1)}, {{Kind: ReadAtomic, V: 1}}}, 0, []string{"race"}},
		{"under a lock", [][]Op{{locked(0, write)}, {locked(0, read)}}, 2, nil},
		{"under two locks", [][]Op{{locked(0, write)}, {locked(1, read)}}, 0, []string{"race"}},
		{"a TryLock that fails", [][]Op{{locked(0, write)}, {{Kind: TryLock, Body: []Op{read}}}}, 3, nil},
		{"order of locks", [][]Op{{locked(0, locked(1))}, {locked(1, locked(0))}}, 1, []string{"deadlock"}},
		{"a reader within a reader", [][]Op{{{Kind: RLock, Body: []Op{{Kind: RLock}}}}, {{Kind: WLock}}}, 1, []string{"deadlock"}},
		{"wait group", [][]Op{{write, {Kind: Done}}, {{Kind: WaitFor}, read}}, 1, nil},
		{"once", [][]Op{{{Kind: Once, Body: []Op{write}}, read}, {{Kind: Once, Body: []Op{write}}, read}}, 1, nil},
		{"a signal too early", [][]Op{{locked(0, Op{Kind: CondWait})}, {{Kind: Signal}, locked(0, Op{Kind: SetFlag})}}, 1, []string{"deadlock"}},
		{"a signal", [][]Op{{locked(0, Op{Kind: CondWait})}, {locked(0, Op{Kind: SetFlag}, Op{Kind: Signal})}}, 1, nil},
		{"a channel orders", [][]Op{{write, {Kind: Send, Val: 1}}, {{Kind: Recv}, read}}, 1, nil},
		{"so does one without room, the other way", [][]Op{{{Kind: Send, Val: 1}, read}, {write, {Kind: Recv}}}, 1, nil},
		{"one with room does not", [][]Op{{{Kind: Send, V: 1, Val: 1}, read}, {write, {Kind: Recv, V: 1}}}, 0, []string{"race"}},
		{"two sends", [][]Op{{{Kind: Send, Val: 1}}, {{Kind: Send, Val: 2}}, {{Kind: Recv}, {Kind: Recv}}}, 2, nil},
		{"a send on a closed channel", [][]Op{{{Kind: Close, V: 1}}, {{Kind: Send, V: 1, Val: 1}}}, 1, []string{"panic"}},
		{"a select that finds nobody", [][]Op{{{Kind: TrySend, Val: 1}}, {{Kind: TryRecv}}}, 1, nil},
		{"a map", [][]Op{{write, {Kind: MapStore, Val: 1}}, {{Kind: MapLoadOrStore, Val: 2, Body: []Op{read}}}}, 2, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := Enumerate(sketch(test.lists...), 1<<16)
			require.Len(t, r.Outcomes, test.outcomes)
			require.Len(t, r.Failures, len(test.failures))
			for _, f := range test.failures {
				require.True(t, r.Failures[f], f)
			}
		})
	}
}

// The goal: random programs have everything, and their text is Go.
func TestRandom(t *testing.T) {
	kinds := map[Kind]bool{}
	var note func(list []Op)
	note = func(list []Op) {
		for _, o := range list {
			kinds[o.Kind] = true
			note(o.Body)
		}
	}
	failures := map[string]int{}
	var list []*Program
	for i := range uint64(150) {
		p, r := Find(1, i)
		list = append(list, p)
		for _, l := range p.Goroutines {
			note(l)
		}
		for f := range r.Failures {
			failures[f]++
		}
		if len(r.Failures) == 0 {
			failures["none"]++
		}
	}
	require.Len(t, kinds, int(Go)+1)
	for _, f := range []string{"race", "deadlock", "leak", "panic", "none"} {
		require.NotZero(t, failures[f], f)
	}
	for _, text := range []string{Source("p", 0, list, false), Source("p", 0, list, true), Helpers("p")} {
		_, err := parser.ParseFile(token.NewFileSet(), "p.go", text, parser.SkipObjectResolution)
		require.NoError(t, err)
	}
}
