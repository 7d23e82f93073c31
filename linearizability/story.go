package linearizability

import (
	"maps"
	"math"
	"slices"

	"github.com/flatmap-go/flatmap/model"
)

// maxOrigins limits how many writes before each other are looked for: those that
// wrote what a Swap or a Compute found, which itself wrote what is seen.
const maxOrigins = 8

// maxTold limits the acts of a story.
const maxTold = 200

// story returns a history around acts of f, which minimize found, that explains
// itself. It is impossible, too.
func (p *problem[K, V]) story(f *finding, acts []act, s searcher) History[K, V] {
	if s.late() || len(acts) > maxTold { // there was no time to minimize it
		return p.excerpt(f, acts)
	}
	for _, suspects := range []bool{true, false} {
		for _, witnesses := range []bool{false, true} {
			t := p.tell(f, acts, witnesses)
			if suspects {
				t.addSuspects()
			}
			if h := p.history(t.first, t.events, t.concerned); t.complete && isImpossible(h, s) {
				return h
			}
		}
	}
	if h := p.excerpt(f, acts); isImpossible(h, s) {
		return h
	}
	return p.excerpt(f, f.acts) // this has never been seen, except for want of time
}

// A telling is the events of a story.
type telling[K, V comparable] struct {
	*problem[K, V]
	first     map[int32]state // the content at the beginning
	events    map[int32]bool
	concerned map[int32]bool // keys
	complete  bool           // each value that is seen has its write
}

// tell returns the events of acts, and the writes of the values that they see. With
// witnesses, it returns also what showed that the content at the beginning of f was
// there, which an overlapping removal could make doubtful.
func (p *problem[K, V]) tell(f *finding, acts []act, witnesses bool) *telling[K, V] {
	t := &telling[K, V]{problem: p, first: map[int32]state{}, events: map[int32]bool{}, concerned: map[int32]bool{}}
	counts := false
	begin := int64(math.MaxInt64)
	for i := range f.acts {
		begin = min(begin, p.events[f.acts[i].event].Call)
	}
	for i := range acts {
		t.add(&acts[i])
		counts = counts || acts[i].key == counting
	}
	wanted := make(map[content]int64) // with the stamp by which it was written
	for key, s := range f.initial {
		switch {
		case s > absent && t.concerned[key]:
			wanted[content{key, s}] = begin
		case s > absent && counts:
			t.first[key] = s
		}
	}
	if len(t.first) <= maxOrigins {
		for key, s := range t.first {
			wanted[content{key, s}] = begin
			t.concerned[key] = true
		}
		clear(t.first)
	}
	for i := len(p.acts) - 1; i >= 0 && witnesses; i-- {
		a := &p.acts[i]
		if s := f.initial[a.key]; a.key >= 0 && t.concerned[a.key] && a.ret < begin && s > absent && a.before == condition(s) {
			t.add(a)
			witnesses = false
		}
	}
	t.close(wanted)
	return t
}

func (t *telling[K, V]) add(a *act) {
	t.events[a.event] = true
	if a.key >= 0 {
		t.concerned[a.key] = true
	}
}

// close adds the writes of the values that are wanted, of those that the events
// see, and so on, and removals of what they find missing. It sets complete if it
// finds them all.
func (t *telling[K, V]) close(wanted map[content]int64) {
	for range maxOrigins {
		written := make(map[content]bool)
		var told []*act
		for i := range t.acts {
			a := &t.acts[i]
			if !t.events[a.event] || a.key != everyKey && !t.concerned[a.key] {
				continue
			}
			told = append(told, a)
			if a.before > condition(absent) {
				c := content{a.key, state(a.before)}
				wanted[c] = max(wanted[c], a.ret)
			}
			written[content{a.key, a.after}] = true
		}
		maps.DeleteFunc(wanted, func(c content, _ int64) bool { return written[c] })
		if !t.addRemovals(told) && len(wanted) == 0 {
			t.complete = true
			return
		}
		writers := make(map[content]*act) // the last in time
		for i := range t.acts {
			a := &t.acts[i]
			c := content{a.key, a.after}
			if by, ok := wanted[c]; ok && a.call <= by && (writers[c] == nil || a.call > writers[c].call) {
				writers[c] = a
			}
		}
		for c := range wanted {
			if writers[c] == nil { // never written, which may be what is wrong
				delete(wanted, c)
				continue
			}
			t.add(writers[c])
		}
	}
}

