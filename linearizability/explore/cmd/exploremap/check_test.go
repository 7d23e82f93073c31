package main

import (
	"flag"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"
)

var histories = flag.Int("histories", 30_000, "random histories to compare the direct checker with porcupine on")

// happen is the specification, written again for the tests: it makes a call at
// one moment and returns the result. Of an iteration or Retain it does key only.
func happen(s *content, o op, key int8) result {
	r := result{shown: nothingShown}
	is := s[o.key]
	switch o.kind {
	case load, swap, loadAndDelete:
		r.value, r.ok = is, is != 0
	case loadOrStore, loadOrCompute:
		if r.value, r.ok = is, is != 0; is == 0 {
			r.value = o.value
			if o.kind == loadOrCompute {
				r.calls = 1
			}
		}
	case compareAndSwap, compareAndDelete:
		r.ok = is == o.old
	case computeToggle, computePanic:
		r.calls, r.shown[o.key] = 1, is
		if o.kind == computeToggle && is == 0 {
			r.value, r.ok = o.value, true
		}
	case length:
		for _, v := range s {
			if v != 0 {
				r.len++
			}
		}
	case iterate, retain:
		if s[key] != 0 {
			r.shown[key] = s[key]
		}
	}
	switch o.kind {
	case store, swap:
		s[o.key] = o.value
	case loadOrStore, loadOrCompute:
		s[o.key] = r.value
	case remove, loadAndDelete:
		s[o.key] = 0
	case compareAndSwap, compareAndDelete:
		if r.ok {
			s[o.key] = 0
			if o.kind == compareAndSwap {
				s[o.key] = o.value
			}
		}
	case computeToggle:
		s[o.key] = r.value
	case clearAll:
		*s = content{}
	case retain:
		if s[key] != 0 {
			s[key] = 0
			if key > 0 {
				s[key] = o.value
			}
		}
	}
	return r
}

// A randomHistory is what a correct map could have done, of which half have
// then been spoiled: they may or may not be impossible.
type randomHistory struct {
	events  []event
	keys    int
	initial content
	final   *content
}

func newHistory(rng *rand.Rand) randomHistory {
	h := randomHistory{keys: 2 + rng.IntN(2)}
	for k := range rng.IntN(h.keys + 1) {
		h.initial[k] = initialValue(int8(k))
	}
	n := 1 + rng.IntN(5)
	stamps := rng.Perm(2 * n)
	type moment struct {
		at    float64
		event int
		key   int8
	}
	var moments []moment
	alphabet := alphabet(h.keys, nil)
	for i := range n {
		a, b := stamps[2*i]+1, stamps[2*i+1]+1
		o := alphabet[rng.IntN(len(alphabet))]
		o.value = value(10 + i)
		e := event{op: o, invoked: min(a, b), returned: max(a, b), result: result{shown: nothingShown}}
		if rng.IntN(3) == 0 {
			e.returned = e.invoked + 1 // a short one; it overlaps what has the same stamps
		}
		point := func(key int8) {
			moments = append(moments, moment{float64(e.invoked) + rng.Float64()*float64(e.returned-e.invoked), i, key})
		}
		if o.kind == iterate || o.kind == retain {
			for k := range int8(h.keys) {
				point(k)
			}
		} else {
			point(-1)
		}
		h.events = append(h.events, e)
	}
	for i := range moments { // in order of time
		for j := i; j > 0 && moments[j].at < moments[j-1].at; j-- {
			moments[j], moments[j-1] = moments[j-1], moments[j]
		}
	}
	state := h.initial
	for _, m := range moments {
		e := &h.events[m.event]
		if r := happen(&state, e.op, m.key); m.key < 0 {
			e.result = r
		} else {
			e.result.shown[m.key] = r.shown[m.key]
		}
	}
	if rng.IntN(2) == 0 {
		spoil(&h.events[rng.IntN(n)], h.keys, rng)
	}
	if rng.IntN(4) == 0 {
		h.events[rng.IntN(n)].returned = 0 // it may have happened, or not
	} else if rng.IntN(4) > 0 {
		h.final = &state
		if rng.IntN(4) == 0 {
			state[rng.IntN(h.keys)] = value(rng.IntN(15))
		}
	}
	return h
}

