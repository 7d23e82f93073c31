package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/linearizability/explore/cmd/explore/internal/rewrite"
	"github.com/flatmap-go/flatmap/linearizability/explore/internal/tool"
)

func (p *pkg) file(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(p.Dir, name)
}

// unseen returns what the explorer does not see of a package that is rewritten.
func unseen(p *pkg) []tool.Unseen {
	var list []tool.Unseen
	add := func(format string, args ...any) {
		u := tool.Unseen{Package: p.path(), Reason: fmt.Sprintf(format, args...)}
		if !slices.Contains(list, u) {
			list = append(list, u)
		}
	}
	if len(p.SFiles) > 0 {
		add("assembly: %s", strings.Join(p.SFiles, " "))
	}
	if c := slices.Concat(p.CgoFiles, p.CFiles, p.CXXFiles, p.SwigFiles); len(c) > 0 {
		add("cgo: %s", strings.Join(c, " "))
	}
	for _, name := range slices.Concat(p.GoFiles, p.CgoFiles) {
		text, err := os.ReadFile(p.file(name))
		if err != nil {
			continue // go test will say so
		}
		if bytes.Contains(text, []byte("//go:linkname")) {
			for _, target := range pulled(p.file(name), text) {
				add("linkname: %s", target)
			}
		}
		for _, f := range []string{"reflect.Select", "reflect.MakeChan"} {
			if bytes.Contains(text, []byte(f+"(")) {
				add("reflect: %s in %s", f, name)
			}
		}
	}
	return list
}

// pulled returns the functions without a body that a file pulls in by linkname, except
// those that have a stand-in.
func pulled(name string, text []byte) []string {
	f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	bodiless := map[string]bool{}
	for _, d := range f.Decls {
		if d, ok := d.(*ast.FuncDecl); ok && d.Body == nil && d.Recv == nil {
			bodiless[d.Name.Name] = true
		}
	}
	var list []string
	for _, group := range f.Comments {
		for _, c := range group.List {
			fields := strings.Fields(c.Text)
			if target, ok := rewrite.Linkname(c.Text, ""); ok && bodiless[fields[1]] && rewrite.Linked[target] == "" {
				list = append(list, target)
			}
		}
	}
	return list
}

// declares returns an error unless p declares id, as a constant or variable with a value
// that can be replaced.
func declares(p *pkg, id string) error {
	for _, name := range slices.Concat(p.GoFiles, p.CgoFiles) {
		f, err := parser.ParseFile(token.NewFileSet(), p.file(name), nil, parser.SkipObjectResolution)
		if err != nil {
			continue // go test will say so
		}
		for _, d := range f.Decls {
			d, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, s := range d.Specs {
				s, ok := s.(*ast.ValueSpec)
				if !ok || !slices.ContainsFunc(s.Names, func(n *ast.Ident) bool { return n.Name == id }) {
					continue
				}
				if len(s.Values) != len(s.Names) {
					return fmt.Errorf("%s has no value at its declaration that could be replaced", id)
				}
				return nil
			}
		}
	}
	return fmt.Errorf("package %s declares no constant or variable %s", p.path(), id)
}
