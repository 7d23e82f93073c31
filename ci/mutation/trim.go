package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// kindsKept is how many calls of one generic helper in a row stay.
const kindsKept = 2

// trimTests returns the map's test files without what makes them slow to
// compile: benchmarks, examples, and of calls of one generic helper in a row,
// which run one test for many types, all but the first ones. With all types
// the tests take most of a minute to compile.
func trimTests(dir string) (map[string]string, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	files := map[string]*ast.File{}
	generic := map[string]bool{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files[filepath.Base(name)] = f
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Type.TypeParams != nil {
				generic[fn.Name.Name] = true
			}
		}
	}
	trimmed := map[string]string{}
	for name, f := range files {
		trim(f, generic)
		var b bytes.Buffer
		if err := printer.Fprint(&b, fset, f); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		trimmed[name] = b.String()
	}
	return trimmed, nil
}

var notATest = regexp.MustCompile(`^(Benchmark|Example)`)

func trim(f *ast.File, generic map[string]bool) {
	var kept []ast.Decl
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && notATest.MatchString(fn.Name.Name) {
			continue
		}
		kept = append(kept, d)
	}
	f.Decls = kept
	ast.Inspect(f, func(n ast.Node) bool {
		if list := statements(n); list != nil {
			trimCalls(list, generic)
		}
		return true
	})
	var head []*ast.CommentGroup // build tags
	for _, c := range f.Comments {
		if c.End() < f.Package {
			head = append(head, c)
		}
	}
	f.Comments = head
	blankImports(f)
}

// trimCalls leaves of the calls of a generic helper in a row only the
// arguments, except the first ones.
func trimCalls(list []ast.Stmt, generic map[string]bool) {
	last, count := "", 0
	for i, n := range list {
		name, call := helperCall(n, generic)
		if name != last {
			last, count = name, 0
		}
		if count++; name == "" || count <= kindsKept {
			continue
		}
		use := &ast.AssignStmt{Tok: token.ASSIGN}
		for _, x := range call.Args {
			if id, ok := x.(*ast.Ident); ok && (id.Name == "nil" || generic[id.Name]) {
				continue // neither has a type
			}
			use.Lhs, use.Rhs = append(use.Lhs, ast.NewIdent("_")), append(use.Rhs, x)
		}
		list[i] = use
	}
}

// helperCall returns the call of a generic helper that a statement is: one
// whose first argument is a t.
func helperCall(n ast.Stmt, generic map[string]bool) (name string, call *ast.CallExpr) {
	x, ok := n.(*ast.ExprStmt)
	if !ok {
		return "", nil
	}
	if call, ok = x.X.(*ast.CallExpr); !ok || len(call.Args) == 0 {
		return "", nil
	}
	f := call.Fun
	switch i := f.(type) {
	case *ast.IndexExpr:
		f = i.X
	case *ast.IndexListExpr:
		f = i.X
	}
	id, ok := f.(*ast.Ident)
	if t, isIdent := call.Args[0].(*ast.Ident); !ok || !isIdent || t.Name != "t" || !generic[id.Name] {
		return "", nil
	}
	return id.Name, call
}

var version = regexp.MustCompile(`^v\d+$`)

// blankImports renames imports that are not used any more.
func blankImports(f *ast.File) {
	used := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok {
				used[id.Name] = true
			}
		}
		return true
	})
	for _, spec := range f.Imports {
		name := strings.Trim(spec.Path.Value, `"`)
		if base := path.Base(name); version.MatchString(base) {
			name = path.Dir(name)
		}
		if name = path.Base(name); spec.Name == nil && !used[name] {
			spec.Name = ast.NewIdent("_")
		}
	}
}
