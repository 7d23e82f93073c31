//go:build explore

package main

import (
	"fmt"
	"unsafe"

	"github.com/flatmap-go/flatmap/linearizability/explore"
	"github.com/flatmap-go/flatmap/model/protocol/refine"
	"github.com/flatmap-go/flatmap/model/protocol/refine/memory"
)

// The methods below make a typed a refine.Map.

func (t *typed[K, V]) Layout(l *memory.Layout) {
	t.m.Layout(l)
	if t.sick != nil {
		l.Add(memory.Client, l.Current, unsafe.Pointer(t.sick), 1, 4, 0)
	}
}

func (t *typed[K, V]) Keys() int                 { return t.n }
func (t *typed[K, V]) KeyWords(k int) []uint64   { return wordsOf(&t.key[k]) }
func (t *typed[K, V]) Values() int               { return len(t.values) }
func (t *typed[K, V]) ValueWords(v int) []uint64 { return wordsOf(&t.values[v]) }
func (t *typed[K, V]) HasherFails() bool         { return t.sick != nil }
func (t *typed[K, V]) Identity() string          { return fmt.Sprintf("%T %v", t.values, t.key[:t.n]) }

func (t *typed[K, V]) HashOf(k int) uint64 {
	if t.sick != nil {
		defer t.sick.Store(t.sick.Load())
		t.sicken(0)
	}
	return t.m.HashOf(t.key[k])
}

func wordsOf[T any](v *T) []uint64 {
	return unsafe.Slice((*uint64)(unsafe.Pointer(v)), unsafe.Sizeof(*v)/8)
}

// refined returns the calls of a client as the follower takes them.
func (c client) refined() [][]refine.Call {
	var calls [][]refine.Call
	for _, ops := range c {
		var list []refine.Call
		for _, o := range ops {
			call := refine.Call{Key: int(o.key), Value: refine.Absent, Name: o.String()}
			switch o.kind {
			case load:
				call.Kind = refine.Load
			case store, swap, compareAndSwap, computeToggle:
				call.Kind, call.Value = refine.Write, int(o.value)
			case remove, loadAndDelete, compareAndDelete, computePanic:
				call.Kind = refine.Write
			case loadOrStore, loadOrCompute:
				call.Kind, call.Value = refine.LoadThenWrite, int(o.value)
			case clearAll:
				call.Kind = refine.Clear
			case retain:
				call.Kind, call.Value = refine.Retain, int(o.value)
			case look:
				call.Kind = refine.Retain
			case iterate:
				call.Kind = refine.Iterate
			case length:
				call.Kind = refine.Len
			}
			list = append(list, call)
		}
		calls = append(calls, list)
	}
	return calls
}

// refined returns what a call reported of its key.
func (o op) refined(h *explore.Op[result]) refine.Result {
	r := refine.Result{Returned: h.Returned != 0, Before: refine.Unknown, Failed: h.Result.panicked}
	if !r.Returned || r.Failed {
		return r
	}
	there, v := h.Result.ok, h.Result.value
	switch o.kind {
	case length:
		r.Len = int(h.Result.len)
		return r
	case iterate, retain, look:
		for k, v := range h.Result.shown {
			for range h.Result.times(k) {
				r.Shown = append(r.Shown, refine.Entry{Key: k, Value: int(v)})
			}
		}
		return r
	case load, swap, loadAndDelete, loadOrStore, loadOrCompute:
	case computeToggle:
		v = h.Result.shown[o.key]
		there = v != 0
	default:
		return r
	}
	if r.Before = refine.Absent; there {
		r.Before = int(v)
	}
	return r
}

// follow checks that the execution that has just ended is one of the model's.
func (x *explorer) follow(c client, history []explore.Op[result]) error {
	first := make([]int, len(c))
	for g := range c[1:] {
		first[g+1] = first[g] + len(c[g])
	}
	return x.follower.Check(func(g, i int) refine.Result {
		h := &history[first[g]+i]
		return c[g][i].refined(h)
	})
}
