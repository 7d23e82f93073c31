package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// These tests run the command as people do, on modules that they write.

const root = "../../../.." // of this repository

// built is the command's program.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "explore")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "explore.exe")
	out, err := exec.Command("go", "build", "-o", name, ".").CombinedOutput()
	if err != nil {
		return "", &exec.Error{Name: string(out), Err: err}
	}
	return name, nil
})

func TestMain(m *testing.M) {
	status := m.Run()
	if name, err := built(); err == nil {
		os.RemoveAll(filepath.Dir(name))
	}
	os.Exit(status)
}

// A workspace is a module that a test has written.
type workspace struct {
	t   *testing.T
	dir string
	env []string
	bin string // the command's program, if it is not that of this repository
}

// files maps names to texts. There is a go.mod for this repository, too.
func newWorkspace(t *testing.T, files map[string]string) *workspace {
	t.Helper()
	w := &workspace{t: t, dir: t.TempDir()}
	abs, err := filepath.Abs(root)
	require.NoError(t, err)
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	w.write("go.sum", string(sum))
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	_, requirements, ok := strings.Cut(string(mod), "\nrequire ")
	require.True(t, ok)
	w.write("go.mod", `module example.com/m

go 1.26

require github.com/flatmap-go/flatmap v0.0.0

require `+requirements+`

replace github.com/flatmap-go/flatmap => `+filepath.ToSlash(abs)+`

tool github.com/flatmap-go/flatmap/linearizability/explore/cmd/explore
`)
	for name, text := range files {
		w.write(name, text)
	}
	return w
}

func (w *workspace) write(name, text string) {
	w.t.Helper()
	name = filepath.Join(w.dir, name)
	require.NoError(w.t, os.MkdirAll(filepath.Dir(name), 0o777))
	require.NoError(w.t, os.WriteFile(name, []byte(text), 0o666))
}

// command returns a command that is to run in the module.
func (w *workspace) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Dir = w.dir
	c.Env = append(append(os.Environ(), "PWD="+w.dir, "GOFLAGS=-buildvcs=false"), w.env...)
	return c
}

// explore runs the command, and returns what it prints and its status.
func (w *workspace) explore(args ...string) (stdout, stderr string, status int) {
	w.t.Helper()
	name := w.bin
	if name == "" {
		var err error
		name, err = built()
		require.NoError(w.t, err)
	}
	c := w.command(name, args...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		require.ErrorAs(w.t, err, new(*exec.ExitError))
	}
	w.t.Logf("explore %s: status %d\n%s%s", strings.Join(args, " "), c.ProcessState.ExitCode(), out.Bytes(), errs.Bytes())
	return out.String(), errs.String(), c.ProcessState.ExitCode()
}

// imports is the head of a test that explores.
const imports = `package m

import (
	"sync"
	"testing"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

var _ sync.Mutex
`

const racy = imports + `
func TestRacy(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		n := new(int)
		var wg sync.WaitGroup
		for range 2 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				*n++
			}()
		}
		wg.Wait()
	})
}
`

// TestRaceIsFound is the one test by default that runs the go command.
func TestRaceIsFound(t *testing.T) {
	w := newWorkspace(t, map[string]string{"m_test.go": racy})
	stdout, stderr, status := w.explore("test", ".")
	assert.Equal(t, wrong, status)
	assert.Contains(t, stdout, "data race")
	assert.Regexp(t, `go tool explore replay -run '\^TestRacy\$' \S+ \.\n`, stderr)
}

func TestRefused(t *testing.T) {
	for args, want := range map[string]string{
		"test -race .":             "flag -race: data races are found without it",
		"test -covermode=set .":    "want atomic",
		"test -toolexec x .":       "flag -toolexec",
		"test -bound 1 -random .":  "exclude each other",
		"test -bound x .":          `value "x", want a number from 0`,
		"test -set m.x .":          "want import/path.name=expression",
		"test -bound":              "no value",
		"test -gcflags=./...=-N .": "without a pattern",
		"replay":                   "no string",
		"explode":                  "unknown command",
		"test -races=maybe .":      "invalid syntax",
		"test -time=0s .":          "want more than 0",
	} {
		var stdout, stderr bytes.Buffer
		status, err := run(strings.Fields(args), &stdout, &stderr)
		assert.Equal(t, trouble, status, args)
		assert.ErrorContains(t, err, want, args)
	}
	t.Setenv("GOFLAGS", "-race")
	_, err := run([]string{"test"}, nil, nil)
	assert.ErrorContains(t, err, "GOFLAGS has -race")
}
