package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/model/protocol"
	"github.com/flatmap-go/flatmap/model/protocol/proof"
)

var (
	proofTable = report.NewTable("models of the protocol",
		"text model", "text solver", "count goals", "seconds seconds")
	rulesTable = report.NewTable("rules removed from the models",
		"text model", "text rule", "text what is wrong", "text first goal that is not proved", "count steps of a run that breaks it", "seconds seconds")
)

const (
	// proofLimit is what a solver may take for a goal, and controlLimit for one that
	// it is not expected to prove.
	proofLimit   = 30 * time.Second
	controlLimit = 3 * time.Second
	// proofJobs is how many queries are asked at once.
	proofJobs = 2
)

// verifyProof has two solvers prove the models of the protocol and the functions on
// words, whatever the budget. In the time that is left it removes rules from the
// models, of which the seed chooses the first: the proof must fail then.
func verifyProof(ctx context.Context, t *task) error {
	start := time.Now()
	solvers, err := proof.Named("z3", "cvc5") // each proves all goals
	if err != nil {
		return failed("%w", err)
	}
	subjects, err := proof.Subjects()
	if err != nil {
		return failed("%w", err)
	}
	p := &proofRun{task: t, table: proofTable, rules: rulesTable}
	for _, s := range subjects {
		for _, solver := range solvers {
			if err := p.prove(ctx, s, solver); err != nil {
				return err
			}
		}
	}
	for _, solver := range solvers {
		if err := p.proveBits(ctx, solver); err != nil {
			return err
		}
	}
	var rules []proofRule
	number := 0
	for _, s := range subjects {
		for _, c := range s.Controls {
			if t.shard.Has(number) {
				rules = append(rules, proofRule{s, c})
			}
			number++
		}
	}
	for i, r := range rotated(rules, t.seed) {
		if i > 0 && time.Since(start) > t.budget {
			break
		}
		if err := p.remove(ctx, r, solvers[0]); err != nil {
			return err
		}
	}
	return nil
}

// A proofRule is a rule of a model.
type proofRule struct {
	proof.Subject
	proof.Control
}

// A proofRun is what has been proved.
type proofRun struct {
	task         *task
	table, rules report.Table
	goals, done  int
}

// solverError returns the error of a layer for that of a solver that does not work.
func solverError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return failed("%w", err)
}

// repeatProof is the command that repeats a proof.
func repeatProof(model string) string { return "go run ./model/protocol/prove -model " + model }

func (p *proofRun) prove(ctx context.Context, s proof.Subject, solver proof.Solver) error {
	start := time.Now()
	var mine []*protocol.Goal
	for i, g := range s.Model.Goals() {
		if p.task.shard.Has(i) {
			mine = append(mine, g)
		}
	}
	before := p.goals
	answers, err := proof.Run{Solver: solver, Limit: proofLimit, Jobs: proofJobs, Hints: s.Hints, Progress: func(a proof.Answer) {
		p.goals++
		p.task.count("goals", p.goals)
		p.task.now(fmt.Sprintf("%s, %s: %d of %d", s.Name, solver.Name, p.goals-before, len(mine)))
	}}.Prove(ctx, mine)
	if err != nil {
		return solverError(ctx, err)
	}
	sum := proof.Sum(answers)
	if len(sum.Failed) > 0 {
		return &violation{Title: "a goal that is not proved", Repeat: repeatProof(s.Name),
			Text: fmt.Sprintf("%s.model, %s: %d of %d goals are not proved, among them %s\n%s",
				s.Name, solver.Name, len(sum.Failed), len(mine), sum.Failed[0], proof.Explain(s))}
	}
	p.table.Add(s.Name, solver.Name, len(mine), time.Since(start).Seconds())
	p.task.table(p.table)
	return nil
}

func (p *proofRun) proveBits(ctx context.Context, solver proof.Solver) error {
	start := time.Now()
	p.task.now("functions on words, " + solver.Name)
	root, err := moduleRoot()
	if err != nil {
		return failed("where is the module? %w", err)
	}
	goals, err := proof.BitGoals(filepath.Join(root, "flatmap"))
	if err != nil {
		return failed("%w", err)
	}
	unproved, err := solver.ProveBits(ctx, goals, proofLimit)
	if err != nil {
		return solverError(ctx, err)
	}
	if len(unproved) > 0 {
		return &violation{Title: "a function on words that is not proved", Repeat: repeatProof("finish"),
			Text: fmt.Sprintf("%s does not prove: %s", solver.Name, unproved[0])}
	}
	p.goals += len(goals)
	p.task.count("goals", p.goals)
	p.table.Add("bits", solver.Name, len(goals), time.Since(start).Seconds())
	p.task.table(p.table)
	return nil
}

func (p *proofRun) remove(ctx context.Context, rule proofRule, solver proof.Solver) error {
	p.task.now("without " + rule.Control.Name)
	removed, err := proof.Remove(ctx, rule.Subject, rule.Model.Goals(), rule.Control, []proof.Solver{solver}, controlLimit, "")
	if err != nil {
		return solverError(ctx, err)
	}
	if err := removed.Check(); err != nil {
		return &violation{Title: "a rule that nothing misses", Text: err.Error(),
			Repeat: repeatProof(rule.Subject.Name) + " -controls -only " + rule.Control.Name}
	}
	p.done++
	p.task.count("rules removed", p.done)
	p.rules.Add(rule.Subject.Name, rule.Control.Name, rule.Rule, removed.Goal, len(removed.Run), (removed.Proving + removed.Walking).Seconds())
	p.task.table(p.rules)
	return nil
}
