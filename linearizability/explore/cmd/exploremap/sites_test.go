package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestArguments checks that a line that is not an argument is refused.
func TestArguments(t *testing.T) {
	path := filepath.Join(t.TempDir(), "arguments.md")
	for line, want := range map[string]bool{
		"- `a: b`":                true,
		"- `a: b` before `c: d`":  true,
		"- `a: b` before all":     true,
		"- all before `a: b`":     true,
		"- all before all":        false,
		"- all":                   false,
		"- a: b":                  false,
		"- `a: b` after `c: d`":   false,
		"- `a: b` before `c: d`.": false,
	} {
		require.NoError(t, os.WriteFile(path, []byte("words\n"+line+"\n"), 0o600))
		list, err := readArguments(path)
		require.Equal(t, want, err == nil, line)
		require.Equal(t, want, len(list) == 1, line)
	}
}

// TestAccesses checks the finding of accesses in the source, on a map of a few
// lines.
func TestAccesses(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"words.go": "package flatmap\nfunc outer() { inner() }\nfunc inner() { loadWord(nil) }\nfunc none() {}\n",
		"sync_explore.go": "package flatmap\nfunc loadWord(p *int) { explore.LoadUintptr(p) }\n" +
			"func retry() { explore.Retry() }\nfunc (c *core) await() { c.meta.WaitClear(1) }\n",
		"sync.go":      "package flatmap\nfunc (c *core) other() { c.meta.Load() }\n",
		"some_test.go": "package flatmap\nfunc test() { outer() }\n",
		"map.go": `package flatmap
type core struct { meta atomicUint64; list []atomicPointer[int]; mu mutex; n int }
func (m *Map[K, V]) Do(c *core) {
	defer c.mu.Unlock() // a comment
	c.mu.Lock()
	c.list[0].Load(); none(); retry()
	c.n.Load()
	func() { outer() }()
	c.await()
	c.inner()
	c.mu.Lock()
}
func outerTest() {
	for c.meta.Load() != c.meta.Load() {}
}
`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	list, err := mapAccesses(dir)
	require.NoError(t, err)
	var names []string
	for _, a := range list {
		names = append(names, a.String())
	}
	require.Equal(t, []string{
		"Map.Do: defer c.mu.Unlock()",
		"Map.Do: c.mu.Lock()",
		"Map.Do: c.list[0].Load(); none(); retry()",
		"Map.Do: func() { outer() }()",
		"Map.Do: c.await()",
		"Map.Do: c.mu.Lock() (number 2)",
		"outerTest: for c.meta.Load() != c.meta.Load() {}",
	}, names)
	require.True(t, list[0].deferred)
}

// TestCoverageClients checks that clients are read as they are spelled, and
// that other text is refused.
func TestCoverageClients(t *testing.T) {
	list, err := coverageClients("# comment\n\nwords | full | Swap(k1, 10) || Load(k0); Clear()\n" + coverageFile)
	require.NoError(t, err)
	require.Greater(t, len(list), 50)
	require.Equal(t, "Swap(k1, 10) || Load(k0); Clear()", list[0].client.String())
	for _, s := range suites {
		if s.shape == nil {
			continue
		}
		sc := &scenarios[0]
		s.each(sc, func(c client) bool {
			again, err := parseClient(c.String(), sc.keys)
			require.NoError(t, err)
			require.Equal(t, c, again)
			return !s.long
		})
	}
	for text, want := range map[string]string{
		"words | Load(k0)":                       "is not: map | scenario | client",
		"ints | full | Load(k0)":                 "is not: map | scenario | client",
		"words | somewhere | Load(k0)":           "no such scenario",
		"words | full | Load(k0) || Frob(k0)":    `malformed call "Frob(k0)"`,
		"words | full | Load(k7)":                `malformed call "Load(k7)"`,
		"words | full | Load()":                  `malformed call "Load()"`,
		"words | full | Clear(k0)":               `malformed call "Clear(k0)"`,
		"words | full | Load(k0) | Clear()":      "malformed call",
		"words | full | Load(k0) || || Clear() ": "malformed call",
	} {
		_, err := coverageClients(text)
		require.ErrorContains(t, err, want)
	}
}
