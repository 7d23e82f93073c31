//go:build explore

package main

import (
	"cmp"
	"errors"
	"fmt"
	"hash/maphash"
	"math"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/linearizability/explore"
	"github.com/flatmap-go/flatmap/model/protocol/refine"
)

// A subject is a map of some types, driven by ops.
type subject interface {
	refine.Map
	reset(s *scenario)
	apply(o op) result
	final() (content, error) // the content at rest, if the invariants hold
}

// A typed is a subject over keys K and values V. Number v stands for
// values[v], and values[v] only.
type typed[K comparable, V any] struct {
	m      *flatmap.Map[K, V]
	keys   func(split bool) [maxKeys]K
	made   [2]*[maxKeys]K // by keys, not split and split: their words are always the same
	key    [maxKeys]K
	n      int // keys in use
	values [32]V
	number func(V) value // 0 for the zero V, notShown for other values

	// sick has a bit for each key for which the hasher panics now; nil if it never
	// does. harmed are all keys of their chains, in the table at first.
	sick   *explore.Uint32
	harmed uint8

	// unequal, if not nil, differs from itself. It is in the map at first with what the
	// scenario says; no call names it, and a Retain changes its value only.
	unequal *K
}

// The explorer's build takes a hash as it is: its low bits are the chain, its
// top bits the tag. These have one tag; the last is in another chain of a table
// of two or more, if split.
func hashes(split bool) [maxKeys]uint64 {
	if split {
		return [maxKeys]uint64{0x100, 0x201, 0x300}
	}
	return [maxKeys]uint64{0x100, 0x200, 0x300}
}

var subjects = map[string]func() subject{
	// The fast paths.
	"words": func() subject {
		t := &typed[uint64, uint64]{m: flatmap.New[uint64, uint64](), keys: hashes}
		return t.numbered(func(i int) uint64 { return uint64(i) }, func(v uint64) int { return int(v) })
	},
	// The same map through the writer core.
	"words-core": func() subject {
		t := &typed[uint64, uint64]{m: flatmap.New[uint64, uint64](flatmap.WithHasher(identity)), keys: hashes}
		return t.numbered(func(i int) uint64 { return uint64(i) }, func(v uint64) int { return int(v) })
	},
	// Values that need the spare slot.
	"pairs": func() subject {
		t := &typed[uint64, [2]uint64]{m: flatmap.New[uint64, [2]uint64](), keys: hashes}
		return t.numbered(pairOf, numberOfPair)
	},
	// One pointer.
	"pointers": func() subject {
		t := &typed[uint64, *int]{m: flatmap.New[uint64, *int](), keys: hashes}
		return t.numbered(func(i int) *int { return &i }, func(v *int) int {
			if v == nil {
				return 0
			}
			return *v
		})
	},
	// Pointers and more than a word in key and value.
	"strings": func() subject {
		t := &typed[string, string]{m: flatmap.New[string, string](flatmap.WithHasher(hashOfString)), keys: texts}
		return t.numbered(textOf, lenOf)
	},
	// The hasher panics for some keys, as the scenario says, until it is fixed.
	"panicking": func() subject {
		sick := new(explore.Uint32)
		hash := func(_ maphash.Seed, k uint64) uint64 {
			if sick.Load()>>(k>>8-1)&1 != 0 {
				panic(errSick)
			}
			return k
		}
		keys := func(split bool) [maxKeys]uint64 {
			if split {
				return [maxKeys]uint64{0x100, 0x201, 0x302}
			}
			return hashes(false)
		}
		t := &typed[uint64, string]{m: flatmap.New[uint64, string](flatmap.WithHasher(hash)), keys: keys, sick: sick}
		return t.numbered(textOf, lenOf)
	},
	// Strings with values of one word.
	"names": func() subject {
		t := &typed[string, uint64]{m: flatmap.New[string, uint64](flatmap.WithHasher(hashOfString)), keys: texts}
		return t.numbered(func(i int) uint64 { return uint64(i) }, func(v uint64) int { return int(v) })
	},
	// Keys of more than a word that are no strings.
	"wide": func() subject {
		t := &typed[[2]uint64, uint64]{
			m: flatmap.New[[2]uint64, uint64](flatmap.WithHasher(func(_ maphash.Seed, k [2]uint64) uint64 { return k[0] })),
			keys: func(split bool) (wide [maxKeys][2]uint64) {
				for i, h := range hashes(split) {
					wide[i] = [2]uint64{h, ^h}
				}
				return wide
			},
		}
		return t.numbered(func(i int) uint64 { return uint64(i) }, func(v uint64) int { return int(v) })
	},
	// Keys of two types, which a reader may find mixed, and values as in strings.
	"interfaces": func() subject {
		t := &typed[any, string]{
			m: flatmap.New[any, string](flatmap.WithHasher(hashOfAny)),
			keys: func(split bool) [maxKeys]any {
				h := hashes(split)
				return [maxKeys]any{h[0], texts(split)[1], h[2]}
			},
		}
		return t.numbered(textOf, lenOf)
	},
	// One more key, which differs from itself: no write of it could be found again. Values
	// as in pairs.
	"unequal": func() subject {
		nan := math.NaN()
		t := &typed[float64, [2]uint64]{
			m: flatmap.New[float64, [2]uint64](flatmap.WithHasher(func(_ maphash.Seed, k float64) uint64 { return uint64(k) })),
			keys: func(split bool) (floats [maxKeys]float64) {
				for i, h := range hashes(split) {
					floats[i] = float64(h)
				}
				return floats
			},
			unequal: &nan,
		}
		return t.numbered(pairOf, numberOfPair)
	},
}

