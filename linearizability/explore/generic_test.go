package explore

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Generic code of this package is compiled in the package that instantiates it, where
// the compiler announces plain accesses to the explorer: the explorer would explore
// itself. The goal: every generic function has the pragma that prevents that.
func TestGenericCodeAnnouncesNothing(t *testing.T) {
	files := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	generic := 0
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !isGeneric(f) {
				continue
			}
			generic++
			require.True(t, f.Doc != nil && slices.ContainsFunc(f.Doc.List, func(c *ast.Comment) bool { return c.Text == "//go:norace" }),
				"%v: %s is generic and lacks //go:norace", files.Position(f.Pos()), f.Name.Name)
		}
	}
	require.Greater(t, generic, 20)
}

func isGeneric(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return f.Type.TypeParams != nil
	}
	receiver := f.Recv.List[0].Type
	if p, ok := receiver.(*ast.StarExpr); ok {
		receiver = p.X
	}
	switch receiver.(type) {
	case *ast.IndexExpr, *ast.IndexListExpr:
		return true
	}
	return false
}
