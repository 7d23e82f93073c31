//go:build explore && !shipped

package refine

import (
	"fmt"
	"hash/maphash"
	"slices"
	"unsafe"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/linearizability/explore"
	"github.com/flatmap-go/flatmap/model/protocol/refine/memory"
)

// A testMap is a map of two keys in one chain of its smallest table.
type testMap[K, V comparable] struct {
	m      *flatmap.Map[K, V]
	keys   []K
	values []V // the first is the zero one, and is not stored
}

func (t *testMap[K, V]) Layout(l *memory.Layout)   { t.m.Layout(l) }
func (t *testMap[K, V]) Keys() int                 { return len(t.keys) }
func (t *testMap[K, V]) KeyWords(k int) []uint64   { return wordsOf(&t.keys[k]) }
func (t *testMap[K, V]) HashOf(k int) uint64       { return t.m.HashOf(t.keys[k]) }
func (t *testMap[K, V]) Values() int               { return len(t.values) }
func (t *testMap[K, V]) ValueWords(v int) []uint64 { return wordsOf(&t.values[v]) }
func (t *testMap[K, V]) HasherFails() bool         { return false }
func (t *testMap[K, V]) Identity() string          { return fmt.Sprintf("%T", t) }

func wordsOf[T any](v *T) []uint64 {
	return unsafe.Slice((*uint64)(unsafe.Pointer(v)), unsafe.Sizeof(*v)/8)
}

// A testOp is a method, and a testMap's number of a key and of a value.
type testOp struct {
	name string
	k, v int
}

type testSubject interface {
	Map
	reset(buckets, present int, resize int)
	apply(o testOp) Result // without Returned
}

func (t *testMap[K, V]) reset(buckets, present, resize int) {
	flatmap.UseSlots(3)
	t.m.Reset(buckets, 2)
	for k := range present {
		t.m.Store(t.keys[k], t.values[1])
	}
	t.m.Store(t.keys[2], t.values[1])
	t.m.Delete(t.keys[2]) // leaves a slot DEAD
	if resize != 0 {
		t.m.BeginResize(resize)
	}
}

func (t *testMap[K, V]) apply(o testOp) Result {
	key, value := t.keys[o.k], t.values[o.v]
	before := func(old V, there bool) Result {
		if !there {
			return Result{Before: Absent}
		}
		return Result{Before: slices.Index(t.values, old)}
	}
	other := Result{Before: Unknown}
	show := func(k K, v V) {
		other.Shown = append(other.Shown, Entry{slices.Index(t.keys, k), slices.Index(t.values, v)})
	}
	switch o.name {
	case "Load":
		return before(t.m.Load(key))
	case "Store":
		t.m.Store(key, value)
	case "Swap":
		return before(t.m.Swap(key, value))
	case "LoadOrStore":
		if old, loaded := t.m.LoadOrStore(key, value); loaded {
			return before(old, true)
		}
		return Result{Before: Absent}
	case "LoadOrCompute":
		old, loaded := t.m.LoadOrCompute(key, func() V { return value })
		return before(old, loaded)
	case "Compute":
		t.m.Compute(key, func(old V, loaded bool) (V, flatmap.Op) {
			other = before(old, loaded)
			return value, flatmap.Set
		})
	case "Keep":
		t.m.Compute(key, func(old V, loaded bool) (V, flatmap.Op) {
			other = before(old, loaded)
			return value, flatmap.Keep
		})
	case "LoadAndDelete":
		return before(t.m.LoadAndDelete(key))
	case "Clear":
		t.m.Clear()
	case "Retain":
		t.m.Retain(func(k K, p *V) bool { show(k, *p); *p = value; return k != key })
	case "Look":
		t.m.Retain(func(k K, p *V) bool { show(k, *p); return true })
	case "Range":
		t.m.Range(func(k K, v V) bool { show(k, v); return true })
	case "Len":
		other.Len = t.m.Len()
	case "Resize":
		t.m.Resize(4)
	}
	return other
}

// testKinds are maps whose entries are laid out differently.
var testKinds = map[string]testSubject{
	"words": &testMap[uint64, uint64]{flatmap.New[uint64, uint64](), []uint64{0x100, 0x200, 0x300}, []uint64{0, 11, 12, 13}},
	"pairs": &testMap[uint64, [2]uint64]{flatmap.New[uint64, [2]uint64](), []uint64{0x100, 0x200, 0x300},
		[][2]uint64{{}, {11, 21}, {12, 22}, {13, 23}}},
	"strings": &testMap[string, string]{flatmap.New[string, string](flatmap.WithHasher(func(_ maphash.Seed, k string) uint64 { return uint64(len(k)) << 8 })),
		[]string{"a", "bb", "ccc"}, []string{"", "x", "yy", "zzz"}},
}

// testCalls returns the calls of a client as a Follower takes them.
func testCalls(client [][]testOp) [][]Call {
	kinds := map[string]Kind{"Load": Load, "Store": Write, "Swap": Write, "LoadAndDelete": Write, "LoadOrStore": LoadThenWrite, "LoadOrCompute": LoadThenWrite, "Compute": Write, "Keep": Write, "Look": Retain, "Clear": Clear, "Retain": Retain, "Range": Iterate, "Len": Len}
	var calls [][]Call
	for _, ops := range client {
		var list []Call
		for _, o := range ops {
			value := o.v
			if o.name == "LoadAndDelete" || o.name == "Keep" || o.name == "Look" {
				value = Absent
			}
			list = append(list, Call{kinds[o.name], o.k, value, fmt.Sprint(o)})
		}
		calls = append(calls, list)
	}
	return calls
}

// testProgram returns a client, whose executions are judged by check, with what each call
// reported.
func testProgram(s testSubject, f *Follower, client [][]testOp, buckets, present, resize int, check func(results func(g, i int) Result) error) explore.Program[testSubject, Result] {
	calls := testCalls(client)
	p := explore.Program[testSubject, Result]{
		Setup: func() testSubject {
			s.reset(buckets, present, resize)
			f.Begin(s, calls)
			return s
		},
	}
	first := []int{0}
	for _, ops := range client {
		var list []explore.Call[testSubject, Result]
		for _, o := range ops {
			list = append(list, explore.Call[testSubject, Result]{Name: fmt.Sprint(o), Do: func(s testSubject) Result { return s.apply(o) }})
		}
		p.Goroutines = append(p.Goroutines, list)
		first = append(first, first[len(first)-1]+len(ops))
	}
	p.Check = func(_ testSubject, history []explore.Op[Result]) error {
		return check(func(g, i int) Result {
			h := &history[first[g]+i]
			result := h.Result
			result.Returned = h.Returned != 0
			return result
		})
	}
	return p
}
