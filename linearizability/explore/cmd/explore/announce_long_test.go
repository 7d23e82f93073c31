//go:build long

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// announcers is added to package explore: it notes which functions announce accesses.
const announcers = `package explore

import (
	"os"
	"runtime"
)

var noted = map[string]bool{}

func note() {
	var pcs [1]uintptr
	runtime.Callers(6, pcs[:])
	f, _ := runtime.CallersFrames(pcs[:]).Next()
	if noted[f.Function] {
		return
	}
	noted[f.Function] = true
	file, err := os.OpenFile(os.Getenv("ANNOUNCED"), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	file.WriteString(f.Function + "\n")
}
`

// allMethods explores clients of all methods of a map, and a test.
const allMethods = `package m

import (
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/linearizability/explore"
	"github.com/flatmap-go/flatmap/model"
)

func maps[K, V comparable](t *testing.T) {
	for _, kind := range model.Kinds() {
		t.Run(kind.String(), func(t *testing.T) {
			explore.Map(t, func() model.Map[K, V] { return flatmap.New[K, V]() }, explore.WithMethods(kind, model.Store))
		})
	}
}

func TestMap(t *testing.T) { maps[string, int](t) }

func TestBody(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		n := new(int)
		done := make(chan bool)
		go func() { *n++; done <- true }()
		<-done
		*n++
	})
}
`

// announced returns the functions that announce accesses when allMethods is explored by the
// copy of this repository in dir.
func announced(t *testing.T, dir string) (list []string) {
	w := newWorkspace(t, map[string]string{"m_test.go": allMethods})
	w.useCopy(dir)
	name := filepath.Join(w.dir, "announced")
	w.env = []string{"ANNOUNCED=" + name}
	stdout, stderr, status := w.explore("test", "-executions=3", "-time=1s", "-allow-partial", ".")
	require.Equal(t, ok, status, "%s%s", stdout, stderr)
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		list = append(list, strings.TrimSpace(line))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// The goal: what is generic in this repository, and so compiled in the packages that are
// explored, does not confuse an exploration. The method: a copy of the repository notes
// what announces accesses while clients of all methods of a map are explored. Functions of
// package explore must not: it would explore itself. (Their closures, for which the
// compiler has no pragma, only read what was set before.) What packages linearizability and
// model announce belongs to one goroutine or is only read, so that they need no pragma:
// no client has a race.
func TestGenericCodeDoesNotConfuse(t *testing.T) {
	dir := t.TempDir()
	copyRepository(t, dir)
	folder := filepath.Join(dir, "linearizability", "explore")
	replace(t, filepath.Join(folder, "datarace.go"), "\tg := e.running\n\tif e.observer.pending {", "\tnote()\n\tg := e.running\n\tif e.observer.pending {")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "note.go"), []byte(announcers), 0o666))
	list := announced(t, dir)
	require.Contains(t, list, "example.com/m.TestBody.func1.1")
	require.Contains(t, list, "github.com/flatmap-go/flatmap/linearizability.(*Client[...]).end")
	require.Empty(t, slices.DeleteFunc(list, notExplorer))

	// That notices if a pragma is missing.
	name := filepath.Join(folder, "mapprogram.go")
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(name, []byte(strings.ReplaceAll(string(text), "//go:norace\n", "\n")), 0o666))
	require.NotEmpty(t, slices.DeleteFunc(announced(t, dir), notExplorer))
}

var closure = regexp.MustCompile(`\.func\d|-range\d`)

// notExplorer reports whether function is not one of package explore with a name.
func notExplorer(function string) bool {
	return !strings.HasPrefix(function, "github.com/flatmap-go/flatmap/linearizability/explore.") || closure.MatchString(function)
}
