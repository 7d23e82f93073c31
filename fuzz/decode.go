package fuzz

import (
	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// A Program is what an input says about a map whose keys and values are given
// by number.
type Program = model.Program[byte, uint16]

type (
	op       = model.Op[byte, uint16]
	decision = model.Decision[uint16]
)

// Limits of what an input can say. They keep one input from taking long.
const (
	maxOps      = 300
	maxPairs    = 64
	maxRules    = 4
	maxInner    = 3
	maxAt       = 8
	minThreads  = 2
	maxThreads  = 4
	maxFirst    = 8 // one more is the most operations before the threads start
	maxByThread = 8 // one more is the most operations of one thread
	hotKeys     = 16
)

// Decode returns the sequential program that data means.
func Decode(data []byte) (Config, Program) {
	d := decoder{data: data}
	config := configOf(d.byte())
	var p Program
	for len(p) < maxOps {
		op := d.op(true)
		if d.ended {
			break
		}
		p = append(p, op)
	}
	return config, p
}

// A Threads is a program for several goroutines.
type Threads struct {
	First   Program // before they start
	Threads []Program
	Seed    byte // for the moments at which they give way to others
}

// DecodeConcurrent returns the concurrent program that data means.
func DecodeConcurrent(data []byte) (Config, Threads) {
	d := decoder{data: data, concurrent: true}
	config := configOf(d.byte())
	n := minThreads + d.below(maxThreads-minThreads+1)
	t := Threads{Seed: d.byte(), First: d.ops(maxFirst)}
	for range n {
		t.Threads = append(t.Threads, d.ops(maxByThread))
	}
	return config, t
}

// decoder reads an input.
type decoder struct {
	data       []byte
	ended      bool   // something was missing
	concurrent bool   // values are not in the input
	written    uint16 // the last value of a concurrent program
}

func (d *decoder) byte() byte {
	if len(d.data) == 0 {
		d.ended = true
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return b
}

func (d *decoder) below(n int) int { return int(d.byte()) % n }

// ops returns fewer than limit operations, those that are complete.
func (d *decoder) ops(limit int) (p Program) {
	for range d.below(limit) {
		written := d.written
		op := d.op(true)
		if d.ended {
			d.written = written
			break
		}
		p = append(p, op)
	}
	return p
}

// key returns the number of a key. In a concurrent program there are few.
func (d *decoder) key() byte {
	if d.concurrent {
		return byte(d.below(hotKeys))
	}
	return d.byte()
}

// value returns the number of a value to be written.
func (d *decoder) value() uint16 {
	if d.concurrent {
		d.written++
		return d.written
	}
	return uint16(d.byte())
}

// old returns the number of a value to compare with: in a concurrent program,
// of one that has been written.
func (d *decoder) old() uint16 {
	if d.concurrent {
		return uint16(d.below(min(int(d.written), 255) + 1))
	}
	return uint16(d.byte())
}

// op returns an operation; deep says whether its callback may do something.
func (d *decoder) op(deep bool) op {
	kinds := model.Kinds()
	o := op{Kind: kinds[d.below(len(kinds))]}
	if o.Kind.SingleKey() {
		o.Key = d.key()
	}
	switch o.Kind {
	case model.CompareAndSwap, model.CompareAndDelete:
		o.Old = d.old()
	case model.Compute:
		o.Present, o.Absent = d.decision(), d.decision()
	case model.Retain:
		o.Present = d.decisionForAll()
		for range d.below(maxRules) {
			o.Rules = append(o.Rules, model.Rule[byte, uint16]{Key: d.key(), Decision: d.decision()})
		}
	case model.Insert:
		o.Pairs = d.pairs()
	}
	if writes(o.Kind) {
		o.Value = d.value()
	}
	if o.Kind.HasCallback() && deep {
		d.callback(&o)
	}
	return o
}

// writes reports whether an operation has a Value.
func writes(k model.Kind) bool {
	switch k {
	case model.Store, model.Swap, model.LoadOrStore, model.CompareAndSwap, model.LoadOrCompute:
		return true
	}
	return false
}

func (d *decoder) decision() decision {
	x := decision{Op: []flatmap.Op{flatmap.Keep, flatmap.Set, flatmap.Remove}[d.below(3)]}
	if x.Op == flatmap.Set {
		x.Value = d.value()
	}
	return x
}

// decisionForAll returns what Retain decides about many keys. In a concurrent
// program that is not to Set, which would write one value to all of them.
func (d *decoder) decisionForAll() decision {
	if !d.concurrent {
		return d.decision()
	}
	return decision{Op: []flatmap.Op{flatmap.Keep, flatmap.Keep, flatmap.Remove}[d.below(3)]}
}

// pairs returns a run of keys with a run of values.
func (d *decoder) pairs() (pairs []model.Entry[byte, uint16]) {
	key, n := d.byte(), d.below(maxPairs)
	for i := range n {
		if i == 0 || d.concurrent {
			pairs = append(pairs, model.Entry[byte, uint16]{Key: key + byte(i), Value: d.value()})
		} else {
			pairs = append(pairs, model.Entry[byte, uint16]{Key: key + byte(i), Value: uint16(byte(pairs[0].Value) + byte(i))})
		}
	}
	return pairs
}

// callback reads what the callback does: read in Compute, LoadOrCompute and
// Retain, anything in an iteration; and how it ends.
func (d *decoder) callback(o *op) {
	exits := []model.Exit{model.Finish, model.Stop, model.Panic, model.Goexit}
	b := d.below(len(exits) * maxInner)
	o.Exit = exits[b%len(exits)]
	if hasAt(o.Kind) {
		o.At = d.below(maxAt)
	}
	for range b / len(exits) {
		if o.Kind.Iterates() {
			o.Inner = append(o.Inner, d.op(false))
		} else {
			o.Inner = append(o.Inner, op{Kind: reads[d.below(len(reads))], Key: d.key()})
		}
	}
}

var reads = [...]model.Kind{model.Load, model.Contains}

// hasAt reports whether k may call its callback more than once.
func hasAt(k model.Kind) bool { return k.Iterates() || k == model.Retain }
