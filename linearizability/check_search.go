package linearizability

import (
	"slices"
	"time"

	"github.com/anishathalye/porcupine"
)

// A searcher looks for orders of acts with porcupine.
type searcher struct {
	timeout time.Duration // of one search
}

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
			switch s.search(keyModel(st), all) {
			case porcupine.Ok:
				to = append(to, candidate)
			case porcupine.Unknown:
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

// search reports whether there is an order of acts that the model allows.
func (s searcher) search(m porcupine.Model, acts []act) porcupine.CheckResult {
	return porcupine.CheckOperationsTimeout(m, operations(acts), s.timeout)
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
