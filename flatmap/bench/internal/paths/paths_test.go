package paths

import (
	"flag"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/internal/planted"
	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/stretchr/testify/require"
)

// TestPaths checks that the edits of every path fit the map's sources and leave a
// package that compiles, and that its benchmarks exist.
func TestPaths(t *testing.T) {
	s, err := planted.Map(t.Context())
	require.NoError(t, err)
	imports := importsOf(t, planted.MapPackage)
	names := map[string]bool{}
	for _, p := range All {
		require.Regexp(t, `^[a-z]+(-[a-z]+)*$`, p.Name)
		require.False(t, names[p.Name], p.Name)
		names[p.Name] = true
		require.NotEmpty(t, p.Off, p.Name)
		require.NotEmpty(t, p.Benchmarks, p.Name)
		for _, b := range p.Benchmarks {
			require.True(t, slices.ContainsFunc(benchmarks, func(x benchmark) bool { return x.name == b }), "%s: no benchmark %s", p.Name, b)
		}

		changed, err := s.Apply(p.mistake())
		require.NoError(t, err)
		require.NotEmpty(t, changed, p.Name)
		all := s.Files()
		maps.Copy(all, changed)
		fset := token.NewFileSet()
		var parsed []*ast.File
		for _, name := range slices.Sorted(maps.Keys(all)) {
			f, err := parser.ParseFile(fset, name, all[name], parser.SkipObjectResolution)
			require.NoError(t, err, p.Name)
			parsed = append(parsed, f)
		}
		config := types.Config{Importer: imports}
		_, err = config.Check(planted.MapPackage, fset, parsed, nil)
		require.NoError(t, err, p.Name)
	}
}

// importsOf returns an importer of what a package needs.
func importsOf(t *testing.T, pkg string) types.Importer {
	out, err := wire.Output(t.Context(), "", nil, "go", "list", "-deps", "-export", "-f", "{{.ImportPath}} {{.Export}}", pkg)
	require.NoError(t, err)
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		exports[path] = file
	}
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})
}

// TestBenchmarks runs every benchmark once: they check what they read.
func TestBenchmarks(t *testing.T) {
	time := flag.Lookup("test.benchtime")
	old := time.Value.String()
	require.NoError(t, time.Value.Set("1x"))
	defer func() { require.NoError(t, time.Value.Set(old)) }()
	names := map[string]bool{}
	for _, x := range benchmarks {
		require.False(t, names[x.name], x.name)
		names[x.name] = true
		require.Equal(t, 1, testing.Benchmark(x.run).N, x.name) // 0 if it failed
	}
}

// TestMatching checks how paths are chosen.
func TestMatching(t *testing.T) {
	all, err := Matching(".")
	require.NoError(t, err)
	require.Equal(t, len(All), len(all))
	some, err := Matching("^show-")
	require.NoError(t, err)
	require.Len(t, some, 2)
	_, err = Matching("^none$")
	require.ErrorContains(t, err, `no path matches "^none$" (have load-words, `)
	_, err = Matching("(")
	require.ErrorContains(t, err, "missing closing )")
}
