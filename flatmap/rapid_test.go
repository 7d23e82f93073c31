package flatmap_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/model"
)

// TestMachine compares the map with the specification, package model, over
// random programs of all operations. Each program draws its hasher, its
// capacity and whether the map may shrink. What the model does not know is
// below: Clone, Collect, an iteration that writes, and a map that is emptied.
//
// Every kind of key and value is here that the map or the compiler treats in
// its own way. Keys: a word that is hashed as one (int), and part of a word
// (int8); strings; memory that is hashed as
// bytes, of no whole words (bytes); what Go hashes: floats (both zeros, NaN) and
// a struct with one, interfaces, structs with holes
// (padded) and with a field that == ignores (blank), a pointer,
// what begins like an interface (boxed), what has no size (empty), and many
// pointers, some beyond the 64th word (huge). Values: the same layouts, and those
// without an equality: a function, a slice, a struct, and interfaces of which
// some hold one.
func TestMachine(t *testing.T) {
	effort.Checks(t, 40)
	machine(t, "int_int", ints, ints)
	machine(t, "string_string", strs, strs)
	machine(t, "int_string", ints, strs)
	machine(t, "int8_uncomparable", int8s, uncomparables)
	machine(t, "bytes_bytes", bytesOf, bytesOf)
	machine(t, "celsius_int", temps, ints)
	machine(t, "floatstruct_float", floatStructs, floats)
	machine(t, "any_any", mixed, mixed)
	machine(t, "padded_padded", paddeds, paddeds)
	machine(t, "blank_int8", blanks, int8s)
	machine(t, "pointer_slice", pointers, byteSlices)
	machine(t, "boxed_boxed", boxeds, boxeds)
	machine(t, "empty_empty", empties, empties)
	machine(t, "int_empty", ints, empties)
	machine(t, "huge_func", hugeOnes, funcs)
	machine(t, "int_huge", ints, hugeOnes)
	machine(t, "int_pointer", ints, pointers)
	machine(t, "any_any_uncomparable", mixed, mixedUncomparable)
}

// machine runs the programs on maps of one type. Only what translates keys and
// values is compiled for each type: see numberedMap.
func machine[K comparable, V any](t *testing.T, name string, keys kind[K], values kind[V]) {
	k, v, hash := numbersOf(keys), numbersOf(values), hashers(keys)
	programs(t, name, k.generator(numKeys), v.generatorOfAny(numValues), func(hasher string, opts ...flatmap.Option) numberedMap {
		return &byNumber[K, V]{flatmap.New[K, V](append(opts, hashWith(hash[hasher])...)...), &k, &v}
	})
}

type (
	op    = model.Op[float64, any]
	entry = model.Entry[float64, any]
)

type entries []entry

func (e entries) all(yield func(float64, any) bool) {
	for _, pair := range e {
		if !yield(pair.Key, pair.Value) {
			return
		}
	}
}

func programs(t *testing.T, name string, keys *rapid.Generator[float64], values *rapid.Generator[any], newMap func(hasher string, opts ...flatmap.Option) numberedMap) {
	hashers := rapid.SampledFrom([]string{"default", "default", "constant", "4-bit", "identity"})
	capacities := rapid.SampledFrom([]int{0, 1, 50, 1000})
	programs := model.Programs(keys, values)
	pairs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) entry {
		return entry{Key: keys.Draw(t, "key"), Value: values.Draw(t, "value")}
	}), 0, numKeys)
	last := rapid.SampledFrom([]string{"nothing", "write", "clone", "collect", "shrink"})
	t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
		var opts []flatmap.Option
		hasher := hashers.Draw(t, "hasher")
		if n := capacities.Draw(t, "capacity"); n > 0 {
			opts = append(opts, flatmap.WithCapacity(n))
		}
		if rapid.Bool().Draw(t, "grow only") {
			opts = append(opts, flatmap.WithGrowOnly())
		}
		r := &run{T: t, m: newMap(hasher, opts...), want: model.NewState[float64, any]()}
		for range rapid.IntRange(1, 2).Draw(t, "programs") {
			for _, op := range programs.Draw(t, "program") {
				r.step(op)
			}
			switch last.Draw(t, "then") {
			case "write":
				r.rangeAndWrite(pairs.Draw(t, "pairs"))
			case "clone":
				r.clone()
			case "collect":
				r.collect(pairs.Draw(t, "pairs"))
			case "shrink":
				r.shrink(rapid.IntRange(0, 3).Draw(t, "keep"))
			}
			r.audit()
		}
	}))
}

