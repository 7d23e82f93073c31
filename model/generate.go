package model

import (
	"slices"

	"github.com/flatmap-go/flatmap/internal/flatmap"
	"pgregory.net/rapid"
)

// weights are how often each kind is generated, relative to the others.
var weights = [numKinds]int{
	Load: 6, Store: 6, LoadOrStore: 3, LoadAndDelete: 3, Delete: 4, Swap: 3,
	CompareAndSwap: 3, CompareAndDelete: 3, Range: 2, Clear: 1, Len: 2, Contains: 2,
	Compute: 5, LoadOrCompute: 3, Retain: 2, Insert: 2, All: 1, Keys: 1, Values: 1,
}

// Operations returns a generator of operations of the given kinds, all if there
// are none, with keys and values from the given generators. Their callbacks
// call further operations of these kinds, end early, panic and exit.
func Operations[K comparable, V any](keys *rapid.Generator[K], values *rapid.Generator[V], kinds ...Kind) *rapid.Generator[Op[K, V]] {
	g := generator[K, V]{keys: keys, values: values, callbacks: true}
	return g.operations(kinds)
}

// Programs returns a generator of programs of such operations, about a hundred
// on average. Each program prefers its own few keys and values, so
// that its operations meet, and has bursts that grow and empty the map.
func Programs[K comparable, V any](keys *rapid.Generator[K], values *rapid.Generator[V], kinds ...Kind) *rapid.Generator[Program[K, V]] {
	return generator[K, V]{keys: keys, values: values, callbacks: true}.programs(kinds)
}

type generator[K comparable, V any] struct {
	keys      *rapid.Generator[K]
	values    *rapid.Generator[V]
	callbacks bool // that call methods or do not return
}

func (g generator[K, V]) programs(kinds []Kind) *rapid.Generator[Program[K, V]] {
	return rapid.Custom(func(rt *rapid.T) Program[K, V] {
		var p Program[K, V]
		few := generator[K, V]{callbacks: g.callbacks}
		few.keys = someOf(g.keys, rapid.IntRange(1, 24).Draw(rt, "keys"))
		few.values = someOf(g.values, 6)
		ops := few.operations(kinds)
		bursts := slices.ContainsFunc(kinds, func(k Kind) bool { return k == Store }) || len(kinds) == 0
		one := func(rt *rapid.T) { p = append(p, ops.Draw(rt, "op")) }
		actions := map[string]func(*rapid.T){"op": one}
		if bursts {
			actions[""] = func(rt *rapid.T) {
				if rapid.IntRange(0, 39).Draw(rt, "burst") == 39 {
					p = append(p, g.burst(rt)...)
				}
			}
		}
		for range 3 { // so that there are enough of them: a Repeat is short
			rt.Repeat(actions)
		}
		return p
	})
}

// burst stores fresh keys, and deletes some of them again.
func (g generator[K, V]) burst(rt *rapid.T) Program[K, V] {
	var p Program[K, V]
	for range rapid.IntRange(0, rapid.SampledFrom([]int{4, 30, 200}).Draw(rt, "size")).Draw(rt, "stores") {
		p = append(p, Op[K, V]{Kind: Store, Key: g.keys.Draw(rt, "key"), Value: g.values.Draw(rt, "value")})
	}
	for _, op := range p[:rapid.IntRange(0, len(p)).Draw(rt, "deletes")] {
		p = append(p, Op[K, V]{Kind: Delete, Key: op.Key})
	}
	return p
}

// someOf returns a generator that mostly takes one of n values, drawn when it
// is first used, and sometimes a new one. It is for use within one test case.
func someOf[T any](g *rapid.Generator[T], n int) *rapid.Generator[T] {
	var pool []T
	return rapid.Custom(func(rt *rapid.T) T {
		i := rapid.IntRange(0, n+n/8).Draw(rt, "index")
		if i >= n {
			return g.Draw(rt, "new")
		}
		for len(pool) <= i {
			pool = append(pool, g.Draw(rt, "pooled"))
		}
		return pool[i]
	})
}