// errSick is what a hasher panics with.
var errSick = errors.New("the hasher panics")

func pairOf(i int) [2]uint64 { return [2]uint64{uint64(i), uint64(100 - i)} }

func numberOfPair(v [2]uint64) int {
	if v != [2]uint64{} && v[0]+v[1] != 100 {
		return int(notShown) // torn
	}
	return int(v[0])
}

func textOf(i int) string { return "................................"[:i] }

func lenOf(s string) int { return len(s) }

func hashOfString(_ maphash.Seed, k string) uint64 { return uint64(len(k))<<8 | uint64(k[0]) }

func hashOfAny(seed maphash.Seed, k any) uint64 {
	if s, ok := k.(string); ok {
		return hashOfString(seed, s)
	}
	return k.(uint64)
}

// texts are to hashOfString what hashes are to the map.
func texts(split bool) [maxKeys]string {
	if split {
		return [maxKeys]string{"\x00", "\x01-", "\x00--"}
	}
	return [maxKeys]string{"\x00", "\x00-", "\x00--"}
}

func identity(_ maphash.Seed, k uint64) uint64 { return k }

// numbered fixes which value a number stands for.
func (t *typed[K, V]) numbered(valueOf func(int) V, number func(V) int) subject {
	for i := range t.values {
		if i > 0 {
			t.values[i] = valueOf(i)
		}
	}
	t.number = func(v V) value { return value(number(v)) }
	return t
}

func (t *typed[K, V]) reset(s *scenario) {
	made := &t.made[0]
	if s.split {
		made = &t.made[1]
	}
	if *made == nil {
		keys := t.keys(s.split)
		*made = &keys
	}
	t.key, t.n = **made, s.keys
	t.sicken(0)
	flatmap.Large(s.large)
	flatmap.Settle(s.settles)
	flatmap.UseSlots(cmp.Or(s.slots, 2))
	if t.unequal == nil {
		t.m.Reset(s.buckets, s.limit)
	} else {
		t.m.Reset(s.buckets, s.limit+1)
	}
	for k := range s.present {
		t.m.Store(t.key[k], t.values[initialValue(int8(k))])
	}
	if t.unequal != nil {
		t.m.Store(*t.unequal, t.values[1])
	}
	if s.worn {
		t.m.Store(t.key[s.present], t.values[1])
		t.m.Delete(t.key[s.present])
	}
	if s.resize != 0 {
		t.m.BeginResize(s.resize)
	}
	t.harmed = s.harmed
	t.sicken(s.sick)
}

func (t *typed[K, V]) sicken(sick uint32) {
	if t.sick != nil {
		t.sick.Store(sick)
	}
}

// recoverSick ends a call in which the hasher panicked. For those who write other
// chains, and help, the map swallows its panics.
func (t *typed[K, V]) recoverSick(o op, r *result) {
	if p := recover(); p == errSick {
		*r = result{shown: nothingShown, panicked: true}
		if o.kind.singleKey() && t.harmed>>o.key&1 == 0 {
			r.wrong = "the hasher panics for a key of another chain"
		}
	} else if p != nil {
		panic(p)
	}
}

