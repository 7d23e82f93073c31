package rewrite

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// exports are the files with export data of the packages that the tests import.
var exports = sync.OnceValues(func() (map[string]string, error) {
	out, err := exec.Command("go", "list", "-deps", "-export", "-f", "{{.ImportPath}}={{.Export}}", "fmt", "maps", "math/rand", "math/rand/v2",
		"runtime", "slices", "strings", "sync", "testing", "time", "cmp", "os").Output()
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "=")
		files[path] = file
	}
	return files, err
})

func rewrite(t *testing.T, name string, sets map[string]string) *Result {
	t.Helper()
	files, err := exports()
	require.NoError(t, err)
	r, err := Rewrite(Package{
		Path: "example.com/p", Files: []string{name}, GoVersion: "go1.26", Sets: sets,
		Export: func(path string) (io.ReadCloser, error) { return os.Open(files[path]) },
	})
	require.NoError(t, err)
	return r
}

func source(t *testing.T, text string) string {
	name := filepath.Join(t.TempDir(), "p.go")
	require.NoError(t, os.WriteFile(name, []byte(text), 0o666))
	return name
}

func TestStatements(t *testing.T) {
	const l = name + "."
	for _, c := range []struct{ from, to string }{
		{"go func() { x++ }()", l + "Go( func() { x++ })"},
		{"go f(x)", "{  explore_a1_0_ := x; " + l + "Go(func() { f(explore_a1_0_) }) }"},
		{"go f(1)", "{  " + l + "Go(func() { f(1) }) }"},
		{"go g()", "{ explore_f1_ := g; " + l + "Go(func() { explore_f1_() }) }"},
		{"m[x] = len(m)", l + "MapWrite(m)[x] = len(" + l + "MapRead(m))"},
		{"m[x]++", l + "MapWrite(m)[x]++"},
		{"delete(m, x)", "delete(" + l + "MapWrite(m), x)"},
		{"for k, v := range m { _, _ = k, v }", "for explore_r1_, k, v := " + l + "RangeMap(m); explore_r1_.Next(&k, &v); { _, _ = k, v }"},
		{"for range m {}", "for explore_r1_, _, _ := " + l + "RangeMap(m); explore_r1_.Next(nil, nil); {}"},
		{"for x = range m {}", "for explore_r1_, explore_v1_0_, _ := " + l + "RangeMap(m); explore_r1_.Next(&explore_v1_0_, nil); { x = explore_v1_0_;}"},
		{"for x = range c {}", "for explore_r1_, explore_v1_0_ := " + l + "RangeChan(c); explore_r1_.Next(&explore_v1_0_); { x = explore_v1_0_;}"},
		{"c <- x", l + "Send(c )( x)"},
		{"x = <-c", "x = " + l + "Recv(c)"},
		{"x, ok = <-c", "x, ok = " + l + "Recv2(c)"},
		{"close(c)", l + "Close(c)"},
		{"c = make(chan int, 1)", "c = " + l + "MakeChan(make(chan int, 1))"},
		{"s = append(s, s...)", "s = " + l + "Append(s, s)"},
		{"s = append(s, 1)", "s = append(" + l + "Grow(s), 1)"},
		{"copy(s, s[1:])", l + "Copy(s, s[1:])"},
		{"_ = string(b)", "_ = string(" + l + "SliceRead(b))"},
		{"runtime.Gosched()", l + "Gosched()"},
		{"for x < 1 { runtime.Gosched() }", "for x < 1 { " + l + "GoschedInLoop() }"},
		{"time.Sleep(1)", l + "Sleep(1)"},
		{"x = rand.Intn(3)", "x = " + l + "Rand.Intn(3)"},
		{"select {}", "for { " + l + "Block() }"},
	} {
		head := "package p\nimport (\"runtime\"; \"time\"; \"math/rand\")\nvar x int; var ok bool; var m map[int]int; var c chan int; var s []int; var b []byte\nfunc f(int) {}\nvar g func()\nfunc _() {\n"
		tail := "\n}\nvar _ = runtime.Gosched; var _ = time.Sleep; var _ = rand.Int\n"
		r := rewrite(t, source(t, head+c.from+tail), nil)
		lines := strings.Split(string(r.Files[0].Text), "\n")
		assert.Equal(t, c.to, lines[6], c.from)
	}
}

