//go:build explore && shipped

package main

import (
	"hash/maphash"
	"math/rand/v2"
	"strconv"
	"unsafe"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/linearizability/explore"
	"github.com/flatmap-go/flatmap/model/protocol/refine"
	"github.com/flatmap-go/flatmap/model/protocol/refine/memory"
)

// A subject is a map of some types, as a client of calls by number.
type subject interface {
	refine.Map
	reset(buckets int, present []int)
	apply(o op) result
}

// A typed is a map whose keys and values are those of two lists.
type typed[K comparable, V comparable] struct {
	name   string
	m      *flatmap.Map[K, V]
	keys   []K
	values []V
	hashes []uint64
	number map[V]int // of a value
	place  map[K]int // of a key
}

func (t *typed[K, V]) Layout(l *memory.Layout)   { t.m.Layout(l) }
func (t *typed[K, V]) Keys() int                 { return len(t.keys) }
func (t *typed[K, V]) KeyWords(k int) []uint64   { return wordsOf(&t.keys[k]) }
func (t *typed[K, V]) HashOf(k int) uint64       { return t.hashes[k] }
func (t *typed[K, V]) Values() int               { return len(t.values) }
func (t *typed[K, V]) ValueWords(v int) []uint64 { return wordsOf(&t.values[v]) }
func (t *typed[K, V]) HasherFails() bool         { return false }
func (t *typed[K, V]) Identity() string          { return t.name }

func wordsOf[T any](v *T) []uint64 {
	return unsafe.Slice((*uint64)(unsafe.Pointer(v)), unsafe.Sizeof(*v)/8)
}

// newSubject returns a map of a kind, with keys of the given hashes, none of which is 0, and
// so many values. Value 0 is the zero one, which nobody stores.
func newSubject(kind string, hashes []uint64, values int) subject {
	switch kind {
	case "words":
		return newTyped(kind, flatmap.New[uint64, uint64](), hashes, values, word, word)
	case "words-core":
		return newTyped(kind, flatmap.New[uint64, uint64](flatmap.WithHasher(func(_ maphash.Seed, k uint64) uint64 { return k })), hashes, values, word, word)
	case "pairs":
		return newTyped(kind, flatmap.New[uint64, [2]uint64](), hashes, values, word, func(v uint64) [2]uint64 { return [2]uint64{v, ^v} })
	case "pointers":
		return newTyped(kind, flatmap.New[uint64, *uint64](), hashes, values, word, func(v uint64) *uint64 { return &v })
	case "strings":
		hash := func(_ maphash.Seed, k string) uint64 {
			h, _ := strconv.ParseUint(k, 16, 64)
			return h
		}
		text := func(v uint64) string { return strconv.FormatUint(v, 16) }
		return newTyped(kind, flatmap.New[string, string](flatmap.WithHasher(hash)), hashes, values, text, text)
	}
	panic(kind)
}

var kinds = []string{"words", "words-core", "pairs", "pointers", "strings"}

func word(x uint64) uint64 { return x }

func newTyped[K, V comparable](name string, m *flatmap.Map[K, V], hashes []uint64, values int, key func(uint64) K, value func(uint64) V) subject {
	t := &typed[K, V]{name: name, m: m, hashes: hashes, number: map[V]int{}, place: map[K]int{}, values: make([]V, 1, values)}
	for _, h := range hashes {
		k := key(h)
		t.place[k] = len(t.keys)
		t.keys = append(t.keys, k)
	}
	for v := 1; v < values; v++ {
		t.values = append(t.values, value(uint64(v)))
		t.number[t.values[v]] = v
	}
	return t
}

// reset empties the map, and stores the first value for some keys. It ends the resize that
// this may have begun: each write moves some chains.
func (t *typed[K, V]) reset(buckets int, present []int) {
	t.m.Reset(buckets, buckets*6)
	var l memory.Layout
	for quiet := false; !quiet; {
		for _, k := range present {
			t.m.Store(t.keys[k], t.values[1])
		}
		t.m.Layout(&l)
		quiet = l.Current == len(l.Roots)-1
	}
}

