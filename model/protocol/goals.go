package protocol

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A Goal is one thing to be proved: that an action preserves an invariant, that an
// assertion holds where an action may happen, or that init implies an invariant.
// There is one query for each: the axioms, the invariants before the step, what the
// action requires, and the negation of what is to be proved. If no state satisfies
// all that, the goal is proved. The state after the step is defined by that before,
// so that there is no frame to reason about.
type Goal struct {
	Action string // "init" for the initial state
	Name   string // of the obligation
	kind   string // "", "assert " or "step "

	declarations string
	assumed      []assumption // axioms and invariants, which a query may leave out
	params       string
	required     []assumption // conjuncts, which are never left out
	local        string       // the step, and the negated obligation
}

// RequirementName is the name, in an unsat core, of conjunct number i of what an action
// requires.
func RequirementName(i int) string { return requirementPrefix + strconv.Itoa(i) }

// IsRequirementName reports whether a name in an unsat core is that of a requirement.
func IsRequirementName(name string) bool { return strings.HasPrefix(name, requirementPrefix) }

const requirementPrefix = "require "

// An assumption is a named formula that a query may leave out: what is proved
// without it is proved.
type assumption struct{ name, text string }

// ID names the goal: no other of its model has the same.
func (g *Goal) ID() string { return g.Action + ": " + g.kind + g.Name }

// Obligation names what is to be proved, whatever the action.
func (g *Goal) Obligation() string { return g.kind + g.Name }

// SMT returns the query as SMT-LIB 2, without check-sat. Only assumptions for which
// keep returns true are in it; nil keeps all. With named they have names, for an
// unsat core, and so have requirements.
func (g *Goal) SMT(keep func(assumption string) bool, named bool) string {
	var b strings.Builder
	b.WriteString(g.declarations)
	for _, a := range g.assumed {
		if keep == nil || keep(a.name) {
			a.print(&b, named)
		}
	}
	b.WriteString(g.params)
	for _, a := range g.required {
		a.print(&b, named)
	}
	b.WriteString(g.local)
	return b.String()
}

func (a assumption) print(b *strings.Builder, named bool) {
	if named {
		fmt.Fprintf(b, "(assert (! %s :named |=%s|))\n", a.text, a.name)
		return
	}
	fmt.Fprintf(b, "(assert %s) ; %s\n", a.text, a.name)
}

// Equal reports whether two goals are the same query.
func (g *Goal) Equal(o *Goal) bool {
	return g.local == o.local && g.params == o.params && g.declarations == o.declarations &&
		slices.Equal(g.required, o.required) && slices.Equal(g.assumed, o.assumed)
}

// Fingerprint identifies goals of one model. It changes if a query does, and not with
// comments of the model.
func Fingerprint(goals []*Goal) string {
	sum := sha256.New()
	var assumed []assumption
	for _, g := range goals {
		if len(g.assumed) != len(assumed) { // those of init, or those of actions
			assumed = g.assumed
			fmt.Fprintln(sum, g.declarations, assumed)
		}
		fmt.Fprintln(sum, g.ID(), g.params, g.required, g.local)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16]
}

// Goals returns all that is to be proved of a model. An action preserves what it does
// not touch, so there is no goal for that.
func (m *Model) Goals() []*Goal {
	axioms, invariants := m.assumptions()
	declarations := m.declarations()
	goals := m.initGoals(declarations, axioms)
	for _, a := range m.Actions {
		goals = append(goals, m.actionGoals(a, declarations, slices.Concat(axioms, invariants))...)
	}
	return goals
}

func (m *Model) assumptions() (axioms, invariants []assumption) {
	for _, f := range m.Axioms {
		axioms = append(axioms, assumption{"axiom " + f.Name, smt(f.Expr, nil, nil)})
	}
	for _, f := range m.Invariants {
		invariants = append(invariants, assumption{f.Name, smt(f.Expr, nil, nil)})
	}
	return axioms, invariants
}

func (m *Model) declarations() string {
	var b strings.Builder
	for _, s := range m.Sorts {
		fmt.Fprintf(&b, "(declare-sort %s 0)\n", smtSort(s))
	}
	for _, e := range m.Enums {
		fmt.Fprintf(&b, "(declare-datatypes ((%s 0)) ((", smtSort(e.Name))
		for _, v := range e.Values {
			fmt.Fprintf(&b, "(|%s|)", v)
		}
		b.WriteString(")))\n")
	}
	for _, f := range m.Funcs {
		fmt.Fprintf(&b, "(declare-fun |%s| (%s) %s)\n", f.Name, smtSorts(f.Args), smtSort(f.Sort))
	}
	return b.String()
}

func negated(e *Expr, changed map[string]bool) string {
	return "(assert (not " + smt(e, changed, nil) + "))\n"
}

func (m *Model) initGoals(declarations string, axioms []assumption) []*Goal {
	var init strings.Builder
	for _, f := range m.Init {
		fmt.Fprintf(&init, "(assert %s) ; init %s\n", smt(f.Expr, nil, nil), f.Name)
	}
	var goals []*Goal
	for _, f := range m.Invariants {
		goals = append(goals, &Goal{
			Action: "init", Name: f.Name,
			declarations: declarations, assumed: axioms, local: init.String() + negated(f.Expr, nil),
		})
	}
	return goals
}

