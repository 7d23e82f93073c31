package linearizability

import "slices"

// A scan goes through the events in order and checks the stretches that concern
// the whole map: those with a Clear or a Len, between two moments at which
// nothing is in flight and the state of every key is known.
type scan[K, V comparable] struct {
	*problem[K, V]
	lanes []lane
	s     searcher

	at        []int   // of each key, how many acts of its lane have passed
	now       []state // of each key, the state then, or unknown
	unknowns  int     // keys whose state is unknown
	base      []state // of each key, the state where the stretch begins
	present   int32   // keys that are present there
	touched   []int32 // keys with acts other than Clear since
	isTouched []bool
	joint     bool // whether there was a Clear or a Len since
}

// checkWhole checks what single lanes do not show. The lanes must have been
// checked before.
func (p *problem[K, V]) checkWhole(lanes []lane, s searcher) *finding {
	if !slices.ContainsFunc(p.acts, func(a act) bool { return a.key < 0 }) {
		return nil
	}
	n := len(lanes)
	w := scan[K, V]{problem: p, lanes: lanes, s: s,
		at: make([]int, n), now: make([]state, n), base: make([]state, n), isTouched: make([]bool, n)}
	begin, latest := 0, int64(0)
	for i := range p.acts {
		a := &p.acts[i]
		if event := &p.events[a.event]; event.Call > latest && w.unknowns == 0 {
			if f := w.stretch(p.acts[begin:i]); f != nil {
				return f
			}
			begin = i
		}
		w.pass(a)
		latest = max(latest, p.events[a.event].Return)
	}
	return w.stretch(p.acts[begin:])
}

// pass records an act. The states in now are correct whenever nothing is in
// flight.
func (w *scan[K, V]) pass(a *act) {
	switch {
	case a.key == counting:
		w.joint = true
	case a.key == everyKey:
		w.joint = true
		for key := range w.lanes {
			w.advance(int32(key))
		}
	default:
		if !w.isTouched[a.key] {
			w.isTouched[a.key] = true
			w.touched = append(w.touched, a.key)
		}
		w.advance(a.key)
	}
}

func (w *scan[K, V]) advance(key int32) {
	next := w.lanes[key].known[w.at[key]]
	w.at[key]++
	if w.now[key] == unknown {
		w.unknowns--
	}
	if next == unknown {
		w.unknowns++
	}
	w.now[key] = next
}

// stretch checks the acts since the last stretch, and begins the next.
func (w *scan[K, V]) stretch(acts []act) *finding {
	var f *finding
	if w.joint {
		part := part{acts: acts, initial: make(map[int32]state), others: w.present}
		for _, key := range w.touched {
			part.initial[key] = w.base[key]
			part.others -= oneIfPresent(w.base[key])
		}
		if v := w.s.explain(part); v != possible {
			for key, state := range w.base { // the others matter to a Len
				part.initial[int32(key)] = state
			}
			part.others = 0
			f = &finding{part, v == undecided}
		}
	}
	cleared := slices.ContainsFunc(acts, func(a act) bool { return a.key == everyKey })
	if cleared {
		copy(w.base, w.now)
		w.present = 0
		for _, s := range w.now {
			if s > absent {
				w.present++
			}
		}
	}
	for _, key := range w.touched {
		if !cleared {
			w.present += oneIfPresent(w.now[key]) - oneIfPresent(w.base[key])
			w.base[key] = w.now[key]
		}
		w.isTouched[key] = false
	}
	w.touched, w.joint = w.touched[:0], false
	return f
}

func oneIfPresent(s state) int32 {
	if s > absent {
		return 1
	}
	return 0
}
