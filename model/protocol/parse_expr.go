package protocol

import (
	"slices"
	"strconv"
	"strings"
)

func (p *parser) mustBe(e *Expr, sort string) {
	if e.Sort != sort {
		p.fail("%s is of sort %s, expected %s", e, e.Sort, sort)
	}
}

func (p *parser) both(op string, e, f *Expr, operands, result string) *Expr {
	p.mustBe(e, operands)
	p.mustBe(f, operands)
	return &Expr{Op: op, Args: []*Expr{e, f}, Sort: result}
}

func (p *parser) expr() *Expr {
	e := p.implies()
	for p.accept("<->") {
		e = p.both("<=>", e, p.implies(), "bool", "bool")
	}
	return e
}

func (p *parser) implies() *Expr {
	e := p.or()
	if p.accept("->") {
		return p.both("=>", e, p.implies(), "bool", "bool")
	}
	return e
}

func (p *parser) or() *Expr {
	e := p.and()
	for p.accept("|") {
		e = p.both("or", e, p.and(), "bool", "bool")
	}
	return e
}

func (p *parser) and() *Expr {
	e := p.compare()
	for p.accept("&") {
		e = p.both("and", e, p.compare(), "bool", "bool")
	}
	return e
}

func not(e *Expr) *Expr { return &Expr{Op: "not", Args: []*Expr{e}, Sort: "bool"} }

func (p *parser) compare() *Expr {
	e := p.sum()
	if p.is("in") {
		return p.oneOf(e)
	}
	switch op := p.peek().text; op {
	case "=", "!=":
		p.next()
		r := p.both("=", e, p.sum(), e.Sort, "bool")
		if op == "!=" {
			return not(r)
		}
		return r
	case "<", "<=":
		p.next()
		return p.both(op, e, p.sum(), "int", "bool")
	case ">", ">=":
		p.next()
		return p.both(strings.Replace(op, ">", "<", 1), p.sum(), e, "int", "bool")
	}
	return e
}

// oneOf reads "in" and a list of values.
func (p *parser) oneOf(e *Expr) *Expr {
	p.expect("in")
	p.expect("{")
	r := p.both("=", e, p.expr(), e.Sort, "bool")
	for p.accept(",") {
		r = p.both("or", r, p.both("=", e, p.expr(), e.Sort, "bool"), "bool", "bool")
	}
	p.expect("}")
	return r
}

func (p *parser) sum() *Expr {
	e := p.unary()
	for p.is("+") || p.is("-") {
		e = p.both(p.next().text, e, p.unary(), "int", "int")
	}
	return e
}

func (p *parser) unary() *Expr {
	if p.accept("!") {
		e := p.unary()
		p.mustBe(e, "bool")
		return not(e)
	}
	return p.primary()
}

func (p *parser) primary() *Expr {
	switch {
	case p.peek().kind == tokenNumber:
		n, err := strconv.ParseInt(p.peek().text, 10, 64)
		if err != nil {
			p.fail("%v", err)
		}
		p.next()
		return &Expr{Op: "int", Int: n, Sort: "int"}
	case p.accept("("):
		e := p.expr()
		p.expect(")")
		return e
	case p.is("true"), p.is("false"):
		return &Expr{Op: p.next().text, Sort: "bool"}
	case p.is("forall"), p.is("exists"):
		return p.quantified()
	case p.accept("if"):
		c := p.expr()
		p.mustBe(c, "bool")
		p.expect("then")
		a := p.expr()
		p.expect("else")
		b := p.expr()
		p.mustBe(b, a.Sort)
		return &Expr{Op: "ite", Args: []*Expr{c, a, b}, Sort: a.Sort}
	}
	return p.named()
}

func (p *parser) quantified() *Expr {
	e := &Expr{Op: p.next().text, Sort: "bool"}
	bound := map[string]*Expr{}
	for {
		v := Var{Name: p.name()}
		v.Sort = p.m.vars[v.Name]
		if p.accept(":") {
			v.Sort = p.sort()
		}
		if v.Sort == "" {
			p.fail("%s is not a logical variable", v.Name)
		}
		e.Vars = append(e.Vars, v)
		bound[v.Name] = &Expr{Op: "var", Name: v.Name, Sort: v.Sort}
		if !p.accept(",") {
			break
		}
	}
	p.expect(".")
	p.within(bound, func() { e.Args = []*Expr{p.expr()} })
	p.mustBe(e.Args[0], "bool")
	return e
}

// named reads what begins with a name: a bound one, a constant, a definition, a
// function, or a free logical variable.
func (p *parser) named() *Expr {
	name := p.name()
	if e := p.lookup(name); e != nil && !p.is("(") {
		return e
	}
	if s, ok := p.m.enumOf[name]; ok {
		return &Expr{Op: "enum", Name: name, Sort: s}
	}
	if d := p.m.defs[name]; d != nil {
		prime := p.prime()
		var sorts []string
		for _, v := range d.params {
			sorts = append(sorts, v.Sort)
		}
		by := map[string]*Expr{}
		for i, a := range p.args(sorts) {
			by[d.params[i].Name] = a
		}
		return p.m.substitute(d.body, by, prime)
	}
	f := p.params[name]
	if f == nil {
		f = p.m.funcs[name]
	}
	if f != nil {
		prime := p.prime()
		if prime && !f.Mutable {
			p.fail("%s never changes", name)
		}
		return &Expr{Op: "app", Name: name, Prime: prime, Args: p.args(f.Args), Sort: f.Sort}
	}
	s, ok := p.m.vars[name]
	if !ok || p.free == nil {
		p.pos--
		p.fail("unknown name %q", name)
	}
	v := Var{name, s}
	if !slices.Contains(*p.free, v) {
		*p.free = append(*p.free, v)
	}
	return &Expr{Op: "var", Name: name, Sort: s}
}

// prime accepts a prime, which only a transition has.
func (p *parser) prime() bool {
	if p.is("'") && !p.steps {
		p.fail("a prime outside of a transition")
	}
	return p.accept("'")
}

func (p *parser) lookup(name string) *Expr {
	for _, names := range slices.Backward(p.scope) {
		if e := names[name]; e != nil {
			return e
		}
	}
	return nil
}

func (p *parser) args(sorts []string) []*Expr {
	if len(sorts) == 0 {
		return nil
	}
	p.expect("(")
	var list []*Expr
	for i, s := range sorts {
		if i > 0 {
			p.expect(",")
		}
		e := p.expr()
		p.mustBe(e, s)
		list = append(list, e)
	}
	p.expect(")")
	return list
}
