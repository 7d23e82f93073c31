package flatmap_test

import (
	"iter"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/flatmap-go/flatmap/flatmap"
)

// TestMachine compares the map with a plain Go map over random programs of all
// operations, for all the odd kinds of keys and values. Each program draws its
// hasher, capacity and whether the map may shrink. Go's map is the
// specification also of what a key is: NaN, the two zeros, padding, interfaces.
func TestMachine(t *testing.T) {
	machine(t, "int_int", ints, ints)
	machine(t, "string_string", strs, strs)
	machine(t, "named_error", nameds, errs)
	machine(t, "float_float", floats, floats)
	machine(t, "celsius_uint64", temps, uint64s)
	machine(t, "floatstruct_floatstruct", floatStructs, floatStructs)
	machine(t, "any_any", mixed, mixed)
	machine(t, "error_struct", errs, structs)
	machine(t, "empty_empty", empties, empties)
	machine(t, "empty_string", empties, strs)
	machine(t, "int_empty", ints, empties)
	machine(t, "string_empty", strs, empties)
	machine(t, "padded_padded", paddeds, paddeds)
	machine(t, "blank_bool", blanks, bools)
	machine(t, "array_array", arrays, arrays)
	machine(t, "bytes_bytes", bytesOf, bytesOf)
	machine(t, "boxed_boxed", boxeds, boxeds)
	machine(t, "uint64_huge", uint64s, hugeOnes)
	machine(t, "huge_int8", hugeOnes, int8s)
	machine(t, "int8_pointer", int8s, pointers)
	machine(t, "pointer_blank", pointers, blanks)
	machine(t, "bool_chan", bools, channels)
	machine(t, "chan_func", channels, funcs)
	machine(t, "int_slice", ints, byteSlices)
	machine(t, "struct_map", structs, goMaps)
	machine(t, "int_uncomparable", ints, uncomparables)
	machine(t, "int_any_uncomparable", ints, mixedUncomparable)
}

func machine[K comparable, V any](t *testing.T, name string, keys kind[K], values kind[V]) {
	t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
		s := &sut[K, V]{T: t, keys: keys, values: values, want: make(map[K]V)}
		hash := rapid.SampledFrom([]string{"default", "default", "constant", "4-bit", "identity"}).Draw(t, "hasher")
		opts := hashWith(hashers(keys)[hash])
		if n := rapid.SampledFrom([]int{0, 1, 50, 1000}).Draw(t, "capacity"); n > 0 {
			opts = append(opts, flatmap.WithCapacity(n))
		}
		if rapid.Bool().Draw(t, "grow only") {
			opts = append(opts, flatmap.WithGrowOnly())
		}
		s.m = flatmap.New[K, V](opts...)
		t.Repeat(map[string]func(*rapid.T){
			"":                 s.check,
			"Load":             s.load,
			"Store":            s.store,
			"Swap":             s.swap,
			"LoadOrStore":      s.loadOrStore,
			"LoadOrCompute":    s.loadOrCompute,
			"Delete":           s.delete,
			"LoadAndDelete":    s.loadAndDelete,
			"CompareAndSwap":   s.compareAndSwap,
			"CompareAndDelete": s.compareAndDelete,
			"Compute":          s.compute,
			"Range":            s.rangeSome,
			"RangeAndWrite":    s.rangeAndWrite,
			"Retain":           s.retain,
			"Clear":            s.clear,
			"Insert":           s.insert,
			"Clone":            s.clone,
			"Collect":          s.collect,
			"Shrink":           s.shrink,
		})
	}))
}

// A sut is a system under test beside its specification.
type sut[K comparable, V any] struct {
	*rapid.T
	keys   kind[K]
	values kind[V]
	m      *flatmap.Map[K, V]
	want   map[K]V
}

func (s *sut[K, V]) key(t *rapid.T) K {
	return s.keys.make(rapid.OneOf(rapid.IntRange(0, 9), rapid.IntRange(0, numKeys-1)).Draw(t, "key"))
}

func (s *sut[K, V]) value(t *rapid.T) V {
	return s.values.make(rapid.IntRange(0, numValues-1).Draw(t, "value"))
}

