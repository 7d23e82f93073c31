package main

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/flatmap-go/flatmap/internal/planted"
)

// A walker makes the mutants of one function.
type walker struct {
	s       *source
	file    *file
	fn      *ast.FuncDecl
	shared  *sharedAccess
	loaded  map[types.Object]bool // variables that hold what an atomic access returned
	parents []ast.Node
	mutants []*Mutant
}

// An operator looks at a node, or at a list of statements, and adds mutants.
type operator struct {
	node func(*walker, ast.Node)
	list func(*walker, []ast.Stmt)
}

// generate returns the mutants of the operators and of the given rows of the
// catalogue. An error means that a row does not fit the sources any more.
func generate(s *source, rows []planted.Mistake, operators []operator) ([]*Mutant, error) {
	mutants, err := applyPlanted(s, rows)
	if err != nil {
		return nil, err
	}
	shared := newSharedAccess(s)
	for _, f := range s.files {
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil || fn.Name.Name == "String" {
				continue
			}
			w := &walker{s: s, file: f, fn: fn, shared: shared}
			w.loaded = shared.loadedIn(fn)
			for _, o := range operators {
				w.run(o)
			}
			for _, m := range w.mutants {
				m.source = s.fingerprint(m.Func)
				if s.name != "" {
					m.Package, m.Func = s.name, s.name+"."+m.Func
				}
			}
			mutants = append(mutants, w.mutants...)
		}
	}
	return finish(mutants), nil
}

// run applies an operator to the whole function.
func (w *walker) run(o operator) {
	ast.Inspect(w.fn.Body, func(n ast.Node) bool {
		if n == nil {
			w.parents = w.parents[:len(w.parents)-1]
			return true
		}
		if o.node != nil {
			o.node(w, n)
		}
		if o.list != nil {
			o.list(w, statements(n))
		}
		w.parents = append(w.parents, n)
		return true
	})
}

// statements returns the list of statements that a node is.
func statements(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

// listed reports whether the parent of the current node is a list of
// statements.
func (w *walker) listed() bool {
	switch w.parents[len(w.parents)-1].(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
		return true
	}
	return false
}

// declares reports whether a statement declares a name or is the target of a
// goto, so that it has to stay in its block.
func declares(n ast.Stmt) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		return n.Tok == token.DEFINE
	case *ast.DeclStmt, *ast.LabeledStmt:
		return true
	}
	return false
}

// add adds a mutant whose text is that of a node.
func (w *walker) add(class, op string, of ast.Node, becomes string, edits ...edit) {
	p := w.s.fset.Position(of.Pos())
	w.mutants = append(w.mutants, &Mutant{
		Class: class, Operator: op, File: w.file.name, Line: p.Line, Func: planted.FuncName(w.fn),
		Text: canonical(w.s.textOf(of)), Becomes: shorten(becomes), edits: edits,
	})
}

// replace is the edit of an expression.
func (w *walker) replace(x ast.Expr, with string) edit {
	e := edit{file: w.file.name, start: w.s.offset(x.Pos()), end: w.s.offset(x.End()), with: with, place: value}
	t := w.s.info.Types[x]
	if t.Value != nil && !isLiteral(x) || t.Type == nil || recovers(x) {
		e.place = solo // a constant stays one
		return e
	}
	e.typ = w.s.typeString(t.Type)
	return e
}

// recovers reports whether an expression calls recover, which does nothing in
// a function literal.
func recovers(x ast.Expr) (found bool) {
	ast.Inspect(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == "recover" {
			found = true
		}
		return !found
	})
	return found
}

func isLiteral(x ast.Expr) bool { _, ok := x.(*ast.BasicLit); return ok }

// restate is the edit of a statement.
func (w *walker) restate(n ast.Stmt, with string) edit {
	e := edit{file: w.file.name, start: w.s.offset(n.Pos()), end: w.s.offset(n.End()), with: with, place: statement}
	if declares(n) {
		e.place = solo
	}
	return e
}

// insert is the edit that adds statements before another.
func (w *walker) insert(n ast.Stmt, text string) edit {
	at := w.s.offset(n.Pos())
	return edit{file: w.file.name, start: at, end: at, with: text + "\n", place: before}
}

func (w *walker) text(n ast.Node) string { return w.s.textOf(n) }

// integer reports whether an expression is an integer that is not a constant.
func (w *walker) integer(x ast.Expr) bool {
	t := w.s.info.Types[x]
	if t.Type == nil || t.Value != nil {
		return false
	}
	b, ok := t.Type.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

// condition reports whether an expression is a bool that is not a constant.
func (w *walker) condition(x ast.Expr) bool {
	t := w.s.info.Types[x]
	if t.Type == nil || t.Value != nil {
		return false
	}
	b, ok := t.Type.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}
