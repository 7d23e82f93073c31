package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/model/protocol"
)

// action writes the method of an action. It returns the rule that forbids the step, or 0
// after it has taken the step.
func (g *generator) action(a *protocol.Action) {
	clear(g.sets)
	var params []string
	for _, p := range a.Params {
		kind := "int"
		switch {
		case len(p.Args) > 0:
			kind = "*set"
			g.sets[p.Name] = true
		case p.Sort == "bool":
			kind = "bool"
		}
		params = append(params, local(p.Name)+" "+kind)
	}
	g.printf("func (m *machine) %s(%s) refusal {\n", methodName(a.Name), strings.Join(params, ", "))
	for _, list := range []struct {
		formulas []protocol.Formula
		asserts  bool
	}{{a.Require, false}, {a.Assert, true}} {
		for _, f := range list.formulas {
			for _, e := range f.Expr.Conjuncts() {
				name := f.Name
				if name == "" {
					name = e.String()
				}
				g.list = append(g.list, rule{a.Name, name, e.String(), list.asserts})
				g.printf("if !(%s) {\nreturn %d\n}\n", g.expr(e), len(g.list))
			}
		}
	}
	g.assigns(a)
	g.printf("return 0\n}\n\n")
}

func methodName(action string) string { return "act" + title(action) }

// assigns writes the assignments of an action. All mean the state before it: those to one
// place are evaluated first and stored last, and the others are put in such an order
// that none reads what one before it has changed.
func (g *generator) assigns(a *protocol.Action) {
	var single []*protocol.Assign
	var many []*sweep
	for i := range a.Assigns {
		if as := &a.Assigns[i]; slices.Contains(as.Any, true) {
			many = append(many, newSweep(as))
		} else {
			single = append(single, as)
		}
	}
	for i, as := range single {
		if len(as.Args) > 0 {
			g.printf("at%d := %s\n", i, g.index(as.Func, as.Args))
		}
		g.printf("to%d := %s\n", i, g.expr(as.Rhs))
	}
	for len(many) > 0 {
		next := slices.IndexFunc(many, func(s *sweep) bool {
			return !slices.ContainsFunc(many, func(other *sweep) bool { return other != s && other.reads(s.f) })
		})
		if next < 0 {
			panic("the assignments of " + a.Name + " read each other's places")
		}
		g.sweep(many[next])
		many = slices.Delete(many, next, next+1)
	}
	for i, as := range single {
		at := "0"
		if len(as.Args) > 0 {
			at = fmt.Sprintf("at%d", i)
		}
		if as.Func.Sort == "bool" {
			g.printf("m.%s[%s] = to%d\n", as.Func.Name, at, i)
		} else {
			g.printf("m.%s[%s] = int32(to%d)\n", as.Func.Name, at, i)
		}
	}
}

// A sweep is an assignment to many places: where it changes f, and to what.
type sweep struct {
	f     *protocol.Func
	args  []*protocol.Expr
	vars  []protocol.Var // that have all values
	when  []*protocol.Expr
	value *protocol.Expr
}

func newSweep(as *protocol.Assign) *sweep {
	s := &sweep{f: as.Func, args: slices.Clone(as.Args)}
	for i, x := range as.Args {
		if as.Any[i] {
			s.vars = append(s.vars, protocol.Var{Name: x.Name, Sort: x.Sort})
		}
	}
	s.when, s.value = change(as)
	// A variable that can have one value only is that value.
	for i := 0; i < len(s.when); i++ {
		p := s.when[i]
		if p.Op != "=" || p.Args[0].Op != "var" || mentions(p.Args[1], s.vars) {
			continue
		}
		at := slices.IndexFunc(s.vars, func(v protocol.Var) bool { return v.Name == p.Args[0].Name })
		if at < 0 {
			continue
		}
		s.vars = slices.Delete(s.vars, at, at+1)
		s.when = slices.Delete(s.when, i, i+1)
		i--
		put := func(e *protocol.Expr) *protocol.Expr { return put(e, p.Args[0].Name, p.Args[1]) }
		for j := range s.args {
			s.args[j] = put(s.args[j])
		}
		for j := range s.when {
			s.when[j] = put(s.when[j])
		}
		s.value = put(s.value)
	}
	return s
}

