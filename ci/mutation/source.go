package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"slices"

	"github.com/flatmap-go/flatmap/internal/planted"
)

const mapPackage = "github.com/flatmap-go/flatmap/flatmap"

// A source is a package as it is compiled without build tags.
type source struct {
	dir       string
	name      string // of the package in IDs and results; "" for the map
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
	listed, exports, err := listPackages(ctx, "", nil, mapPackage)
	if err != nil {
		return nil, err
	}
	return listed[0].load(exports)
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