func TestWhatStays(t *testing.T) {
	r := rewrite(t, source(t, "package p\n\nimport \"sync\"\n\nvar mu sync.Mutex\n\nfunc f(s []int) int { mu.Lock(); defer mu.Unlock(); return s[0] }\n"), nil)
	assert.Nil(t, r.Files[0].Text)
}

func TestSets(t *testing.T) {
	name := source(t, "package p\n\nconst (\n\ta = 1\n\tb\n\tc, d = 5 * a, 6\n)\n\nvar e = f()\n\nfunc f() int { const a = 3; return a }\n")
	r := rewrite(t, name, map[string]string{"a": "7", "b": "8", "d": "9", "e": "nil"})
	assert.Equal(t, []string{"a", "d", "e"}, r.Done)
	text := string(r.Files[0].Text)
	assert.Contains(t, text, "a = 7\n\tb\n\tc, d = 5 * a, 9\n")
	assert.Contains(t, text, "var e = nil\n")
	assert.Contains(t, text, "const a = 3")

	// What is rewritten in the value that is replaced goes with it.
	name = source(t, "package p\n\nimport \"sync\"\n\nvar mu sync.Mutex\n\nvar f = sync.OnceValue(func() chan int { c := make(chan int, 1); c <- 1; return c })\n")
	r = rewrite(t, name, map[string]string{"f": "func() chan int { return nil }"})
	assert.Equal(t, []string{"f"}, r.Done)
	assert.Contains(t, string(r.Files[0].Text), "var f = func() chan int { return nil }\n")
}

func TestLinkname(t *testing.T) {
	r := rewrite(t, source(t, `package p

import _ "unsafe"

//go:noescape
//go:linkname fastrandn runtime.fastrandn
func fastrandn(uint32) uint32

//go:linkname memhash runtime.memhash
func memhash(p *int, h, s uintptr) uintptr
`), nil)
	text := string(r.Files[0].Text)
	assert.Contains(t, text, "//\n//\nfunc fastrandn(explore_p0_ uint32) uint32 { return "+name+".Uint32n(explore_p0_) }\n")
	assert.Contains(t, text, "//go:linkname memhash runtime.memhash\nfunc memhash")
}

func TestCoverageIsNotExplored(t *testing.T) {
	r := rewrite(t, source(t, "package p; import _cover_atomic_ \"sync/atomic\"\n\nvar n uint32\n\nfunc f() { _cover_atomic_.AddUint32(&n, 1) }\n"), nil)
	assert.Contains(t, string(r.Files[0].Text), "_cover_atomic_ \""+Shims+"cover\"")
}

func TestWhatDoesNotParse(t *testing.T) {
	_, err := Rewrite(Package{Files: []string{source(t, "package p\n\nfunc {\n")}})
	assert.ErrorContains(t, err, "p.go:3:6")
	_, err = Rewrite(Package{Files: []string{filepath.Join(t.TempDir(), "none.go")}})
	assert.ErrorIs(t, err, os.ErrNotExist)
}

// TestLinesStay looks for every name in the source in the same line of the rewritten
// source.
func TestLinesStay(t *testing.T) {
	name := filepath.Join("..", "..", "testdata", "forms", "forms_test.go")
	r := rewrite(t, name, nil)
	require.NotNil(t, r.Files[0].Text)
	before, err := os.ReadFile(name)
	require.NoError(t, err)
	was, is := identifiers(t, before), identifiers(t, r.Files[0].Text)
	kept := 0
	for line, names := range was {
		for id := range names {
			switch id {
			case "close", "append", "copy", "len", "rand", "randv2", "maps", "range", "Keys", "Values", "Clone",
				"runtime", "Gosched", "time", "Sleep", "Read", "N", "select":
				continue // replaced
			}
			assert.Contains(t, is[line], id, "line %d", line)
			kept++
		}
	}
	assert.Greater(t, kept, 500)
}

// identifiers returns the identifiers of each line, as the compiler numbers lines.
func identifiers(t *testing.T, text []byte) map[int]map[string]bool {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", text, parser.ParseComments)
	require.NoError(t, err)
	lines := map[int]map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			line := fset.Position(id.Pos()).Line
			if lines[line] == nil {
				lines[line] = map[string]bool{}
			}
			lines[line][id.Name] = true
		}
		return true
	})
	return lines
}
