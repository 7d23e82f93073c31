package flatmap_test

import (
	"maps"

	"pgregory.net/rapid"

	"github.com/flatmap-go/flatmap/flatmap"
)

// The whole-map actions of the machine in rapid_test.go.

func (s *sut[K, V]) rangeSome(t *rapid.T) {
	limit := rapid.IntRange(1, numKeys).Draw(t, "limit")
	calls, seen := 0, make(map[K]bool)
	yield := func(key K) bool {
		if key == key && seen[key] {
			t.Fatalf("key %v comes twice", key)
		}
		seen[key] = true
		calls++
		return calls < limit
	}
	rapid.SampledFrom([]func(){
		func() { s.m.Range(func(k K, _ V) bool { return yield(k) }) },
		func() {
			for k := range s.m.All() {
				if !yield(k) {
					break
				}
			}
		},
		func() {
			for k := range s.m.Keys() {
				if !yield(k) {
					break
				}
			}
		},
		func() {
			for v := range s.m.Values() {
				s.valueNumber(v)
				if calls++; calls == limit {
					break
				}
			}
		},
	}).Draw(t, "method")()
	if want := min(limit, len(s.want)); calls != want {
		t.Fatalf("%d calls, not %d", calls, want)
	}
}

// rangeAndWrite writes the map from inside an iteration: mostly other keys than
// those iterated, enough of them to resize the map, and now and then Clear.
func (s *sut[K, V]) rangeAndWrite(t *rapid.T) {
	before, seen := maps.Clone(s.want), make(map[K]bool)
	deletes := rapid.Bool().Draw(t, "delete")
	n := rapid.IntRange(1, 4).Draw(t, "writes per entry")
	first := rapid.IntRange(0, numKeys-1).Draw(t, "first key")
	clearAt := rapid.SampledFrom([]int{0, 1, 5, 50}).Draw(t, "clear at")
	touched, v := make(map[K]bool), s.values.make(1)
	calls := 0
	s.m.Range(func(key K, _ V) bool {
		if key == key && seen[key] {
			t.Fatalf("key %v comes twice", key)
		}
		seen[key] = true
		calls++
		if calls == clearAt {
			s.m.Clear()
			clear(s.want)
			for k := range before {
				touched[k] = true
			}
		}
		for range n {
			other := s.keys.make(first % numKeys)
			first++
			touched[other] = true
			if deletes {
				s.m.Delete(other)
				delete(s.want, other)
			} else {
				s.m.Store(other, v)
				s.want[other] = v
			}
		}
		return calls < 3*numKeys // stored NaNs may be iterated, and store more
	})
	for key := range before {
		if key == key && !touched[key] && !seen[key] {
			t.Fatalf("key %v does not come, though nobody touched it", key)
		}
	}
}

func (s *sut[K, V]) retain(t *rapid.T) {
	drop := rapid.IntRange(1, 4).Draw(t, "drop every")
	change := rapid.IntRange(1, 4).Draw(t, "change every")
	end, endAt := drawEnd(t), rapid.IntRange(0, numKeys).Draw(t, "end at")
	v := s.value(t)
	calls, seen, after, due := 0, make(map[K]bool), maps.Clone(s.want), len(s.want)
	ended := end.run(func() {
		s.m.Retain(func(key K, value *V) bool {
			if key == key {
				if seen[key] {
					t.Fatalf("key %v is decided twice", key)
				}
				s.sameValue(t, *value, s.want[key])
				got, ok := s.m.Load(key)
				s.same(t, got, ok, s.want[key], true)
			}
			seen[key] = true
			calls++
			if key != key {
				return true // the specification could not name it
			}
			n := s.keyNumber(key)
			if n%change == 0 {
				*value = v // lost if the call does not return true
			}
			if calls > endAt {
				end.now()
			}
			if n%drop == 0 {
				delete(after, key)
				return false
			}
			if n%change == 0 {
				after[key] = v
			}
			return true
		})
	})
	if !ended && calls != due || ended && end == returns {
		t.Fatalf("%d calls, not %d; ended=%v", calls, due, ended)
	}
	s.want = after
}

func (s *sut[K, V]) clear(t *rapid.T) {
	s.m.Clear()
	clear(s.want)
}

// insert inserts up to the whole range of keys, to make the map grow.
func (s *sut[K, V]) insert(t *rapid.T) {
	pairs := s.pairs(t)
	s.m.Insert(maps.All(pairs))
	maps.Copy(s.want, pairs)
}

func (s *sut[K, V]) pairs(t *rapid.T) map[K]V {
	first, n := rapid.IntRange(0, numKeys-1).Draw(t, "first"), rapid.IntRange(0, numKeys).Draw(t, "n")
	v := rapid.IntRange(0, numValues-1).Draw(t, "value")
	pairs := make(map[K]V)
	for i := range n {
		pairs[s.keys.make((first+i)%numKeys)] = s.values.make((v + i) % numValues)
	}
	return pairs
}

// clone goes on with a clone, and checks that it is one: what then happens to
// the original is no concern of it.
func (s *sut[K, V]) clone(t *rapid.T) {
	old := s.m
	s.m = old.Clone()
	s.sameEntries(t, "the original", old.All())
	old.Clear()
	old.Store(s.keys.make(0), s.values.make(1))
}

func (s *sut[K, V]) collect(t *rapid.T) {
	pairs := s.pairs(t)
	s.m = flatmap.Collect(maps.All(pairs), flatmap.WithCapacity(len(pairs)/2))
	s.want = pairs
}

// shrink deletes nearly everything, one by one.
func (s *sut[K, V]) shrink(t *rapid.T) {
	keep := rapid.IntRange(0, 3).Draw(t, "keep")
	for i := range numKeys {
		if key := s.keys.make(i); len(s.want) > keep {
			s.m.Delete(key)
			delete(s.want, key)
		}
	}
}