func (m *Model) actionGoals(a *Action, declarations string, assumed []assumption) []*Goal {
	var goals []*Goal
	var params, step strings.Builder
	var required []assumption
	add := func(kind, name, negation string) {
		goals = append(goals, &Goal{
			Action: a.Name, Name: name, kind: kind,
			declarations: declarations, assumed: assumed, params: params.String(), required: required,
			local: step.String() + negation,
		})
	}
	for _, p := range a.Params {
		fmt.Fprintf(&params, "(declare-fun |%s| (%s) %s)\n", p.Name, smtSorts(p.Args), smtSort(p.Sort))
	}
	for _, f := range a.Require {
		for _, e := range f.Expr.Conjuncts() {
			required = append(required, assumption{RequirementName(len(required)), smt(e, nil, nil)})
		}
	}
	for _, f := range a.Assert {
		add("assert ", f.Name, negated(f.Expr, nil))
		// What is proved may be used from here on.
		fmt.Fprintf(&step, "(assert %s) ; assert %s\n", smt(f.Expr, nil, nil), f.Name)
	}
	assigns := map[string][]Assign{}
	changed := map[string]bool{}
	for _, as := range a.Assigns {
		assigns[as.Func.Name] = append(assigns[as.Func.Name], as)
		changed[as.Func.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(assigns)) {
		step.WriteString(definedAfter(m.funcs[name], assigns[name]))
	}
	for _, f := range m.Invariants {
		if f.Expr.mentions(changed, false) { // what is changed is mutable
			add("", f.Name, negated(m.primed(f.Expr), changed))
		}
	}
	for _, f := range m.Transitions {
		if f.Expr.mentions(changed, true) {
			add("step ", f.Name, negated(f.Expr, changed))
		}
	}
	return goals
}

// definedAfter defines f in the state after the step.
func definedAfter(f *Func, assigns []Assign) string {
	var b strings.Builder
	var formal, actual []string
	for i, s := range f.Args {
		actual = append(actual, fmt.Sprintf("a%d", i))
		formal = append(formal, fmt.Sprintf("(a%d %s)", i, smtSort(s)))
	}
	fmt.Fprintf(&b, "(define-fun |%s'| (%s) %s ", f.Name, strings.Join(formal, " "), smtSort(f.Sort))
	for _, as := range slices.Backward(assigns) { // the last one wins
		bound := map[string]string{}
		matches := []string{"true"}
		for i, x := range as.Args {
			if as.Any[i] {
				bound[x.Name] = actual[i]
			} else {
				matches = append(matches, fmt.Sprintf("(= %s %s)", actual[i], smt(x, nil, nil)))
			}
		}
		fmt.Fprintf(&b, "(ite (and %s) %s ", strings.Join(matches, " "), smt(as.Rhs, nil, bound))
	}
	before := "|" + f.Name + "|"
	if len(actual) > 0 {
		before = "(" + before + " " + strings.Join(actual, " ") + ")"
	}
	b.WriteString(before + strings.Repeat(")", len(assigns)) + ")\n")
	return b.String()
}

// ActionGoals returns the goals of one action.
func (m *Model) ActionGoals(name string) []*Goal {
	axioms, invariants := m.assumptions()
	for _, a := range m.Actions {
		if a.Name == name {
			return m.actionGoals(a, m.declarations(), slices.Concat(axioms, invariants))
		}
	}
	return nil
}

// A Requirement is a conjunct of what an action requires.
type Requirement struct {
	Action string
	Number int    // among those of the action
	Text   string // with the name that the model gives it, if any
	// of is its place in the model: a requirement and a conjunct of it.
	of, conjunct int
}

// Requirements returns what all actions require, in order.
func (m *Model) Requirements() []Requirement {
	var list []Requirement
	for _, a := range m.Actions {
		number := 0
		for i, f := range a.Require {
			for j, e := range f.Expr.Conjuncts() {
				text := e.String()
				if f.Name != "" {
					text = f.Name + ": " + text
				}
				list = append(list, Requirement{a.Name, number, text, i, j})
				number++
			}
		}
	}
	return list
}

// DropRequirement removes a requirement, which must be one of the model as it was
// parsed, and returns it: after that the others have other places.
func (m *Model) DropRequirement(r Requirement) *Expr {
	f := &m.Action(r.Action).Require[r.of]
	parts := f.Expr.Conjuncts()
	kept := &Expr{Op: "true", Sort: "bool"}
	for _, e := range slices.Delete(slices.Clone(parts), r.conjunct, r.conjunct+1) {
		kept = &Expr{Op: "and", Args: []*Expr{kept, e}, Sort: "bool"}
	}
	f.Expr = kept
	return parts[r.conjunct]
}

// Follows returns the goal that a formula follows from what an action requires, and from
// the invariants.
func (m *Model) Follows(action string, e *Expr) *Goal {
	const name = "follows"
	a := m.Action(action)
	a.Assert = append([]Formula{{Name: name, Expr: e}}, a.Assert...)
	goals := m.ActionGoals(action)
	return goals[slices.IndexFunc(goals, func(g *Goal) bool { return g.Obligation() == "assert "+name })]
}
