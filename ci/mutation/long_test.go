//go:build long

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/importer"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/planted"
	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/stretchr/testify/require"
)

// TestEndToEnd kills real mutants with the explorer, writes nothing into the
// tree, keeps what it found, and merges it. Method: by way of the command line.
func TestEndToEnd(t *testing.T) {
	s, err := loadMap(t.Context())
	require.NoError(t, err)
	before := stats(t, s.dir)
	kept, table := filepath.Join(t.TempDir(), "results.json"), filepath.Join(t.TempDir(), "table.md")
	args := []string{"-only", `^writer.insertLocked (drop|return early): [wi]`, "-layers", "explorer", "-json", "-results", kept, "-markdown", table}
	var out, progress bytes.Buffer
	status := run(t.Context(), args, &out, &progress)
	require.Zero(t, status, "%s\n%s", out.String(), progress.String())
	first := lastSummary(t, out.Bytes())
	require.GreaterOrEqual(t, first.Killed, 2)
	require.Equal(t, first.Mutants, first.Killed)
	require.Equal(t, first.Killed, first.First["explorer"])
	require.Equal(t, before, stats(t, s.dir), "the tree was written")
	text, err := os.ReadFile(table)
	require.NoError(t, err)
	require.Contains(t, string(text), "100.0 % were killed")

	// What is known is not done again, and merges with itself.
	out.Reset()
	require.Zero(t, run(t.Context(), args, &out, &progress))
	require.Equal(t, first.Killed, lastSummary(t, out.Bytes()).Killed)
	require.NotContains(t, out.String(), `"progress"`)
	out.Reset()
	require.Zero(t, run(t.Context(), []string{"-json", "-only", args[1], "-merge", kept, kept}, &out, &progress))
	require.Equal(t, first.Killed, lastSummary(t, out.Bytes()).Killed)

	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	require.NoError(t, err)
	defer full.Close()
	require.Equal(t, cli.StatusUndone, run(t.Context(), []string{"-only", args[1], "-merge", kept}, full, &progress))
	require.Contains(t, progress.String(), "no space left on device")
}

func lastSummary(t *testing.T, lines []byte) Summary {
	t.Helper()
	var last Summary
	for d := json.NewDecoder(bytes.NewReader(lines)); d.More(); {
		var m wire.Mutation
		require.NoError(t, d.Decode(&m))
		if m.Summary != nil {
			last = Summary(*m.Summary)
		}
	}
	return last
}

// program prints what the functions of the map do, so that each mutant differs
// from the others.
const program = `package main

import (
	"fmt"
	"sync/atomic"
)

var shared atomic.Int64

func work(a, b int) (sum int) {
	if a > 3 && b != 2 {
		a += b
	}
	shared.Store(int64(a))
	shared.Add(2)
	for i := 0; i < b; i++ {
		sum += a * i
	}
	return sum + int(shared.Load())
}

func main() {
	for a := 2; a < 6; a++ {
		for b := 1; b < 4; b++ {
			fmt.Println(work(a, b))
		}
	}
}
`

// TestSchema checks that a mutant does the same in a schema as alone, and that
// number 0 is the original. Method: all mutants of a small program are run
// both ways.
func TestSchema(t *testing.T) {
	tree := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(tree, "go.mod"), []byte("module program\n\ngo 1.26\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(tree, "main.go"), []byte(program), 0o600))
	s, err := newSource(tree, map[string]string{"main.go": program}, importer.Default())
	require.NoError(t, err)
	everything, err := generate(s, nil, operators())
	require.NoError(t, err)
	var mutants []*Mutant
	for _, m := range everything {
		// A loop without an end is not for this test.
		if m.Func == "work" && m.Text != "i < b" && m.Text != "i++" {
			mutants = append(mutants, m)
		}
	}
	r, fit, _, err := newRunner(s, t.TempDir(), mutants)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(fit), 15)
	together, err := r.shared.build(t.Context(), variant{name: "together", pkg: "."})
	require.NoError(t, err)
	original := output(t, together, 0)
	require.Equal(t, output(t, build(t, tree, program), 0), original)
	different := 0
	for i := 0; i < len(fit); i += 2 {
		m := fit[i]
		got := output(t, together, r.schema.number[m.ID])
		want := output(t, build(t, tree, m.apply(s.files)["main.go"]), 0)
		require.Equal(t, want, got, m.ID)
		if got != original {
			different++
		}
	}
	require.GreaterOrEqual(t, different, 3)
}

func output(t *testing.T, binary string, number int) string {
	t.Helper()
	c := exec.Command(binary)
	c.Env = append(os.Environ(), chooser+"="+strconv.Itoa(number))
	out, err := c.Output() // a mutant may panic
	require.NotNil(t, c.ProcessState, err)
	return fmt.Sprintf("%s%d", out, c.ProcessState.ExitCode())
}

// build builds a program of one text, the way a mutant alone is built.
func build(t *testing.T, tree, text string) string {
	t.Helper()
	s, err := newSource(tree, map[string]string{"main.go": program}, importer.Default())
	require.NoError(t, err)
	w, err := newWorkshop(s, t.TempDir(), map[string]string{"main.go": text})
	require.NoError(t, err)
	path, err := w.build(t.Context(), variant{name: "alone", pkg: "."})
	require.NoError(t, err)
	return path
}

// stats returns when each file of a folder was written.
func stats(t *testing.T, dir string) map[string]int64 {
	t.Helper()
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	m := map[string]int64{}
	for _, e := range list {
		info, err := e.Info()
		require.NoError(t, err)
		m[e.Name()] = info.ModTime().UnixNano()
	}
	return m
}

// TestTogether checks that the mutants of the map which are to share a build
// compile together.
func TestTogether(t *testing.T) {
	s, err := loadMap(t.Context())
	require.NoError(t, err)
	mutants, err := generate(s, planted.Mutants(), operators())
	require.NoError(t, err)
	before := maps.Clone(stats(t, s.dir))
	_, fit, stillborn, err := newRunner(s, t.TempDir(), mutants)
	require.NoError(t, err)
	require.Equal(t, before, stats(t, s.dir), "the tree was written")
	t.Logf("%d mutants, %d more do not compile", len(fit), len(stillborn))
	require.Less(t, 10*len(stillborn), len(fit))
}

// TestCatalogue checks that the compiler takes every row of the catalogue.
func TestCatalogue(t *testing.T) {
	s, err := loadMap(t.Context())
	require.NoError(t, err)
	texts := map[string]string{}
	for name, f := range s.files {
		texts[name] = f.text
	}
	catalogue, err := planted.NewSource(texts)
	require.NoError(t, err)
	for _, m := range planted.Catalogue {
		changed, err := catalogue.Apply(m)
		require.NoError(t, err)
		require.Empty(t, s.check(changed), m.Name)
	}
}
