package linearizability

import (
	"cmp"
	"slices"
)

// explain looks for an explanation of a part in which a Clear or a Len may
// concern many keys.
//
// To search for one order of everything would take time exponential in the
// number of keys: a wrong choice about one key shows only after all choices
// about the others have been tried. But keys are independent, except for the
// moments at which Clears happen and the numbers that Lens return. A Len counts
// at a stamp, and a Clear happens in one of the gaps between two stamps. So
// explain tries the gaps, Clear by Clear, and keeps those that leave each key
// possible by itself, wherever the later Clears are. Then it adds up which keys
// can be present when a Len counts, and were present when a Clear happened.
// Clears in one gap may be in another order for each key. That allows no more
// than one common order does: the last one to return may as well be the first.
func (s searcher) explain(p part) verdict {
	e := explanation{searcher: s, part: p, lanes: make(map[int32][]act)}
	var stamps []int64
	for _, a := range p.acts {
		a.call, a.ret = 4*a.call, 4*a.ret // to have room in the gaps
		stamps = append(stamps, a.call, a.ret)
		switch a.key {
		case everyKey:
			e.clears = append(e.clears, a)
			e.returns = append(e.returns, a.ret)
		case counting:
			e.lens = append(e.lens, a)
		default:
			if e.lanes[a.key] == nil {
				e.keys = append(e.keys, a.key)
			}
			e.lanes[a.key] = append(e.lanes[a.key], a)
		}
	}
	for key, s := range p.initial {
		if s != absent && e.lanes[key] == nil {
			e.part.others++
		}
	}
	slices.Sort(stamps)
	e.stamps = slices.Compact(stamps)
	e.absent = make([]bool, len(e.clears))
	if v := e.eachKey(); v != possible {
		return v
	}
	return e.place(0)
}

// An explanation is the state of a search for one.
type explanation struct {
	searcher
	part
	keys    []int32
	lanes   map[int32][]act // without the Clears
	clears  []act           // where they may be; a point once they are placed
	absent  []bool          // of each Clear: it has not happened
	returns []int64         // of each Clear
	lens    []act
	stamps  []int64
}

// place tries all gaps for the Clear number i, and then for the next.
func (e *explanation) place(i int) verdict {
	if i == len(e.clears) {
		return e.count()
	}
	full := e.clears[i]
	defer func() { e.clears[i], e.absent[i] = full, false }()
	try := func() verdict {
		if v := e.eachKey(); v != possible {
			return v
		}
		return e.place(i + 1)
	}
	first, _ := slices.BinarySearch(e.stamps, full.call)
	for j := first; e.stamps[j] < full.ret; j++ {
		e.clears[i].call, e.clears[i].ret = e.stamps[j]+2, e.stamps[j]+2
		e.clears[i].optional = false
		if v := try(); v != impossible {
			return v
		}
	}
	if full.optional {
		e.absent[i] = true
		return try()
	}
	return impossible
}

// eachKey checks each key by itself.
func (e *explanation) eachKey() verdict {
	for _, key := range e.keys {
		if v := e.key(key, nil); v != possible {
			return v
		}
	}
	return possible
}

// key checks one key, of which more is known at some moments.
func (e *explanation) key(key int32, more map[moment]condition) verdict {
	if e.late() {
		return undecided
	}
	acts := slices.Clone(e.lanes[key])
	for m, c := range more {
		if !m.clear {
			at := e.lens[m.i].call
			acts = append(acts, act{call: at, ret: at, before: c, after: same})
		}
	}
	for i, a := range e.clears {
		if !e.absent[i] {
			a.key = key
			if c, ok := more[moment{clear: true, i: i}]; ok {
				a.before = c
			}
			acts = append(acts, a)
		}
	}
	return e.search(e.initial[key], acts)
}

// A tally is what each Len may be, given what some of the keys add to it.
type tally []struct{ lo, hi int32 }

