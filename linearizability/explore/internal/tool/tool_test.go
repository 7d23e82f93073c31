package tool

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConfigGoesThroughTheEnvironment(t *testing.T) {
	want := Config{Bound: 2, Random: true, Executions: 4, Time: 5 * time.Second, Seed: 6, Spin: 7,
		AllowPartial: true, Progress: true, Replay: "e1.c", Verdicts: "file"}
	for _, c := range []Config{want, {Bound: -1}} {
		for _, v := range c.Variables() {
			name, value, _ := strings.Cut(v, "=")
			t.Setenv(name, value)
		}
		got, err := Environment()
		require.NoError(t, err)
		assert.Equal(t, c, got)
	}
	t.Setenv("EXPLORE_BOUND", "many")
	_, err := Environment()
	assert.ErrorContains(t, err, "EXPLORE_BOUND")
}

func TestBinary(t *testing.T) {
	_, rewritten := Binary()
	assert.False(t, rewritten)
	want := Info{Races: true, Unseen: []Unseen{{"a/b", "cgo"}}}
	b, err := json.Marshal(want)
	require.NoError(t, err)
	info = string(b)
	defer func() { info = "" }()
	got, rewritten := Binary()
	assert.True(t, rewritten)
	assert.Equal(t, want, got)
}

func TestWriteAppendsLines(t *testing.T) {
	name := filepath.Join(t.TempDir(), "verdicts")
	t.Setenv("EXPLORE_VERDICTS", name)
	require.NoError(t, Write(Verdict{Test: "TestA", State: Running}))
	require.NoError(t, Write(Verdict{Test: "TestA", State: Done, Exhausted: true}))
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	require.Len(t, lines, 2)
	var v Verdict
	require.NoError(t, json.Unmarshal([]byte(lines[1]), &v))
	wd, err := os.Getwd()
	require.NoError(t, err)
	assert.Equal(t, Verdict{Package: wd, Test: "TestA", State: Done, Exhausted: true}, v)
}

func TestExpression(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.go")
	text := `package a
func f() {
	head.value.Load()
	atomic.LoadUint64(&b[i].meta)
	a.Load(); b.Load()
	a.Load(); b.Store(1)
	c.mu.RLock()
	x.Load(y.Load(), x.Load())
	s.c <- <-d
	for range e { close(f); len(f) }
}
`
	require.NoError(t, os.WriteFile(name, []byte(text), 0o666))
	for _, c := range []struct {
		line     int
		op, want string
	}{
		{3, "Load", "head.value"},
		{4, "Load", "b[i].meta"},
		{5, "Load", ""},
		{6, "Store", "b"},
		{7, "WaitClear", "c.mu"},
		{8, "Load", ""},
		{3, "Swap", ""},
		{9, "send to", "s.c"},
		{9, "receive from", "d"},
		{10, "receive from", "e"},
		{10, "close", "f"},
		{10, "len of", "f"},
		{1, "Load", ""},
	} {
		assert.Equal(t, c.want, Expression(name, c.line, c.op), "line %d, %s", c.line, c.op)
	}
	assert.Empty(t, Expression(filepath.Join(t.TempDir(), "none.go"), 1, "Load"))
}
