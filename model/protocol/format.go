package protocol

import (
	"fmt"
	"strconv"
	"strings"
)

// freshMark separates the name of a bound variable from the number that makes it
// unique. It is not part of any name that a model can have.
const freshMark = "~"

func freshName(name string, n int) string {
	base, _, _ := strings.Cut(name, freshMark)
	return base + freshMark + strconv.Itoa(n)
}

// String shows e in the language.
func (e *Expr) String() string {
	switch e.Op {
	case "and":
		return "(" + join(e.Args, " & ") + ")"
	case "or":
		return "(" + join(e.Args, " | ") + ")"
	case "=>":
		return "(" + join(e.Args, " -> ") + ")"
	case "<=>":
		return "(" + join(e.Args, " <-> ") + ")"
	case "=", "<", "<=", "+", "-":
		return "(" + join(e.Args, " "+e.Op+" ") + ")"
	case "not":
		return "!" + e.Args[0].String()
	case "ite":
		return fmt.Sprintf("(if %v then %v else %v)", e.Args[0], e.Args[1], e.Args[2])
	case "forall", "exists":
		var names []string
		for _, v := range e.Vars {
			base, _, _ := strings.Cut(v.Name, freshMark)
			names = append(names, base)
		}
		return fmt.Sprintf("(%s %s. %v)", e.Op, strings.Join(names, ", "), e.Args[0])
	case "int":
		return strconv.FormatInt(e.Int, 10)
	case "app":
		name := e.Name
		if e.Prime {
			name += "'"
		}
		if len(e.Args) == 0 {
			return name
		}
		return name + "(" + join(e.Args, ", ") + ")"
	case "var", "enum":
		base, _, _ := strings.Cut(e.Name, freshMark)
		return base
	}
	return e.Op
}

func join(list []*Expr, sep string) string {
	var s []string
	for _, e := range list {
		s = append(s, e.String())
	}
	return strings.Join(s, sep)
}
