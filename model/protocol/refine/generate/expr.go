package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/model/protocol"
)

// local returns the Go name of a logical variable or a parameter.
func local(name string) string { return strings.ReplaceAll(name, "~", "_") + "_" }

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// count returns the number of elements of a sort.
func count(sort string) string { return "m.n" + title(sort) }

// expr returns e in Go: a bool, or an int.
func (g *generator) expr(e *protocol.Expr) string {
	sub := func(i int) string { return g.expr(e.Args[i]) }
	binary := func(op string) string {
		var parts []string
		for i := range e.Args {
			parts = append(parts, sub(i))
		}
		return "(" + strings.Join(parts, " "+op+" ") + ")"
	}
	switch e.Op {
	case "true", "false":
		return e.Op
	case "int":
		return fmt.Sprint(e.Int)
	case "enum":
		return e.Sort + title(e.Name)
	case "var":
		return local(e.Name)
	case "and":
		return binary("&&")
	case "or":
		return binary("||")
	case "=>":
		return "(!" + sub(0) + " || " + sub(1) + ")"
	case "not":
		return "!" + sub(0)
	case "=", "<=>":
		return binary("==")
	case "<", "<=", "+", "-":
		return binary(e.Op)
	case "ite":
		if e.Sort == "bool" {
			return fmt.Sprintf("(%s && %s || !%s && %s)", sub(0), sub(1), sub(0), sub(2))
		}
		return fmt.Sprintf("either(%s, %s, %s)", sub(0), sub(1), sub(2))
	case "forall", "exists":
		return g.quantified(e)
	case "app":
		return g.apply(e)
	}
	panic("unknown operation " + e.Op)
}

func (g *generator) apply(e *protocol.Expr) string {
	if e.Prime {
		panic("a primed function in " + e.String())
	}
	f := g.m.Func(e.Name)
	switch {
	case f == nil && len(e.Args) == 0:
		return local(e.Name) // a parameter
	case f == nil:
		return local(e.Name) + ".has[" + g.expr(e.Args[0]) + "]"
	case f.Sort == "bool":
		return g.place(f, e.Args)
	}
	return "int(" + g.place(f, e.Args) + ")"
}

// place returns where a function is kept.
func (g *generator) place(f *protocol.Func, args []*protocol.Expr) string {
	return fmt.Sprintf("m.%s[%s]", f.Name, g.index(f, args))
}

// places returns how many places a function has for an argument. Positions can be outside
// of the structure: those share the place behind it.
func places(sort string) string {
	if sort == "int" {
		return "(m.nInt+1)"
	}
	return count(sort)
}

// index returns the index of a place.
func (g *generator) index(f *protocol.Func, args []*protocol.Expr) string {
	if len(args) == 0 {
		return "0"
	}
	index := ""
	for i, a := range args {
		x := g.expr(a)
		if f.Args[i] == "int" {
			x = "m.within(" + x + ")"
		}
		if index == "" {
			index = x
		} else {
			index = fmt.Sprintf("(%s)*%s+%s", index, places(f.Args[i]), x)
		}
	}
	return index
}

// quantified returns a call of a function literal that loops.
func (g *generator) quantified(e *protocol.Expr) string {
	var premises []*protocol.Expr
	body := e.Args[0]
	if e.Op == "forall" {
		for body.Op == "=>" {
			premises = append(premises, body.Args[0].Conjuncts()...)
			body = body.Args[1]
		}
		return fmt.Sprintf("func() bool {\n%s\nreturn true\n}()",
			g.loops(e.Vars, premises, fmt.Sprintf("if !(%s) {\nreturn false\n}", g.expr(body))))
	}
	return fmt.Sprintf("func() bool {\n%s\nreturn false\n}()", g.loops(e.Vars, body.Conjuncts(), "return true"))
}

// loops returns loops over all values of the variables for which the premises hold.
func (g *generator) loops(vars []protocol.Var, premises []*protocol.Expr, inner string) string {
	if len(vars) == 0 {
		return g.guarded(premises, inner)
	}
	v, rest := vars[0], vars[1:]
	var now, later []*protocol.Expr
	for _, p := range premises {
		if mentions(p, rest) {
			later = append(later, p)
		} else {
			now = append(now, p)
		}
	}
	body := g.guarded(now, g.loops(rest, later, inner))
	used := mentions(&protocol.Expr{Op: "and", Args: now}, vars[:1]) || strings.Contains(body, local(v.Name))
	if x := g.only(v, now, vars); x != "" {
		return fmt.Sprintf("{\n%s := %s\n%s\n}", local(v.Name), x, body)
	}
	list := g.candidates(v, now, vars)
	switch {
	case !used:
		return fmt.Sprintf("for range %s {\n%s\n}", count(v.Sort), body)
	case list != "":
		return fmt.Sprintf("for _, x := range %s {\n%s := int(x)\n%s\n}", list, local(v.Name), body)
	}
	return fmt.Sprintf("for %s := range %s {\n%s\n}", local(v.Name), count(v.Sort), body)
}

func (g *generator) guarded(premises []*protocol.Expr, inner string) string {
	if len(premises) == 0 {
		return inner
	}
	var parts []string
	for _, p := range premises {
		parts = append(parts, g.expr(p))
	}
	return fmt.Sprintf("if %s {\n%s\n}", strings.Join(parts, " && "), inner)
}

// sides calls yield with both orders of every equation.
func sides(premises []*protocol.Expr, yield func(a, b *protocol.Expr)) {
	for _, p := range premises {
		if p.Op == "=" {
			yield(p.Args[0], p.Args[1])
			yield(p.Args[1], p.Args[0])
		}
	}
}

// only returns the one value that v can have, if a premise says that.
func (g *generator) only(v protocol.Var, premises []*protocol.Expr, unbound []protocol.Var) (x string) {
	sides(premises, func(a, b *protocol.Expr) {
		if a.Op == "var" && a.Name == v.Name && !mentions(b, unbound) {
			x = g.expr(b)
		}
	})
	return x
}

// candidates returns a list that has every value of v for which the premises hold, if
// one says that an unchanging function is something there, or that a set has v.
func (g *generator) candidates(v protocol.Var, premises []*protocol.Expr, unbound []protocol.Var) (list string) {
	for _, p := range premises {
		if p.Op == "app" && g.sets[p.Name] && p.Args[0].Op == "var" && p.Args[0].Name == v.Name {
			return local(p.Name) + ".list"
		}
	}
	sides(premises, func(a, b *protocol.Expr) {
		if a.Op != "app" || mentions(b, unbound) {
			return
		}
		f := g.m.Func(a.Name)
		if f == nil || f.Mutable || f.Sort == "int" || f.Sort == "bool" {
			return
		}
		for i, x := range a.Args {
			if x.Op == "var" && x.Name == v.Name {
				g.inverses[inverse{f.Name, i}] = true
				list = fmt.Sprintf("m.%s.at(%s)", inverseName(f.Name, i), g.expr(b))
			}
		}
	})
	return list
}

func inverseName(f string, arg int) string { return fmt.Sprintf("%sInverse%d", f, arg) }

// mentions reports whether e has one of the variables free.
func mentions(e *protocol.Expr, vars []protocol.Var) bool {
	if e.Op == "var" {
		return slices.ContainsFunc(vars, func(v protocol.Var) bool { return v.Name == e.Name })
	}
	return slices.ContainsFunc(e.Args, func(a *protocol.Expr) bool { return mentions(a, vars) })
}