// A run is a map and its specification, in the course of a program.
type run struct {
	*rapid.T
	m     numberedMap
	want  *model.State[float64, any]
	done  model.Program[float64, any]
	since int // operations since the last audit
}

// step applies one operation, and looks at the whole map after it: always if it
// is small, and now and then if that would take long.
func (r *run) step(op op) {
	r.Helper()
	r.apply(op)
	if r.since++; r.since > r.want.Len()/4 {
		r.audit()
	}
}

func (r *run) apply(op op) {
	r.Helper()
	r.done = append(r.done, op)
	if err := r.want.Step(op, model.Apply(r.m, op)); err != nil {
		r.failed(err)
	}
}

func (r *run) failed(why error) {
	r.Helper()
	r.Fatalf("%v", &model.Failure[float64, any]{Program: r.done, Reason: why})
}

// audit compares everything: what an iteration yields, Len, and what each key
// that can be looked up has.
func (r *run) audit() {
	r.Helper()
	r.since = 0
	done := r.done
	r.apply(op{Kind: model.Range})
	r.apply(op{Kind: model.Len})
	r.done = done
	for key, want := range r.want.All {
		if key != key {
			continue
		}
		if got, ok := r.m.Load(key); !ok || !model.Same(got, want) {
			r.failed(fmt.Errorf("then Load(%v) returns %v, %v, want %v", key, got, ok, want))
		}
	}
}

// clone goes on with a clone, and checks that the original is as it was. What
// happens to it from then on does not concern the clone.
func (r *run) clone() {
	old := r.m
	r.m = old.Clone()
	all := op{Kind: model.Range}
	if err := r.want.Step(all, model.Apply[float64, any](old, all)); err != nil {
		r.failed(fmt.Errorf("the original of a clone: %w", err))
	}
	old.Clear()
	old.Store(0, nil)
}

// collect goes on with a map of the given entries.
func (r *run) collect(pairs entries) {
	r.m = r.m.Collect(pairs, flatmap.WithCapacity(len(pairs)/2))
	r.done = append(r.done, op{Kind: model.Clear}, op{Kind: model.Insert, Pairs: pairs})
	r.want = model.NewState[float64, any]()
	if err := r.want.Step(op{Kind: model.Insert, Pairs: pairs}, model.Result[float64, any]{}); err != nil {
		r.failed(err)
	}
}

// shrink deletes nearly everything, one by one.
func (r *run) shrink(keep int) {
	var keys []float64
	for key := range r.want.All {
		keys = append(keys, key)
	}
	for _, key := range keys {
		if r.want.Len() > keep {
			r.step(op{Kind: model.Delete, Key: key})
		}
	}
}

// rangeAndWrite writes the map in every call of an iteration, other keys than
// those iterated for the most part, and enough of them to resize the map. A key
// comes at most once, and one that nobody touches does.
func (r *run) rangeAndWrite(pairs entries) {
	before, seen, touched := r.want.Clone(), make(map[float64]bool), make(map[float64]bool)
	deletes := rapid.Bool().Draw(r.T, "delete")
	n := rapid.IntRange(1, 4).Draw(r.T, "writes per entry")
	clearAt := rapid.SampledFrom([]int{0, 1, 5, 50}).Draw(r.T, "clear at")
	calls, next := 0, 0
	r.m.Range(func(key float64, _ any) bool {
		if key == key && seen[key] {
			r.Fatalf("key %v comes twice", key)
		}
		seen[key] = true
		if calls++; calls == clearAt {
			r.apply(op{Kind: model.Clear})
			for key := range before.All {
				touched[key] = true
			}
		}
		for range min(n, len(pairs)) {
			pair := pairs[next%len(pairs)]
			next++
			touched[pair.Key] = true
			if deletes {
				r.apply(op{Kind: model.Delete, Key: pair.Key})
			} else {
				r.apply(op{Kind: model.Store, Key: pair.Key, Value: pair.Value})
			}
		}
		return calls < 3*numKeys // NaNs that are stored may be iterated, and store more
	})
	for key := range before.All {
		if key == key && !touched[key] && !seen[key] && calls < 3*numKeys {
			r.Fatalf("key %v does not come, though nobody touched it", key)
		}
	}
}
