// Package rewrite changes Go source so that the explorer sees what it does:
// statements and calls that the language or the runtime carry out become calls of
// package lang. Lines keep their numbers. Imports are not changed: the command
// exchanges packages such as sync when it runs the compiler.
//
// Code that is rewritten does what it did, also when no exploration runs.
package rewrite

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Shims is the path under which packages stand in for those of the standard
// library.
const Shims = "github.com/flatmap-go/flatmap/linearizability/explore/internal/shim/"

// Lang is the package that rewritten code calls.
const Lang = Shims + "lang"

// Swaps returns the packages of the standard library that have a stand-in, by path.
func Swaps() map[string]string {
	return map[string]string{
		"sync":         Shims + "sync",
		"sync/atomic":  Shims + "atomic",
		"hash/maphash": Shims + "maphash",
	}
}

// atomicForCover is what the cover tool calls package sync/atomic where it counts.
const atomicForCover = "_cover_atomic_"

// A Package is what to rewrite.
type Package struct {
	Path      string            // the import path
	Files     []string          // names of the files
	GoVersion string            // of the language, such as "go1.21"
	Sets      map[string]string // new values of constants and variables of the package
	Imports   map[string]string // what packages an import path stands for, where it is not that one
	// Export opens the export data of a package.
	Export func(path string) (io.ReadCloser, error)
}

// A File is a file of a package as the compiler is to see it.
type File struct {
	Name string // in Package.Files
	Text []byte // nil if the file need not change
}

// A Result is a package that has been rewritten.
type Result struct {
	Name  string // in the package clauses
	Files []File
	Done  []string // names in Package.Sets that have a new value
}

// Rewrite rewrites p. It returns an error if a file does not parse. A package that does
// not type-check is rewritten as far as its types are known: the compiler will report
// what is wrong with it.
func Rewrite(p Package) (*Result, error) {
	r := &rewriter{p: p, fset: token.NewFileSet(), done: map[string]bool{}, info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{},
		Uses:  map[*ast.Ident]types.Object{},
	}}
	var files []*ast.File
	var texts [][]byte
	for _, name := range p.Files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		abs, err := filepath.Abs(name)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(r.fset, abs, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files, texts = append(files, f), append(texts, text)
	}
	if len(files) == 0 {
		return &Result{}, nil
	}
	conf := types.Config{
		Importer:  mapped{importer.ForCompiler(r.fset, "gc", p.Export), p.Imports},
		GoVersion: p.GoVersion,
		Error:     func(error) {},
	}
	// The compiler reports errors, in its own words.
	_, _ = conf.Check(p.Path, r.fset, files, r.info)
	result := &Result{Name: files[0].Name.Name}
	for i, f := range files {
		text, err := r.file(f, string(texts[i]))
		if err != nil {
			return nil, err
		}
		result.Files = append(result.Files, File{p.Files[i], text})
	}
	result.Done = slices.Sorted(maps.Keys(r.done))
	return result, nil
}

// mapped imports packages by the paths in source.
type mapped struct {
	types.Importer
	paths map[string]string
}

func (m mapped) Import(path string) (*types.Package, error) {
	if to := m.paths[path]; to != "" {
		path = to
	}
	return m.Importer.Import(path)
}

type rewriter struct {
	p    Package
	fset *token.FileSet
	info *types.Info
	done map[string]bool
}

// An edit replaces the text between two offsets.
type edit struct {
	from, to int
	text     string
}

// A fileRewriter collects the edits of a file.
type fileRewriter struct {
	*rewriter
	file  *token.File
	text  string
	edits []edit
	stack []ast.Node
	alive map[string]string // a use for each import that may have lost all of its uses
	fresh int
	inner map[ast.Node]bool // sends and receives that are cases of a select
}

// name is what rewritten files call package lang.
const name = "explore_lang_"

