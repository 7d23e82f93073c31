package main

import (
	"fmt"
	"go/importer"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/internal/planted"
	"github.com/stretchr/testify/require"
)

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
	if testing.Short() {
		t.Skip("left out by -short: it builds a program for each of many mutants, which takes seconds")
	}
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

// TestMap checks that the map's sources have the mutants that are promised,
// that no two of them have the same ID, and that those which are to share
// a build compile together.
func TestMap(t *testing.T) {
	s, err := loadMap(t.Context())
	require.NoError(t, err)
	mutants, err := generate(s, planted.Mutants(), operators())
	require.NoError(t, err)
	classes, ids := map[string]int{}, map[string]bool{}
	for _, m := range mutants {
		classes[m.Class]++
		require.False(t, ids[m.ID], m.ID)
		ids[m.ID] = true
	}
	require.GreaterOrEqual(t, classes[concurrency], 60)
	if testing.Short() {
		t.Skip("left out by -short: the rest checks the types of 2,000 mutants, which takes seconds")
	}
	before := maps.Clone(stats(t, s.dir))
	_, fit, stillborn, err := newRunner(s, t.TempDir(), mutants)
	require.NoError(t, err)
	require.Equal(t, before, stats(t, s.dir), "the tree was written")
	t.Logf("%d mutants, %d more do not compile", len(fit), len(stillborn))
	require.Less(t, 10*len(stillborn), len(fit))
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

// TestEquivalents checks the list of mutants that are no faults against the
// map, and that a list which is not in order is not passed over.
func TestEquivalents(t *testing.T) {
	s, err := loadMap(t.Context())
	require.NoError(t, err)
	mutants, err := generate(s, planted.Mutants(), operators())
	require.NoError(t, err)
	_, err = equivalents(equivalentText, mutants)
	require.NoError(t, err)

	some := []*Mutant{{ID: "a"}, {ID: "b"}, {ID: "c"}}
	got, err := equivalents("# Title\n\nText.\n\n- ``a``\n- ``b``\n\nBoth are\nfine.\n\n- ``c``\n\nSo is this.\n", some)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"a": "Both are fine.", "b": "Both are fine.", "c": "So is this."}, got.exact)
	got, err = equivalents("- rule ``a* & (b|c)*``\n- ``c``\n\nFine.\n", []*Mutant{{ID: "a x: & (b|c) == 0"}, {ID: "c"}})
	require.NoError(t, err)
	require.Equal(t, map[string]string{"c": "Fine."}, got.exact)
	why, ok := got.byRule("a x: & (b|c) == 0")
	require.True(t, ok)
	require.Equal(t, "Fine.", why)
	for _, id := range []string{"a x: & b", "x a & (b|c)", "c"} {
		_, ok = got.byRule(id)
		require.False(t, ok, id)
	}
	for text, want := range map[string]string{
		"- ``a``\n\nfine\n\n- ``gone``\n\nfine\n":    "do not exist (any more):\n  gone",
		"- ``a``\n\nfine\n\n- rule ``d*``\n\nfine\n": "do not exist (any more):\n  rule d*",
		"- rule ``a*``\n":                            "no argument for a*",
		"- ``a``\n":                                  "no argument",
		"- ``a``\n\nfine\n\n- ``a``\n\nfine\n":       "twice",
		"- ``a\n\nfine\n":                            "not closed",
	} {
		_, err := equivalents(text, some)
		require.ErrorContains(t, err, want)
	}
}

// TestPlanted checks that a row of the catalogue whose text is gone, or there
// twice, is an error, and that one of statements shares a build.
func TestPlanted(t *testing.T) {
	s := sampleSource(t)
	row := func(name, function, old, new string) planted.Mistake {
		return planted.Mistake{Name: name, Edits: []planted.Edit{{Func: function, Old: old, New: new, Times: 1}}}
	}
	for want, m := range map[string]planted.Mistake{
		"mistake gone: function box.publish (sample.go) has the text 0 times, expected 1": row("gone", "box.publish", "b.n.Load()", ""),
		"has the text 2 times, expected 1":                                                row("twice", "box.publish", "Store", ""),
		"no function box.absent":                                                          row("nowhere", "box.absent", "Store", ""),
	} {
		_, err := generate(s, []planted.Mistake{m}, nil)
		require.ErrorContains(t, err, want)
	}
	mutants, err := generate(s, []planted.Mistake{
		row("ready-first", "box.publish", "b.n.Store(v) b.ready.Store(true)", "b.ready.Store(true); b.n.Store(v)"),
		row("other-state", "box.lock", "s := b.state.Load()", "s := uint64(0)"),
	}, nil)
	require.NoError(t, err)
	require.Len(t, mutants, 2)
	require.Equal(t, "box.publish planted: ready-first", mutants[0].ID)
	require.False(t, mutants[0].alone())
	require.Contains(t, mutants[0].apply(s.files)["sample.go"], "b.ready.Store(true); b.n.Store(v)")
	require.True(t, mutants[1].alone())
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

// TestStable checks that the IDs of mutants and the fingerprints of their
// functions do not change with layout, comments and the file that a function is
// in, and that a fingerprint changes with the code. Method: the sample is
// written in two ways.
func TestStable(t *testing.T) {
	fingerprints := func(files map[string]string) map[string]string {
		s, err := newSource("/nowhere", files, importer.Default())
		require.NoError(t, err)
		row := planted.Mistake{Name: "ready", Edits: []planted.Edit{{Func: "box.publish", Old: "b.ready.Store(true)", Times: 1}}}
		mutants, err := generate(s, []planted.Mistake{row}, operators())
		require.NoError(t, err)
		all := map[string]string{}
		for _, m := range mutants {
			all[m.ID] = m.source
		}
		require.Len(t, all, len(mutants))
		return all
	}
	before := fingerprints(map[string]string{"sample.go": sample})
	require.Contains(t, before, "half negate: a == b")
	at := strings.Index(sample, "func half")
	moved := "// Moved.\npackage sample\n\n" + strings.NewReplacer(
		"mean int, ok bool", "mean int, // of both\n\tok bool,\n", "a == b {", "a== /* really */ b {\n", "a += b", "a += b // sum").Replace(sample[at:])
	require.Equal(t, before, fingerprints(map[string]string{"a.go": sample[:at], "z.go": moved}))

	after := fingerprints(map[string]string{"sample.go": strings.Replace(sample, "a / 2", "a >> 1", 1)})
	for id, source := range before {
		if strings.HasPrefix(id, "half ") {
			require.NotEqual(t, source, after[id])
		} else {
			require.Equal(t, source, after[id], id)
		}
	}
}
