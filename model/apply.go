package model

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/flatmap-go/flatmap/internal/flatmap"
	"github.com/flatmap-go/flatmap/internal/torn"
)

// panicText is what a callback with the exit [Panic] panics with.
const panicText = "model: the callback panics, as the operation says"

// Apply calls on m what op says, and returns what came of it. A panic, from the
// callback or from the map itself, ends up in the result. An operation whose
// callback calls [runtime.Goexit] runs in a separate goroutine, for which
// Apply waits; every other runs in the caller's.
//
// Apply panics if m does not support op.Kind.
func Apply[K comparable, V any](m Map[K, V], op Op[K, V]) Result[K, V] {
	if !Supports(m, op.Kind) {
		panic(fmt.Sprintf("model: %T does not support %v", m, op.Kind))
	}
	a := application[K, V]{m: m, op: &op}
	if op.Exit == Goexit && op.Kind.HasCallback() {
		done := make(chan struct{})
		go func() {
			defer close(done)
			a.run()
		}()
		<-done
	} else {
		a.run()
	}
	return a.result
}

// application is an operation being applied.
type application[K comparable, V any] struct {
	m      Map[K, V]
	op     *Op[K, V]
	result Result[K, V]
}

func (a *application[K, V]) run() {
	returned := false
	defer func() {
		if returned {
			return
		}
		a.result.Exit = Goexit
		if p := recover(); p != nil {
			a.result.Exit, a.result.Panic = Panic, fmt.Sprint(p)
			if a.result.Panic != panicText {
				stack := make([]uintptr, 64)
				a.result.stack = stack[:runtime.Callers(2, stack)]
			}
		}
	}()
	a.call()
	if a.op.Kind == LoadOrCompute && a.result.OK && Repeats(a.m) {
		a.result.Visits, a.result.Inner = nil, nil // it was called in vain
	}
	guard(&a.result, &a.result.Value)
	returned = true
}

// guard replaces what is torn.
func guard[K comparable, V, T any](r *Result[K, V], value *T) {
	if what := torn.Of(value); what != "" {
		r.Torn = what
		*value = *new(T)
	}
}

// panicStack returns the stack of the panic that r or one of the results inside
// of it ended with, from where it arose to the method that was called.
func (r *Result[K, V]) panicStack() string {
	if r.stack == nil {
		for i := range r.Inner {
			if s := r.Inner[i].panicStack(); s != "" {
				return s
			}
		}
		return ""
	}
	var calls strings.Builder
	frames := runtime.CallersFrames(r.stack)
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if strings.HasSuffix(f.Function, ".(*application[...]).call") {
			break
		}
		if calls.Len() > 0 || !strings.HasPrefix(f.Function, "runtime.") { // gopanic and the like
			fmt.Fprintf(&calls, "\n%s(...)\n\t%s:%d", f.Function, f.File, f.Line)
		}
	}
	return "panic: " + r.Panic + calls.String()
}

func (a *application[K, V]) call() {
	op, r := a.op, &a.result
	switch op.Kind {
	case Load:
		r.Value, r.OK = a.m.Load(op.Key)
	case Store:
		a.m.Store(op.Key, op.Value)
	case LoadOrStore:
		r.Value, r.OK = a.m.LoadOrStore(op.Key, op.Value)
	case LoadAndDelete:
		r.Value, r.OK = a.m.LoadAndDelete(op.Key)
	case Delete:
		a.m.Delete(op.Key)
	case Swap:
		r.Value, r.OK = a.m.Swap(op.Key, op.Value)
	case CompareAndSwap:
		r.OK = a.m.CompareAndSwap(op.Key, op.Old, op.Value)
	case CompareAndDelete:
		r.OK = a.m.CompareAndDelete(op.Key, op.Old)
	case Clear:
		a.m.Clear()
	case Len:
		r.Len = a.m.(Lener).Len()
	case Contains:
		r.OK = a.m.(Container[K]).Contains(op.Key)
	case Compute:
		r.Value, r.OK = a.m.(Computer[K, V]).Compute(op.Key, a.compute)
	case LoadOrCompute:
		r.Value, r.OK = a.m.(LoadOrComputer[K, V]).LoadOrCompute(op.Key, a.build)
	case Retain:
		a.m.(Retainer[K, V]).Retain(a.retain)
	case Insert:
		a.m.(Inserter[K, V]).Insert(a.pairs)
	default:
		a.iterate()
	}
}

func (a *application[K, V]) iterate() {
	switch a.op.Kind {
	case Range:
		a.m.Range(func(key K, value V) bool { return a.visit(key, value, true) })
	case All:
		for key, value := range a.m.(Iterable[K, V]).All() {
			if !a.visit(key, value, true) {
				break
			}
		}
	case Keys:
		for key := range a.m.(Iterable[K, V]).Keys() {
			if !a.visit(key, *new(V), true) {
				break
			}
		}
	case Values:
		for value := range a.m.(Iterable[K, V]).Values() {
			if !a.visit(*new(K), value, true) {
				break
			}
		}
	}
}

// visit notes a call of the callback, and does in it what the operation says.
// It reports whether to go on.
func (a *application[K, V]) visit(key K, value V, loaded bool) bool {
	guard(&a.result, &key)
	guard(&a.result, &value)
	if (a.op.Kind == Compute || a.op.Kind == LoadOrCompute) && Repeats(a.m) {
		a.result.Visits, a.result.Inner = nil, nil // the last call counts
	}
	at := len(a.result.Visits)
	a.result.Visits = append(a.result.Visits, Visit[K, V]{key, value, loaded})
	if at != a.op.At {
		return true
	}
	for _, inner := range a.op.Inner {
		a.result.Inner = append(a.result.Inner, Apply(a.m, inner))
	}
	switch a.op.Exit {
	case Panic:
		panic(panicText)
	case Goexit:
		runtime.Goexit()
	}
	return a.op.Exit != Stop
}

func (a *application[K, V]) compute(old V, loaded bool) (V, flatmap.Op) {
	a.visit(a.op.Key, old, loaded)
	decision := a.op.Absent
	if loaded {
		decision = a.op.Present
	}
	return decision.Value, decision.Op
}

func (a *application[K, V]) build() V {
	a.visit(a.op.Key, *new(V), false)
	return a.op.Value
}

func (a *application[K, V]) retain(key K, value *V) bool {
	seen, decision := *value, a.op.decide(key)
	if decision.Op != flatmap.Keep {
		*value = decision.Value // before visit, so that a panic comes after the edit
	}
	a.visit(key, seen, true)
	return decision.Op != flatmap.Remove
}

func (a *application[K, V]) pairs(yield func(K, V) bool) {
	for _, pair := range a.op.Pairs {
		if !yield(pair.Key, pair.Value) {
			return
		}
	}
}