// file returns the new text of f, or nil if nothing changes.
func (r *rewriter) file(f *ast.File, text string) ([]byte, error) {
	w := &fileRewriter{
		rewriter: r, file: r.fset.File(f.FileStart), text: text,
		alive: map[string]string{}, inner: map[ast.Node]bool{},
	}
	for _, s := range f.Imports {
		if s.Name != nil && s.Name.Name == atomicForCover {
			w.replace(s.Path, strconv.Quote(Shims+"cover"))
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if n != nil {
			w.enter(n)
			w.stack = append(w.stack, n)
			return true
		}
		n = w.stack[len(w.stack)-1]
		w.stack = w.stack[:len(w.stack)-1]
		w.leave(n)
		return true
	})
	if len(w.edits) == 0 {
		return nil, nil
	}
	w.insert(f.Name.End(), "; import "+name+" "+strconv.Quote(Lang))
	out, err := w.render(0, len(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", w.file.Name(), err)
	}
	out += "\nvar _ = " + name + ".Nop\n"
	for _, path := range slices.Sorted(maps.Keys(w.alive)) {
		out += "var _ = " + w.alive[path] + "\n"
	}
	return []byte(out), nil
}

func (w *fileRewriter) offset(p token.Pos) int { return w.file.Offset(p) }

func (w *fileRewriter) edit(from, to token.Pos, text string) {
	w.edits = append(w.edits, edit{w.offset(from), w.offset(to), text})
}

func (w *fileRewriter) insert(at token.Pos, text string) { w.edit(at, at, text) }
func (w *fileRewriter) replace(n ast.Node, text string)  { w.edit(n.Pos(), n.End(), text) }

func (w *fileRewriter) wrap(n ast.Expr, f string) {
	w.insert(n.Pos(), name+"."+f+"(")
	w.insert(n.End(), ")")
}

// discard removes the edits between two positions.
func (w *fileRewriter) discard(from, to token.Pos) {
	a, b := w.offset(from), w.offset(to)
	w.edits = slices.DeleteFunc(w.edits, func(e edit) bool { return a <= e.from && e.to <= b })
}

func (w *fileRewriter) source(n ast.Node) string {
	return w.text[w.offset(n.Pos()):w.offset(n.End())]
}

// rendered returns the text of n with the edits so far, in one line where possible. What
// is wrong with it shows when the whole file is rendered.
func (w *fileRewriter) rendered(n ast.Node) string {
	text, _ := w.render(w.offset(n.Pos()), w.offset(n.End()))
	return text
}

// render returns the text between two offsets, with its edits. An edit that changes the
// number of lines is followed by a comment from which the compiler knows where it is.
func (w *fileRewriter) render(from, to int) (string, error) {
	var inside []edit
	for _, e := range w.edits {
		if from <= e.from && e.to <= to {
			inside = append(inside, e)
		}
	}
	slices.SortStableFunc(inside, func(a, b edit) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) // insertions first
	})
	var b strings.Builder
	at := from
	for _, e := range inside {
		if e.from < at {
			return "", fmt.Errorf("line %d: edits overlap: %q", w.file.Line(w.file.Pos(e.from)), e.text)
		}
		b.WriteString(w.text[at:e.from])
		b.WriteString(e.text)
		if strings.Count(e.text, "\n") != strings.Count(w.text[e.from:e.to], "\n") {
			b.WriteString(w.place(w.file.Pos(e.to)))
		}
		at = e.to
	}
	return b.String() + w.text[at:to], nil
}

// place returns a comment by which the compiler takes what follows to be at p.
func (w *fileRewriter) place(p token.Pos) string {
	at := w.fset.Position(p)
	return fmt.Sprintf("/*line :%d:%d*/", at.Line, at.Column)
}

// moved is rendered for text that goes to another line.
func (w *fileRewriter) moved(n ast.Node) string { return w.place(n.Pos()) + w.rendered(n) }

func (w *fileRewriter) parent(i int) ast.Node        { return w.stack[max(len(w.stack)-i, 0)] }
func (w *fileRewriter) typeOf(e ast.Expr) types.Type { return w.info.Types[e].Type }

// core reports whether all types that t stands for have an underlying T.
func core[T types.Type](t types.Type) bool {
	if t == nil {
		return false
	}
	u := t.Underlying()
	i, ok := u.(*types.Interface)
	if !ok {
		_, ok := u.(T)
		return ok
	}
	if _, param := types.Unalias(t).(*types.TypeParam); !param {
		return false
	}
	found := false
	for e := range i.EmbeddedTypes() {
		union, ok := e.(*types.Union)
		if !ok {
			if !core[T](e) {
				return false
			}
			found = true
			continue
		}
		for n := range union.Len() {
			if _, ok := union.Term(n).Type().Underlying().(T); !ok {
				return false
			}
			found = true
		}
	}
	return found
}

// builtin returns the name of the builtin that c calls, or "".
func (w *fileRewriter) builtin(c *ast.CallExpr) string {
	if id, ok := ast.Unparen(c.Fun).(*ast.Ident); ok {
		if b, ok := w.info.Uses[id].(*types.Builtin); ok {
			return b.Name()
		}
	}
	return ""
}

func (w *fileRewriter) inLoop() bool {
	for _, n := range slices.Backward(w.stack) {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			return true
		case *ast.FuncLit, *ast.FuncDecl:
			return false
		}
	}
	return false
}

// enter makes the edits that come before those of n's children.
func (w *fileRewriter) enter(n ast.Node) {
	switch n := n.(type) {
	case *ast.GoStmt:
		w.goStmt(n)
	case *ast.UnaryExpr:
		w.receive(n)
	case *ast.SendStmt:
		if !w.inner[n] {
			w.insert(n.Pos(), name+".Send(")
			w.edit(n.Arrow, n.Arrow+2, ")(")
		}
	case *ast.SelectStmt:
		w.selectStmt(n)
	case *ast.IndexExpr:
		w.index(n)
	case *ast.CallExpr:
		w.call(n)
	case *ast.SelectorExpr:
		w.selector(n)
	case *ast.FuncDecl:
		w.linkname(n)
	}
}

// leave makes those that come after.
func (w *fileRewriter) leave(n ast.Node) {
	switch n := n.(type) {
	case *ast.UnaryExpr:
		if n.Op == token.ARROW && !w.inner[n] {
			w.insert(n.End(), ")")
		}
	case *ast.SendStmt:
		if !w.inner[n] {
			w.insert(n.End(), ")")
		}
	case *ast.SelectStmt:
		w.selectDone(n)
	case *ast.RangeStmt:
		w.rangeDone(n)
	case *ast.GenDecl:
		w.declaration(n)
	}
}