// same fails unless a method returned v and ok as the specification says: the
// value wanted if there is one, otherwise the zero V.
func (s *sut[K, V]) same(t *rapid.T, v V, ok bool, want V, wantOK bool) {
	t.Helper()
	if ok != wantOK {
		t.Fatalf("returned %v, not %v", ok, wantOK)
	}
	s.sameValue(t, v, want)
}

func (s *sut[K, V]) sameValue(t *rapid.T, v, want V) {
	t.Helper()
	if z := s.values.zero(want); z || s.values.zero(v) {
		if !z || !s.values.zero(v) {
			t.Fatalf("value %v, not %v", v, want)
		}
	} else if n, w := s.values.number(v), s.values.number(want); n != w {
		t.Fatalf("value number %d, not %d", n, w)
	}
}

// check compares everything that can be seen without knowing a key.
func (s *sut[K, V]) check(t *rapid.T) {
	if n := s.m.Len(); n != len(s.want) {
		t.Fatalf("Len() = %d, not %d", n, len(s.want))
	}
	s.sameEntries(t, "Range", func(yield func(K, V) bool) { s.m.Range(yield) })
	for key, want := range s.want {
		if key == key {
			v, ok := s.m.Load(key)
			s.same(t, v, ok, want, true)
		}
	}
}

func (s *sut[K, V]) sameEntries(t *rapid.T, what string, seq iter.Seq2[K, V]) {
	t.Helper()
	seen := make(map[K]bool, len(s.want))
	var nans []int // the values of keys that cannot be looked up
	for k, v := range seq {
		if k != k {
			nans = append(nans, s.valueNumber(v))
			continue
		}
		want, ok := s.want[k]
		if !ok || seen[k] || s.valueNumber(v) != s.valueNumber(want) {
			t.Fatalf("%s: key %v comes with %v, not %v, %v; seen before: %v", what, k, v, want, ok, seen[k])
		}
		seen[k] = true
	}
	if n := len(seen) + len(nans); n != len(s.want) {
		t.Fatalf("%s: %d entries, not %d", what, n, len(s.want))
	}
	if nans != nil {
		for k, v := range s.want {
			if k != k {
				i := slices.Index(nans, s.valueNumber(v))
				if i < 0 {
					t.Fatalf("%s: no NaN with value %v comes", what, v)
				}
				nans = slices.Delete(nans, i, i+1)
			}
		}
	}
}

// keyNumber is the same for equal keys: which of the two zeros a map holds is
// left open.
func (s *sut[K, V]) keyNumber(k K) int {
	if k == s.keys.make(0) {
		return 0
	}
	return s.keys.number(k)
}

func (s *sut[K, V]) valueNumber(v V) int {
	if s.values.zero(v) {
		return -1
	}
	return s.values.number(v)
}

func (s *sut[K, V]) load(t *rapid.T) {
	key := s.key(t)
	want, wantOK := s.want[key]
	v, ok := s.m.Load(key)
	s.same(t, v, ok, want, wantOK)
	if s.m.Contains(key) != wantOK {
		t.Fatalf("Contains = %v", !wantOK)
	}
}

func (s *sut[K, V]) store(t *rapid.T) {
	key, v := s.key(t), s.value(t)
	s.m.Store(key, v)
	s.want[key] = v
}

func (s *sut[K, V]) swap(t *rapid.T) {
	key, v := s.key(t), s.value(t)
	want, wantOK := s.want[key]
	old, ok := s.m.Swap(key, v)
	s.same(t, old, ok, want, wantOK)
	s.want[key] = v
}

func (s *sut[K, V]) loadOrStore(t *rapid.T) {
	key, v := s.key(t), s.value(t)
	want, wantOK := s.want[key]
	if !wantOK {
		s.want[key], want = v, v
	}
	v, ok := s.m.LoadOrStore(key, v)
	s.same(t, v, ok, want, wantOK)
}

