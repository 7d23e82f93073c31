package proof

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/model/protocol"
)

// A Removed is what removing a rule has done.
type Removed struct {
	Control Control
	Goal    string // the first that is not proved any longer; "" if all are
	// Run violates an assertion or a transition of the model without the rule. It is
	// nil if none was found.
	Run       []Call
	Structure string
	Violation error
	Took      time.Duration
}

func (r Removed) String() string {
	goal := "STILL PROVED"
	if r.Goal != "" {
		goal = "not proved: " + r.Goal
	}
	run := "no run found"
	switch {
	case r.Run != nil:
		run = fmt.Sprintf("run of %d steps: %v", len(r.Run), r.Violation)
	case r.Control.Proof != "":
		run = r.Control.Proof
	}
	return fmt.Sprintf("%s; %s (%.1fs)", goal, run, r.Took.Seconds())
}

// Remove removes a rule from a model, whose goals are base, and looks for what breaks:
// a goal that is not proved, and a run.
func Remove(ctx context.Context, s Subject, base []*protocol.Goal, c Control, solver Solver, limit time.Duration) (Removed, error) {
	start := time.Now()
	r := Removed{Control: c}
	text, err := c.Apply(s.Text)
	if err != nil {
		return r, err
	}
	m, err := protocol.Parse(text)
	if err != nil {
		return r, fmt.Errorf("%s without %s: %w", s.Name, c.Name, err)
	}
	run := Run{Solver: solver, Limit: limit, Jobs: 1, Hints: s.Hints, FirstOnly: true}
	answers, err := run.Prove(ctx, Changed(base, m))
	if err != nil {
		return r, err
	}
	if failed := Sum(answers).Failed; len(failed) > 0 {
		r.Goal = failed[0]
	}
	if c.Proof == "" {
		r.Structure, r.Run, r.Violation = Violate(m, s.Structures, false)
	}
	r.Took = time.Since(start)
	return r, nil
}

// A Dropped is a conjunct of what an action requires, dropped.
type Dropped struct {
	Action, Requirement string
	Goal                string // the first that is not proved without it; "" if all are
}

func (d Dropped) String() string {
	if d.Goal == "" {
		return fmt.Sprintf("NOT needed  %s: %s", d.Action, d.Requirement)
	}
	return fmt.Sprintf("needed      %s: %s [%s]", d.Action, d.Requirement, d.Goal)
}

// Drop drops every conjunct of what the actions with the given text in their names
// require, in turn, and reports which of them the proof needs.
func Drop(ctx context.Context, s Subject, solver Solver, limit time.Duration, only string, report func(Dropped)) (needless, needed int, err error) {
	for i := range s.Model.Requirements() {
		m, err := s.Source.Parse()
		if err != nil {
			return 0, 0, err
		}
		action, requirement := m.DropRequirement(i)
		d := Dropped{Action: action, Requirement: requirement}
		if !strings.Contains(action, only) {
			continue
		}
		answers, err := Run{Solver: solver, Limit: limit, Jobs: 1, Hints: s.Hints, FirstOnly: true}.Prove(ctx, m.ActionGoals(action))
		if err != nil {
			return 0, 0, err
		}
		if failed := Sum(answers).Failed; len(failed) > 0 {
			d.Goal = failed[0]
			needed++
		} else {
			needless++
		}
		report(d)
	}
	return needless, needed, nil
}

// Check returns an error if the rule is not missed: if everything is proved without it.
// A run that breaks the model is more than that, and random walks do not always find one.
func (r Removed) Check() error {
	if r.Goal == "" {
		return fmt.Errorf("without the rule %s: %v", r.Control.Name, r)
	}
	return nil
}