// A result is what a call reported.
type result struct {
	before int // of its key; refine.Absent, or refine.Unknown
	shown  []refine.Entry
	len    int
}

func (t *typed[K, V]) apply(o op) result {
	k, v := t.keys[o.key], t.values[o.value]
	before := func(old V, there bool) result {
		if !there {
			return result{before: refine.Absent}
		}
		n, ok := t.number[old]
		if !ok {
			n = 0 // which nobody stores
		}
		return result{before: n}
	}
	switch o.kind {
	case opLoad:
		return before(t.m.Load(k))
	case opStore:
		t.m.Store(k, v)
	case opSwap:
		return before(t.m.Swap(k, v))
	case opLoadOrStore:
		if old, loaded := t.m.LoadOrStore(k, v); loaded {
			return before(old, true)
		}
		return result{before: refine.Absent}
	case opDelete:
		t.m.Delete(k)
	case opLoadAndDelete:
		return before(t.m.LoadAndDelete(k))
	case opCompareAndSwap:
		t.m.CompareAndSwap(k, t.values[1], v)
	case opCompute:
		r := result{}
		t.m.Compute(k, func(old V, loaded bool) (V, flatmap.Op) {
			r = before(old, loaded)
			if loaded && o.value%2 == 0 {
				return old, flatmap.Remove
			}
			return v, flatmap.Set
		})
		return r
	case opRange:
		r := result{before: refine.Unknown}
		t.m.Range(func(k K, v V) bool { r.shown = append(r.shown, t.entry(k, v)); return true })
		return r
	case opRetain:
		r := result{before: refine.Unknown}
		t.m.Retain(func(k K, p *V) bool {
			r.shown = append(r.shown, t.entry(k, *p))
			if n := t.number[*p]; n%3 == 0 {
				*p = v
			}
			return t.number[*p]%4 != 0
		})
		return r
	case opClear:
		t.m.Clear()
	case opLen:
		return result{before: refine.Unknown, len: t.m.Len()}
	}
	return result{before: refine.Unknown}
}

// entry returns the numbers of an entry; value 0 if nobody stores that.
func (t *typed[K, V]) entry(k K, v V) refine.Entry {
	return refine.Entry{Key: t.place[k], Value: t.number[v]}
}

// program returns the client of an execution.
func program(s subject, c *client, f *refine.Follower) explore.Program[subject, result] {
	calls := c.refined()
	p := explore.Program[subject, result]{
		Setup: func() subject {
			s.reset(c.buckets, c.present)
			f.Begin(s, calls)
			return s
		},
		IgnoreRealTime: true,
	}
	first := []int{0}
	for _, ops := range c.ops {
		var list []explore.Call[subject, result]
		for _, o := range ops {
			list = append(list, explore.Call[subject, result]{Name: o.String(), Do: func(s subject) result { return s.apply(o) }})
		}
		p.Goroutines = append(p.Goroutines, list)
		first = append(first, first[len(first)-1]+len(ops))
	}
	p.Check = func(s subject, history []explore.Op[result]) error {
		return f.Check(func(g, i int) refine.Result {
			h := &history[first[g]+i]
			return refine.Result{Returned: h.Returned != 0, Before: h.Result.before, Shown: h.Result.shown, Len: h.Result.len}
		})
	}
	return p
}

// newHashes returns hashes of keys. In a crowded map they belong to few chains, so that
// these get long.
func newHashes(r *rand.Rand, n int, crowded bool) []uint64 {
	seen := map[uint64]bool{0: true}
	var list []uint64
	for len(list) < n {
		h := r.Uint64()
		if crowded {
			h &^= 0x3c
		}
		if !seen[h] {
			seen[h] = true
			list = append(list, h)
		}
	}
	return list
}
