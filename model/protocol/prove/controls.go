package main

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/model/protocol"
	"github.com/flatmap-go/flatmap/model/protocol/proof"
)

// resultsFile and documentFile are in the folder of -results.
const (
	resultsFile  = "results.json"
	documentFile = "CONTROLS.md"
)

// save writes the results and the document.
func (c *command) save() error {
	if c.resultsDir == "" {
		return nil
	}
	c.results.Prune(c.all)
	if err := c.results.Write(filepath.Join(c.resultsDir, resultsFile)); err != nil {
		return err
	}
	return c.results.WriteDocument(filepath.Join(c.resultsDir, documentFile), c.all)
}

func seconds(d time.Duration) float64 { return math.Round(d.Seconds()*10) / 10 }

// controls removes every rule in turn.
func (c *command) controls(ctx context.Context) error {
	broken, all := 0, 0
	for _, s := range c.subjects {
		base := s.Model.Goals()
		fingerprint := protocol.Fingerprint(base)
		for _, control := range s.Controls {
			if !strings.Contains(control.Name, c.only) {
				continue
			}
			all++
			first := ""
			if old := c.results.RemovedOf(s.Name, control.Name); old != nil {
				if first = old.Goal; first != "" && old.Fingerprint == fingerprint {
					broken++
					continue
				}
			}
			r, err := proof.Remove(ctx, s, base, control, c.solvers, c.limit, first)
			if err != nil {
				return err
			}
			if r.Check() == nil {
				broken++
			}
			fmt.Fprintf(c.out, "%-8s %-22s %s\n", s.Name, control.Name, r)
			if c.verbose {
				for _, call := range r.Run {
					fmt.Fprintln(c.out, "    ", call)
				}
			}
			result := proof.RemovedResult{Model: s.Name, Fingerprint: fingerprint, Rule: control.Name, Goal: r.Goal, Verdict: r.Verdict,
				Solvers: r.Solvers, RunResult: proof.RunOf(r), Seconds: seconds(r.Proving)}
			c.results.AddRemoved(result)
			if err := c.save(); err != nil {
				return err
			}
		}
	}
	fmt.Fprintf(c.out, "%d of %d rules are needed\n", broken, all)
	if broken != all {
		return fmt.Errorf("%w: %d of %d models without a rule are proved", errNotProved, all-broken, all)
	}
	return nil
}

// drop drops every requirement in turn. What is not needed must have an argument, and
// what has one must not be needed.
func (c *command) drop(ctx context.Context) error {
	var wrong []string
	for _, s := range c.subjects {
		needed, needless := 0, 0
		fingerprint := map[string]string{}
		for _, a := range s.Model.Actions {
			fingerprint[a.Name] = protocol.Fingerprint(s.Model.ActionGoals(a.Name))
		}
		judge := func(action, requirement, goal string) {
			if goal == "" {
				needless++
			} else {
				needed++
			}
			if err := proof.CheckArgued(s.Name, action, requirement, goal); err != nil {
				wrong = append(wrong, err.Error())
				fmt.Fprintln(c.out, err)
			}
		}
		want := func(r protocol.Requirement) bool {
			old := c.results.DroppedOf(s.Name, r.Action, r.Text)
			if old == nil || old.Fingerprint != fingerprint[r.Action] {
				return true
			}
			judge(r.Action, r.Text, old.Goal)
			return false
		}
		first := func(r protocol.Requirement) string {
			if old := c.results.DroppedOf(s.Name, r.Action, r.Text); old != nil {
				return old.Goal
			}
			return ""
		}
		for _, a := range s.Model.Actions {
			if !strings.Contains(a.Name, c.only) {
				continue
			}
			err := proof.Drop(ctx, s, a.Name, c.solvers, c.limit, want, first, func(d proof.Dropped) {
				fmt.Fprintf(c.out, "%-8s %s\n", s.Name, d)
				judge(d.Action, d.Text, d.Goal)
				c.results.AddDropped(proof.DroppedResult{Model: s.Name, Fingerprint: fingerprint[d.Action], Action: d.Action, Requirement: d.Text,
					Goal: d.Goal, Verdict: d.Verdict, Seconds: seconds(d.Took)})
			})
			if err != nil {
				return err
			}
			if err := c.save(); err != nil {
				return err
			}
		}
		fmt.Fprintf(c.out, "%s: %d requirements are needed, %d are not\n", s.Name, needed, needless)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%d requirements are not as the list of arguments has them", len(wrong))
	}
	return nil
}

// walk looks for a run that breaks a model without a requirement, for each that is needed
// only because no solver proves a goal without it.
func (c *command) walk(ctx context.Context) error {
	for _, s := range c.subjects {
		for _, q := range s.Model.Requirements() {
			o := c.results.DroppedOf(s.Name, q.Action, q.Text)
			if !strings.Contains(q.Action, c.only) || o == nil || o.Goal == "" || o.Verdict == proof.Sat || o.Walked {
				continue
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			r, err := proof.DropAndWalk(s, q)
			if err != nil {
				return err
			}
			o.Walked, o.RunResult = true, proof.RunOf(r)
			what := "no run"
			if r.Run != nil {
				what = fmt.Sprintf("%d steps: %v", len(r.Run), r.Violation)
			}
			fmt.Fprintf(c.out, "%-8s %s: %s: %s\n", s.Name, q.Action, q.Text, what)
			if err := c.save(); err != nil {
				return err
			}
		}
	}
	return nil
}

// seeds proves all models with every solver and seed.
func (c *command) seeds(ctx context.Context) error {
	var failed []string
	for _, s := range c.subjects {
		fingerprint := protocol.Fingerprint(s.Model.Goals())
		for _, solver := range c.solvers {
			if old := c.results.ProvedOf(s.Name, solver.Name); old != nil && old.Fingerprint == fingerprint {
				continue
			}
			t, took, err := c.proveModel(ctx, s, solver)
			if err != nil {
				return err
			}
			for _, g := range t.Failed {
				failed = append(failed, s.Name+": "+g)
			}
			c.results.AddProved(proof.ProvedResult{Model: s.Name, Fingerprint: fingerprint, Solver: solver.Name,
				Goals: t.Proved + len(t.Failed), Proved: t.Proved, Seconds: seconds(took), Slowest: t.Slowest, SlowestSeconds: seconds(t.SlowestTook)})
			if err := c.save(); err != nil {
				return err
			}
		}
	}
	return notProved(failed)
}
