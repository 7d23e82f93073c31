package protocol

import (
	"fmt"
	"maps"
	"slices"
)

// A parser reads declarations. parse_expr.go has its part for formulas. It panics
// with a parseError at the first mistake.
type parser struct {
	tokens []token
	pos    int
	m      *Model
	scope  []map[string]*Expr // bound names: variables, parameters, lets
	params map[string]*Func   // functions that are parameters of the action
	free   *[]Var             // where free logical variables are noted, if they may be used
	steps  bool               // a formula of two states: primes may be used
}

type parseError struct{ error }

// Parse reads a model.
func Parse(source string) (m *Model, err error) {
	tokens, err := lex(source)
	if err != nil {
		return nil, err
	}
	m = &Model{
		funcs:  map[string]*Func{},
		enumOf: map[string]string{},
		vars:   map[string]string{},
		defs:   map[string]*def{},
	}
	p := &parser{tokens: tokens, m: m}
	defer func() {
		if r := recover(); r != nil {
			mistake, ok := r.(parseError)
			if !ok {
				panic(r)
			}
			m, err = nil, mistake.error
		}
	}()
	for p.peek().kind != tokenEnd {
		p.declaration()
	}
	return m, nil
}

func (p *parser) fail(format string, args ...any) {
	panic(parseError{fmt.Errorf("line %d: "+format, append([]any{p.peek().line}, args...)...)})
}

func (p *parser) peek() token { return p.tokens[p.pos] }

func (p *parser) next() token {
	t := p.tokens[p.pos]
	if t.kind != tokenEnd {
		p.pos++
	}
	return t
}

func (p *parser) is(text string) bool {
	t := p.peek()
	return t.text == text && t.kind != tokenEnd
}

// isLabel reports whether a name and a colon follow.
func (p *parser) isLabel() bool {
	return p.peek().kind == tokenName && p.tokens[p.pos+1].text == ":"
}

func (p *parser) accept(text string) bool {
	if p.is(text) {
		p.pos++
		return true
	}
	return false
}

func (p *parser) expect(text string) {
	if !p.accept(text) {
		p.fail("expected %q, found %q", text, p.peek().text)
	}
}

func (p *parser) name() string {
	if p.peek().kind != tokenName {
		p.fail("expected a name, found %q", p.peek().text)
	}
	return p.next().text
}

func (p *parser) names() []string {
	list := []string{p.name()}
	for p.accept(",") {
		list = append(list, p.name())
	}
	return list
}

func (p *parser) sort() string {
	s := p.name()
	if s != "bool" && s != "int" && !p.isSort(s) {
		p.fail("unknown sort %q", s)
	}
	return s
}

func (p *parser) isSort(name string) bool {
	return slices.Contains(p.m.Sorts, name) ||
		slices.ContainsFunc(p.m.Enums, func(e Enum) bool { return e.Name == name })
}

// sorts reads sorts in parentheses, if there are any.
func (p *parser) sorts() []string {
	var list []string
	if p.accept("(") {
		for list = append(list, p.sort()); p.accept(","); {
			list = append(list, p.sort())
		}
		p.expect(")")
	}
	return list
}

func (p *parser) declaration() {
	m := p.m
	switch keyword := p.name(); keyword {
	case "sort":
		for _, s := range p.names() {
			if p.isSort(s) {
				p.fail("sort %q is declared twice", s)
			}
			m.Sorts = append(m.Sorts, s)
		}
	case "enum":
		e := Enum{Name: p.name()}
		p.expect(":")
		e.Values = p.names()
		for _, v := range e.Values {
			m.enumOf[v] = e.Name
		}
		m.Enums = append(m.Enums, e)
	case "vars":
		p.variables()
	case "const", "func", "var", "ghost":
		p.functions(keyword)
	case "def":
		p.definition()
	case "axiom":
		m.Axioms = append(m.Axioms, p.labelled(m.Axioms))
	case "init":
		m.Init = append(m.Init, p.labelled(m.Init))
	case "invariant":
		m.Invariants = append(m.Invariants, p.labelled(m.Invariants))
	case "transition":
		p.steps = true
		m.Transitions = append(m.Transitions, p.labelled(m.Transitions))
		p.steps = false
	case "action":
		p.action()
	default:
		p.pos--
		p.fail("unexpected %q", keyword)
	}
}

func (p *parser) variables() {
	for {
		group := p.names()
		p.expect(":")
		s := p.sort()
		for _, v := range group {
			p.m.vars[v] = s
		}
		if !p.accept(",") {
			return
		}
	}
}

func (p *parser) functions(keyword string) {
	names := p.names()
	args := p.sorts()
	p.expect(":")
	s := p.sort()
	for _, name := range names {
		if p.m.funcs[name] != nil {
			p.fail("%s is declared twice", name)
		}
		f := &Func{
			Name: name, Args: args, Sort: s,
			Mutable: keyword == "var" || keyword == "ghost", Ghost: keyword == "ghost",
		}
		p.m.funcs[name] = f
		p.m.Funcs = append(p.m.Funcs, f)
	}
}

