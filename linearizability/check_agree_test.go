package linearizability

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/internal/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// randomHistory returns a small history on two keys. Half of them are what a
// correct map did; the others have one result changed, which may or may not make
// them impossible.
func randomHistory(rng *rand.Rand) History[int, int] {
	kinds := []model.Kind{model.Load, model.Load, model.Contains, model.Store, model.Store, model.Swap, model.LoadOrStore, model.Delete,
		model.LoadAndDelete, model.CompareAndSwap, model.CompareAndDelete, model.Compute, model.Clear, model.Len, model.Range, model.Retain, model.Keys}
	if rng.IntN(2) == 0 { // what a Len counts, and where each Clear goes
		kinds = []model.Kind{model.Load, model.Store, model.LoadOrStore, model.LoadAndDelete, model.Retain, model.Clear, model.Clear, model.Len, model.Len}
	}
	n := 2 + rng.IntN(6)
	stamps := rng.Perm(4 * n)
	h := make(History[int, int], n)
	points := make([]int, n)
	for i := range h {
		e := &h[i]
		a, b := stamps[2*i], stamps[2*i+1]
		if rng.IntN(3) == 0 { // a short one
			b = a + 1
		}
		e.Call, e.Return = int64(1000*min(a, b)+i+1), int64(1000*max(a, b)+i+1)
		points[i] = int(e.Call) + rng.IntN(int(e.Return-e.Call))
		e.Client, e.Key, e.Value, e.Old = i, rng.IntN(2), 1+rng.IntN(3), 1+rng.IntN(3)
		e.Kind = kinds[rng.IntN(len(kinds))]
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return points[a] - points[b] })
	m := make(map[int]int)
	for _, i := range order {
		happen(&h[i], m, rng)
	}
	if rng.IntN(2) == 0 {
		spoil(&h[rng.IntN(n)], rng)
	}
	return h
}

// happen applies e to m at one moment, and sets its results.
func happen(e *Event[int, int], m map[int]int, rng *rand.Rand) {
	old, ok := m[e.Key]
	inside := func(s Step[int, int]) Step[int, int] {
		// Half-way, and so before or after what it shows happens: both are
		// possible only if nothing else does.
		n := int64(len(e.Steps))
		from, to := e.Call/1000, e.Return/1000
		s.Call = 1000*(from+(to-from)*(2*n+1)/8) + 500 + 10*int64(e.Client) + 2*n
		s.Return = s.Call + 1
		return s
	}
	switch e.Kind {
	case model.Load, model.LoadAndDelete, model.Swap:
		e.Result, e.OK = old, ok
	case model.Contains:
		e.OK = ok
	case model.LoadOrStore:
		if e.Result, e.OK = old, ok; !ok {
			e.Result = e.Value
		}
	case model.CompareAndSwap, model.CompareAndDelete:
		e.OK = ok && old == e.Old
	case model.Len:
		e.Len = len(m)
	case model.Range, model.Keys, model.Retain:
		for key, value := range m {
			s := inside(Step[int, int]{Key: key, Value: value, Loaded: true})
			if e.Kind == model.Retain && rng.IntN(2) == 0 {
				s.Op = flatmap.Remove
			}
			e.Steps = append(e.Steps, s)
		}
	case model.Compute:
		s := inside(Step[int, int]{Key: e.Key, Value: old, Loaded: ok})
		if rng.IntN(2) == 0 {
			s.Op, s.New, e.Result, e.OK = flatmap.Set, e.Value, e.Value, true
			m[e.Key] = e.Value
		} else {
			e.Result, e.OK = old, ok
		}
		e.Steps = []Step[int, int]{s}
	}
	switch e.Kind {
	case model.Store, model.Swap:
		m[e.Key] = e.Value
	case model.LoadOrStore:
		m[e.Key] = e.Result
	case model.CompareAndSwap:
		if e.OK {
			m[e.Key] = e.Value
		}
	case model.CompareAndDelete:
		if e.OK {
			delete(m, e.Key)
		}
	case model.Delete, model.LoadAndDelete:
		delete(m, e.Key)
	case model.Clear:
		clear(m)
	case model.Retain:
		for _, s := range e.Steps {
			if s.Op == flatmap.Remove {
				delete(m, s.Key)
			}
		}
	}
}

// spoil changes a result, in a way that is not wrong by itself.
func spoil(e *Event[int, int], rng *rand.Rand) {
	switch e.Kind {
	case model.Load, model.LoadAndDelete, model.Swap:
		if e.OK = !e.OK; e.OK {
			e.Result = 1 + rng.IntN(3)
		} else {
			e.Result = 0
		}
	case model.Contains, model.CompareAndSwap, model.CompareAndDelete:
		e.OK = !e.OK
	case model.Len:
		e.Len = rng.IntN(4)
	case model.Range, model.Keys, model.Retain:
		if len(e.Steps) > 0 {
			e.Steps = e.Steps[1:]
		}
	}
}

