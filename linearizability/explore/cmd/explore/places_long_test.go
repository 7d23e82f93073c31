//go:build long && unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// library is a package of another module, with a race.
var library = map[string]string{
	"lib/go.mod": "module example.com/lib\n\ngo 1.17\n",
	"lib/lib.go": "package lib\n\nvar n int\n\n// Add counts.\nfunc Add() { n++ }\n\n// Wait runs both.\nfunc Wait(f func()) { c := make(chan bool); go func() { f(); c <- true }(); f(); <-c }\n",
}

const useLibrary = imports + `
func TestLibrary(t *testing.T) {
	explore.Test(t, func(t *explore.T) { lib.Wait(lib.Add) })
}
`

func libraryWorkspace(t *testing.T) *workspace {
	w := newWorkspace(t, library)
	w.write("m_test.go", strings.Replace(useLibrary, "import (", "import (\n\t\"example.com/lib\"", 1))
	return w
}

func (w *workspace) replaceLibrary() {
	mod, err := os.ReadFile(filepath.Join(w.dir, "go.mod"))
	require.NoError(w.t, err)
	w.write("go.mod", string(mod)+"\nrequire example.com/lib v0.0.0\n\nreplace example.com/lib => ./lib\n")
}

func (w *workspace) findsRaceOfLibrary() {
	w.t.Helper()
	stdout, _, status := w.explore("test", ".")
	assert.Equal(w.t, wrong, status)
	assert.Contains(w.t, stdout, "data race")
	assert.Contains(w.t, stdout, "lib.go:6")
}

func TestAnotherModule(t *testing.T) {
	w := libraryWorkspace(t)
	w.replaceLibrary()
	w.findsRaceOfLibrary()

	t.Run("trimpath", func(t *testing.T) {
		w.t = t
		stdout, _, status := w.explore("test", "-trimpath", ".")
		assert.Equal(t, wrong, status)
		assert.Contains(t, stdout, "lib.go:6")
	})
	t.Run("coverpkg", func(t *testing.T) {
		w.t = t
		stdout, _, status := w.explore("test", "-races=false", "-coverpkg=example.com/lib,.", ".")
		assert.Equal(t, ok, status)
		assert.Contains(t, stdout, "coverage: 100.0% of statements in example.com/lib")
		for _, pattern := range []string{"all", "fmt", "github.com/flatmap-go/flatmap/linearizability/..."} {
			_, stderr, status := w.explore("test", "-coverpkg="+pattern, ".")
			assert.Equal(t, trouble, status)
			assert.Regexp(t, `flag -coverpkg=\S+: package \S+ cannot be covered, because the explorer uses it`, stderr)
		}
	})
	t.Run("keep", func(t *testing.T) {
		w.t = t
		stdout, stderr, status := w.explore("test", "-v", "-keep", "example.com/lib", ".")
		assert.NotContains(t, stdout, "data race")
		assert.Contains(t, stdout+stderr, "example.com/lib: -keep example.com/lib")
		assert.NotEqual(t, trouble, status)
	})
	t.Run("list", func(t *testing.T) {
		w.t = t
		w.write("add_amd64.s", "// nothing\n")
		w.write("m.go", "package m\n\nimport _ \"unsafe\"\n\n//go:linkname now runtime.walltime\nfunc now() (int64, int32)\n")
		stdout, _, status := w.explore("list", "-keep", "example.com/none/...", ".")
		assert.Equal(t, ok, status)
		assert.Contains(t, stdout, "rewritten\texample.com/lib\n")
		assert.Contains(t, stdout, "as it is\tgithub.com/flatmap-go/flatmap/linearizability/explore\tthe explorer uses it\n")
		assert.Contains(t, stdout, "not seen\texample.com/m\tlinkname: runtime.walltime\n")
		if goarch := os.Getenv("GOARCH"); goarch == "" || goarch == "amd64" {
			assert.Contains(t, stdout, "not seen\texample.com/m\tassembly: add_amd64.s\n")
		}
	})
}

func TestVendor(t *testing.T) {
	w := libraryWorkspace(t)
	w.replaceLibrary()
	out, err := w.command("go", "mod", "vendor").CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.NoError(t, os.RemoveAll(filepath.Join(w.dir, "lib", "lib.go")))
	w.findsRaceOfLibrary()
}

func TestWorkspace(t *testing.T) {
	w := libraryWorkspace(t)
	w.write("go.work", "go 1.26\n\nuse (\n\t.\n\t./lib\n)\n")
	w.findsRaceOfLibrary()
}

func TestCgo(t *testing.T) {
	w := newWorkspace(t, map[string]string{
		"m.go": "package m\n\n// int one(void) { return 1; }\nimport \"C\"\n\nvar n int\n\nfunc add() { n += int(C.one()) }\n",
		"m_test.go": imports + `
func TestCgo(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		var wg sync.WaitGroup
		wg.Go(add)
		add()
		wg.Wait()
	})
}
`})
	out, err := w.command("go", "build", ".").CombinedOutput()
	if err != nil {
		t.Skipf("no cgo here: %s", out)
	}
	stdout, stderr, status := w.explore("test", ".")
	assert.Equal(t, wrong, status)
	assert.Contains(t, stdout, "data race")
	assert.Contains(t, stdout, "m.go:8")
	assert.Contains(t, stderr, "example.com/m: cgo: m.go")
}

// TestInterrupted stops a search that would take hours.
func TestInterrupted(t *testing.T) {
	w := newWorkspace(t, map[string]string{"m_test.go": imports + `
func TestLong(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				for range 5 {
					mu.Lock()
					mu.Unlock()
				}
			})
		}
		wg.Wait()
	})
}
`})
	name, err := built()
	require.NoError(t, err)
	c := w.command(name, "test", "-time=1h", ".")
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, c.Start())
	verdicts := func() []string {
		files, err := filepath.Glob(filepath.Join(os.TempDir(), "explore*", "verdicts"))
		require.NoError(t, err)
		return files
	}
	require.Eventually(t, func() bool {
		for _, f := range verdicts() {
			if b, err := os.ReadFile(f); err == nil && bytes.Count(b, []byte("TestLong")) > 1 {
				return true
			}
		}
		return false
	}, time.Minute, 10*time.Millisecond)
	require.NoError(t, syscall.Kill(-c.Process.Pid, syscall.SIGINT))
	require.Error(t, c.Wait())
	t.Logf("%s%s", stdout.Bytes(), stderr.Bytes())
	assert.Equal(t, trouble, c.ProcessState.ExitCode())
	assert.Contains(t, stderr.String(), "explore: interrupted; so far:\nexplore: TestLong: ")
	assert.Regexp(t, `[1-9]\d* executions`, stderr.String())
}
