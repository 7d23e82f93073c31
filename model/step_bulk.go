package model

import (
	"fmt"

	"github.com/flatmap-go/flatmap/internal/flatmap"
)

// stepRetain judges a Retain: every entry is visited once, with its value, and
// what its function decides happens.
func (s *State[K, V]) stepRetain(op *Op[K, V], r *Result[K, V]) error {
	before := s.Clone()
	seen := make(map[K]bool)
	unseen := append([]Entry[K, V](nil), s.odd...)
	s.odd = nil
	for i, visit := range r.Visits {
		if i > op.At && op.Exit.abrupt() {
			return errStopped
		}
		if visit.Key != visit.Key {
			j := indexValue(unseen, visit.Value)
			if j < 0 {
				return fmt.Errorf("it visits an entry of %s that is not there", literal(visit.Key))
			}
			unseen = append(unseen[:j], unseen[j+1:]...)
		} else {
			value, ok := before.Load(visit.Key)
			switch {
			case seen[visit.Key]:
				return fmt.Errorf("it visits %s twice", literal(visit.Key))
			case !ok:
				return fmt.Errorf("it visits %s, which is not there", literal(visit.Key))
			case !Same(value, visit.Value):
				return fmt.Errorf("it shows %s for %s, want %s", literal(visit.Value), literal(visit.Key), literal(value))
			}
			seen[visit.Key] = true
		}
		decision := op.decide(visit.Key)
		if i == op.At {
			if err := stepRetainInner(op, r, before, s); err != nil {
				return err
			}
			if op.Exit.abrupt() {
				decision = Decision[V]{}
			}
		}
		switch {
		case visit.Key != visit.Key && decision.Op == flatmap.Keep:
			s.store(visit.Key, visit.Value)
		case decision.Op == flatmap.Set:
			s.store(visit.Key, decision.Value)
		case decision.Op == flatmap.Remove:
			s.delete(visit.Key)
		}
	}
	s.odd = append(s.odd, unseen...)
	var want Result[K, V]
	if op.Exit.abrupt() && len(r.Visits) > op.At {
		want.exit(op.Exit)
	} else if missed := before.Len() - len(r.Visits); missed > 0 {
		return fmt.Errorf("it misses %d of %d entries", missed, before.Len())
	}
	got := *r
	got.Visits = nil
	return got.differs(&want)
}

// stepRetainInner judges what Retain's function read. An entry that it has
// decided about already may appear with the decision or without, since only
// each entry by itself is edited atomically; its own, which after does not have yet,
// appears without.
func stepRetainInner[K comparable, V any](op *Op[K, V], r *Result[K, V], before, after *State[K, V]) error {
	if len(r.Inner) != len(op.Inner) {
		return fmt.Errorf("%d of the function's %d operations ran", len(r.Inner), len(op.Inner))
	}
	for i, inner := range op.Inner {
		if inner.Kind != Load && inner.Kind != Contains {
			return fmt.Errorf("%v may not be called inside of Retain", inner.Kind)
		}
		if err := before.Step(inner, r.Inner[i]); err != nil && after.Step(inner, r.Inner[i]) != nil {
			return fmt.Errorf("inside of the function, %v: %w", inner, err)
		}
	}
	return nil
}

// stepIteration judges an iteration. Its inner operations run in one of the
// visits: those up to it see the content from before, later ones may see any
// content since.
func (s *State[K, V]) stepIteration(op *Op[K, V], r *Result[K, V]) error {
	contents := []*State[K, V]{s.Clone()}
	reached := len(r.Visits) > op.At
	if reached {
		if len(r.Inner) != len(op.Inner) {
			return fmt.Errorf("%d of the callback's %d operations ran", len(r.Inner), len(op.Inner))
		}
		for i, inner := range op.Inner {
			if err := s.Step(inner, r.Inner[i]); err != nil {
				return fmt.Errorf("inside of the callback, %v: %w", inner, err)
			}
			contents = append(contents, s.Clone())
		}
	}
	want := Result[K, V]{}
	ended := op.Exit != Finish && reached
	if ended {
		if len(r.Visits) > op.At+1 {
			return errStopped
		}
		if op.Exit.abrupt() {
			want.exit(op.Exit)
		}
	}
	got := *r
	got.Visits = nil
	if err := got.differs(&want); err != nil {
		return err
	}
	if op.Kind == Values {
		return judgeValues(op, r.Visits, contents, ended)
	}
	return judgeKeys(op, r.Visits, contents, ended)
}

