package main

import (
	"fmt"
	"go/importer"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// program prints what the functions of the map do, so that each mutant can be
// told from the others.
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
// that all of them have an ID of their own, and that those which are to share
// a build compile together.
func TestMap(t *testing.T) {
	s, err := loadMap(t.Context())
	require.NoError(t, err)
	mutants, err := generate(s, namedEdits, operators())
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
	mutants, err := generate(s, namedEdits, operators())
	require.NoError(t, err)
	_, err = equivalents(equivalentText, mutants)
	require.NoError(t, err)

	some := []*Mutant{{ID: "a"}, {ID: "b"}, {ID: "c"}}
	got, err := equivalents("# Title\n\nText.\n\n- ``a``\n- ``b``\n\nBoth are\nfine.\n\n- ``c``\n\nSo is this.\n", some)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"a": "Both are fine.", "b": "Both are fine.", "c": "So is this."}, got)
	for text, want := range map[string]string{
		"- ``a``\n\nfine\n\n- ``gone``\n\nfine\n": "do not exist (any more):\n  gone",
		"- ``a``\n":                            "no argument",
		"- ``a``\n\nfine\n\n- ``a``\n\nfine\n": "twice",
		"- ``a\n\nfine\n":                      "not closed",
	} {
		_, err := equivalents(text, some)
		require.ErrorContains(t, err, want)
	}
}

// TestNamed checks that a named edit whose text is gone, or there twice, is not
// passed over, and that one of statements shares a build.
func TestNamed(t *testing.T) {
	s := sampleSource(t)
	_, err := generate(s, []namedEdit{one("gone", "", "box.publish", "b.n.Load()", "")}, nil)
	require.ErrorContains(t, err, `named mutant "gone": box.publish in sample.go has 0 times, not once, the text`)
	_, err = generate(s, []namedEdit{one("twice", "", "box.publish", "Store", "")}, nil)
	require.ErrorContains(t, err, "has 2 times, not once")
	_, err = generate(s, []namedEdit{one("nowhere", "", "box.absent", "Store", "")}, nil)
	require.ErrorContains(t, err, "no function box.absent")
	mutants, err := generate(s, []namedEdit{
		one("ready first", "", "box.publish", "b.n.Store(v) b.ready.Store(true)", "b.ready.Store(true); b.n.Store(v)"),
		one("other state", "", "box.lock", "s := b.state.Load()", "s := uint64(0)"),
	}, nil)
	require.NoError(t, err)
	require.Len(t, mutants, 2)
	require.False(t, mutants[0].alone())
	require.Contains(t, mutants[0].apply(s.files)["sample.go"], "b.ready.Store(true); b.n.Store(v)")
	require.True(t, mutants[1].alone())
}
