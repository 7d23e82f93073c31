package linearizability

import (
	"slices"
	"time"

	"github.com/flatmap-go/flatmap/model"
)

// minimizeTimeout limits each search that minimizes a finding, and minimizeBudget
// all of them together.
const (
	minimizeTimeout = time.Second
	minimizeBudget  = 5 * time.Second
)

// minimize returns the smallest set of acts of f that it can find which is still
// impossible.
//
// A history without one of its writes may be impossible although the whole
// history is possible: nothing explains the reads of that value any more. So a
// write that is left out of the result stays in the search as one that may have
// happened or not, and the search must fail all the same. For readers of the
// result, some writes always stay: those whose values are seen, or may be seen,
// or counted by a Len, and a Clear if nothing else explains why a key is absent.
func minimize[K, V comparable](f *finding, events History[K, V]) []act {
	deadline := time.Now().Add(minimizeBudget)
	kept := slices.Clone(f.acts)
	var dropped []act // the writes among them, optional
	fails := func(acts []act) bool {
		if time.Now().After(deadline) {
			return false
		}
		return searcher{minimizeTimeout}.explain(part{acts, f.initial, f.others}) == impossible
	}
	for again := true; again; {
		again = false
		for size := (len(kept) + 1) / 2; size > 0; size /= 2 {
			for i := 0; i+size <= len(kept); {
				rest, writes := dropRange(f, kept, i, i+size, events)
				if len(rest) < len(kept) && fails(slices.Concat(rest, dropped, writes)) {
					kept, dropped, again = rest, append(dropped, writes...), true
				} else {
					i += size
				}
			}
		}
	}
	forget(f, kept, dropped, events, fails)
	return kept
}

// forget removes from the first content of f what makes no difference to the acts
// that are kept.
func forget[K, V comparable](f *finding, kept, dropped []act, events History[K, V], fails func([]act) bool) {
	begin := int64(0)
	for _, a := range slices.Concat(kept, dropped) {
		begin = min(begin, a.call)
	}
	for key, s := range f.initial {
		first := act{call: begin - 1, ret: begin - 1, key: key, before: anything, after: s, optional: true}
		if s == absent || needed(&first, kept, events) {
			continue
		}
		f.initial[key] = absent
		if fails(slices.Concat(kept, dropped, []act{first})) {
			dropped = append(dropped, first)
		} else {
			f.initial[key] = s
		}
	}
}

// dropRange returns the acts without those from i to j, except for writes that
// must stay. It also returns the writes that are left out, made optional.
func dropRange[K, V comparable](f *finding, acts []act, i, j int, events History[K, V]) (rest, writes []act) {
	rest = slices.Clone(acts[:i])
	outside := slices.Concat(acts[:i], acts[j:])
	for k := i; k < j; k++ {
		a := acts[k]
		isClear := a.after == absent && events[a.event].Kind == model.Clear
		switch {
		case a.after == same:
		case needed(&a, acts, events) || isClear && needsClear(f, &a, acts, outside, events):
			rest = append(rest, a)
		default:
			a.optional = true
			writes = append(writes, a)
		}
	}
	return append(rest, acts[j:]...), writes
}

// needed reports whether one of the other acts sees the value that a writes, may
// see that there is a value, or counts it.
func needed[K, V comparable](a *act, others []act, events History[K, V]) bool {
	for i := range others {
		b := &others[i]
		if b.key == counting && a.call < events[b.event].Return {
			return true
		}
		if b.key == a.key && a.after > absent && (b.before == condition(a.after) || b.before == present && a.call < b.ret) {
			return true
		}
	}
	return false
}

// needsClear reports whether one of the acts finds a key absent that was present
// before, and no Clear outside can have cleared it.
func needsClear[K, V comparable](f *finding, a *act, acts, outside []act, events History[K, V]) bool {
	return slices.ContainsFunc(acts, func(b act) bool {
		return b.before == condition(absent) && a.call < b.ret &&
			(f.initial[b.key] > absent || slices.ContainsFunc(acts, func(w act) bool {
				return w.key == b.key && w.after > absent && w.ret < b.call
			})) &&
			!slices.ContainsFunc(outside, func(c act) bool {
				return events[c.event].Kind == model.Clear && c.call < b.ret
			})
	})
}

// excerpt returns acts of f as a history: their events, restricted to the keys
// that the acts concern, after an event that makes the first content.
func (p *problem[K, V]) excerpt(f *finding, acts []act) History[K, V] {
	concerned := make(map[int32]bool)
	counts := false
	var events []int32
	for i := range acts {
		a := &acts[i]
		counts = counts || a.key == counting
		if a.key >= 0 {
			concerned[a.key] = true
		}
		if !slices.Contains(events, a.event) {
			events = append(events, a.event)
		}
	}
	slices.Sort(events)
	var h History[K, V]
	first := Event[K, V]{Client: setup, Kind: model.Insert, OK: true}
	for key := range int32(len(p.keys.all)) {
		if s := f.initial[key]; s > absent && (counts || concerned[key]) {
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
	for _, i := range events {
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
