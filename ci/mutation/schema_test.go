package main

import (
	"go/importer"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/internal/planted"
	"github.com/stretchr/testify/require"
)

// TestMap checks that the map's sources have the mutants that are promised, and
// that no two of them have the same ID.
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
