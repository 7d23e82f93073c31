package proof

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/model/protocol"
)

// A Removed is what removing a rule has done.
type Removed struct {
	Control Control
	// Goal is the first that is not proved any longer; "" if all are. Verdict is the
	// answer of the solvers: sat, if one of them has found a state in which the step
	// breaks the goal, or unknown.
	Goal, Verdict string
	Solvers       []string // that were asked about the goal
	Proving       time.Duration
	// Run, on one of the structures, violates an assertion, a transition or, with
	// OfInvariant, an invariant of the model without the rule. It is nil if none was found.
	Run         []Call
	Structure   string
	Violation   error
	OfInvariant bool
	Walking     time.Duration
}

func (r Removed) String() string {
	goal := "STILL PROVED"
	if r.Goal != "" {
		goal = fmt.Sprintf("not proved: %s (%s by %s)", r.Goal, r.Verdict, strings.Join(r.Solvers, ", "))
	}
	run := "no run found"
	if r.Run != nil {
		run = fmt.Sprintf("refuted by a run of %d steps: %v", len(r.Run), r.Violation)
	}
	return fmt.Sprintf("%s; %s (%.1fs + %.1fs)", goal, run, r.Proving.Seconds(), r.Walking.Seconds())
}

// Check returns an error if the rule is not missed: if everything is proved without it.
// A run that breaks the model is more than that, and random walks do not always find one.
func (r Removed) Check() error {
	if r.Goal == "" {
		return fmt.Errorf("without the rule %s: %v", r.Control.Name, r)
	}
	return nil
}

// Remove removes a rule from a model, whose goals are base, and looks for what breaks:
// a goal that is not proved, and a run. If no run is found and the first solver does not
// know a state either, none of the solvers may prove the goal. The search begins with
// goal first, if there is one of that name.
func Remove(ctx context.Context, s Subject, base []*protocol.Goal, c Control, solvers []Solver, limit time.Duration, first string) (Removed, error) {
	r := Removed{Control: c}
	text, err := c.Apply(s.Text)
	if err != nil {
		return r, err
	}
	m, err := protocol.Parse(text)
	if err != nil {
		return r, fmt.Errorf("%s without %s: %w", s.Name, c.Name, err)
	}
	start := time.Now()
	goals := Changed(base, m)
	slices.SortStableFunc(goals, func(a, b *protocol.Goal) int { return rank(a, first) - rank(b, first) })
	if r.Goal, r.Verdict, err = firstUnproved(ctx, s.Hints, goals, solvers[:1], limit); err != nil {
		return r, err
	}
	r.Solvers = []string{solvers[0].Name}
	r.Proving = time.Since(start)
	start = time.Now()
	if c.Proof == "" {
		r.Structure, r.Run, r.Violation = Violate(m, s.Structures, false)
	}
	if r.Run == nil && r.Verdict != Sat {
		r.Structure, r.Run, r.Violation = Violate(m, s.Structures, true)
		r.OfInvariant = r.Run != nil
	}
	r.Walking = time.Since(start)
	if r.Run != nil || r.Verdict == Sat {
		return r, nil
	}
	start = time.Now()
	r.Goal, r.Verdict, err = firstUnproved(ctx, s.Hints, goals, solvers, limit)
	r.Solvers = nil
	for _, solver := range solvers {
		r.Solvers = append(r.Solvers, solver.Name)
	}
	r.Proving += time.Since(start)
	return r, err
}

// rank orders goals: the one that has broken before, then assertions and transitions, which
// say what is wrong.
func rank(g *protocol.Goal, first string) int {
	switch {
	case g.ID() == first:
		return 0
	case g.Obligation() != g.Name:
		return 1
	}
	return 2
}

// firstUnproved returns the first of goals that none of the solvers proves, and what
// they answer: sat if one of them says so. The goal is "" if all are proved.
func firstUnproved(ctx context.Context, hints Hints, goals []*protocol.Goal, solvers []Solver, limit time.Duration) (goal, verdict string, err error) {
	for len(goals) > 0 {
		answers, err := Run{Solver: solvers[0], Limit: limit, Jobs: 1, Hints: hints, FirstOnly: true}.Prove(ctx, goals)
		if err != nil {
			return "", "", err
		}
		last := answers[len(answers)-1]
		if last.Verdict == Unsat {
			return "", "", nil
		}
		verdicts := []string{last.Verdict}
		for _, solver := range solvers[1:] {
			answers, err := Run{Solver: solver, Limit: limit, Jobs: 1, Hints: hints}.Prove(ctx, []*protocol.Goal{last.Goal})
			if err != nil {
				return "", "", err
			}
			verdicts = append(verdicts, answers[0].Verdict)
		}
		switch {
		case slices.Contains(verdicts, Unsat): // the search goes on behind this goal
			goals = goals[len(answers):]
		case slices.Contains(verdicts, Sat):
			return last.Goal.ID(), Sat, nil
		default:
			return last.Goal.ID(), Unknown, nil
		}
	}
	return "", "", nil
}