// bruteForce tries all orders of acts.
func bruteForce(p *problem[int, int]) bool {
	tried := make(map[string]bool)
	// cleared[key] has a bit for each Clear that found the key present.
	var try func(done uint64, content [2]state, cleared [2]uint64) bool
	try = func(done uint64, content [2]state, cleared [2]uint64) bool {
		if done == 1<<len(p.acts)-1 {
			return true
		}
		name := fmt.Sprint(done, content, cleared)
		if tried[name] {
			return false
		}
		tried[name] = true
	candidates:
		for i := range p.acts {
			a := &p.acts[i]
			if done>>i&1 == 1 {
				continue
			}
			for j := range p.acts {
				if done>>j&1 == 0 && p.acts[j].ret < a.call {
					continue candidates
				}
			}
			next, were, ok := content, cleared, true
			switch a.key {
			case everyKey:
				for key := range content {
					if content[key] != absent {
						were[key] |= 1 << i
					}
				}
				next = [2]state{}
			case counting:
				lo, hi := int32(0), int32(0)
				for key := range p.keys.all {
					was := false
					for j := range p.acts {
						was = was || cleared[key]>>j&1 == 1 && p.acts[j].ret > a.call
					}
					l, h := a.writes.bounds(int32(key), content[key] != absent, was)
					lo, hi = lo+l, hi+h
				}
				ok = lo <= int32(a.before) && int32(a.before) <= hi
			default:
				next[a.key], ok = a.next(content[a.key])
			}
			if ok && try(done|1<<i, next, were) {
				return true
			}
		}
		return false
	}
	return try(0, [2]state{}, [2]uint64{})
}

// Check agrees with trying all orders, on histories with and without a fault;
// and, where there is no Len, with porcupine searching the content of the whole
// map as one state. What it finds wrong stays wrong when minimized.
func TestAgreesWithBruteForce(t *testing.T) {
	n := effort.Unraced(5_000, 20_000)
	rng := rand.New(rand.NewPCG(1, uint64(time.Now().UnixNano())))
	count := make(map[string]int)
	for range n {
		h := randomHistory(rng)
		p, err := newProblem(h)
		if err != nil {
			count["no history"]++
			continue
		}
		i, err := p.expand()
		if err != nil || len(p.acts) > 60 {
			require.NotEqual(t, -1, i)
			require.Error(t, Check(h))
			count["wrong by itself"]++
			continue
		}
		want := bruteForce(p)
		err = Check(h)
		require.Equal(t, want, err == nil, "%v\n%v", h, err)
		joint := slices.ContainsFunc(p.acts, func(a act) bool { return a.key == everyKey })
		lens := slices.ContainsFunc(p.acts, func(a act) bool { return a.key == counting })
		if !lens {
			m := newMapModel([]int32{0, 1}, nil, 0)
			require.Equal(t, want, porcupine.CheckOperations(m.porcupine(), operations(p.acts)), "%v", h)
		}
		if !want && count["minimized"] < 2000 {
			count["minimized"]++
			v := err.(*Violation[int, int])
			require.LessOrEqual(t, len(v.History), len(h)+1)
			require.ErrorIs(t, Check(v.History), ErrViolation, "%v\n%v", h, v)
		}
		count[fmt.Sprintf("possible=%t clear=%t len=%t", want, joint, lens)]++
	}
	t.Log(count)
	for _, want := range []bool{true, false} {
		for _, joint := range []bool{true, false} {
			for _, lens := range []bool{true, false} {
				require.Greater(t, count[fmt.Sprintf("possible=%t clear=%t len=%t", want, joint, lens)], n/200)
			}
		}
	}
}

// A minimal history keeps the write of every value that is seen in it.
func TestMinimizeKeepsWritersOfWhatIsSeen(t *testing.T) {
	var h History[int, int]
	clock := int64(0)
	add := func(e Event[int, int]) {
		e.Call, e.Return = clock+1, clock+2
		clock += 2
		h = append(h, e)
	}
	for i := range 500 {
		add(Event[int, int]{Kind: model.Store, Key: i % 5, Value: i + 1})
		add(Event[int, int]{Kind: model.Load, Key: i % 5, Result: i + 1, OK: true})
	}
	add(Event[int, int]{Kind: model.Load, Key: 2, Result: 13, OK: true}) // long overwritten
	err := Check(h)
	v := err.(*Violation[int, int])
	require.LessOrEqual(t, len(v.History), 3, "%v", v)
	require.Equal(t, 13, v.History[0].Value)
	require.Equal(t, 13, v.History[len(v.History)-1].Result)
}
