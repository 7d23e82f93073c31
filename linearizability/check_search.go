package linearizability

import (
	"slices"
	"time"

	"github.com/anishathalye/porcupine"
)

// A verdict is whether acts have an order.
type verdict int

const (
	impossible verdict = iota
	possible
	undecided // the search took too long
)

// A searcher looks for orders of acts, with the monitor where it can decide and
// with porcupine otherwise. Each goroutine needs its own.
type searcher struct {
	deadline time.Time     // of all searches together
	limit    time.Duration // of one search by porcupine
	monitor  *monitor
}

// limited returns a searcher that ends after d, or earlier if s does, and gives
// each search by porcupine no more than limit.
func (s searcher) limited(d, limit time.Duration) searcher {
	if end := time.Now().Add(d); end.Before(s.deadline) {
		s.deadline = end
	}
	s.limit = min(s.limit, limit)
	return s
}

// newSearcher returns a searcher that ends after d.
func newSearcher(d time.Duration) searcher {
	return searcher{deadline: time.Now().Add(d), limit: d, monitor: new(monitor)}
}

// late reports whether the time is over.
func (s searcher) late() bool { return !time.Now().Before(s.deadline) }

// states returns the states in which the acts of one key can end if they start in
// one of the given states. It returns no state if the acts are impossible, or if
// the search takes too long. If the last act settles the state, it is the only
// candidate.
func (s searcher) states(from []state, acts []act, settles bool) (to []state, timeout bool) {
	if len(acts) == 1 {
		for _, st := range from {
			if st, ok := acts[0].next(st); ok && !slices.Contains(to, st) {
				to = append(to, st)
			}
		}
		return to, false
	}
	var candidates []state
	if settles {
		st, _ := acts[len(acts)-1].settles()
		candidates = []state{st}
	} else {
		candidates = finalStates(from, acts)
	}
	for _, candidate := range candidates {
		all := acts
		if !settles { // add a read at the end
			end := int64(0)
			for i := range acts {
				end = max(end, acts[i].ret)
			}
			all = append(slices.Clone(acts), act{call: end + 1, ret: end + 1, before: condition(candidate), after: same})
		}
		for _, st := range from {
			switch s.search(st, all) {
			case possible:
				to = append(to, candidate)
			case undecided:
				return nil, true
			default:
				continue
			}
			break
		}
	}
	return to, false
}

// finalStates returns the states in which acts may end: those that a write leaves
// which no other write must follow, or the first states if there is no write.
func finalStates(from []state, acts []act) (to []state) {
	lastWrite := int64(-1)
	for i := range acts {
		if acts[i].after != same {
			lastWrite = max(lastWrite, acts[i].call)
		}
	}
	if lastWrite < 0 {
		return from
	}
	for i := range acts {
		if a := &acts[i]; a.after != same && a.ret >= lastWrite && !slices.Contains(to, a.after) {
			to = append(to, a.after)
		}
	}
	return to
}

// lenientModel is keyModel for acts of which some are optional.
func lenientModel(initial state) porcupine.Model {
	return (&porcupine.NondeterministicModel{
		Init: func() []any { return []any{initial} },
		Step: func(s, input, _ any) []any {
			a := input.(*act)
			next, ok := a.next(s.(state))
			switch {
			case a.optional && ok && next != s.(state):
				return []any{s, next}
			case a.optional:
				return []any{s}
			case ok:
				return []any{next}
			}
			return nil
		},
	}).ToModel()
}

// search reports whether acts of one key have an order that begins in state first.
func (s searcher) search(first state, acts []act) verdict {
	if v := s.monitor.decide(first, acts); v != undecided {
		return v
	}
	left := min(time.Until(s.deadline), s.limit)
	if left <= 0 {
		return undecided
	}
	m := keyModel(first)
	if slices.ContainsFunc(acts, func(a act) bool { return a.optional }) {
		m = lenientModel(first)
	}
	switch porcupine.CheckOperationsTimeout(m, operations(acts), left) {
	case porcupine.Ok:
		return possible
	case porcupine.Illegal:
		return impossible
	}
	return undecided
}

// operations returns acts as operations of porcupine.
func operations(acts []act) []porcupine.Operation {
	ops := make([]porcupine.Operation, len(acts))
	for i := range acts {
		ops[i] = porcupine.Operation{Input: &acts[i], Call: acts[i].call, Return: acts[i].ret}
	}
	return ops
}

// keyModel is the model of one key. Its state is of type state.
func keyModel(initial state) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return initial },
		Step: func(s, input, _ any) (bool, any) {
			st, ok := input.(*act).next(s.(state))
			if ok && st == s.(state) {
				return true, s // without allocating
			}
			return ok, st
		},
	}
}
