package protocol

import (
	"fmt"
	"maps"
	"slices"
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
	local        string       // the step, and the negated obligation
}

// An assumption is a named formula that a query may leave out: what is proved
// without it is proved.
type assumption struct{ name, text string }

// ID names the goal: no other of its model has the same.
func (g *Goal) ID() string { return g.Action + ": " + g.kind + g.Name }

// Obligation names what is to be proved, whatever the action.
func (g *Goal) Obligation() string { return g.kind + g.Name }

// SMT returns the query as SMT-LIB 2, without check-sat. Only assumptions for which
// keep returns true are in it; nil keeps all. With named they have names, for an
// unsat core.
func (g *Goal) SMT(keep func(assumption string) bool, named bool) string {
	var b strings.Builder
	b.WriteString(g.declarations)
	for _, a := range g.assumed {
		switch {
		case keep != nil && !keep(a.name):
		case named:
			fmt.Fprintf(&b, "(assert (! %s :named |=%s|))\n", a.text, a.name)
		default:
			fmt.Fprintf(&b, "(assert %s) ; %s\n", a.text, a.name)
		}
	}
	b.WriteString(g.local)
	return b.String()
}

// Equal reports whether two goals are the same query.
func (g *Goal) Equal(o *Goal) bool {
	return g.local == o.local && g.declarations == o.declarations && slices.Equal(g.assumed, o.assumed)
}

// Goals returns all that is to be proved of a model. An action preserves what it does
// not touch, so there is no goal for that.
func (m *Model) Goals() []*Goal {
	var axioms, invariants []assumption
	for _, f := range m.Axioms {
		axioms = append(axioms, assumption{"axiom " + f.Name, smt(f.Expr, nil, nil)})
	}
	for _, f := range m.Invariants {
		invariants = append(invariants, assumption{f.Name, smt(f.Expr, nil, nil)})
	}
	declarations := m.declarations()
	goals := m.initGoals(declarations, axioms)
	for _, a := range m.Actions {
		goals = append(goals, m.actionGoals(a, declarations, slices.Concat(axioms, invariants))...)
	}
	return goals
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
	var step strings.Builder
	add := func(kind, name, negation string) {
		goals = append(goals, &Goal{
			Action: a.Name, Name: name, kind: kind,
			declarations: declarations, assumed: assumed, local: step.String() + negation,
		})
	}
	for _, p := range a.Params {
		fmt.Fprintf(&step, "(declare-fun |%s| (%s) %s)\n", p.Name, smtSorts(p.Args), smtSort(p.Sort))
	}
	for _, f := range a.Require {
		fmt.Fprintf(&step, "(assert %s) ; require %s\n", smt(f.Expr, nil, nil), f.Name)
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
		if after := m.primed(f.Expr); after.mentions(changed, true) {
			add("", f.Name, negated(after, changed))
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
	return slices.DeleteFunc(m.Goals(), func(g *Goal) bool { return g.Action != name })
}

// Requirements returns how many conjuncts all actions require.
func (m *Model) Requirements() int {
	n := 0
	for _, a := range m.Actions {
		for _, f := range a.Require {
			n += len(f.Expr.Conjuncts())
		}
	}
	return n
}

// DropRequirement drops conjunct number i of those that actions require, and returns
// its action and what it says.
func (m *Model) DropRequirement(i int) (action, requirement string) {
	for _, a := range m.Actions {
		for k, f := range a.Require {
			parts := f.Expr.Conjuncts()
			if i >= len(parts) {
				i -= len(parts)
				continue
			}
			dropped := Formula{Name: f.Name, Expr: parts[i]}
			kept := &Expr{Op: "true", Sort: "bool"}
			for j, e := range parts {
				if j != i {
					kept = &Expr{Op: "and", Args: []*Expr{kept, e}, Sort: "bool"}
				}
			}
			a.Require[k].Expr = kept
			if f.Name == "" {
				return a.Name, dropped.Rule()
			}
			return a.Name, f.Name + ": " + dropped.Expr.String()
		}
	}
	panic("protocol: no such requirement")
}
