package linearizability

import (
	"slices"
	"time"

	"github.com/flatmap-go/flatmap/model"
)

// minimizeTimeout bounds each search made to minimize a finding, and
// minimizeBudget all of them.
const (
	minimizeTimeout = time.Second
	minimizeBudget  = 5 * time.Second
)

// minimize returns the fewest acts it can find that are as impossible as those
// of f.
//
// To leave out a write may make a history impossible that was possible: the reads
// of what it wrote have no explanation any more. So a write that is left out of
// the result stays in the search as one that may have happened or not, and the
// search must fail even so. Besides, a write stays if its value is seen, or may
// be, or if there is a Len to count it, and a Clear if nothing else tells where a
// key is gone to, for the result to be read without wondering.
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

// forget removes from the content that f begins in what makes no difference to
// the acts that are kept.
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

// dropRange returns the acts without those from i to j, but for writes that must
// stay, and the writes that are left out, made optional.
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

// needed reports whether one of the others sees the value that a writes, may see
// that there is one, or counts it.
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

// needsClear reports whether one of the acts does not find a key that was there
// before, and could not have been cleared by another Clear of those outside.
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

// excerpt returns the history of acts of f: their events, restricted to the keys
// that these acts concern, after one that makes the content they begin in.
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
