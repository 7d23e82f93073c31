package fuzz

import (
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/flatmap-go/flatmap/model"
)

// domainOf returns the function from numbers to Ts that an option holds, or the
// default. If they are to be distinct, the default has different ones that are
// equal to themselves and not zero, as far as there are enough.
func domainOf[N byte | uint16, T any](option any, name string, distinct bool) (func(N) T, error) {
	switch f := option.(type) {
	case nil:
		return generated[N, T](distinct), nil
	case func(N) T:
		return f, nil
	}
	return nil, fmt.Errorf("fuzz: %s: got a %T, want a %T", name, option, (func(N) T)(nil))
}

// domains are those made before: to draw their values takes far longer than to
// run a program.
var domains sync.Map

type domainKey struct {
	t        reflect.Type // of the domain
	distinct bool
}

// A domain is a list of values that grows as needed.
type domain[N byte | uint16, T any] struct {
	mu       sync.Mutex
	values   []T
	next     int // seed
	distinct bool
}

func generated[N byte | uint16, T any](distinct bool) func(N) T {
	d, _ := domains.LoadOrStore(domainKey{reflect.TypeFor[domain[N, T]](), distinct}, &domain[N, T]{distinct: distinct})
	return d.(*domain[N, T]).at
}

// at returns value number n.
func (d *domain[N, T]) at(n N) T {
	d.mu.Lock()
	defer d.mu.Unlock()
	g := model.Any[T]()
	for len(d.values) <= int(n) {
		value := g.Example(d.next)
		for range 1000 {
			if !d.distinct || d.isNew(value) {
				break
			}
			d.next++
			value = g.Example(d.next)
		}
		d.values = append(d.values, value)
		d.next++
	}
	return d.values[n]
}

// isNew reports whether a value is good for a concurrent program.
func (d *domain[N, T]) isNew(value T) bool {
	return any(value) == any(value) && !reflect.ValueOf(&value).Elem().IsZero() &&
		!slices.ContainsFunc(d.values, func(v T) bool { return any(v) == any(value) })
}

// binding makes programs about Ks and Vs of those about numbers.
type binding[K comparable, V any] struct {
	key      func(byte) K
	value    func(uint16) V
	supports func(model.Kind) bool
	plain    bool
}

func bind[K comparable, V any](m model.Map[K, V], o options, distinct bool) (b binding[K, V], err error) {
	if b.key, err = domainOf[byte, K](o.keys, "WithKeys", distinct); err != nil {
		return b, err
	}
	if b.value, err = domainOf[uint16, V](o.values, "WithValues", distinct); err != nil {
		return b, err
	}
	b.supports = func(k model.Kind) bool { return model.Supports(m, k) }
	b.plain = o.plain
	return b, nil
}

// program translates a program, except what the map does not support.
func (b *binding[K, V]) program(from Program) (to model.Program[K, V]) {
	for _, op := range from {
		if !b.supports(op.Kind) {
			continue
		}
		t := b.op(op)
		if b.plain && !op.Kind.Iterates() {
			t.Exit = model.Finish
		} else if b.plain && t.Exit != model.Finish {
			t.Exit = model.Stop
		}
		if !b.plain {
			t.Inner = b.program(op.Inner)
		}
		to = append(to, t)
	}
	return to
}

func (b *binding[K, V]) op(op op) model.Op[K, V] {
	t := model.Op[K, V]{Kind: op.Kind, Exit: op.Exit, At: op.At}
	if op.Kind.SingleKey() {
		t.Key = b.key(op.Key)
	}
	if writes(op.Kind) {
		t.Value = b.value(op.Value)
	}
	switch op.Kind {
	case model.CompareAndSwap, model.CompareAndDelete:
		t.Old = b.value(op.Old)
	case model.Compute, model.Retain:
		t.Present, t.Absent = b.decision(op.Present), b.decision(op.Absent)
	}
	for _, rule := range op.Rules {
		t.Rules = append(t.Rules, model.Rule[K, V]{Key: b.key(rule.Key), Decision: b.decision(rule.Decision)})
	}
	for _, pair := range op.Pairs {
		t.Pairs = append(t.Pairs, model.Entry[K, V]{Key: b.key(pair.Key), Value: b.value(pair.Value)})
	}
	return t
}

// decision translates a decision. Keep and Remove come with a value as well,
// which the map must ignore.
func (b *binding[K, V]) decision(d decision) model.Decision[V] {
	return model.Decision[V]{Op: d.Op, Value: b.value(d.Value)}
}
