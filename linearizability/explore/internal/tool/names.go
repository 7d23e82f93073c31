package tool

import (
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"path"
	"path/filepath"
	"strings"
	"sync"
)

// longestName is how long an expression may be to serve as a name.
const longestName = 40

var sources = struct {
	sync.Mutex
	files map[string]*source
}{files: map[string]*source{}}

// A source is a parsed file; file is nil if it cannot be read.
type source struct {
	fset *token.FileSet
	file *ast.File
}

func open(name string) *source {
	sources.Lock()
	defer sources.Unlock()
	s, ok := sources.files[name]
	if !ok {
		s = &source{fset: token.NewFileSet()}
		s.file, _ = parser.ParseFile(s.fset, located(name), nil, parser.SkipObjectResolution)
		sources.files[name] = s
	}
	return s
}

// located returns where the file is that the binary calls name.
func located(name string) string {
	if i, ok := Binary(); ok {
		if dir := i.Dirs[path.Dir(name)]; dir != "" {
			return filepath.Join(dir, path.Base(name))
		}
	}
	return name
}

// Expression returns what the source calls the word that a call of method op in the
// given line accesses: "head.value" for head.value.Load(), and for
// atomic.LoadUint64(&head.value). The op "send to" stands for the statement, "receive from"
// for the expression, and so on. Expression returns "" if the source is not there or the
// line has several such calls on different words.
func Expression(file string, line int, op string) string {
	s := open(file)
	if s.file == nil || op == "" {
		return ""
	}
	names := map[string]bool{}
	ast.Inspect(s.file, func(n ast.Node) bool {
		if e, at := accessed(n, op); e != nil && s.fset.Position(at).Line == line {
			names[s.text(e)] = true
		}
		return true
	})
	if len(names) != 1 {
		return ""
	}
	for name := range names {
		if len(name) <= longestName && !strings.Contains(name, "\n") {
			return name
		}
	}
	return ""
}

// methods are names in the source of what the explorer calls otherwise.
var methods = map[string][]string{
	"Lock":      {"Lock", "RLock"},
	"Unlock":    {"Unlock", "RUnlock"},
	"Or":        {"Or", "Lock"},
	"And":       {"And", "Unlock"},
	"Add":       {"Add", "RUnlock", "Done", "Go"},
	"WaitClear": {"Wait", "Lock", "RLock"},
	"Load":      {"Load", "Do", "TryRLock"},
	"Store":     {"Store", "Do"},
	"CompareAndSwap": {
		"CompareAndSwap", "RLock", "TryRLock", "TryLock",
	},
}

// accessed returns the operand of n if it is an op, and where it is.
func accessed(n ast.Node, op string) (ast.Expr, token.Pos) {
	switch n := n.(type) {
	case *ast.SendStmt:
		if op == "send to" {
			return n.Chan, n.Arrow
		}
	case *ast.UnaryExpr:
		if op == "receive from" && n.Op == token.ARROW {
			return n.X, n.OpPos
		}
	case *ast.RangeStmt:
		if op == "receive from" {
			return n.X, n.For
		}
	case *ast.CallExpr:
		switch f := ast.Unparen(n.Fun).(type) {
		case *ast.Ident:
			if len(n.Args) == 1 && (op == f.Name || op == f.Name+" of") {
				return n.Args[0], n.Pos()
			}
		case *ast.SelectorExpr:
			return called(n, f, op), f.Sel.Pos()
		}
	}
	return nil, 0
}

// called returns the operand of call if it calls op, else nil.
func called(call *ast.CallExpr, sel *ast.SelectorExpr, op string) ast.Expr {
	if id, ok := sel.X.(*ast.Ident); ok && id.Name == "atomic" && strings.HasPrefix(sel.Sel.Name, op) && len(call.Args) > 0 {
		e := ast.Unparen(call.Args[0])
		if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.AND {
			return u.X
		}
		return e
	}
	if sel.Sel.Name == op {
		return sel.X
	}
	for _, name := range methods[op] {
		if sel.Sel.Name == name {
			return sel.X
		}
	}
	return nil
}

func (s *source) text(e ast.Expr) string {
	var b strings.Builder
	if err := printer.Fprint(&b, s.fset, e); err != nil {
		return ""
	}
	return b.String()
}
