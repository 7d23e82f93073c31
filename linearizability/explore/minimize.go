package explore

import (
	"context"
	"slices"
)

// Minimize returns a program that still fails when explored as o says, in the
// same kind of way as p, but that passes, or fails otherwise, or is not
// exhausted, if any one more call is dropped; and the report of exploring it.
// If p does not fail, it returns p and its report.
//
// Check must be right for programs with fewer calls and goroutines: it must not
// count on a place in the history (Op.Call tells what a call was), or on what a
// dropped call would have done.
//
// It explores one smaller program a call or goroutine dropped, with o for each
// of them: set o.Executions if p is too large to exhaust.
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
			continue // that is to drop the goroutine
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