// put returns e with x for a variable.
func put(e *protocol.Expr, name string, x *protocol.Expr) *protocol.Expr {
	if e.Op == "var" {
		if e.Name == name {
			return x
		}
		return e
	}
	changed := *e
	changed.Args = nil
	for _, a := range e.Args {
		changed.Args = append(changed.Args, put(a, name, x))
	}
	return &changed
}

// reads reports whether a sweep reads f, except at the place that it assigns to.
func (s *sweep) reads(f *protocol.Func) bool {
	var look func(e *protocol.Expr) bool
	look = func(e *protocol.Expr) bool {
		if e.Op == "app" && e.Name == f.Name && !isPlace(s.f, s.args, e) {
			return true
		}
		return slices.ContainsFunc(e.Args, look)
	}
	return look(s.value) || slices.ContainsFunc(s.when, look) || slices.ContainsFunc(s.args, look)
}

// isPlace reports whether e is f at the arguments.
func isPlace(f *protocol.Func, args []*protocol.Expr, e *protocol.Expr) bool {
	if e.Op != "app" || e.Name != f.Name {
		return false
	}
	for i, x := range e.Args {
		if x.String() != args[i].String() {
			return false
		}
	}
	return true
}

// sweep writes an assignment to many places.
func (g *generator) sweep(s *sweep) {
	x := g.expr(s.value)
	if s.f.Sort != "bool" {
		x = "int32(" + x + ")"
	}
	if !s.reads(s.f) {
		g.printf("%s\n", g.loops(s.vars, s.when, fmt.Sprintf("%s = %s", g.place(s.f, s.args), x)))
		return
	}
	if s.f.Sort == "bool" {
		panic("an assignment reads " + s.f.Name + " elsewhere")
	}
	g.printf("m.later = m.later[:0]\n%s\n", g.loops(s.vars, s.when, fmt.Sprintf("m.later = append(m.later, write{%s, %s})", g.index(s.f, s.args), x)))
	g.printf("for _, w := range m.later {\nm.%s[w.at] = w.to\n}\n", s.f.Name)
}

// change returns when an assignment changes a place, and to what.
func change(as *protocol.Assign) (when []*protocol.Expr, value *protocol.Expr) {
	e := as.Rhs
	switch e.Op {
	case "ite":
		if isPlace(as.Func, as.Args, e.Args[2]) {
			return slices.Clone(e.Args[0].Conjuncts()), e.Args[1]
		}
	case "or":
		if rest := without(as, e); len(rest) == 1 {
			return slices.Clone(rest[0].Conjuncts()), &protocol.Expr{Op: "true", Sort: "bool"}
		}
	case "and":
		if rest := without(as, e); len(rest) == 1 && rest[0].Op == "not" {
			return slices.Clone(rest[0].Args[0].Conjuncts()), &protocol.Expr{Op: "false", Sort: "bool"}
		}
	}
	return nil, e
}

// flat returns the operands of a conjunction or disjunction.
func flat(e *protocol.Expr) (list []*protocol.Expr) {
	for _, a := range e.Args {
		if a.Op == e.Op {
			list = append(list, flat(a)...)
		} else {
			list = append(list, a)
		}
	}
	return list
}

// without returns the operands of e except the place that is assigned to; all of them if
// that is not one.
func without(as *protocol.Assign, e *protocol.Expr) []*protocol.Expr {
	return slices.DeleteFunc(flat(e), func(x *protocol.Expr) bool { return isPlace(as.Func, as.Args, x) })
}

// byName writes a function, for tests, that takes an action by its name.
func (g *generator) byName() {
	g.printf("// take takes an action. The parameters are numbers, except one that is a set.\n")
	g.printf("func take(m *machine, name string, a []int, s *set) refusal {\nswitch name {\n")
	for _, a := range g.m.Actions {
		var args []string
		n := 0
		for _, p := range a.Params {
			switch {
			case len(p.Args) > 0:
				args = append(args, "s")
				continue
			case p.Sort == "bool":
				args = append(args, fmt.Sprintf("a[%d] != 0", n))
			default:
				args = append(args, fmt.Sprintf("a[%d]", n))
			}
			n++
		}
		g.printf("case %q:\nreturn m.%s(%s)\n", a.Name, methodName(a.Name), strings.Join(args, ", "))
	}
	g.printf("}\npanic(name)\n}\n")
}
