package fuzz

import (
	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// Seeds returns inputs for sequential programs that are worth starting from:
// each uses a part of the operations, on a map that is growing or shrinking. Together
// they have every Config.
func Seeds() (seeds [][]byte) {
	for i, p := range []Program{
		{insert(0, 8), remove(3), load(3), load(4), {Kind: model.Len}},
		{insert(0, 40), {Kind: model.Range}, {Kind: model.Clear}, {Kind: model.Len}, insert(200, 40), {Kind: model.All}},
		append(Program{insert(0, 60), insert(60, 60)}, removes(0, 110)...),
		{
			{Kind: model.LoadOrStore, Key: 1, Value: 1}, {Kind: model.LoadOrStore, Key: 1, Value: 2}, {Kind: model.Store, Key: 2, Value: 1},
			{Kind: model.Swap, Key: 1, Value: 3}, {Kind: model.CompareAndSwap, Key: 1, Old: 3, Value: 4},
			{Kind: model.CompareAndDelete, Key: 1, Old: 3}, {Kind: model.CompareAndDelete, Key: 1, Old: 4},
			{Kind: model.LoadAndDelete, Key: 1}, {Kind: model.Contains, Key: 1},
		},
		{
			insert(0, 9),
			{Kind: model.Compute, Key: 1, Present: set(7), Absent: set(8), Inner: Program{load(1)}},
			{Kind: model.Compute, Key: 100, Present: set(7), Absent: set(8)},
			{Kind: model.Compute, Key: 1, Present: decision{Op: flatmap.Remove}, Exit: model.Panic},
			{Kind: model.LoadOrCompute, Key: 101, Value: 5, Exit: model.Goexit},
			{Kind: model.LoadOrCompute, Key: 101, Value: 5},
			load(1), load(101),
		},
		{
			insert(0, 30),
			{Kind: model.Retain, Rules: []model.Rule[byte, uint16]{{Key: 1, Decision: set(9)}, {Key: 2, Decision: decision{Op: flatmap.Remove}}}},
			{Kind: model.Retain, Present: decision{Op: flatmap.Remove}, Exit: model.Panic, At: 5},
			{Kind: model.Keys}, {Kind: model.Values},
		},
		{
			insert(0, 13),
			{Kind: model.Range, At: 3, Inner: Program{insert(50, 60), remove(1)}},
			{Kind: model.All, At: 3, Inner: Program{{Kind: model.Clear}}},
			insert(0, 13),
			{Kind: model.Keys, At: 2, Exit: model.Stop}, {Kind: model.Values, At: 2, Exit: model.Goexit},
		},
	} {
		for c := range 3 {
			seeds = append(seeds, Encode(configOf(byte(c+i%6*3)), p))
		}
	}
	return seeds
}

// ConcurrentSeeds is Seeds for concurrent programs.
func ConcurrentSeeds() (seeds [][]byte) {
	one := func(kind model.Kind) op { return op{Kind: kind, Key: 1, Old: 1, Present: set(0), Absent: set(0)} }
	for i, t := range []Threads{
		{Threads: []Program{{one(model.Store), one(model.Load)}, {one(model.LoadOrStore), one(model.LoadAndDelete)}}},
		{Threads: []Program{{one(model.Swap), one(model.Swap)}, {one(model.Swap), one(model.CompareAndSwap)}, {one(model.Compute)}}},
		{First: Program{one(model.Store)}, Threads: []Program{{one(model.LoadAndDelete)}, {one(model.LoadAndDelete)}, {one(model.CompareAndDelete)}}},
		{First: Program{insert(0, 8)}, Threads: []Program{{{Kind: model.Clear}, {Kind: model.Len}}, {insert(4, 20), {Kind: model.Len}}}},
		{First: Program{insert(0, 16)}, Threads: []Program{
			{{Kind: model.Range}, {Kind: model.All}}, {insert(8, 60)}, {remove(2), one(model.Store), {Kind: model.Keys}},
		}},
		{First: Program{insert(0, 12)}, Threads: []Program{
			{{Kind: model.Retain, Rules: []model.Rule[byte, uint16]{{Key: 1, Decision: set(0)}}}}, {insert(20, 60), one(model.LoadOrCompute)}, {one(model.Compute), load(1)},
		}},
		{First: Program{insert(0, 60), insert(60, 60)}, Threads: []Program{
			{{Kind: model.Retain, Present: decision{Op: flatmap.Remove}}, insert(0, 10)}, {load(3), load(3), {Kind: model.Values}},
			{one(model.CompareAndSwap), one(model.Contains)}, {one(model.Delete), one(model.LoadOrStore)},
		}},
	} {
		for c := range 3 {
			seeds = append(seeds, EncodeConcurrent(configOf(byte(c+i%6*3)), t))
		}
	}
	return seeds
}

func set(value uint16) decision { return decision{Op: flatmap.Set, Value: value} }
func load(key byte) op          { return op{Kind: model.Load, Key: key} }
func remove(key byte) op        { return op{Kind: model.Delete, Key: key} }

func insert(from byte, n int) op {
	o := op{Kind: model.Insert}
	for i := range n {
		o.Pairs = append(o.Pairs, model.Entry[byte, uint16]{Key: from + byte(i), Value: uint16(from) + uint16(i)})
	}
	return o
}

func removes(from byte, n int) (p Program) {
	for i := range n {
		p = append(p, remove(from+byte(i)))
	}
	return p
}