// addRemovals adds the last removal for each of the acts told that finds nothing
// although an entry was written, unless there is one. It reports whether it added
// any.
func (t *telling[K, V]) addRemovals(told []*act) (added bool) {
	for _, a := range told {
		if a.before != condition(absent) {
			continue
		}
		written := int64(-1) // when the last write before a began
		for _, w := range told {
			if w.key == a.key && w.after > absent && w.ret < a.call {
				written = max(written, w.call)
			}
		}
		explains := func(r *act) bool {
			return r.after == absent && (r.key == a.key || r.key == everyKey) &&
				r.event != a.event && r.call < a.ret && r.ret > written
		}
		if written < 0 || slices.ContainsFunc(told, explains) {
			continue
		}
		for i := len(t.acts) - 1; i >= 0; i-- {
			if r := &t.acts[i]; explains(r) {
				t.add(r)
				added = true
				break
			}
		}
	}
	return added
}

// maxSuspects limits how many events are shown because they overlap a write.
const maxSuspects = 2

// addSuspects adds writes that overlap one of the writes in t, unless writes in t
// overlap each other: what they did to each other may be the fault. They are of the
// same keys, or if there are none, one of another key that finds no value.
func (t *telling[K, V]) addSuspects() {
	all := t.problem.events
	var writes []*act
	for i := range t.acts {
		if a := &t.acts[i]; a.after != same && t.events[a.event] && (a.key == everyKey || t.concerned[a.key]) {
			writes = append(writes, a)
		}
	}
	overlaps := func(a *act) bool {
		return slices.ContainsFunc(writes, func(b *act) bool {
			x, y := &all[a.event], &all[b.event]
			return a.event != b.event && x.Call < y.Return && y.Call < x.Return
		})
	}
	if slices.ContainsFunc(writes, overlaps) {
		return
	}
	n := len(t.events)
	add := func(a *act, most int) {
		if len(t.events) < n+most && a.after != same && !t.events[a.event] && overlaps(a) {
			t.add(a)
		}
	}
	for i := len(t.acts) - 1; i >= 0; i-- {
		if a := &t.acts[i]; a.key == everyKey || t.concerned[a.key] {
			add(a, maxSuspects)
		}
	}
	for i := len(t.acts) - 1; i >= 0; i-- {
		if a := &t.acts[i]; a.before <= condition(absent) && all[a.event].Kind.SingleKey() {
			add(a, 1)
		}
	}
	n = len(t.events)
	t.complete = false
	t.close(make(map[content]int64))
	t.complete = t.complete && len(t.events) <= n+maxSuspects
}

// excerpt returns acts of f as a history: their events, restricted to the keys
// that the acts concern, after an event that makes the first content.
func (p *problem[K, V]) excerpt(f *finding, acts []act) History[K, V] {
	concerned, events, counts := make(map[int32]bool), make(map[int32]bool), false
	for i := range acts {
		a := &acts[i]
		counts = counts || a.key == counting
		if a.key >= 0 {
			concerned[a.key] = true
		}
		events[a.event] = true
	}
	first := make(map[int32]state)
	for key, s := range f.initial {
		if counts || concerned[key] {
			first[key] = s
		}
	}
	return p.history(first, events, concerned)
}

// history returns events restricted to the keys concerned, after an event that
// makes the first content.
func (p *problem[K, V]) history(content map[int32]state, events map[int32]bool, concerned map[int32]bool) History[K, V] {
	var h History[K, V]
	first := Event[K, V]{Client: setup, Kind: model.Insert, OK: true}
	for _, key := range slices.Sorted(maps.Keys(content)) {
		if s := content[key]; s > absent {
			first.Steps = append(first.Steps, Step[K, V]{Key: p.keys.all[key], Value: p.values.all[s-1]})
		}
	}
	if n := int64(len(first.Steps)); n > 0 {
		first.Call, first.Return = -2*n-2, -1
		for i := range first.Steps {
			first.Steps[i].Call = -2*n - 1 + 2*int64(i)
			first.Steps[i].Return = first.Steps[i].Call + 1
		}
		h = append(h, first)
	}
	for _, i := range slices.Sorted(maps.Keys(events)) {
		e := p.events[i]
		e.Steps = slices.DeleteFunc(slices.Clone(e.Steps), func(s Step[K, V]) bool {
			return !concerned[p.keyOf(&e, &s)]
		})
		h = append(h, e)
	}
	return h.renumber()
}

// keyOf returns the number of the key that a step concerns.
func (p *problem[K, V]) keyOf(e *Event[K, V], s *Step[K, V]) int32 {
	if e.Kind == model.Values {
		return p.writers[p.state(s.Value)]
	}
	return p.keys.add(s.Key)
}
