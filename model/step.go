package model

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/flatmap-go/flatmap/internal/flatmap"
)

// Step judges the result of applying op to a map whose content is s. If the
// specification allows it, Step moves s on to the content after op and returns
// nil; otherwise it returns an error that says what was expected, and s is
// of no more use.
//
// It takes time in proportion to the entries, arguments and visits that op
// concerns; an iteration whose callback changes the map also copies s for every
// inner operation.
func (s *State[K, V]) Step(op Op[K, V], r Result[K, V]) error {
	switch {
	case op.Kind >= numKinds:
		return fmt.Errorf("no such kind of operation: %v", op.Kind)
	case r.Torn != "":
		return fmt.Errorf("it returned or showed %s", r.Torn)
	case op.Kind == Retain:
		return s.stepRetain(&op, &r)
	case op.Kind.Iterates():
		return s.stepIteration(&op, &r)
	}
	want, effect := s.expect(&op)
	if err := s.stepInner(&op, &r, &want); err != nil {
		return err
	}
	if want.Exit == Panic && want.Panic == "" {
		if r.Exit != Panic {
			return fmt.Errorf("want it to panic: %s cannot be compared", op.uncomparable())
		}
		want.Panic = r.Panic // the map's own words
	}
	if err := r.differs(&want); err != nil {
		return err
	}
	if effect != nil {
		effect()
	}
	return nil
}

// expect returns the result that op must have, and its effect on s.
func (s *State[K, V]) expect(op *Op[K, V]) (want Result[K, V], effect func()) {
	key := op.Key
	if !plain(reflect.TypeFor[K]()) && op.Kind.SingleKey() {
		if _, panics := compare(key, key); panics {
			return Result[K, V]{Exit: Panic}, nil
		}
	}
	old, loaded := s.Load(key)
	set := func() { s.store(key, op.Value) }
	remove := func() { s.delete(key) }
	switch op.Kind {
	case Load:
		return Result[K, V]{Value: old, OK: loaded}, nil
	case Contains:
		return Result[K, V]{OK: loaded}, nil
	case Store:
		return want, set
	case Swap:
		return Result[K, V]{Value: old, OK: loaded}, set
	case LoadOrStore:
		if loaded {
			return Result[K, V]{Value: old, OK: true}, nil
		}
		return Result[K, V]{Value: op.Value}, set
	case LoadAndDelete:
		return Result[K, V]{Value: old, OK: loaded}, remove
	case Delete:
		return want, remove
	case CompareAndSwap, CompareAndDelete:
		if _, panics := compare(op.Old, op.Old); panics || !isComparable[V]() {
			return Result[K, V]{Exit: Panic}, nil
		}
		if equal, _ := compare(old, op.Old); !loaded || !equal {
			return want, nil
		}
		if op.Kind == CompareAndDelete {
			return Result[K, V]{OK: true}, remove
		}
		return Result[K, V]{OK: true}, set
	case Clear:
		return want, s.clear
	case Len:
		return Result[K, V]{Len: s.Len()}, nil
	case Insert:
		return want, func() {
			for _, pair := range op.Pairs {
				s.store(pair.Key, pair.Value)
			}
		}
	}
	return s.expectCallback(op, old, loaded)
}

// uncomparable names what makes op panic.
func (op *Op[K, V]) uncomparable() string {
	if _, panics := compare(op.Key, op.Key); panics {
		return "the key " + literal(op.Key)
	}
	if !isComparable[V]() {
		return "values of type " + typeName(reflect.TypeFor[V]())
	}
	return "the value " + literal(op.Old)
}

// expectCallback is expect for Compute and LoadOrCompute.
func (s *State[K, V]) expectCallback(op *Op[K, V], old V, loaded bool) (want Result[K, V], effect func()) {
	if op.Kind == LoadOrCompute && loaded {
		return Result[K, V]{Value: old, OK: true}, nil
	}
	want.Visits = []Visit[K, V]{{op.Key, old, loaded}}
	if op.At == 0 && op.Exit.abrupt() {
		want.exit(op.Exit)
		return want, nil
	}
	if op.Kind == LoadOrCompute {
		want.Value = op.Value
		return want, func() { s.store(op.Key, op.Value) }
	}
	decision := op.Absent
	if loaded {
		decision = op.Present
	}
	switch decision.Op {
	case flatmap.Set:
		want.Value, want.OK = decision.Value, true
		return want, func() { s.store(op.Key, decision.Value) }
	case flatmap.Remove:
		return want, func() { s.delete(op.Key) }
	}
	want.Value, want.OK = old, loaded
	return want, nil
}

// stepInner judges what the callback of a Compute or a LoadOrCompute read: the
// state before its decision.
func (s *State[K, V]) stepInner(op *Op[K, V], r, want *Result[K, V]) error {
	if op.At != 0 || len(want.Visits) == 0 {
		return nil
	}
	if len(r.Inner) != len(op.Inner) {
		return fmt.Errorf("%d of the callback's %d operations ran", len(r.Inner), len(op.Inner))
	}
	for i, inner := range op.Inner {
		if inner.Kind != Load && inner.Kind != Contains {
			return fmt.Errorf("%v may not be called inside of %v", inner.Kind, op.Kind)
		}
		if err := s.Step(inner, r.Inner[i]); err != nil {
			return fmt.Errorf("inside of the callback, %v: %w", inner, err)
		}
	}
	return nil
}

// exit makes r end as the callback does.
func (r *Result[K, V]) exit(e Exit) {
	if r.Exit = e; e == Panic {
		r.Panic = panicText
	}
}

// differs says how r differs from want, which has no Inner.
func (r *Result[K, V]) differs(want *Result[K, V]) error {
	switch {
	case r.Exit != want.Exit || r.Panic != want.Panic:
		return fmt.Errorf("want it to %s", want.ending())
	case len(r.Visits) != len(want.Visits):
		return fmt.Errorf("the callback ran %d times, want %d", len(r.Visits), len(want.Visits))
	case r.OK != want.OK:
		return fmt.Errorf("want %t", want.OK)
	case r.Len != want.Len:
		return fmt.Errorf("want %d", want.Len)
	case !Same(r.Value, want.Value):
		return fmt.Errorf("want the value %s", literal(want.Value))
	}
	for i, visit := range want.Visits {
		if got := r.Visits[i]; got.Loaded != visit.Loaded || !Same(got.Value, visit.Value) {
			return fmt.Errorf("the callback was shown %s, %t, want %s, %t",
				literal(got.Value), got.Loaded, literal(visit.Value), visit.Loaded)
		}
	}
	return nil
}

// ending says how the operation ended.
func (r *Result[K, V]) ending() string {
	switch r.Exit {
	case Finish:
		return "return"
	case Goexit:
		return "end the goroutine"
	}
	return fmt.Sprintf("panic with %q", r.Panic)
}

var errStopped = errors.New("the callback was called again after it had ended the operation")
