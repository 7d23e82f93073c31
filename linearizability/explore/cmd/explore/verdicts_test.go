package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability/explore/internal/tool"
)

func TestVerdictsDecideTheStatus(t *testing.T) {
	running := tool.Verdict{Test: "TestA", State: tool.Running, Executions: 1}
	exhausted := tool.Verdict{Test: "TestA", State: tool.Done, Executions: 3, Exhausted: true, Notes: []string{"not seen: x"}}
	partial := tool.Verdict{Test: "TestB/b c", State: tool.Done, Executions: 2, Redundant: 1}
	failed := tool.Verdict{Test: "TestB/b c", State: tool.Done, Failed: true, Replay: "e1.c", Notes: []string{"not seen: x"}}
	for _, c := range []struct {
		name        string
		args        string
		verdicts    []tool.Verdict
		interrupted bool
		status      int
		says        string
	}{
		{"exhausted", "test", []tool.Verdict{running, exhausted}, false, ok, "explore: TestA: not seen: x\nexplore: 1 of 1 explorations exhausted, 3 executions in 0s\n"},
		{"partial", "test", []tool.Verdict{exhausted, partial}, false, wrong, "explore: TestB/b c: not exhausted: 2 executions and 1 redundant in 0s\n"},
		{"allowed", "test -allow-partial", []tool.Verdict{exhausted, partial}, false, ok, "not exhausted"},
		{"failed", "test -allow-partial -set a/b.c=1 -tags=x .", []tool.Verdict{exhausted, failed}, false, wrong,
			"    go tool explore replay -set a/b.c=1 -tags=x -run '^TestB$/^b c$' e1.c "},
		{"notes", "test", []tool.Verdict{exhausted, failed}, false, wrong, "explore: TestA and 1 more: not seen: x\n"},
		{"crashed", "test -allow-partial", []tool.Verdict{running}, false, wrong, "explore: TestA: did not end: 1 executions in 0s\n"},
		{"interrupted", "test", []tool.Verdict{running}, true, wrong, "explore: interrupted; so far:\nexplore: TestA: did not end"},
		{"none", "test", nil, false, trouble, "no exploration ran"},
		{"none allowed", "test -allow-partial", nil, false, ok, "no exploration ran"},
		{"replayed", "replay e1.c", []tool.Verdict{{Test: "TestA", State: tool.Done, Failed: true, Replayed: true}}, false, wrong, "TestA: failed"},
		{"not replayed", "replay e1.c", []tool.Verdict{{Test: "TestA", State: tool.Done}}, false, trouble, "no test that ran has the execution e1.c\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "verdicts")
			t.Setenv("EXPLORE_VERDICTS", name)
			for _, v := range c.verdicts {
				require.NoError(t, tool.Write(v))
			}
			v, err := readVerdicts(name)
			require.NoError(t, err)
			args := strings.Fields(c.args)
			o, err := parseFlags(args[0], args[1:])
			require.NoError(t, err)
			var out strings.Builder
			assert.Equal(t, c.status, v.report(o, &out, c.interrupted), out.String())
			assert.Contains(t, out.String(), c.says)
		})
	}
}

func TestFlags(t *testing.T) {
	o, err := parseFlags("test", strings.Fields("-bound 2 -run A|B -tags=x -v ./... -trimpath -set=a.b=1 -gcflags=all=-N --keep m/... -args -bound 3"))
	require.NoError(t, err)
	assert.Equal(t, 2, o.config.Bound)
	assert.Equal(t, strings.Fields("-run=A|B -tags=x -v ./... -trimpath -args -bound 3"), o.rest)
	assert.Equal(t, []string{"./..."}, o.packages)
	assert.Equal(t, strings.Fields("-tags=x -trimpath -gcflags=all=-N"), o.build)
	assert.Equal(t, " -N", o.gcflags)
	assert.True(t, o.trimpath)
	assert.Equal(t, "m/...", o.kept("m/x"))
	assert.Equal(t, "m/...", o.kept("m"))
	assert.Empty(t, o.kept("mm"))
	_, err = parseFlags("test", []string{"-h"})
	assert.ErrorIs(t, err, errHelp)
}

func TestWatcherNotesFailedBuilds(t *testing.T) {
	for text, want := range map[string]bool{
		"ok  \tm\t0.1s\n":            false,
		"FAIL\tm [build failed]\n":   true,
		"FAIL\tm [setup failed]\n":   true,
		"=== RUN [build\n failed]\n": false,
	} {
		var out strings.Builder
		w := &watcher{w: &out}
		for i := range len(text) {
			_, err := w.Write([]byte(text[i : i+1]))
			require.NoError(t, err)
		}
		assert.Equal(t, text, out.String())
		assert.Equal(t, want, w.notBuilt, text)
	}
}
