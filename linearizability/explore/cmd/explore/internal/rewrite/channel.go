package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// receive begins <-c => lang.Recv(c).
func (w *fileRewriter) receive(n *ast.UnaryExpr) {
	if n.Op != token.ARROW || w.inner[n] {
		return
	}
	f := "Recv"
	// Skip parentheses: v, ok := (<-c).
	i := 1
	for i < len(w.stack) {
		if _, ok := w.parent(i).(*ast.ParenExpr); !ok {
			break
		}
		i++
	}
	switch p := w.parent(i).(type) {
	case *ast.AssignStmt:
		if len(p.Lhs) == 2 && len(p.Rhs) == 1 {
			f = "Recv2"
		}
	case *ast.ValueSpec:
		if len(p.Names) == 2 && len(p.Values) == 1 {
			f = "Recv2"
		}
	}
	w.edit(n.OpPos, n.OpPos+2, name+"."+f+"(")
}

func (w *fileRewriter) selectStmt(n *ast.SelectStmt) {
	for _, c := range n.Body.List {
		switch s := c.(*ast.CommClause).Comm.(type) {
		case *ast.SendStmt:
			w.inner[s] = true
		case *ast.ExprStmt:
			w.inner[ast.Unparen(s.X)] = true
		case *ast.AssignStmt:
			w.inner[ast.Unparen(s.Rhs[0])] = true
		}
	}
}

// selectDone makes a switch of a select:
//
//	select { case v := <-a: ... case b <- x: ... }  =>
//	switch c0, c1 := lang.CaseRecv(a), lang.CaseSend(b)(x); lang.Select(false, c0, c1) { case 0: v := c0.Value; ... default: ... }
//
// Without a default, the last case becomes the default, so that a statement that ends a
// function still does.
func (w *fileRewriter) selectDone(n *ast.SelectStmt) {
	if len(n.Body.List) == 0 {
		w.replace(n, "for { "+name+".Block() }")
		return
	}
	w.fresh++
	var vars, values []string
	hasDefault, last := false, 0
	for i, c := range n.Body.List {
		if c.(*ast.CommClause).Comm == nil {
			hasDefault = true
		} else {
			last = i
		}
	}
	type header struct {
		from, to token.Pos
		text     string
	}
	var headers []header
	for i, s := range n.Body.List {
		c := s.(*ast.CommClause)
		if c.Comm == nil {
			continue
		}
		v := fmt.Sprintf("explore_c%d_%d_", w.fresh, i)
		head := fmt.Sprintf("case %d:", len(vars))
		if !hasDefault && i == last {
			head = "default:"
		}
		value, assign := w.clause(c, v)
		vars, values = append(vars, v), append(values, value)
		headers = append(headers, header{c.Case, c.Colon + 1, head + assign})
	}
	for _, h := range headers {
		w.discard(h.from, h.to)
		w.edit(h.from, h.to, h.text)
	}
	call := w.place(n.Select) + fmt.Sprintf("%s.Select(%t", name, hasDefault)
	if len(vars) == 0 {
		w.edit(n.Select, n.Body.Lbrace, "switch "+call+") ")
		return
	}
	list := strings.Join(vars, ", ")
	w.edit(n.Select, n.Body.Lbrace, fmt.Sprintf("switch %s := %s; %s, %s) ", list, strings.Join(values, ", "), call, list))
}

// clause returns the value that stands for a case, and the statement that assigns what it
// received.
func (w *fileRewriter) clause(c *ast.CommClause, v string) (value, assign string) {
	receive := func(e ast.Expr) string {
		return name + ".CaseRecv(" + w.moved(ast.Unparen(e).(*ast.UnaryExpr).X) + ")"
	}
	switch s := c.Comm.(type) {
	case *ast.SendStmt:
		value = name + ".CaseSend(" + w.moved(s.Chan) + ")(" + w.moved(s.Value) + ")"
	case *ast.ExprStmt:
		value = receive(s.X)
	case *ast.AssignStmt:
		value = receive(s.Rhs[0])
		left, right := w.rendered(s.Lhs[0]), v+".Value"
		if len(s.Lhs) == 2 {
			left += ", " + w.rendered(s.Lhs[1])
			right += ", " + v + ".OK"
		}
		assign = " " + left + " " + s.Tok.String() + " " + right + ";"
	}
	return value, assign
}

// rangeDone makes a loop over a map or channel one with a condition:
//
//	for k, v := range m { ... }  =>  for r, k, v := lang.RangeMap(m); r.Next(&k, &v); { ... }
//
// Variables are thus shared or fresh by the rules of the file's version of Go.
func (w *fileRewriter) rangeDone(n *ast.RangeStmt) {
	f, results := "", 0
	switch t := w.typeOf(n.X); {
	case core[*types.Map](t):
		f, results = "RangeMap", 2
	case core[*types.Chan](t):
		f, results = "RangeChan", 1
	default:
		return
	}
	w.fresh++
	loop := fmt.Sprintf("explore_r%d_", w.fresh)
	vars := []string{loop}
	var pointers, left, right []string
	for i, e := range []ast.Expr{n.Key, n.Value}[:results] {
		v, p := "_", "nil"
		if id, ok := e.(*ast.Ident); e != nil && (!ok || id.Name != "_") {
			v = fmt.Sprintf("explore_v%d_%d_", w.fresh, i)
			if n.Tok == token.DEFINE {
				v = w.source(e)
			} else {
				left, right = append(left, w.rendered(e)), append(right, v)
			}
			p = "&" + v
		}
		vars, pointers = append(vars, v), append(pointers, p)
	}
	head := fmt.Sprintf("for %s := %s.%s(%s); %s.Next(%s); {",
		strings.Join(vars, ", "), name, f, w.rendered(n.X), loop, strings.Join(pointers, ", "))
	if len(left) > 0 {
		head += " " + strings.Join(left, ", ") + " = " + strings.Join(right, ", ") + ";"
	}
	w.discard(n.For, n.Body.Lbrace+1)
	w.edit(n.For, n.Body.Lbrace+1, head)
}