// operations returns a generator of operations with callbacks.
func (g generator[K, V]) operations(kinds []Kind) *rapid.Generator[Op[K, V]] {
	if len(kinds) == 0 {
		kinds = Kinds()
	}
	if !isComparable[V]() {
		kinds = slices.DeleteFunc(slices.Clone(kinds), func(k Kind) bool {
			return k == CompareAndSwap || k == CompareAndDelete
		})
	}
	anything := g.simple(kinds)
	reads := g.simple(slices.DeleteFunc(slices.Clone(kinds), func(k Kind) bool { return k != Load && k != Contains }))
	return rapid.Custom(func(rt *rapid.T) Op[K, V] {
		op := anything.Draw(rt, "op")
		if !g.callbacks && !op.Kind.Iterates() || !op.Kind.HasCallback() || !rapid.Bool().Draw(rt, "callback") {
			return op
		}
		exits := []Exit{Finish, Panic, Goexit}
		if op.Kind.Iterates() {
			exits = []Exit{Finish, Stop, Stop, Panic, Goexit}
			op.At = rapid.IntRange(0, 9).Draw(rt, "at")
		} else if op.Kind == Retain {
			op.At = rapid.IntRange(0, 5).Draw(rt, "at")
		}
		if !g.callbacks {
			exits = []Exit{Stop}
		}
		op.Exit = rapid.SampledFrom(exits).Draw(rt, "exit")
		if !g.callbacks {
			return op
		}
		inner := reads
		if op.Kind.Iterates() {
			inner = anything
		}
		if inner != nil {
			for range rapid.IntRange(0, 4).Draw(rt, "inner") {
				op.Inner = append(op.Inner, inner.Draw(rt, "op"))
			}
		}
		return op
	})
}

// simple returns a generator of operations whose callbacks just decide and
// return, nil if there are no kinds.
func (g generator[K, V]) simple(kinds []Kind) *rapid.Generator[Op[K, V]] {
	var weighted []Kind
	for _, kind := range kinds {
		weighted = append(weighted, slices.Repeat([]Kind{kind}, weights[kind])...)
	}
	if len(weighted) == 0 {
		return nil
	}
	return rapid.Custom(func(rt *rapid.T) Op[K, V] {
		op := Op[K, V]{Kind: rapid.SampledFrom(weighted).Draw(rt, "kind")}
		if op.Kind.SingleKey() {
			op.Key = g.keys.Draw(rt, "key")
		}
		switch op.Kind {
		case CompareAndSwap, CompareAndDelete:
			op.Old = g.values.Draw(rt, "old")
		case Compute:
			op.Present, op.Absent = g.decision(rt), g.decision(rt)
		case Retain:
			op.Present = g.decision(rt)
			for range rapid.IntRange(0, 4).Draw(rt, "rules") {
				op.Rules = append(op.Rules, Rule[K, V]{g.keys.Draw(rt, "key"), g.decision(rt)})
			}
		case Insert:
			for range rapid.SampledFrom([]int{0, 1, 2, 5, 40}).Draw(rt, "pairs") {
				op.Pairs = append(op.Pairs, Entry[K, V]{g.keys.Draw(rt, "key"), g.values.Draw(rt, "value")})
			}
		}
		switch op.Kind {
		case Store, Swap, LoadOrStore, CompareAndSwap, LoadOrCompute:
			op.Value = g.values.Draw(rt, "value")
		}
		return op
	})
}

func (g generator[K, V]) decision(rt *rapid.T) Decision[V] {
	d := Decision[V]{Op: rapid.SampledFrom([]flatmap.Op{flatmap.Keep, flatmap.Set, flatmap.Remove}).Draw(rt, "decision")}
	d.Value = g.values.Draw(rt, "value") // of Keep and Remove as well, which must ignore it
	return d
}