func (s *sut[K, V]) loadOrCompute(t *rapid.T) {
	key, v, end := s.key(t), s.value(t), drawEnd(t)
	calls := 0
	want, wantOK := s.want[key]
	var ok bool
	ended := end.run(func() {
		v, ok = s.m.LoadOrCompute(key, func() V {
			calls++
			s.reads(t, key, want, wantOK)
			end.now()
			return v
		})
	})
	if calls == 1 == wantOK || calls > 1 || ended != (calls > 0 && end != returns) {
		t.Fatalf("%d calls, ended=%v", calls, ended)
	}
	if ended {
		return
	}
	if !wantOK {
		s.want[key], want = v, v
	}
	s.same(t, v, ok, want, wantOK)
}

func (s *sut[K, V]) delete(t *rapid.T) {
	key := s.key(t)
	s.m.Delete(key)
	delete(s.want, key)
}

func (s *sut[K, V]) loadAndDelete(t *rapid.T) {
	key := s.key(t)
	want, wantOK := s.want[key]
	v, ok := s.m.LoadAndDelete(key)
	s.same(t, v, ok, want, wantOK)
	delete(s.want, key)
}

// equal reports whether the value of key equals old, or that the comparison
// must panic. A value that can be compared can be compared with itself.
func (s *sut[K, V]) equal(key K, old V) (equal, panics bool) {
	defer func() { panics = recover() != nil }()
	_ = any(old) == any(old)
	v, ok := s.want[key]
	return ok && any(v) == any(old), false
}

func (s *sut[K, V]) compareAndSwap(t *rapid.T) {
	key, old, v := s.key(t), s.value(t), s.value(t)
	if cur, ok := s.want[key]; ok && rapid.Bool().Draw(t, "current") {
		old = cur
	}
	equal, panics := s.equal(key, old)
	var swapped bool
	if panicked(func() { swapped = s.m.CompareAndSwap(key, old, v) }) != panics || swapped != equal {
		t.Fatalf("swapped = %v, not %v (panics: %v)", swapped, equal, panics)
	}
	if swapped {
		s.want[key] = v
	}
}

func (s *sut[K, V]) compareAndDelete(t *rapid.T) {
	key, old := s.key(t), s.value(t)
	if cur, ok := s.want[key]; ok && rapid.Bool().Draw(t, "current") {
		old = cur
	}
	equal, panics := s.equal(key, old)
	var deleted bool
	if panicked(func() { deleted = s.m.CompareAndDelete(key, old) }) != panics || deleted != equal {
		t.Fatalf("deleted = %v, not %v (panics: %v)", deleted, equal, panics)
	}
	if deleted {
		delete(s.want, key)
	}
}

func (s *sut[K, V]) compute(t *rapid.T) {
	key, v, end := s.key(t), s.value(t), drawEnd(t)
	op := flatmap.Op(rapid.IntRange(0, 3).Draw(t, "op")) // 3 is invalid
	calls := 0
	want, wantOK := s.want[key]
	var actual V
	var ok bool
	ended := end.run(func() {
		actual, ok = s.m.Compute(key, func(old V, loaded bool) (V, flatmap.Op) {
			calls++
			s.same(t, old, loaded, want, wantOK)
			s.reads(t, key, want, wantOK)
			end.now()
			return v, op
		})
	})
	if calls != 1 || ended != (end != returns || op > flatmap.Remove) {
		t.Fatalf("%d calls, ended=%v", calls, ended)
	}
	switch {
	case ended:
		return
	case op == flatmap.Set:
		s.want[key] = v
	case op == flatmap.Remove:
		delete(s.want, key)
	}
	if key == key { // a NaN is set, and cannot be found
		want, wantOK = s.want[key]
	} else if op == flatmap.Set {
		want, wantOK = v, true
	}
	s.same(t, actual, ok, want, wantOK)
}

// reads calls reading methods from inside a callback.
func (s *sut[K, V]) reads(t *rapid.T, key K, want V, wantOK bool) {
	v, ok := s.m.Load(key)
	s.same(t, v, ok, want, wantOK)
	if n := s.m.Len(); n != len(s.want) {
		t.Fatalf("Len() = %d in a callback, not %d", n, len(s.want))
	}
	s.sameEntries(t, "All in a callback", s.m.All())
}

func drawEnd(t *rapid.T) ending {
	return ending(max(0, rapid.IntRange(-5, 2).Draw(t, "end")))
}
