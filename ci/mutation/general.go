package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"github.com/flatmap-go/flatmap/internal/planted"
)

// generalOperators are those that any program has. What they do to accesses
// of shared memory counts as concurrency all the same.
var generalOperators = []operator{
	{node: negate},
	{node: boundary},
	{node: arithmetic},
	{node: offByOne},
	{node: dropOperand},
	{list: dropStatement},
	{list: returnEarly},
}

// class is concurrency if a node has to do with shared memory.
func (w *walker) class(n ast.Node) string {
	if w.shared.touches(n) || w.fromShared(n) {
		return concurrency
	}
	return general
}

// fromShared reports whether a node uses what an atomic access returned.
func (w *walker) fromShared(n ast.Node) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && w.loaded[w.s.info.Uses[id]] {
			found = true
		}
		return !found
	})
	return found
}

// negate turns comparisons, and other conditions, into their opposite.
func negate(w *walker, n ast.Node) {
	x, ok := n.(ast.Expr)
	if !ok || !w.condition(x) {
		return
	}
	if b, ok := x.(*ast.BinaryExpr); ok {
		opposite := map[token.Token]string{token.EQL: "!=", token.NEQ: "=="}[b.Op]
		if opposite != "" {
			with := w.text(b.X) + " " + opposite + " " + w.text(b.Y)
			w.add(general, "negate", x, with, w.replace(x, with))
		}
		return
	}
	decides := false
	switch p := w.parents[len(w.parents)-1].(type) {
	case *ast.IfStmt:
		decides = p.Cond == x
	case *ast.ForStmt:
		decides = p.Cond == x
	case *ast.CaseClause:
		decides = true
	case *ast.BinaryExpr:
		decides = p.Op == token.LAND || p.Op == token.LOR
	}
	if decides {
		with := "!(" + w.text(x) + ")"
		w.add(general, "negate", x, with, w.replace(x, with))
	}
}

// boundary moves the boundary of a comparison by one.
func boundary(w *walker, n ast.Node) {
	b, ok := n.(*ast.BinaryExpr)
	if !ok || !w.condition(b) {
		return
	}
	if other := map[token.Token]string{token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">"}[b.Op]; other != "" {
		with := w.text(b.X) + " " + other + " " + w.text(b.Y)
		w.add(general, "boundary", b, with, w.replace(b, with))
	}
}

// swapped are the arithmetic operators that are mistaken for each other.
var swapped = map[token.Token]string{
	token.ADD: "-", token.SUB: "+", token.MUL: "/", token.QUO: "*", token.REM: "*",
	token.SHL: ">>", token.SHR: "<<", token.AND: "|", token.OR: "&", token.AND_NOT: "&", token.XOR: "|",
	token.ADD_ASSIGN: "-=", token.SUB_ASSIGN: "+=", token.MUL_ASSIGN: "/=", token.QUO_ASSIGN: "*=",
	token.SHL_ASSIGN: ">>=", token.SHR_ASSIGN: "<<=", token.OR_ASSIGN: "&=", token.AND_ASSIGN: "|=",
	token.INC: "--", token.DEC: "++",
}

func arithmetic(w *walker, n ast.Node) {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		if other := swapped[n.Op]; other != "" && w.integer(n) {
			with := "(" + w.text(n.X) + ") " + other + " (" + w.text(n.Y) + ")"
			w.add(general, "arithmetic", n, with, w.replace(n, with))
		}
	case *ast.AssignStmt:
		if other := swapped[n.Tok]; other != "" && len(n.Lhs) == 1 && w.integer(n.Lhs[0]) && w.listed() {
			with := w.text(n.Lhs[0]) + " " + other + " " + w.text(n.Rhs[0])
			w.add(general, "arithmetic", n, with, w.restate(n, with))
		}
	case *ast.IncDecStmt:
		if w.listed() {
			with := w.text(n.X) + swapped[n.Tok]
			w.add(general, "arithmetic", n, with, w.restate(n, with))
		}
	}
}

// offByOne adds one to an integer literal. The text of the mutant is that of
// the expression around it.
func offByOne(w *walker, n ast.Node) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.INT {
		return
	}
	var around ast.Node = lit
	switch p := w.parents[len(w.parents)-1].(type) {
	case *ast.ArrayType:
		return
	case ast.Expr:
		if w.s.info.Types[p].Value != nil {
			return // a part of a constant
		}
		around = p
	case *ast.AssignStmt, *ast.ReturnStmt:
		around = p
	}
	with := "(" + lit.Value + " + 1)"
	text := w.text(around)
	at := w.s.offset(lit.Pos()) - w.s.offset(around.Pos())
	w.add(general, "off by one", around, text[:at]+with+text[at+len(lit.Value):], w.replace(lit, with))
}

// dropOperand leaves out one side of a condition, or of the setting and
// clearing of bits by a constant.
func dropOperand(w *walker, n ast.Node) {
	b, ok := n.(*ast.BinaryExpr)
	if !ok {
		return
	}
	switch b.Op {
	case token.LAND, token.LOR:
		for _, side := range []struct{ dropped, kept ast.Expr }{{b.X, b.Y}, {b.Y, b.X}} {
			w.add(w.class(side.dropped), "drop "+canonical(w.text(side.dropped)), b, w.text(side.kept), w.replace(b, w.text(side.kept)))
		}
	case token.OR, token.AND_NOT:
		if w.integer(b) && w.s.info.Types[b.Y].Value != nil {
			class := general
			if w.fromShared(b.X) || w.shared.touches(b.X) {
				class = concurrency
			}
			w.add(class, "drop "+canonical(b.Op.String()+w.text(b.Y)), b, w.text(b.X), w.replace(b, w.text(b.X)))
		}
	}
}

// dropStatement leaves out a statement.
func dropStatement(w *walker, list []ast.Stmt) {
	for i, n := range list {
		switch n := n.(type) {
		case *ast.ExprStmt, *ast.IncDecStmt, *ast.DeferStmt:
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE || blank(n) {
				continue
			}
		case *ast.BranchStmt:
			if n.Tok == token.GOTO {
				continue // what follows is what it skips: see negate
			}
		case *ast.ReturnStmt:
			if i == 0 && len(w.parents) == 0 {
				continue
			}
		default:
			continue
		}
		if w.shared.idle(n) {
			continue
		}
		w.add(w.class(n), "drop", n, "", w.restate(n, ""))
	}
}

func blank(n *ast.AssignStmt) bool {
	for _, x := range n.Lhs {
		if id, ok := x.(*ast.Ident); !ok || id.Name != "_" {
			return false
		}
	}
	return true
}

// returnEarly makes a function return zero values at once.
func returnEarly(w *walker, list []ast.Stmt) {
	if len(w.parents) > 0 || len(list) == 0 {
		return
	}
	var zeros []string
	if results := w.fn.Type.Results; results != nil {
		for _, field := range results.List {
			if len(field.Names) > 0 {
				break // named results are zero
			}
			zeros = append(zeros, fmt.Sprintf("*new(%s)", w.text(field.Type)))
		}
	}
	with := strings.TrimSpace("return " + strings.Join(zeros, ", "))
	e := w.insert(list[0], "if true { "+with+" }")
	p := w.s.fset.Position(w.fn.Pos())
	w.mutants = append(w.mutants, &Mutant{
		Class: general, Operator: "return early", File: w.file.name, Line: p.Line, Func: planted.FuncName(w.fn),
		Text: w.fn.Name.Name, Becomes: with, edits: []edit{e},
	})
}
