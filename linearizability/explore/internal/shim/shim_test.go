//go:build long

// Package shim tests the packages that stand in for those of the standard library.
package shim_test

import (
	"fmt"
	"go/build"
	"go/importer"
	"go/token"
	"go/types"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const prefix = "github.com/flatmap-go/flatmap/linearizability/explore/internal/shim/"

// The goal: rewritten code finds all that the standard library offers, with the same
// types.
func TestComplete(t *testing.T) {
	imp := sources(t)
	for real, name := range map[string]string{"sync": "sync", "sync/atomic": "atomic", "hash/maphash": "maphash"} {
		want, err := imp.Import(real)
		require.NoError(t, err)
		got, err := imp.Import(prefix + name)
		require.NoError(t, err)
		require.Equal(t, want.Name(), got.Name())
		compared := 0
		for _, n := range want.Scope().Names() {
			if !token.IsExported(n) {
				continue
			}
			compared++
			w, g := want.Scope().Lookup(n), got.Scope().Lookup(n)
			if g == nil {
				t.Errorf("%s.%s is missing", real, n)
				continue
			}
			for member, signature := range describe(w) {
				if has := describe(g)[member]; has != signature {
					t.Errorf("%s.%s%s is %q, want %q", real, n, member, has, signature)
				}
			}
		}
		require.Greater(t, compared, 5, real)
	}
}

// sources returns what type-checks packages from their source.
func sources(t *testing.T) types.Importer {
	if build.Default.GOROOT == "" { // with -trimpath
		root, err := exec.Command("go", "env", "GOROOT").Output()
		require.NoError(t, err)
		build.Default.GOROOT = strings.TrimSpace(string(root))
	}
	return importer.ForCompiler(token.NewFileSet(), "source", nil)
}

// describe returns the type of a function, or of the methods and exported fields of a
// type, without the names of packages and parameters.
func describe(o types.Object) map[string]string {
	text := func(t types.Type) string {
		if s, ok := t.(*types.Signature); ok {
			unnamed := func(tuple *types.Tuple) *types.Tuple {
				var vars []*types.Var
				for v := range tuple.Variables() {
					vars = append(vars, types.NewVar(0, nil, "", v.Type()))
				}
				return types.NewTuple(vars...)
			}
			t = types.NewSignatureType(nil, nil, nil, unnamed(s.Params()), unnamed(s.Results()), s.Variadic())
		}
		return types.TypeString(t, func(*types.Package) string { return "" })
	}
	if _, ok := o.(*types.TypeName); !ok {
		return map[string]string{"": text(o.Type())}
	}
	t := types.Unalias(o.Type())
	members := map[string]string{"": "a type"}
	set := types.NewMethodSet(types.NewPointer(t))
	if types.IsInterface(t) {
		set = types.NewMethodSet(t)
	}
	for s := range set.Methods() {
		if s.Obj().Exported() {
			members["."+s.Obj().Name()] = text(s.Obj().Type())
		}
	}
	if s, ok := t.Underlying().(*types.Struct); ok {
		for f := range s.Fields() {
			if f.Exported() {
				members["."+f.Name()] = text(f.Type())
			}
		}
	}
	return members
}

// The goal: the test above can fail.
func TestDescribe(t *testing.T) {
	imp := sources(t)
	p, err := imp.Import("sync")
	require.NoError(t, err)
	cond := describe(p.Scope().Lookup("Cond"))
	require.Equal(t, "Locker", cond[".L"])
	require.Equal(t, "func()", cond[".Wait"])
	require.Equal(t, "func() (any)", strings.ReplaceAll(describe(p.Scope().Lookup("Pool"))[".Get"], "func() any", "func() (any)"))
	require.Contains(t, fmt.Sprint(describe(p.Scope().Lookup("OnceValue"))), "func(func() T) func() T")
}
