package proof

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/flatmap-go/flatmap/model/protocol"
)

// A Dropped is what dropping a requirement has done.
type Dropped struct {
	protocol.Requirement
	Goal, Verdict string // as in Removed
	Took          time.Duration
}

func (d Dropped) String() string {
	if d.Goal == "" {
		return fmt.Sprintf("not needed  %s: %s (%.1fs)", d.Action, d.Text, d.Took.Seconds())
	}
	return fmt.Sprintf("needed      %s: %s [%s: %s] (%.1fs)", d.Action, d.Text, d.Goal, d.Verdict, d.Took.Seconds())
}

// Drop drops, in turn, those requirements of one action for which want returns true, and
// reports which of them the proof needs. Of those whose argument is that they follow from
// the others, that is to be proved, too. first returns the goal with which the search
// begins; "" if it does not matter.
func Drop(ctx context.Context, s Subject, action string, solvers []Solver, limit time.Duration,
	want func(protocol.Requirement) bool, first func(protocol.Requirement) string, report func(Dropped)) error {
	var wanted []protocol.Requirement
	for _, r := range s.Model.Requirements() {
		if r.Action == action && want(r) {
			wanted = append(wanted, r)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	uses, err := requirementsUsed(ctx, s.Model.ActionGoals(action), limit)
	if err != nil {
		return err
	}
	for _, r := range wanted {
		start := time.Now()
		m, err := s.Source.Parse()
		if err != nil {
			return err
		}
		dropped := m.DropRequirement(r)
		goals := slices.DeleteFunc(m.ActionGoals(action), func(g *protocol.Goal) bool {
			used, known := uses[g.ID()]
			return known && !used[protocol.RequirementName(r.Number)]
		})
		slices.SortStableFunc(goals, func(a, b *protocol.Goal) int { return rank(a, first(r)) - rank(b, first(r)) })
		d := Dropped{Requirement: r}
		if d.Goal, d.Verdict, err = firstUnproved(ctx, s.Hints, goals, solvers, limit); err != nil {
			return err
		}
		if a := argued(s.Name, r.Action, r.Text); a != nil && a.Follows && d.Goal == "" {
			follows := []*protocol.Goal{m.Follows(action, dropped)}
			if d.Goal, d.Verdict, err = firstUnproved(ctx, s.Hints, follows, solvers, limit); err != nil {
				return err
			}
		}
		d.Took = time.Since(start)
		report(d)
	}
	return nil
}

// DropAndWalk drops a requirement, and looks for a run that breaks something, as Remove
// does. The error is of what could not be done.
func DropAndWalk(s Subject, r protocol.Requirement) (Removed, error) {
	m, err := s.Source.Parse()
	if err != nil {
		return Removed{}, err
	}
	m.DropRequirement(r)
	var done Removed
	for _, all := range []bool{false, true} {
		if done.Structure, done.Run, done.Violation = Violate(m, s.Structures, all); done.Run != nil {
			done.OfInvariant = all
			break
		}
	}
	return done, nil
}

// requirementsUsed returns which requirements are in the unsat cores of goals: what is
// not in it is not needed for that goal. A goal without a core is left out.
func requirementsUsed(ctx context.Context, goals []*protocol.Goal, limit time.Duration) (map[string]map[string]bool, error) {
	solvers, err := Named(hinting[0])
	if err != nil {
		return nil, err
	}
	s, err := solvers[0].start(ctx)
	if err != nil {
		return nil, err
	}
	defer s.close()
	uses := map[string]map[string]bool{}
	for _, g := range goals {
		core, err := s.core(g, limit)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", g.ID(), err)
		}
		if core == nil {
			continue
		}
		uses[g.ID()] = map[string]bool{}
		for _, name := range core {
			uses[g.ID()][name] = true
		}
	}
	return uses, nil
}