// spoil changes one part of a result, if there is one.
func spoil(e *event, keys int, rng *rand.Rand) {
	r := &e.result
	any := []value{0, 1, 2, 3, 10, 11, 12, 13, 14}
	other := any[rng.IntN(len(any))]
	switch e.op.kind {
	case load, swap, loadAndDelete:
		r.value, r.ok = other, other != 0
	case loadOrStore:
		r.value, r.ok = max(1, other), rng.IntN(2) == 0
	case loadOrCompute:
		if rng.IntN(2) == 0 {
			r.calls = int8(rng.IntN(3))
		} else {
			r.value, r.ok = max(1, other), rng.IntN(2) == 0
		}
	case compareAndSwap, compareAndDelete:
		r.ok = !r.ok
	case computeToggle, computePanic:
		switch rng.IntN(3) {
		case 0:
			r.calls = int8(rng.IntN(3))
		case 1:
			r.shown[e.op.key] = other
		case 2:
			if e.op.kind == computeToggle {
				r.value, r.ok = other, other != 0
			}
		}
	case length:
		r.len = int8(rng.IntN(keys+3)) - 1
	case iterate, retain:
		if other == 0 {
			other = notShown
		}
		r.shown[rng.IntN(keys)] = other
	}
}

// legal is the verdict of porcupine. A call that never returned either took
// effect at any time, or never.
func (h *randomHistory) legal() bool {
	for i, e := range h.events {
		if e.returned != 0 {
			continue
		}
		without := *h
		without.events = append(append([]event{}, h.events[:i]...), h.events[i+1:]...)
		with := *h
		with.events = append([]event{}, h.events...)
		with.events[i].returned = math.MaxInt32
		with.events[i].result.wrong = pendingResult
		return without.inFlight(&e, true) || with.inFlight(&e, false)
	}
	return h.inFlight(nil, false)
}

const pendingResult = "not known"

// inFlight is legal for a history whose calls are all to be placed; pending is
// the one that did not return, missing if it is left out.
func (h *randomHistory) inFlight(pending *event, missing bool) bool {
	type input struct {
		event *event
		key   int8
	}
	var ops []porcupine.Operation
	for i := range h.events {
		e := &h.events[i]
		add := func(key int8) {
			ops = append(ops, porcupine.Operation{Input: input{e, key}, Call: int64(2 * e.invoked), Return: int64(2*e.returned + 1)})
		}
		switch e.op.kind {
		case iterate, retain:
			for k := range int8(h.keys) {
				add(k)
			}
			continue
		case length:
			exact := true
			for j := range h.events {
				exact = exact && (i == j || h.events[j].op.kind.reads() || apart(e, &h.events[j]))
			}
			if missing && !pending.op.kind.reads() {
				exact = exact && e.returned < pending.invoked
			}
			if !exact {
				if e.result.wrong == "" && (e.result.len < 0 || e.result.len > int8(h.keys)) {
					return false
				}
				continue
			}
		}
		add(-1)
	}
	if h.final != nil {
		ops = append(ops, porcupine.Operation{Input: input{}, Call: math.MaxInt32 * 4, Return: math.MaxInt32*4 + 1})
	}
	return porcupine.CheckOperations(porcupine.Model{
		Init: func() any { return h.initial },
		Step: func(state, in, _ any) (bool, any) {
			s, i := state.(content), in.(input)
			if i.event == nil {
				return s == *h.final, s
			}
			r, got := happen(&s, i.event.op, i.key), i.event.result
			if got.wrong == pendingResult {
				return true, s
			}
			if i.key >= 0 {
				return r.shown[i.key] == got.shown[i.key], s
			}
			return r == got, s
		},
	}, ops)
}

