package linearizability

import (
	"maps"
	"slices"
	"time"
)

// minimizeTimeout limits each search by porcupine that minimizes a finding, and
// minimizeBudget all of them together.
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
// result, some writes always stay: those whose values are seen or may be seen.
func minimize(f *finding, s searcher) []act {
	kept := slices.Clone(f.acts)
	var dropped []act // the writes among them, optional
	fails := func(acts []act) bool {
		return !s.late() && s.explain(part{acts, f.initial, f.others}) == impossible
	}
	n := newNeeds(kept)
	for again := true; again; {
		again = false
		for size := (len(kept) + 1) / 2; size > 0; size /= 2 {
			for i := 0; i+size <= len(kept) && !s.late(); {
				rest, writes := n.drop(kept, i, i+size)
				if len(rest) < len(kept) && fails(slices.Concat(rest, dropped, writes)) {
					kept, dropped, again = rest, append(dropped, writes...), true
					n = newNeeds(kept)
				} else {
					i += size
				}
			}
		}
	}
	forget(f, n, kept, dropped, fails)
	return kept
}

// forget removes from the first content of f what makes no difference to the acts
// that are kept.
func forget(f *finding, n *needs, kept, dropped []act, fails func([]act) bool) {
	begin := int64(0)
	for _, a := range slices.Concat(kept, dropped) {
		begin = min(begin, a.call)
	}
	for _, key := range slices.Sorted(maps.Keys(f.initial)) {
		s := f.initial[key]
		first := act{call: begin - 1, ret: begin - 1, key: key, before: anything, after: s, optional: true}
		if s == absent || n.needed(&first) {
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

// needs is what the acts of a part need for readers to understand them.
type needs struct {
	seen    map[content]bool
	present map[int32]int64 // by key, the last return of an act that finds any value
}

// content is what a key has.
type content struct {
	key   int32
	state state
}

func newNeeds(acts []act) *needs {
	n := &needs{seen: make(map[content]bool), present: make(map[int32]int64)}
	for i := range acts {
		a := &acts[i]
		if a.before > condition(absent) && a.key >= 0 {
			n.seen[content{a.key, state(a.before)}] = true
		}
		if until, ok := n.present[a.key]; a.before == present && (!ok || a.ret > until) {
			n.present[a.key] = a.ret
		}
	}
	return n
}

// needed reports whether one of the acts sees the value that a writes, or may see
// that there is a value.
func (n *needs) needed(a *act) bool {
	until, ok := n.present[a.key]
	return a.after > absent && (n.seen[content{a.key, a.after}] || ok && a.call < until)
}

// drop returns the acts without those from i to j, except for writes that must
// stay. It also returns the writes that are left out, made optional.
func (n *needs) drop(acts []act, i, j int) (rest, writes []act) {
	rest = append(make([]act, 0, len(acts)), acts[:i]...)
	for _, a := range acts[i:j] {
		switch {
		case a.after == same:
		case n.needed(&a):
			rest = append(rest, a)
		default:
			a.optional = true
			writes = append(writes, a)
		}
	}
	return append(rest, acts[j:]...), writes
}
