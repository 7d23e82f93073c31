package stress

import (
	"errors"
	"math/rand/v2"
	"reflect"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// ownedKeys is the number of keys of an owner. It is large enough for operations to
// find some keys present and some absent.
const ownedKeys = 12

// runOwners has goroutines that each write separate keys. So each of them knows
// what every operation on its keys must return; a private model.State is the
// judge. They also read each other's keys and iterate over all keys.
func (s *session[K, V]) runOwners() {
	m := s.newMap()
	team := s.team()
	owners := make([]*owner[K, V], s.workers())
	for i := range owners {
		o := &owner[K, V]{session: s, m: m, id: i, rng: s.rand(i), state: model.NewState[K, V]()}
		o.kinds = o.choose()
		owners[i] = o
		team.add(func() { s.until(o.rng, 1, o.step) })
	}
	for i := range s.storms() {
		team.add(func() { s.storm(m, i) })
	}
	team.wait()
	if s.Err() != nil {
		return
	}
	want := make(map[int]V)
	for _, o := range owners {
		for key, value := range o.state.All {
			want[s.number(key)] = value
		}
	}
	s.audit(m, want)
}

// An owner is one goroutine.
type owner[K comparable, V any] struct {
	*session[K, V]
	m       model.Map[K, V]
	id      int
	rng     *rand.Rand
	state   *model.State[K, V] // of its keys
	version int
	kinds   []model.Kind
}

// choose returns the kinds of operations to draw from. Those to draw more often are
// there more often.
func (o *owner[K, V]) choose() (kinds []model.Kind) {
	for _, k := range model.Kinds() {
		times := 8
		switch {
		case !o.supports(k) || k == model.Len || k == model.Clear:
			times = 0
		case (k == model.CompareAndSwap || k == model.CompareAndDelete) && !reflect.TypeFor[V]().Comparable():
			times = 0
		case k.Iterates() || k == model.Retain:
			times = 1
		case k == model.Store || k == model.LoadOrCompute:
			times = 16
		}
		for range times {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// own returns the number of one of its keys.
func (o *owner[K, V]) own() int { return o.id*ownedKeys + o.rng.IntN(ownedKeys) }

// fresh returns a value that the key never had.
func (o *owner[K, V]) fresh(key int) V {
	o.version++
	return o.value(key, o.version)
}

// step does one operation and judges it.
func (o *owner[K, V]) step() {
	if o.rng.IntN(4) == 0 {
		o.readOther()
	}
	switch kind := o.kinds[o.rng.IntN(len(o.kinds))]; {
	case kind == model.Retain:
		o.retain()
	case kind.Iterates():
		o.iterate(kind)
	default:
		op := o.operation(kind)
		r := model.Apply(o.m, op)
		if err := o.state.Step(op, r); err != nil {
			o.failf("a key that only one goroutine writes: %s: %w", r.Describe(op), err)
		}
	}
}

// readOther reads a key that another goroutine writes: its value must not be torn,
// and must belong to the key.
func (o *owner[K, V]) readOther() {
	n := o.rng.IntN(o.workers() * ownedKeys)
	if o.rng.IntN(2) == 0 {
		n = stormBase + o.rng.IntN(o.storms())*stormSize + o.rng.IntN(64)
	}
	if value, ok := o.m.Load(o.key(n)); ok {
		o.session.version(n, value)
	}
}

// operation returns an operation on its keys.
func (o *owner[K, V]) operation(kind model.Kind) model.Op[K, V] {
	n := o.own()
	op := model.Op[K, V]{Kind: kind, Key: o.key(n)}
	switch kind {
	case model.CompareAndSwap, model.CompareAndDelete:
		if old, ok := o.state.Load(op.Key); ok && o.rng.IntN(3) > 0 {
			op.Old = old
		} else {
			op.Old = o.value(n, 0)
		}
	case model.Compute:
		op.Present, op.Absent = o.decision(n), o.decision(n)
	case model.Insert:
		for range o.rng.IntN(ownedKeys) {
			n := o.own()
			op.Pairs = append(op.Pairs, model.Entry[K, V]{Key: o.key(n), Value: o.fresh(n)})
		}
	}
	switch kind {
	case model.Store, model.Swap, model.LoadOrStore, model.CompareAndSwap, model.LoadOrCompute:
		op.Value = o.fresh(n)
	}
	if kind.HasCallback() && !o.options.plain {
		for range o.rng.IntN(3) {
			op.Inner = append(op.Inner, o.read())
		}
		if op.Exit = o.exit(); op.Exit != model.Finish {
			o.Panics.Add(1)
		}
	}
	return op
}

// read returns an operation that a callback may do.
func (o *owner[K, V]) read() model.Op[K, V] {
	op := model.Op[K, V]{Kind: model.Load, Key: o.key(o.own())}
	if o.rng.IntN(2) == 0 && o.supports(model.Contains) {
		op.Kind = model.Contains
	}
	return op
}

func (o *owner[K, V]) exit() model.Exit {
	switch o.rng.IntN(16) {
	case 0, 1:
		return model.Panic
	case 2:
		return model.Goexit
	}
	return model.Finish
}

// decision returns a decision with a value, which only Set may use.
func (o *owner[K, V]) decision(n int) model.Decision[V] {
	d := model.Decision[V]{Op: flatmap.Set, Value: o.fresh(n)}
	switch o.rng.IntN(4) {
	case 0:
		d.Op = flatmap.Keep
	case 1:
		d.Op = flatmap.Remove
	}
	return d
}

var errPlanned = errors.New("stress: the callback panics on purpose")
