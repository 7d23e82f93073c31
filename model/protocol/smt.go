package protocol

import (
	"fmt"
	"strconv"
	"strings"
)

// An smtPrinter prints formulas as SMT-LIB 2. Bound variables are numbered by how
// deep they are nested, so that equal formulas have equal texts.
type smtPrinter struct {
	strings.Builder
	changed map[string]bool   // functions for which the state after the step is defined
	bound   map[string]string // names of bound variables
	depth   int
}

func smtSort(s string) string {
	switch s {
	case "bool":
		return "Bool"
	case "int":
		return "Int"
	}
	return "S" + strings.ToUpper(s[:1]) + s[1:]
}

func smtSorts(list []string) string {
	var s []string
	for _, a := range list {
		s = append(s, smtSort(a))
	}
	return strings.Join(s, " ")
}

// smt returns a formula as SMT-LIB. Names in bound are printed as they are there.
func smt(e *Expr, changed map[string]bool, bound map[string]string) string {
	p := smtPrinter{changed: changed, bound: map[string]string{}}
	for name, as := range bound {
		p.bound[name] = as
	}
	p.print(e)
	return p.String()
}

func (p *smtPrinter) print(e *Expr) {
	switch e.Op {
	case "and", "or", "not", "=>", "=", "<", "<=", "+", "-", "ite":
		p.list(e.Op, e.Args)
	case "<=>":
		p.list("=", e.Args)
	case "forall", "exists":
		p.quantified(e)
	case "int":
		p.WriteString(strconv.FormatInt(e.Int, 10))
	case "app":
		name := "|" + e.Name + "|"
		if e.Prime && p.changed[e.Name] {
			name = "|" + e.Name + "'|"
		}
		p.list(name, e.Args)
	case "var":
		p.WriteString(p.bound[e.Name])
	case "enum":
		p.WriteString("|" + e.Name + "|")
	default: // true, false
		p.WriteString(e.Op)
	}
}

func (p *smtPrinter) list(head string, args []*Expr) {
	if len(args) == 0 {
		p.WriteString(head)
		return
	}
	p.WriteString("(" + head)
	for _, a := range args {
		p.WriteByte(' ')
		p.print(a)
	}
	p.WriteByte(')')
}

func (p *smtPrinter) quantified(e *Expr) {
	outer := map[string]string{}
	p.WriteString("(" + e.Op + " (")
	for _, v := range e.Vars {
		outer[v.Name] = p.bound[v.Name]
		base, _, _ := strings.Cut(v.Name, freshMark)
		p.bound[v.Name] = fmt.Sprintf("%s.%d", base, p.depth)
		p.depth++
		fmt.Fprintf(p, "(%s %s)", p.bound[v.Name], smtSort(v.Sort))
	}
	p.WriteString(") ")
	p.print(e.Args[0])
	p.WriteByte(')')
	p.depth -= len(e.Vars)
	for name, as := range outer {
		p.bound[name] = as
	}
}
