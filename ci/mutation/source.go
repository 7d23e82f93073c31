package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
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

	"github.com/flatmap-go/flatmap/internal/planted"
	"github.com/flatmap-go/flatmap/internal/wire"
)

const mapPackage = "github.com/flatmap-go/flatmap/flatmap"

// A source is a package as it is compiled without build tags.
type source struct {
	dir       string
	fset      *token.FileSet
	files     map[string]*file
	functions map[string]*ast.FuncDecl // by planted.FuncName, which is unique
	pkg       *types.Package
	info      *types.Info
	imp       types.Importer
}

type file struct {
	name string
	text string
	ast  *ast.File
}

// loadMap loads the map's package.
func loadMap(ctx context.Context) (*source, error) {
	// With what it imports, and where the compiler has left that: to have go/importer
	// ask takes a run of the go command for each.
	out, err := wire.Output(ctx, "", nil, "go", "list", "-deps", "-export", "-json=ImportPath,Dir,GoFiles,Export", mapPackage)
	if err != nil {
		return nil, err
	}
	type goPackage struct {
		ImportPath, Dir, Export string
		GoFiles                 []string
	}
	var listed goPackage
	exports := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); listed.ImportPath != mapPackage; { // it comes last
		listed = goPackage{} // Decode leaves alone what a package does not have
		if err := d.Decode(&listed); err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		exports[listed.ImportPath] = listed.Export
	}
	texts := map[string]string{}
	for _, name := range listed.GoFiles {
		text, err := os.ReadFile(filepath.Join(listed.Dir, name))
		if err != nil {
			return nil, err
		}
		texts[name] = string(text)
	}
	return newSource(listed.Dir, texts, importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	}))
}

// newSource parses and checks a package.
func newSource(dir string, texts map[string]string, imp types.Importer) (*source, error) {
	s := &source{dir: dir, fset: token.NewFileSet(), files: map[string]*file{}, functions: map[string]*ast.FuncDecl{}, imp: imp}
	var list []*ast.File
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		f, err := parser.ParseFile(s.fset, name, texts[name], parser.ParseComments)
		if err != nil {
			return nil, err
		}
		s.files[name] = &file{name, texts[name], f}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				s.functions[planted.FuncName(fn)] = fn
			}
		}
		list = append(list, f)
	}
	s.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{},
		Uses:  map[*ast.Ident]types.Object{},
		Defs:  map[*ast.Ident]types.Object{},
	}
	config := types.Config{Importer: s.imp}
	var err error
	s.pkg, err = config.Check(list[0].Name.Name, s.fset, list, s.info)
	return s, err
}

// check returns what the compiler would object to if some files had other
// texts.
func (s *source) check(changed map[string]string) []types.Error {
	fset := token.NewFileSet()
	var list []*ast.File
	var found []types.Error
	names := slices.Collect(maps.Keys(s.files))
	for name := range changed {
		if s.files[name] == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		text, ok := changed[name]
		if !ok {
			text = s.files[name].text
		}
		f, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			return []types.Error{{Fset: fset, Msg: err.Error()}}
		}
		list = append(list, f)
	}
	config := types.Config{Importer: s.imp, Error: func(err error) {
		var e types.Error
		if errors.As(err, &e) {
			found = append(found, e)
		}
	}}
	config.Check(s.pkg.Path(), fset, list, nil)
	return found
}

// fingerprint identifies the tokens of a function: not where it is, how it is
// laid out or commented. A result is valid while the function has the same. A
// campaign takes hours, and need not start again with every change of the map.
func (s *source) fingerprint(function string) string {
	fn := s.functions[function]
	if fn == nil {
		return ""
	}
	return hash(planted.Canonical(s.textOf(fn)))
}

// hash returns a short hash of some texts.
func hash(texts ...string) string {
	h := sha256.New()
	for _, text := range texts {
		fmt.Fprintf(h, "%d %s\n", len(text), text)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// typeString writes a type as the package itself would.
func (s *source) typeString(t types.Type) string {
	return types.TypeString(types.Default(t), func(p *types.Package) string {
		if p == s.pkg {
			return ""
		}
		return p.Name()
	})
}

func (s *source) offset(p token.Pos) int { return s.fset.Position(p).Offset }

// textOf returns the text of a node.
func (s *source) textOf(n ast.Node) string {
	name := s.fset.Position(n.Pos()).Filename
	return s.files[name].text[s.offset(n.Pos()):s.offset(n.End())]
}
