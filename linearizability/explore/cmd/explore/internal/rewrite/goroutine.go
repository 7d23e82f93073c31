package rewrite

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// goStmt evaluates the function and the arguments where the go statement does:
//
//	go f(a, b)  =>  { x := a; y := b; lang.Go(func() { f(x, y) }) }
func (w *fileRewriter) goStmt(n *ast.GoStmt) {
	call := n.Call
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok && len(call.Args) == 0 && lit.Type.Results == nil {
		w.edit(n.Go, n.Go+2, name+".Go(")
		w.edit(call.Lparen, call.Rparen+1, ")")
		return
	}
	w.fresh++
	fun, separator := fmt.Sprintf("explore_f%d_", w.fresh), ";"
	if w.constantFunction(call) {
		fun, separator = w.source(call.Fun), ""
		w.edit(n.Go, call.Fun.End(), "{ ")
	} else {
		w.edit(n.Go, n.Go+2, "{ "+fun+" :=")
	}
	var args []string
	begin := call.Lparen
	for i, a := range call.Args {
		tv := w.info.Types[a]
		if tv.Value != nil || tv.IsNil() {
			args = append(args, w.source(a))
			w.edit(begin, a.End(), "")
			begin = a.End()
			continue
		}
		values := 1
		if t, ok := tv.Type.(*types.Tuple); ok {
			values = t.Len()
		}
		var names []string
		for j := range values {
			names = append(names, fmt.Sprintf("explore_a%d_%d_", w.fresh, i+j))
		}
		args = append(args, names...)
		w.edit(begin, a.Pos(), separator+" "+strings.Join(names, ", ")+" := ")
		begin, separator = a.End(), ";"
	}
	list := strings.Join(args, ", ")
	if call.Ellipsis.IsValid() {
		list += "..."
	}
	// The step is in the line of the go statement.
	start, end := "", ""
	if w.file.Line(n.Go) != w.file.Line(call.Rparen) {
		start, end = w.place(n.Go), w.place(call.End())
	}
	w.edit(begin, call.Rparen+1, separator+" "+start+name+".Go(func() { "+fun+"("+list+") }) }"+end)
}

// constantFunction reports whether evaluating what c calls later makes no difference, as
// for a declared function. A builtin or a generic function is not a value.
func (w *fileRewriter) constantFunction(c *ast.CallExpr) bool {
	switch f := ast.Unparen(c.Fun).(type) {
	case *ast.Ident:
		switch w.info.Uses[f].(type) {
		case *types.Builtin, *types.Func:
			return true
		}
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			if _, ok := w.info.Uses[x].(*types.PkgName); ok {
				_, ok := w.info.Uses[f.Sel].(*types.Func)
				return ok
			}
		}
	}
	return false
}
