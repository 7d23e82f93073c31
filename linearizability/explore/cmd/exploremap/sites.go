package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// An access is a call in the map's source that makes an atomic access, known by
// its function and text, since line numbers do not last.
type access struct {
	function string // Type.Method, without type parameters
	text     string // the line, without comments
	file     string
	line     int
	deferred bool // made on another line, where the function ends
}

func (a access) String() string { return a.function + ": " + a.text }

// Files of the explorer's build that are no part of the map.
var harness = regexp.MustCompile(`_test\.go$|_explore\.go$|^invariants_on\.go$`)

// A sourceReader finds accesses.
type sourceReader struct {
	positions *token.FileSet
	fields    map[string]bool // of structs, that are atomics, mutexes or conditions
	wrapping  map[string]bool // functions of the wrappers that make accesses
}

// mapAccesses returns the accesses of the map in a folder: the calls of methods
// of fields of atomic types, and of the functions that wrap accesses.
func mapAccesses(dir string) ([]access, error) {
	r := sourceReader{token.NewFileSet(), map[string]bool{}, map[string]bool{}}
	shipped := func(f fs.FileInfo) bool {
		return !harness.MatchString(f.Name()) || slices.Contains(wrappers, f.Name())
	}
	//lint:ignore SA1019 without types, a folder of files is all that is wanted
	packages, err := parser.ParseDir(r.positions, dir, shipped, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, path := range slices.Sorted(maps.Keys(packages["flatmap"].Files)) {
		f := packages["flatmap"].Files[path]
		files = append(files, f)
		ast.Inspect(f, r.addFields)
	}
	name := func(n ast.Node) string { return filepath.Base(r.positions.Position(n.Pos()).Filename) }
	for known := -1; known < len(r.wrapping); { // those that call others are found in the next round
		known = len(r.wrapping)
		for _, f := range files {
			if slices.Contains(wrappers, name(f)) {
				r.eachCall(f, func(in *ast.FuncDecl, call *ast.CallExpr, _ bool) {
					if r.accesses(call) {
						r.wrapping[asCalled(in)] = true
					}
				})
			}
		}
	}
	var list []access
	for _, f := range files {
		if slices.Contains(wrappers, name(f)) || name(f) == "sync.go" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, name(f)))
		if err != nil {
			return nil, err
		}
		lines := strings.Split(string(text), "\n")
		r.eachCall(f, func(in *ast.FuncDecl, call *ast.CallExpr, deferred bool) {
			line := r.positions.Position(call.Rparen).Line
			code, _, _ := strings.Cut(lines[line-1], "//")
			a := access{functionName(in), strings.TrimSpace(code), name(f), line, deferred}
			if r.accesses(call) && !slices.Contains(list, a) { // a line can make two
				list = append(list, a)
			}
		})
	}
	numberRepeated(list)
	return list, nil
}

// numberRepeated distinguishes equal lines of a function.
func numberRepeated(list []access) {
	times := map[string]int{}
	for i := range list {
		a := &list[i]
		if times[a.String()]++; times[a.String()] > 1 {
			a.text += fmt.Sprintf(" (number %d)", times[a.String()])
		}
	}
}

// addFields notes the fields of structs that are atomics.
func (r *sourceReader) addFields(n ast.Node) bool {
	if f, ok := n.(*ast.Field); ok && isAtomic(f.Type) {
		for _, name := range f.Names {
			r.fields[name.Name] = true
		}
	}
	return true
}

func isAtomic(t ast.Expr) bool {
	switch t := t.(type) {
	case *ast.Ident:
		return strings.HasPrefix(t.Name, "atomic") || t.Name == "mutex" || t.Name == "cond"
	case *ast.IndexExpr:
		return isAtomic(t.X)
	case *ast.ArrayType:
		return isAtomic(t.Elt)
	}
	return false
}

// eachCall calls f for every call in a file, with the declaration that it is in,
// and whether it is deferred.
func (r *sourceReader) eachCall(file *ast.File, f func(in *ast.FuncDecl, call *ast.CallExpr, deferred bool)) {
	for _, d := range file.Decls {
		in, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		var deferred *ast.CallExpr
		ast.Inspect(in, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.DeferStmt:
				deferred = n.Call
			case *ast.CallExpr:
				f(in, n, n == deferred)
			}
			return true
		})
	}
}

// accesses reports whether a call makes an access.
func (r *sourceReader) accesses(call *ast.CallExpr) bool {
	switch f := callee(call).(type) {
	case *ast.Ident:
		return r.wrapping[f.Name]
	case *ast.SelectorExpr:
		switch of := withoutIndex(f.X).(type) {
		case *ast.SelectorExpr:
			if r.fields[of.Sel.Name] {
				return true
			}
		case *ast.Ident:
			if of.Name == "explore" {
				return f.Sel.Name != "Retry" && !strings.HasPrefix(f.Sel.Name, "Plain")
			}
		}
		return r.wrapping["."+f.Sel.Name] || f.Sel.Name == "WaitClear" // which only atomics have
	}
	return false
}

// asCalled returns the name of a function, and of a method with a dot.
func asCalled(d *ast.FuncDecl) string {
	if d.Recv != nil {
		return "." + d.Name.Name
	}
	return d.Name.Name
}

func callee(call *ast.CallExpr) ast.Expr { return withoutIndex(call.Fun) }

// withoutIndex strips indices and type arguments.
func withoutIndex(x ast.Expr) ast.Expr {
	switch i := x.(type) {
	case *ast.IndexExpr:
		return withoutIndex(i.X)
	case *ast.IndexListExpr:
		return withoutIndex(i.X)
	}
	return x
}

func functionName(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return d.Name.Name
	}
	t := d.Recv.List[0].Type
	if p, ok := t.(*ast.StarExpr); ok {
		t = p.X
	}
	return withoutIndex(t).(*ast.Ident).Name + "." + d.Name.Name
}

// wrappers are the map's files that only wrap the explorer's atomics: steps are not
// attributed to them.
var wrappers = []string{"sync_explore.go", "words.go"}
