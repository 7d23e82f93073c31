package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/internal/planted"
	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/flatmap-go/flatmap/model/protocol/refine"
)

var (
	followedTable = report.NewTable("executions compared with the model",
		"text suite", "text map", "count executions", "count accesses", "most actions taken", "seconds seconds", "rate accesses")
	actionsTable     = report.NewTable("actions of the model", "text action", "count taken")
	brokenRulesTable = report.NewTable("planted bugs compared with the model",
		"text bug", "text found by", "text without the model", "most preemptions then", "text with it", "most preemptions")
)

const longPackage = modulePath + "/model/protocol/refine/cmd/refinelong"

// The parts of the budget that each way of comparing with the model gets. Planted bugs
// have the rest.
const (
	refineSuites = 0.45
	refineLong   = 0.3
)

// verifyRefine compares executions of the map, access by access, with the model that the
// layer proof proves: those of the explorer's suites, then long random ones of the map
// with the geometry that ships. Then it plants bugs that break rules of the protocol,
// which that must find.
func verifyRefine(ctx context.Context, t *task) error {
	start := time.Now()
	e := &exploration{task: t, follow: true}
	for _, run := range []struct {
		tags, target string
		until        float64
		args         []string
	}{
		{"explore", explorePackage, refineSuites, []string{"-refine"}},
		{"explore,shipped", longPackage, refineSuites + refineLong, []string{"-seed", fmt.Sprint(t.seed)}},
	} {
		p, err := build(ctx, "", "build", "-tags", run.tags, run.target)
		if err != nil {
			return err
		}
		left := time.Duration(run.until*float64(t.budget)) - time.Since(start)
		err = e.run(ctx, p, append([]string{"-budget", max(refineLeast, left).String()}, run.args...))
		p.close()
		if err != nil {
			return err
		}
	}
	if e.executions == 0 {
		return failed("nothing was executed")
	}
	return e.plantRules(ctx, start)
}

// refineLeast is the least time for which executions are compared.
const refineLeast = time.Second

// publishFollowed is publish for executions that were compared with the model.
func (e *exploration) publishFollowed(now string) {
	suites, actions := followedTable, actionsTable
	total := wire.Row{}
	for _, id := range e.order {
		var sum wire.Row
		for _, rows := range e.parts {
			if r, ok := rows[id]; ok {
				sum.Add(&r)
			}
		}
		suites.Add(id[0], id[1], sum.Executions, sum.Accesses, len(sum.Actions), sum.Seconds)
		total.Add(&sum)
	}
	for _, name := range refine.Actions() {
		actions.Add(name, total.Actions[name])
	}
	e.executions = total.Executions
	e.task.now(now)
	e.task.count("accesses", int(total.Accesses))
	e.task.count("executions", int(total.Executions))
	e.task.table(suites)
	if len(total.Actions) > 0 {
		e.task.table(actions)
	}
}

// plantRules plants the bugs that break a rule of the model, in groups, until the time is
// up.
func (e *exploration) plantRules(ctx context.Context, start time.Time) error {
	t := e.task
	p, err := build(ctx, "", "build", explorePackage)
	if err != nil {
		return err
	}
	defer p.close()
	table := brokenRulesTable
	var bugs []string
	for i, m := range planted.ForExplorer() {
		if m.Rule() != "" && t.shard.Has(i) {
			bugs = append(bugs, m.Name)
		}
	}
	for i := range bugs {
		left := t.budget - time.Since(start)
		if left < plantedLeast {
			break
		}
		// The seed says with which the layer begins.
		bug := bugs[(t.seed+uint64(i))%uint64(len(bugs))]
		t.now(bug)
		wrong := ""
		c := wire.Command(ctx, p.root, p.binary, "-planted", bug, "-refine", "-json", "-budget", left.String())
		status, stderr, err := wire.Messages(c, func(m wire.Explore) error {
			if f := m.Find; f != nil {
				wrong = notFollowed(f)
				table.Add(f.Bug, f.RefinedClient, f.Kind, f.Preemptions, f.Refined, f.RefinedPreemptions)
				t.table(table)
			}
			return nil
		})
		switch {
		case wrong != "":
			return &violation{Title: "a planted bug that the model does not find", Text: bug + ": " + wrong,
				Repeat: "go run ./linearizability/explore/cmd/exploremap -refine -planted " + bug}
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil && status != 0:
			err = fmt.Errorf("%s\nexit status %d", stderr, status)
		}
		if err != nil {
			return failed("%w", err)
		}
	}
	return nil
}

// notFollowed returns what is wrong with how a planted bug was found: it breaks a rule,
// and the model must refuse the access that does.
func notFollowed(f *wire.Find) string {
	i := slices.IndexFunc(planted.Catalogue, func(m planted.Mistake) bool { return m.Name == f.Bug })
	rule := planted.Catalogue[i].Rule()
	switch {
	case f.Error != "":
		return f.Error
	case !strings.HasPrefix(f.Refined, refine.ErrorPrefix) || !strings.Contains(f.Refined, "rule "+rule):
		return fmt.Sprintf("found as %q, and not as a broken rule %s", f.Refined, rule)
	}
	return ""
}
