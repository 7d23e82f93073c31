//go:build long

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSnippets checks the Go code of the README: the program runs and prints what
// its comment says, the test passes a map that is right and fails one that is
// wrong, and the rest compiles.
func TestSnippets(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	text := string(readme)
	programs, tests, others := 0, 0, 0
	for _, block := range regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(text, -1) {
		switch code := block[1]; {
		case strings.Contains(code, "package main"):
			programs++
			out, err := goCommand(t, map[string]string{"main.go": code}, "run")
			require.NoError(t, err, out)
			prints := regexp.MustCompile(`// prints (.*)\n`).FindStringSubmatch(code)
			require.NotNil(t, prints, code)
			require.Equal(t, prints[1]+"\n", out)
		case strings.Contains(code, "*testing.T"):
			tests++
			program := filepath.Join(t.TempDir(), "map.test")
			out, err := goCommand(t, map[string]string{"map.go": mapUnderTest, "map_test.go": withImports("mymap", code)}, "test", "-c", "-o", program)
			require.NoError(t, err, out)
			for _, fault := range []string{"", "swap"} {
				run := exec.Command(program)
				run.Env = append(os.Environ(), "FAULT="+fault)
				text, err := run.CombinedOutput()
				if fault == "" {
					require.NoError(t, err, string(text))
					continue
				}
				require.Error(t, err, "a Swap that is not atomic passes\n%s", text)
				require.Regexp(t, `(?s)call +return +operation\n.* Swap\(`, string(text), "a table of calls")
			}
		default:
			others++
			out, err := goCommand(t, map[string]string{"code.go": withImports("code", code)}, "vet")
			require.NoError(t, err, out)
		}
	}
	require.Equal(t, []int{1, 1, 1}, []int{programs, tests, others}, "programs, tests and other code")
}

// mapUnderTest is the map of a reader who verifies it. It has a fault if the
// environment says so: its Swap is two steps.
const mapUnderTest = `package mymap

import (
	"os"

	"github.com/flatmap-go/flatmap/model"
)

type Map[K comparable, V any] struct{ *model.Mutex[K, V] }

func New[K comparable, V any]() *Map[K, V] { return &Map[K, V]{model.NewMutex[K, V]()} }

func (m *Map[K, V]) Size() int { return m.Len() }

var faulty = os.Getenv("FAULT") == "swap"

func (m *Map[K, V]) Swap(key K, value V) (V, bool) {
	if !faulty {
		return m.Mutex.Swap(key, value)
	}
	old, ok := m.Load(key)
	m.Store(key, value)
	return old, ok
}
`

// withImports returns a file of a package, which imports what the code uses.
func withImports(name, code string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\n\n", name)
	bare := regexp.MustCompile(`//.*`).ReplaceAllString(code, "")
	for _, path := range []string{"os", "sync", "testing", modulePath + "/flatmap", modulePath + "/linearizability",
		modulePath + "/model", modulePath + "/model/conformance", modulePath + "/stress"} {
		if regexp.MustCompile(`\b` + filepath.Base(path) + `\.`).MatchString(bare) {
			fmt.Fprintf(&b, "import %q\n", path)
		}
	}
	return b.String() + "\n" + code
}

// goCommand returns the output of a go command for some files, which are in a
// folder outside of the module and import packages of it.
func goCommand(t *testing.T, files map[string]string, args ...string) (string, error) {
	dir := t.TempDir()
	for name, code := range files {
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, []byte(code), 0o600))
		args = append(args, file)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = ".."
	out, err := cmd.CombinedOutput()
	return string(out), err
}
