package linearizability

import (
	"errors"

	"github.com/flatmap-go/flatmap/internal/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// writes are the writes that overlap a Len, by key. A Clear is under everyKey.
type writes map[int32]overlap

// An overlap counts the writes of a key that overlap a Len and may insert or
// remove it: those that were in flight when Len was called, and those called
// later.
type overlap struct{ insertsBefore, removesBefore, insertsAfter, removesAfter int32 }

// bounds returns the least and the most that a key may add to a Len. here is
// whether the key is present when Len is called; cleared is whether it was
// present when a Clear happened that is still in flight when Len is called. A
// write in flight may have been counted or not, and so may a later one. If all
// of them insert, or all remove, the key adds one or nothing. Otherwise a removal
// may be counted and the insertion before it may not.
func (w *writes) bounds(key int32, here, cleared bool) (lo, hi int32) {
	n := int32(0)
	if here {
		n = 1
	}
	if w == nil {
		return n, n
	}
	o, all := (*w)[key], (*w)[everyKey]
	inserts := o.insertsBefore + o.insertsAfter
	lo = n - o.insertsBefore - o.removesBefore - o.removesAfter - all.removesBefore - all.removesAfter
	hi = n + o.removesBefore + inserts
	if cleared {
		hi += all.removesBefore
	}
	if inserts == 0 || o.removesBefore+o.removesAfter+all.removesBefore+all.removesAfter == 0 {
		lo, hi = max(lo, 0), min(hi, 1)
	}
	return lo, hi
}

// clears reports whether a Clear overlaps the Len.
func (w *writes) clears() bool { return w != nil && (*w)[everyKey] != (overlap{}) }

// expandLen adds a Len: a count at the moment of its call, with the writes that
// overlap it.
func (p *problem[K, V]) expandLen(i int) error {
	e := &p.events[i]
	if e.Len < 0 {
		return errors.New("the number of entries is negative")
	}
	w := make(writes)
	for _, j := range p.inFlight {
		p.overlapBy(w, &p.events[j], true)
	}
	for j := i + 1; j < len(p.events) && p.events[j].Call < e.Return; j++ {
		p.overlapBy(w, &p.events[j], false)
	}
	a := act{key: counting, before: condition(e.Len), after: same, ret: e.Call}
	if len(w) > 0 {
		a.writes = &w
	}
	p.add(i, a)
	return nil
}

// overlapBy adds what e may do to w.
func (p *problem[K, V]) overlapBy(w writes, e *Event[K, V], before bool) {
	add := func(key, inserts, removes int32) {
		o := w[key]
		if before {
			o.insertsBefore += inserts
			o.removesBefore += removes
		} else {
			o.insertsAfter += inserts
			o.removesAfter += removes
		}
		w[key] = o
	}
	switch e.Kind {
	case model.Clear:
		add(everyKey, 0, 1)
	case model.Store:
		add(p.keys.add(e.Key), 1, 0)
	case model.Swap, model.LoadOrStore:
		if !e.OK {
			add(p.keys.add(e.Key), 1, 0)
		}
	case model.Delete:
		add(p.keys.add(e.Key), 0, 1)
	case model.LoadAndDelete, model.CompareAndDelete:
		if e.OK {
			add(p.keys.add(e.Key), 0, 1)
		}
	case model.Compute, model.LoadOrCompute, model.Retain:
		for _, s := range e.Steps {
			switch {
			case s.Op == flatmap.Set && !s.Loaded:
				add(p.keys.add(s.Key), 1, 0)
			case s.Op == flatmap.Remove && s.Loaded:
				add(p.keys.add(s.Key), 0, 1)
			}
		}
	case model.Insert:
		for _, s := range e.Steps {
			add(p.keys.add(s.Key), 1, 0)
		}
	}
}