// count checks the Lens, given where the Clears are.
func (e *explanation) count() verdict {
	if len(e.lens) == 0 {
		return possible
	}
	tallies := []tally{e.others()}
	for _, key := range e.keys {
		adds, v := e.adds(key)
		if v != possible {
			return v
		}
		var next []tally
		for _, t := range tallies {
			for _, add := range adds {
				sum := slices.Clone(t)
				for i := range sum {
					sum[i].lo += add[i].lo
					sum[i].hi += add[i].hi
				}
				next = appendTally(next, sum)
			}
		}
		if tallies = next; len(tallies) > maxTallies {
			return undecided
		}
	}
	for _, t := range tallies {
		right := true
		for i := range t {
			n := int32(e.lens[i].before)
			right = right && t[i].lo <= n && n <= t[i].hi
		}
		if right {
			return possible
		}
	}
	return impossible
}

// others returns what the keys without acts add. They are there until the first
// Clear.
func (e *explanation) others() tally {
	t := make(tally, len(e.lens))
	for i, l := range e.lens {
		t[i].lo, t[i].hi = e.part.others, e.part.others
		if l.writes.clears() {
			t[i].lo = 0
		}
		first := l.call
		for j, c := range e.clears {
			if c.call > first || e.absent[j] {
				continue
			}
			if t[i].lo = 0; c.call < first {
				t[i].hi, first = 0, c.call
			}
			if e.returns[j] > l.call { // it may not be counted yet
				t[i].hi = e.part.others
			}
		}
	}
	return t
}

// A moment is that of a Len or a Clear.
type moment struct {
	clear bool
	i     int // its index in lens or clears
}

// at returns the stamp of a moment.
func (e *explanation) at(m moment) int64 {
	if m.clear {
		return e.clears[m.i].call
	}
	return e.lens[m.i].call
}

// cleared returns the Clears that each Len overlaps and follows.
func (e *explanation) cleared() [][]moment {
	cleared := make([][]moment, len(e.lens))
	for i, l := range e.lens {
		for j, c := range e.clears {
			if !e.absent[j] && c.call < l.call && l.call < e.returns[j] {
				cleared[i] = append(cleared[i], moment{clear: true, i: j})
			}
		}
	}
	return cleared
}

// maxTallies limits the tallies to try. There are few: more than one exist only if
// writes overlap each other, and no later read shows their order.
const maxTallies = 4096

func appendTally(tallies []tally, t tally) []tally {
	if slices.ContainsFunc(tallies, func(o tally) bool { return slices.Equal(o, t) }) {
		return tallies
	}
	return append(tallies, t)
}

// adds returns what a key may add to the Lens, which depends on whether it is
// present when they count, and when the Clears happen that they overlap and follow.
func (e *explanation) adds(key int32) ([]tally, verdict) {
	cleared := e.cleared()
	var relevant []moment
	for i, l := range e.lens {
		lo, hi := l.writes.bounds(key, false, false)
		if l, h := l.writes.bounds(key, true, false); lo != l || hi != h || len(cleared[i]) > 0 {
			relevant = append(relevant, moment{i: i}) // otherwise it may count in either case
		}
		for _, m := range cleared[i] {
			if !slices.Contains(relevant, m) {
				relevant = append(relevant, m)
			}
		}
	}
	slices.SortFunc(relevant, func(a, b moment) int { return cmp.Compare(e.at(a), e.at(b)) })

	var all []tally
	known := make(map[moment]condition)
	var decide func(n int) verdict
	decide = func(n int) verdict {
		if n == len(relevant) {
			t := make(tally, len(e.lens))
			for i, l := range e.lens {
				was := slices.ContainsFunc(cleared[i], func(m moment) bool { return known[m] == present })
				t[i].lo, t[i].hi = l.writes.bounds(key, known[moment{i: i}] == present, was)
			}
			all = appendTally(all, t)
			return possible
		}
		defer delete(known, relevant[n])
		for _, c := range []condition{condition(absent), present} {
			known[relevant[n]] = c
			switch e.key(key, known) {
			case undecided:
				return undecided
			case impossible:
				continue
			}
			if v := decide(n + 1); v != possible || len(all) > maxTallies {
				return undecided
			}
		}
		return possible
	}
	v := decide(0)
	return all, v
}
