//go:build explore && shipped

package main

import (
	"fmt"
	"math/rand/v2"

	"github.com/flatmap-go/flatmap/linearizability/explore"
	"github.com/flatmap-go/flatmap/model/protocol/refine"
)

// An opKind is a method.
type opKind uint8

const (
	opLoad opKind = iota
	opStore
	opSwap
	opLoadOrStore
	opDelete
	opLoadAndDelete
	opCompareAndSwap
	opCompute
	opRange
	opRetain
	opClear
	opLen
)

var opNames = [...]string{"Load", "Store", "Swap", "LoadOrStore", "Delete", "LoadAndDelete", "CompareAndSwap", "Compute", "Range", "Retain", "Clear", "Len"}

// An op is a call.
type op struct {
	kind       opKind
	key, value int
}

func (o op) String() string { return fmt.Sprintf("%s(k%d, %d)", opNames[o.kind], o.key, o.value) }

// A client is what the goroutines of an execution call, and on which map.
type client struct {
	kind    string
	hashes  []uint64
	values  int
	buckets int
	present []int
	ops     [][]op
	search  explore.Search
	changes int // of priority, for PCT
}

// A mix is how often each method is called, in parts of their sum.
type mix [len(opNames)]int

var mixes = []struct {
	name    string
	keys    int
	present int // of 100 keys
	crowded bool
	mix     mix
}{
	{"growing", 2000, 0, false, mix{opLoad: 20, opStore: 60, opSwap: 5, opLoadOrStore: 10, opDelete: 5, opLen: 1}},
	{"shrinking", 220, 100, false, mix{opLoad: 10, opStore: 2, opDelete: 40, opLoadAndDelete: 45, opRetain: 1, opLen: 1}},
	{"hot", 16, 50, false, mix{opLoad: 30, opStore: 15, opSwap: 10, opLoadOrStore: 10, opDelete: 10, opLoadAndDelete: 5, opCompareAndSwap: 10, opCompute: 10, opRange: 3, opRetain: 2, opClear: 1}},
	{"crowded", 300, 60, true, mix{opLoad: 30, opStore: 25, opSwap: 5, opLoadOrStore: 5, opDelete: 25, opCompute: 8, opRange: 1, opRetain: 1}},
	{"thousands", 4000, 80, false, mix{opLoad: 40, opStore: 30, opSwap: 5, opLoadOrStore: 5, opDelete: 10, opLoadAndDelete: 5, opCompute: 5}},
	{"clearing", 400, 30, false, mix{opLoad: 20, opStore: 60, opDelete: 10, opCompute: 5, opRange: 1, opClear: 3, opRetain: 1}},
}

// newClient returns a random client.
func newClient(r *rand.Rand, n uint64, calls int) *client {
	m := mixes[n%uint64(len(mixes))]
	c := &client{kind: kinds[n/uint64(len(mixes))%uint64(len(kinds))], values: 2, buckets: 4, search: explore.PCT}
	switch r.IntN(3) {
	case 0:
		c.search = explore.Random
	case 1:
		c.changes = 3 + r.IntN(30)
	default:
		c.changes = 100 + r.IntN(900)
	}
	c.hashes = newHashes(r, m.keys, m.crowded)
	for k := range m.keys {
		if r.IntN(100) < m.present {
			c.present = append(c.present, k)
		}
	}
	sum := 0
	for _, w := range m.mix {
		sum += w
	}
	for range 4 + r.IntN(5) {
		var ops []op
		for range calls {
			o := op{key: r.IntN(m.keys), value: c.values}
			for w := r.IntN(sum); w >= m.mix[o.kind]; o.kind++ {
				w -= m.mix[o.kind]
			}
			c.values++
			ops = append(ops, o)
		}
		c.ops = append(c.ops, ops)
	}
	return c
}

// refined returns the calls as the follower takes them.
func (c *client) refined() [][]refine.Call {
	var calls [][]refine.Call
	for _, ops := range c.ops {
		var list []refine.Call
		for _, o := range ops {
			call := refine.Call{Key: o.key, Value: refine.Absent, Name: o.String()}
			switch o.kind {
			case opLoad:
				call.Kind = refine.Load
			case opStore, opSwap, opCompareAndSwap, opCompute:
				call.Kind, call.Value = refine.Write, o.value
			case opDelete, opLoadAndDelete:
				call.Kind = refine.Write
			case opLoadOrStore:
				call.Kind, call.Value = refine.LoadThenWrite, o.value
			case opClear:
				call.Kind = refine.Clear
			case opRetain:
				call.Kind, call.Value = refine.Retain, o.value
			case opRange:
				call.Kind = refine.Iterate
			case opLen:
				call.Kind = refine.Len
			}
			list = append(list, call)
		}
		calls = append(calls, list)
	}
	return calls
}