func (p *parser) definition() {
	name := p.name()
	d := &def{}
	bound := map[string]*Expr{}
	if p.accept("(") {
		for _, v := range p.names() {
			s, ok := p.m.vars[v]
			if !ok {
				p.fail("%s is not a logical variable", v)
			}
			d.params = append(d.params, Var{v, s})
			bound[v] = &Expr{Op: "var", Name: v, Sort: s}
		}
		p.expect(")")
	}
	p.expect("=")
	p.within(bound, func() { d.body = p.expr() })
	if p.m.defs[name] != nil || p.m.funcs[name] != nil {
		p.fail("%s is declared twice", name)
	}
	p.m.defs[name] = d
}

// labelled reads a name and a formula. Names are unique among those given.
func (p *parser) labelled(others []Formula) Formula {
	f := Formula{Line: p.peek().line, Name: p.name()}
	if slices.ContainsFunc(others, func(o Formula) bool { return o.Name == f.Name }) {
		p.fail("the name %s is used twice", f.Name)
	}
	p.expect(":")
	f.Expr = p.closed()
	return f
}

// closed reads a formula and quantifies its free logical variables.
func (p *parser) closed() *Expr {
	var free []Var
	p.free = &free
	e := p.expr()
	p.free = nil
	p.mustBe(e, "bool")
	if len(free) > 0 {
		e = &Expr{Op: "forall", Vars: free, Args: []*Expr{e}, Sort: "bool"}
	}
	return e
}

// within calls f in a scope with more names.
func (p *parser) within(bound map[string]*Expr, f func()) {
	p.scope = append(p.scope, bound)
	f()
	p.scope = p.scope[:len(p.scope)-1]
}

func (p *parser) action() {
	a := &Action{Line: p.peek().line, Name: p.name()}
	if p.m.Action(a.Name) != nil {
		p.fail("action %s is declared twice", a.Name)
	}
	bound := map[string]*Expr{}
	p.params = map[string]*Func{}
	p.expect("(")
	for !p.accept(")") {
		if len(a.Params) > 0 {
			p.expect(",")
		}
		a.Params = append(a.Params, p.param(bound))
	}
	p.within(bound, func() {
		for !p.accept("end") {
			p.clause(a, bound)
		}
	})
	p.params = nil
	p.m.Actions = append(p.m.Actions, a)
}

func (p *parser) param(bound map[string]*Expr) Param {
	q := Param{Name: p.name()}
	q.Args = p.sorts()
	switch {
	case p.accept(":"):
		q.Sort = p.sort()
	case len(q.Args) == 0 && p.m.vars[q.Name] != "":
		q.Sort = p.m.vars[q.Name]
	default:
		p.fail("parameter %s has no sort", q.Name)
	}
	if len(q.Args) > 0 {
		p.params[q.Name] = &Func{Name: q.Name, Args: q.Args, Sort: q.Sort}
	} else {
		bound[q.Name] = &Expr{Op: "app", Name: q.Name, Sort: q.Sort}
	}
	return q
}

func (p *parser) clause(a *Action, bound map[string]*Expr) {
	switch {
	case p.accept("require"):
		f := Formula{Line: p.peek().line}
		if p.isLabel() {
			f.Name = p.name()
			p.expect(":")
		}
		f.Expr = p.closed()
		a.Require = append(a.Require, f)
	case p.accept("assert"):
		a.Assert = append(a.Assert, p.labelled(a.Assert))
	case p.accept("let"):
		name := p.name()
		p.expect("=")
		bound[name] = p.expr()
	default:
		a.Assigns = append(a.Assigns, p.assign(bound))
	}
}

func (p *parser) assign(bound map[string]*Expr) Assign {
	line := p.peek().line
	name := p.name()
	f := p.m.funcs[name]
	if f == nil || !f.Mutable {
		p.fail("%s cannot be assigned", name)
	}
	as := Assign{Func: f, Line: line}
	patterns := map[string]*Expr{}
	if len(f.Args) > 0 {
		p.expect("(")
		for i, s := range f.Args {
			if i > 0 {
				p.expect(",")
			}
			v := p.peek().text
			if p.m.vars[v] != "" && bound[v] == nil {
				x := &Expr{Op: "var", Name: p.next().text, Sort: p.m.vars[v]}
				p.mustBe(x, s)
				as.Args, as.Any = append(as.Args, x), append(as.Any, true)
				patterns[v] = x
				continue
			}
			x := p.expr()
			p.mustBe(x, s)
			as.Args, as.Any = append(as.Args, x), append(as.Any, false)
		}
		p.expect(")")
	}
	p.expect(":=")
	p.within(maps.Clone(patterns), func() { as.Rhs = p.expr() })
	p.mustBe(as.Rhs, f.Sort)
	return as
}
