package stress

import (
	"runtime"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/internal/torn"
	"github.com/flatmap-go/flatmap/model"
)

// iterate iterates over the whole map. No key may be yielded twice. The owner's
// keys must be yielded exactly once, with their values. Other values must not be
// torn.
func (o *owner[K, V]) iterate(kind model.Kind) {
	op := model.Op[K, V]{Kind: kind}
	r := model.Apply(o.m, op)
	if r.Torn != "" {
		o.failf("%v yields %s", kind, r.Torn)
		return
	}
	if r.Exit != model.Finish {
		o.failf("%v panicked: %s", kind, r.Panic)
		return
	}
	seen := make(map[int]bool, len(r.Visits))
	own := 0
	for _, visit := range r.Visits {
		var n int
		if kind == model.Values {
			if n = o.numberOfValue(visit.Value); n/ownedKeys != o.id {
				continue
			}
		} else {
			n = o.number(visit.Key)
		}
		if seen[n] {
			o.failf("%v yields key %d twice", kind, n)
		}
		seen[n] = true
		if kind != model.Keys {
			o.session.version(n, visit.Value)
		}
		if n/ownedKeys == o.id {
			own++
			if value, ok := o.state.Load(o.key(n)); !ok {
				o.failf("%v yields key %d, which is absent", kind, n)
			} else if kind != model.Keys && !model.Same(value, visit.Value) {
				o.failf("%v yields key %d with %#v, want its last value %#v", kind, n, visit.Value, value)
			}
		}
	}
	if own != o.state.Len() {
		o.failf("%v yields %d of %d keys that only one goroutine writes", kind, own, o.state.Len())
	}
	o.Operations.Add(int64(len(r.Visits)))
}

// numberOfValue returns the number of the key that a value belongs to.
func (s *session[K, V]) numberOfValue(value V) int {
	if what := torn.Of(&value); what != "" {
		s.failf("an iteration yields %s", what)
		return 0
	}
	n, ok := s.values.Number(value)
	if !ok {
		s.failf("a value that was never stored: %#v", value)
	}
	return keyOf(n)
}

// retain decides about the owner's keys and keeps all others. Each of its keys must
// be shown exactly once, unless a callback panics or exits.
func (o *owner[K, V]) retain() {
	seen := make(map[int]bool)
	before := o.state.Len()
	ended := false // by a callback
	visit := func(key K, value *V) (keep bool) {
		n := o.number(key)
		if n/ownedKeys != o.id {
			o.session.version(n, *value)
			return true
		}
		was, ok := o.state.Load(key)
		what := torn.Of(value)
		switch {
		case what != "":
			o.failf("Retain shows %s for key %d", what, n)
		case ended:
			o.failf("Retain continued after its function panicked")
		case seen[n]:
			o.failf("Retain shows key %d twice, which no other goroutine writes", n)
		case !ok:
			o.failf("Retain shows key %d, which is absent", n)
		case !model.Same(was, *value):
			o.failf("Retain shows key %d with %#v, want its last value %#v", n, *value, was)
		}
		seen[n] = true
		d := o.decision(n)
		if d.Op == flatmap.Set {
			*value = d.Value
		}
		if !o.options.plain {
			switch got, ok := o.m.Load(key); {
			case torn.Of(&got) != "":
				o.failf("Load(key %d) inside of Retain returned %s", n, torn.Of(&got))
			case !ok || !model.Same(got, was):
				o.failf("Load(key %d) inside of Retain = %#v, %t, want %#v, true", n, got, ok, was)
			case o.exit() == model.Panic:
				ended = true
				o.Panics.Add(1)
				panic(errPlanned)
			case o.exit() == model.Goexit:
				ended = true
				o.Panics.Add(1)
				runtime.Goexit()
			}
		}
		switch d.Op {
		case flatmap.Remove:
			o.follow(model.Op[K, V]{Kind: model.Delete, Key: key})
		case flatmap.Set:
			o.follow(model.Op[K, V]{Kind: model.Store, Key: key, Value: d.Value})
		}
		return d.Op != flatmap.Remove
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil && p != errPlanned {
				o.failf("Retain panicked: %v", p)
			}
		}()
		o.m.(model.Retainer[K, V]).Retain(visit)
	}()
	<-done
	if !ended && len(seen) != before {
		o.failf("Retain shows %d of %d keys that only one goroutine writes", len(seen), before)
	}
}

// follow applies the decision that Retain was given to the private map.
func (o *owner[K, V]) follow(op model.Op[K, V]) {
	if err := o.state.Step(op, model.Result[K, V]{}); err != nil {
		o.Fail(err)
	}
}
