package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// The compiler announces accesses to memory where the package is compiled with its flag
// -race, except those that the runtime makes: to maps, and by copy, append and
// conversions.

// index announces an access to a map: m[k] => lang.MapRead(m)[k].
func (w *fileRewriter) index(n *ast.IndexExpr) {
	if !w.info.Types[n.X].IsValue() || !core[*types.Map](w.typeOf(n.X)) {
		return
	}
	f := "MapRead"
	switch p := w.parent(1).(type) {
	case *ast.AssignStmt:
		if slices.Contains(p.Lhs, ast.Expr(n)) {
			f = "MapWrite"
		}
	case *ast.IncDecStmt:
		f = "MapWrite"
	}
	w.wrap(n.X, f)
}

func (w *fileRewriter) call(n *ast.CallExpr) {
	switch w.builtin(n) {
	case "make":
		if core[*types.Chan](w.typeOf(n)) {
			w.wrap(n, "MakeChan")
		}
	case "close":
		w.replace(n.Fun, name+".Close")
	case "copy":
		w.transfer(n, "Copy")
	case "append":
		if n.Ellipsis.IsValid() && len(n.Args) == 2 {
			w.transfer(n, "Append")
		} else if len(n.Args) > 1 && core[*types.Slice](w.typeOf(n.Args[0])) && !w.info.Types[n.Args[0]].IsNil() {
			w.wrap(n.Args[0], "Grow")
		}
	case "delete", "clear":
		if core[*types.Map](w.typeOf(n.Args[0])) {
			w.wrap(n.Args[0], "MapWrite")
		}
	case "len":
		switch t := w.typeOf(n.Args[0]); {
		case core[*types.Map](t):
			w.wrap(n.Args[0], "MapRead")
		case core[*types.Chan](t):
			w.replace(n.Fun, name+".LenChan")
		}
	case "":
		w.conversion(n)
	}
}

// transfer replaces a builtin that copies elements from its last argument.
func (w *fileRewriter) transfer(n *ast.CallExpr, f string) {
	to, from := w.info.Types[n.Args[0]], w.info.Types[n.Args[1]]
	if !core[*types.Slice](to.Type) || to.IsNil() || from.IsNil() || from.Type == nil {
		return
	}
	switch {
	case core[*types.Slice](from.Type):
		w.replace(n.Fun, name+"."+f)
	case isString(from.Type):
		w.replace(n.Fun, name+"."+f+"String")
	default:
		return
	}
	if n.Ellipsis.IsValid() {
		w.edit(n.Ellipsis, n.Ellipsis+token.Pos(len("...")), "")
	}
}

// conversion announces that a string is made of a slice.
func (w *fileRewriter) conversion(n *ast.CallExpr) {
	if len(n.Args) != 1 || !w.info.Types[n.Fun].IsType() || !isString(w.typeOf(n)) {
		return
	}
	if t := w.typeOf(n.Args[0]); t != nil {
		if _, ok := t.Underlying().(*types.Slice); ok {
			w.wrap(n.Args[0], "SliceRead")
		}
	}
}

func isString(t types.Type) bool {
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}