// keyNumber is the inverse of t.key.
func (t *typed[K, V]) keyNumber(key K) int8 {
	for i := range t.n {
		if t.key[i] == key {
			return int8(i)
		}
	}
	return -1
}

// apply makes one call.
func (t *typed[K, V]) apply(o op) (r result) {
	key := t.key[o.key]
	var v V
	r.shown = nothingShown
	if t.sick != nil {
		defer t.recoverSick(o, &r)
	}
	switch o.kind {
	case load:
		v, r.ok = t.m.Load(key)
	case store:
		t.m.Store(key, t.values[o.value])
	case swap:
		v, r.ok = t.m.Swap(key, t.values[o.value])
	case loadOrStore:
		v, r.ok = t.m.LoadOrStore(key, t.values[o.value])
	case loadOrCompute:
		v, r.ok = t.m.LoadOrCompute(key, func() V { r.calls++; return t.values[o.value] })
	case remove:
		t.m.Delete(key)
	case loadAndDelete:
		v, r.ok = t.m.LoadAndDelete(key)
	case compareAndSwap:
		r.ok = t.m.CompareAndSwap(key, t.values[o.old], t.values[o.value])
	case compareAndDelete:
		r.ok = t.m.CompareAndDelete(key, t.values[o.old])
	case computeToggle:
		v, r.ok = t.m.Compute(key, func(old V, loaded bool) (V, flatmap.Op) {
			r.calls++
			r.shown[o.key] = t.numberOf(old, loaded, &r)
			if loaded {
				return old, flatmap.Remove
			}
			return t.values[o.value], flatmap.Set
		})
	case computePanic:
		t.computePanic(o, &r)
	case clearAll:
		t.m.Clear()
	case length:
		r.len = int8(t.m.Len())
	case iterate:
		t.m.Range(func(k K, v V) bool {
			if k == k {
				t.show(&r, k, v)
			}
			return true
		})
	case retain:
		t.m.Retain(func(k K, v *V) bool {
			if k != k {
				*v = t.values[o.value]
				return true
			}
			n := t.show(&r, k, *v)
			*v = t.values[o.value]
			return n != 0
		})
	case look:
		t.m.Retain(func(k K, v *V) bool {
			if k == k {
				t.show(&r, k, *v)
			}
			return true
		})
	case grow:
		t.m.Resize(4)
	case shrink:
		t.m.Resize(1)
	case mend:
		t.sicken(0)
	}
	switch o.kind {
	case load, swap, loadAndDelete, computeToggle:
		r.value = t.numberOf(v, r.ok, &r)
	case loadOrStore, loadOrCompute:
		r.value = t.numberOf(v, true, &r)
	}
	return r
}

func (t *typed[K, V]) computePanic(o op, r *result) {
	defer func() { recover() }()
	t.m.Compute(t.key[o.key], func(old V, loaded bool) (V, flatmap.Op) {
		r.calls++
		r.shown[o.key] = t.numberOf(old, loaded, r)
		panic("as it should")
	})
}

// numberOf returns the number of a value that a method gave.
func (t *typed[K, V]) numberOf(v V, there bool, r *result) value {
	n := t.number(v)
	if n < 0 || there != (n != 0) {
		r.wrong = fmt.Sprintf("a value that nobody stored: %v, %v", v, there)
	}
	return n
}

// show notes what an iteration or Retain was shown.
func (t *typed[K, V]) show(r *result, key K, v V) int8 {
	k := t.keyNumber(key)
	if k < 0 {
		r.wrong = fmt.Sprintf("a key that nobody stored: %v", key)
		return 0
	}
	if r.shown[k] != notShown {
		r.wrong = fmt.Sprintf("k%d is shown twice", k)
		r.twice |= 1 << k
	}
	r.shown[k] = t.numberOf(v, true, r)
	return k
}

func (t *typed[K, V]) final() (c content, err error) {
	t.sicken(0)
	if err := t.m.CheckInvariants(); err != nil {
		return c, err
	}
	var r result
	for k := range t.n {
		v, ok := t.m.Load(t.key[k])
		c[k] = t.numberOf(v, ok, &r)
	}
	if r.wrong != "" {
		return c, fmt.Errorf("at rest: %s", r.wrong)
	}
	return c, nil
}
