package explore

import (
	"context"
	"slices"
)

// Minimize drops calls and goroutines of p, and returns the smallest program that it
// finds and the report of its exploration. The program fails, when explored as o says,
// with the same kind of failure as p. If any one more call is dropped, it passes, fails
// with another kind, or is not exhausted. If p does not fail, Minimize returns p and
// its report.
//
// Check must be right for programs with fewer calls and goroutines: it must not rely
// on a place in the history (Op.Call names the call), or on the effects of a call that
// may be dropped.
//
// Minimize explores a smaller program for each call or goroutine that it tries to drop,
// each with o. Set o.Executions if p is too large to exhaust.
//
//go:norace
func Minimize[S, R any](ctx context.Context, p Program[S, R], o Options) (Program[S, R], *Report) {
	report := Explore(ctx, p, o)
	if report.Failure == nil {
		return p, report
	}
	kind := report.Failure.Kind
	quick := o
	quick.Coverage = nil
	for shrunk := true; shrunk; {
		shrunk = false
		for _, smaller := range drops(p) {
			if ctx.Err() != nil {
				return p, report
			}
			if r := Explore(ctx, smaller, quick); r.Failure != nil && r.Failure.Kind == kind {
				p, report, shrunk = smaller, r, true
				break
			}
		}
	}
	return p, report
}

// drops returns the programs that lack one goroutine or one call of p.
//
//go:norace
func drops[S, R any](p Program[S, R]) []Program[S, R] {
	var list []Program[S, R]
	if len(p.Goroutines) > 1 {
		for g := range p.Goroutines {
			q := p
			q.Goroutines = slices.Delete(slices.Clone(p.Goroutines), g, g+1)
			if g < len(p.Park) {
				q.Park = slices.Delete(slices.Clone(p.Park), g, g+1)
			}
			list = append(list, q)
		}
	}
	for g, calls := range p.Goroutines {
		if len(calls) == 1 {
			continue // the same as dropping the goroutine
		}
		for i := range calls {
			q := p
			q.Goroutines = slices.Clone(p.Goroutines)
			q.Goroutines[g] = slices.Delete(slices.Clone(calls), i, i+1)
			list = append(list, q)
		}
	}
	return list
}