// judgeKeys judges the visits of an iteration that yields keys.
func judgeKeys[K comparable, V any](op *Op[K, V], visits []Visit[K, V], contents []*State[K, V], ended bool) error {
	seen := make(map[K]bool, len(visits))
	var odd []Visit[K, V]
	for i, visit := range visits {
		if visit.Key != visit.Key {
			odd = append(odd, visit)
			continue
		}
		if seen[visit.Key] {
			return fmt.Errorf("it yields %s twice", literal(visit.Key))
		}
		seen[visit.Key] = true
		since := contents
		if i <= op.At {
			since = contents[:1]
		}
		if !had(since, visit, op.Kind == Keys) {
			if op.Kind == Keys {
				return fmt.Errorf("it yields %s, which is not there", literal(visit.Key))
			}
			return fmt.Errorf("it yields %s with %s, a value that key does not have",
				literal(visit.Key), literal(visit.Value))
		}
	}
	if err := judgeOdd(op, odd, contents, ended); err != nil || ended {
		return err
	}
	for key := range contents[0].entries {
		if !seen[key] && throughout(contents, key) {
			return fmt.Errorf("it misses %s", literal(key))
		}
	}
	return nil
}

// judgeOdd judges the visits to keys that are not equal to themselves.
func judgeOdd[K comparable, V any](op *Op[K, V], visits []Visit[K, V], contents []*State[K, V], ended bool) error {
	if len(contents) > 1 { // which of them remain is not worth telling apart
		always := len(contents[0].odd)
		for _, s := range contents {
			always = min(always, len(s.odd))
		}
		if len(visits) < always && !ended {
			return fmt.Errorf("it yields %d keys unequal to themselves, want %d at least", len(visits), always)
		}
		return nil
	}
	ever := append([]Entry[K, V](nil), contents[0].odd...)
	for _, visit := range visits {
		j := indexValue(ever, visit.Value)
		if op.Kind == Keys && len(ever) > 0 {
			j = 0
		}
		if j < 0 {
			return fmt.Errorf("it yields an entry of %s that is not there", literal(visit.Key))
		}
		ever = append(ever[:j], ever[j+1:]...)
	}
	if len(ever) > 0 && !ended {
		return fmt.Errorf("it misses an entry of %s", literal(ever[0].Key))
	}
	return nil
}

// judgeValues judges the visits of an iteration that yields values only.
func judgeValues[K comparable, V any](op *Op[K, V], visits []Visit[K, V], contents []*State[K, V], ended bool) error {
	var all valueSet[V]
	always, ever := 0, make(map[K]bool)
	odd := 0
	for _, s := range contents {
		odd += len(s.odd)
		for key := range s.entries {
			ever[key] = true
		}
		s.All(func(_ K, value V) bool { all.add(value); return true })
	}
	for key := range ever {
		if throughout(contents, key) {
			always++
		}
	}
	if len(contents) == 1 {
		always += odd
	}
	if len(visits) < always && !ended || len(visits) > len(ever)+odd {
		return fmt.Errorf("it yields %d values, want %d", len(visits), always)
	}
	for _, visit := range visits {
		if !all.has(visit.Value) {
			return fmt.Errorf("it yields %s, which no key has, or too often", literal(visit.Value))
		}
		if len(contents) == 1 {
			all.take(visit.Value)
		}
	}
	return nil
}

func throughout[K comparable, V any](contents []*State[K, V], key K) bool {
	for _, s := range contents {
		if _, ok := s.Load(key); !ok {
			return false
		}
	}
	return true
}

func had[K comparable, V any](contents []*State[K, V], visit Visit[K, V], keyOnly bool) bool {
	for _, s := range contents {
		if value, ok := s.Load(visit.Key); ok && (keyOnly || Same(value, visit.Value)) {
			return true
		}
	}
	return false
}

func indexValue[K comparable, V any](entries []Entry[K, V], value V) int {
	for i, entry := range entries {
		if Same(entry.Value, value) {
			return i
		}
	}
	return -1
}