func apart(a, b *event) bool {
	return a.returned < b.invoked || b.returned < a.invoked
}

// agree compares a checker's verdict with porcupine's on n random histories,
// and returns the first on which they differ, with the number of legal ones,
// and of those that hold a call of each kind.
func agree(n int, seed uint64, verdict func(*randomHistory) bool) (differs *randomHistory, legal int, kindsSeen [kinds][2]int) {
	rng := rand.New(rand.NewPCG(seed, 1))
	for range n {
		h := newHistory(rng)
		want := h.legal()
		if verdict(&h) != want {
			return &h, legal, kindsSeen
		}
		is := 0
		if want {
			legal++
			is = 1
		}
		for _, e := range h.events {
			kindsSeen[e.op.kind][is]++
		}
	}
	return nil, legal, kindsSeen
}

// TestChecker compares the direct checker with porcupine, on histories of all
// kinds of calls, legal and not.
func TestChecker(t *testing.T) {
	var c checker
	differs, legal, seen := agree(*histories, 1, func(h *randomHistory) bool {
		return c.check(h.events, h.keys, h.initial, h.final)
	})
	if differs != nil {
		t.Fatalf("porcupine: legal is %v\n%s", differs.legal(), describe(differs.events, differs.initial, differs.final))
	}
	t.Logf("%d histories, %d legal", *histories, legal)
	require.Greater(t, legal, *histories/5)
	require.Less(t, legal, *histories*4/5)
	for k := range kinds {
		require.Positive(t, seen[k][0], "illegal histories with %s", kindNames[k])
		require.Positive(t, seen[k][1], "legal histories with %s", kindNames[k])
	}
}

// TestCheckerOfPanics checks that a call which a hasher's panic ended has done
// nothing.
func TestCheckerOfPanics(t *testing.T) {
	var c checker
	events := []event{
		{op: op{kind: store, key: 0, value: 10}, result: result{shown: nothingShown, panicked: true}, invoked: 1, returned: 2},
		{op: op{kind: mend}, result: result{shown: nothingShown}, invoked: 3, returned: 4},
		{op: op{kind: load, key: 0}, result: result{shown: nothingShown, value: 1, ok: true}, invoked: 5, returned: 6},
	}
	before, after := content{1}, content{10}
	require.True(t, c.check(events, 2, before, &before))
	require.False(t, c.check(events, 2, before, &after))
	events[2].result.value = 10
	require.False(t, c.check(events, 2, before, nil))
}

// TestCheckerCanFail checks that the comparison notices a checker that is
// wrong in a single respect.
func TestCheckerCanFail(t *testing.T) {
	var c checker
	check := func(h *randomHistory) bool { return c.check(h.events, h.keys, h.initial, h.final) }
	for name, wrong := range map[string]func(*randomHistory) bool{
		"accepts everything": func(*randomHistory) bool { return true },
		"rejects everything": func(*randomHistory) bool { return false },
		"ignores the final content": func(h *randomHistory) bool {
			return c.check(h.events, h.keys, h.initial, nil)
		},
		"ignores the order in time": func(h *randomHistory) bool {
			spread := append([]event{}, h.events...)
			for i := range spread {
				if spread[i].invoked = 1; spread[i].returned != 0 {
					spread[i].returned = 100
				}
			}
			return c.check(spread, h.keys, h.initial, h.final)
		},
		"wants pending calls to happen": func(h *randomHistory) bool {
			done := append([]event{}, h.events...)
			for i := range done {
				if done[i].returned == 0 {
					done[i].returned = 100
				}
			}
			return c.check(done, h.keys, h.initial, h.final)
		},
		"believes one more call of the callback": func(h *randomHistory) bool {
			for _, e := range h.events {
				if e.op.kind == loadOrCompute && e.result.calls == 2 {
					return true
				}
			}
			return check(h)
		},
	} {
		differs, _, _ := agree(20_000, 2, wrong)
		require.NotNil(t, differs, name)
	}
}
