//go:build long

package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var newerGo = flag.String("newer", "go1.27.4", "a `version` of Go that is newer than go.mod's")

// The goal: the command works with the next version of Go, whose GOROOT is in the module
// cache. The method: everything is built by that version, as GOTOOLCHAIN selects it.
func TestNewerGo(t *testing.T) {
	w := newWorkspace(t, map[string]string{"m_test.go": counter, "racy/m_test.go": racy})
	w.env = []string{"GOTOOLCHAIN=" + *newerGo}
	out, err := w.command("go", "version").CombinedOutput()
	if err != nil {
		t.Skipf("this machine cannot have %s: %s", *newerGo, out)
	}
	require.Contains(t, string(out), *newerGo+" ")
	goRun := func(dir string, args ...string) (string, int) {
		c := w.command("go", args...)
		if dir != "" {
			c.Dir = dir
			c.Env = append(c.Env, "PWD="+dir)
		}
		out, err := c.CombinedOutput()
		t.Logf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		return string(out), c.ProcessState.ExitCode()
	}
	out1, status := goRun("", "tool", "explore", "test", ".")
	assert.Equal(t, ok, status)
	assert.Contains(t, out1, "explore: 1 of 1 explorations exhausted")
	out1, status = goRun("", "tool", "explore", "test", "./racy")
	assert.Equal(t, wrong, status)
	assert.Contains(t, out1, "data race")
	assert.Contains(t, out1, "m_test.go:20")

	dir, err := filepath.Abs(root)
	require.NoError(t, err)
	_, status = goRun(dir, "vet", "./linearizability/explore/...")
	assert.Zero(t, status)
	_, status = goRun(filepath.Join(dir, "linearizability", "explore", "corpus"), "test", "-count=1", "-run", "PassRewritten", ".")
	assert.Zero(t, status)
}

// The goal: to edit a package and explore again costs seconds. The method: after an edit,
// the compiler compiles that package, its test and the test's main, and nothing else.
func TestEdit(t *testing.T) {
	w := newWorkspace(t, map[string]string{
		"m.go":      "package m\n\nfunc add(n *int) { *n++ }\n",
		"m_test.go": strings.Replace(counter, "n++", "add(&n)", 1),
	})
	_, _, status := w.explore("test", ".")
	require.Equal(t, ok, status)
	w.write("m.go", "package m\n\nfunc add(n *int) { *n += 1 }\n")
	start := time.Now()
	name, err := built()
	require.NoError(t, err)
	c := w.command(name, "test", "-x", ".")
	out, err := c.CombinedOutput()
	elapsed := time.Since(start)
	require.NoError(t, err, "%s", out)
	compiled := regexp.MustCompile(`(?m)/compile.* -p (\S+) `).FindAllStringSubmatch(string(out), -1)
	var packages []string
	for _, m := range compiled {
		packages = append(packages, m[1])
	}
	assert.ElementsMatch(t, []string{"example.com/m", "main"}, packages)
	t.Logf("an edit costs %v of processor time, %v here and now", c.ProcessState.UserTime()+c.ProcessState.SystemTime(), elapsed.Round(100*time.Millisecond))
}

// The goal: an empty module needs only what README.md says. The method: its two commands
// and its test, with the module cache as proxy and this repository in place of the module.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("README.md")
	require.NoError(t, err)
	commands := regexp.MustCompile("(?s)## Two commands\n\n```sh\n(.*?)```").FindSubmatch(page)
	text := regexp.MustCompile("(?s)```go\n(.*?)```").FindSubmatch(page)
	require.True(t, commands != nil && text != nil)
	w := &workspace{t: t, dir: t.TempDir()}
	cache, err := exec.Command("go", "env", "GOMODCACHE").Output()
	require.NoError(t, err)
	w.env = []string{"GOSUMDB=off", "GOPROXY=file://" + filepath.ToSlash(filepath.Join(strings.TrimSpace(string(cache)), "cache", "download"))}
	abs, err := filepath.Abs(root)
	require.NoError(t, err)
	w.write("counter_test.go", string(text[1]))
	start := time.Now()
	lines := append([]string{"go mod init example.com/counter", "go mod edit -replace github.com/flatmap-go/flatmap=" + filepath.ToSlash(abs)},
		strings.Split(strings.TrimSpace(string(commands[1])), "\n")...)
	var out []byte
	for i, line := range lines {
		words := strings.Fields(line)
		out, err = w.command(words[0], words[1:]...).CombinedOutput()
		t.Logf("%s\n%s", line, out)
		if i < len(lines)-1 {
			require.NoError(t, err)
		}
	}
	require.Error(t, err)
	assert.Regexp(t, `data race: .* at counter_test\.go:15 is not ordered with .* at counter_test\.go:15`, string(out))
	assert.Less(t, time.Since(start), 5*time.Minute)
}
