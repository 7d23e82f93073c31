package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/flatmap-go/flatmap/flatmap"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestUsage checks that what cannot be done is said clearly, with status 2.
func TestUsage(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"-layers model,nonsense", `no layer "nonsense"; there are model, linearizability, explore, corpus`},
		{"-budget -3s", "-budget is -3s, but must be more than 0"},
		{"-budget soon", "invalid value"},
		{"-depth 3", "flag provided but not defined"},
		{"verify", `unexpected argument "verify"`},
		{"-layers corpus -corpus nowhere", "corpus: "},
	} {
		var out bytes.Buffer
		require.Equal(t, statusUsage, run(strings.Fields(c.args), &out, &out), c.args)
		require.Contains(t, out.String(), c.want, c.args)
	}
}

// TestRun checks a short run of every layer, on a small corpus.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.txt"), []byte("one two two three three three"), 0o600))
	var out, live bytes.Buffer
	require.Zero(t, run([]string{"-budget", "1s", "-seed", "7", "-corpus", dir}, &out, &live), out.String())
	for _, want := range []string{"-seed 7", "model", "linearizability", "explore", "of them exhausted", "corpus", "1 files, 3 different words", "holds", "seconds in all"} {
		require.Contains(t, out.String(), want)
	}
}

// TestCompareCounts checks that a wrong count does not pass.
func TestCompareCounts(t *testing.T) {
	want := map[string]int{"a": 1, "b": 2}
	m := count([]string{"a b", "b"})
	require.NoError(t, compareCounts(m, want))
	m.Store("b", 3)
	require.ErrorContains(t, compareCounts(m, want), `counted "b" 3 times, not 2`)
	m.Store("b", 2)
	m.Store("c", 1)
	require.ErrorContains(t, compareCounts(m, want), "3 different words, not 2")
	m.Delete("b")
	require.ErrorContains(t, compareCounts(m, want), `counted "c" 1 times, not 0`)
}

// TestViolation checks that a layer that fails stops the run with status 1 and
// shows what it has found.
func TestViolation(t *testing.T) {
	saved := layers
	defer func() { layers = saved }()
	var m flatmap.Map[string, int]
	layers = []layer{
		{name: "wrong", unit: "words", weight: 1, verify: func(config) result {
			return result{done: 3, err: compareCounts(&m, map[string]int{"a": 1})}
		}},
		{name: "never", unit: "words", weight: 1, verify: func(config) result { panic("not reached") }},
	}
	var out, live bytes.Buffer
	require.Equal(t, statusViolation, run(nil, &out, &live))
	require.Contains(t, out.String(), "counted 0 different words, not 1")
	require.Contains(t, out.String(), "FAILED")
}

// TestExploration checks what the explore layer makes of the output of the
// processes that it runs.
func TestExploration(t *testing.T) {
	var done int
	e := exploration{rows: []map[[2]string]exploreRow{{}, {}}, progress: func(n int, _ string) { done = n }}
	for _, line := range []string{
		`{"row":{"suite":"2x1","subject":"words","clients":2,"exhausted":1,"executions":10}}`,
		`{"row":{"suite":"2x1","subject":"words","clients":3,"exhausted":2,"executions":30}}`,
		`{"rows":[{"suite":"2x1","subject":"words","clients":4,"exhausted":3,"executions":40}]}`,
	} {
		require.NoError(t, e.take(0, []byte(line)))
	}
	require.NoError(t, e.take(1, []byte(`{"row":{"suite":"2x1","subject":"words","clients":1,"exhausted":1,"executions":2}}`)))
	require.Equal(t, 42, done, "rows of one process replace each other, and those of two add up")
	require.Empty(t, e.violation)
	require.NoError(t, e.take(1, []byte(`{"violation":{"text":"not linearizable"}}`)))
	require.Equal(t, "not linearizable", e.violation)
	require.ErrorContains(t, e.take(1, []byte("panic")), `output "panic"`)
	require.ErrorContains(t, e.run(0, exec.Command("go", "version")), "invalid character")
	require.ErrorContains(t, e.run(0, exec.Command("go", "no-such-command")), "exit status 2")
}
