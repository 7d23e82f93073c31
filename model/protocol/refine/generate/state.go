package main

import (
	"cmp"
	"maps"
	"slices"

	"github.com/flatmap-go/flatmap/model/protocol"
)

// state writes the structure and its state.
func (g *generator) state() {
	inverses := slices.SortedFunc(maps.Keys(g.inverses), func(a, b inverse) int {
		return cmp.Or(cmp.Compare(a.f, b.f), cmp.Compare(a.arg, b.arg))
	})
	g.printf("type machine struct {\nsizes\nbacking\n\n// What never changes.\n")
	fields := func(mutable bool) {
		for _, f := range g.m.Funcs {
			if f.Mutable == mutable {
				g.printf("%s []%s\n", f.Name, element(f))
			}
		}
	}
	fields(false)
	g.printf("\n// State.\n")
	fields(true)
	g.printf("\n// Where a function has a value.\n")
	for _, x := range inverses {
		g.printf("%s inverse\n", inverseName(x.f, x.arg))
	}
	g.printf("}\n\ntype sizes struct {\n")
	for _, s := range append(slices.Clone(g.m.Sorts), "int") {
		g.printf("n%s int\n", title(s))
	}
	g.printf("}\n\n")
	for _, e := range g.m.Enums {
		g.printf("const (\n")
		for i, v := range e.Values {
			g.printf("%s%s", e.Name, title(v))
			if i == 0 {
				g.printf(" = iota")
			}
			g.printf("\n")
		}
		g.printf(")\n\n")
	}
	g.printf("// carve gives every function its part of the backing.\nfunc (m *machine) carve(c *carver) {\n")
	for _, f := range g.m.Funcs {
		size := "1"
		for _, s := range f.Args {
			size += "*" + places(s)
		}
		kind := "ints"
		if f.Sort == "bool" {
			kind = "bools"
		}
		g.printf("m.%s = c.%s(%t, %s)\n", f.Name, kind, f.Mutable, size)
	}
	g.printf("}\n\n// index finds out where functions have their values. What never changes is set by then.\nfunc (m *machine) index() {\n")
	for _, x := range inverses {
		f := g.m.Func(x.f)
		g.printf("m.%s.fill(m.%s, %s, %s, %s)\n", inverseName(x.f, x.arg), x.f, count(f.Sort), count(f.Args[x.arg]), stride(f, x.arg))
	}
	g.printf("}\n\n")
}

func element(f *protocol.Func) string {
	if f.Sort == "bool" {
		return "bool"
	}
	return "int32"
}

// stride returns the distance of places whose arguments differ by one in arg.
func stride(f *protocol.Func, arg int) string {
	s := "1"
	for _, sort := range f.Args[arg+1:] {
		s += "*" + places(sort)
	}
	return s
}

// rules writes the names of actions and rules.
func (g *generator) rules() {
	g.printf("var rules = [...]rule{\n{},\n")
	for _, r := range g.list {
		g.printf("{%q, %q, %q, %t},\n", r.action, r.name, r.text, r.asserts)
	}
	g.printf("}\n\nvar actionNames = [...]string{\n")
	for _, a := range g.m.Actions {
		g.printf("%q,\n", a.Name)
	}
	g.printf("}\n\nconst (\n")
	for i, a := range g.m.Actions {
		g.printf("name%s", title(a.Name))
		if i == 0 {
			g.printf(" actionName = iota")
		}
		g.printf("\n")
	}
	g.printf(")\n")
}

// invariant writes a method that reports whether an invariant holds.
func (g *generator) invariant(f protocol.Formula) {
	clear(g.sets)
	g.printf("func (m *machine) inv%s() bool {\nreturn %s\n}\n\n", title(f.Name), g.expr(f.Expr))
}

func (g *generator) allInvariants() {
	g.printf("var invariants = [...]struct{name string\nholds func(*machine) bool}{\n")
	for _, f := range g.m.Invariants {
		g.printf("{%q, (*machine).inv%s},\n", f.Name, title(f.Name))
	}
	g.printf("}\n")
}
