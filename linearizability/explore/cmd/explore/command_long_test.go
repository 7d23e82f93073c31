//go:build long

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const counter = imports + `
const limit = 1

func TestCounter(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		var mu sync.Mutex
		n := 0
		done := make(chan bool)
		go func() {
			mu.Lock()
			n++
			mu.Unlock()
			done <- true
		}()
		mu.Lock()
		n++
		mu.Unlock()
		<-done
		if n > 2*limit {
			t.Errorf("n is %d", n)
		}
	})
}
`

// TestStatementsDoWhatTheyDid runs a test that has all forms of all statements that are
// rewritten, with and without the command.
func TestStatementsDoWhatTheyDid(t *testing.T) {
	text, err := os.ReadFile("testdata/forms/forms_test.go")
	require.NoError(t, err)
	w := newWorkspace(t, map[string]string{"forms_test.go": string(text)})
	w.env = []string{"FORMS_OUT=" + filepath.Join(w.dir, "plain")}
	out, err := w.command("go", "test", "-count=1", ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	w.env = []string{"FORMS_OUT=" + filepath.Join(w.dir, "rewritten")}
	_, stderr, status := w.explore("test", "-timeout=100s", ".")
	assert.Contains(t, stderr, "no exploration ran")
	assert.Equal(t, trouble, status)
	want, err := os.ReadFile(filepath.Join(w.dir, "plain"))
	require.NoError(t, err)
	got, err := os.ReadFile(filepath.Join(w.dir, "rewritten"))
	require.NoError(t, err)
	assert.NotEmpty(t, want)
	assert.Equal(t, string(want), string(got))
}

func TestExhausted(t *testing.T) {
	w := newWorkspace(t, map[string]string{"m_test.go": counter})
	stdout, stderr, status := w.explore("test", ".")
	assert.Equal(t, ok, status)
	assert.Contains(t, stdout, "ok  \texample.com/m")
	assert.Contains(t, stderr, "explore: 1 of 1 explorations exhausted")

	t.Run("set", func(t *testing.T) {
		w.t = t
		stdout, _, status := w.explore("test", "-set", "example.com/m.limit=0", ".")
		assert.Equal(t, wrong, status)
		assert.Contains(t, stdout, "n is 2")
		_, stderr, status = w.explore("test", "-set", "example.com/m.limits=0", ".")
		assert.Equal(t, trouble, status)
		assert.Contains(t, stderr, "declares no constant or variable limits")
	})
	t.Run("partial", func(t *testing.T) {
		w.t = t
		_, stderr, status := w.explore("test", "-executions", "2", ".")
		assert.Equal(t, wrong, status)
		assert.Contains(t, stderr, "explore: TestCounter: not exhausted: 2 executions")
		_, _, status = w.explore("test", "-executions", "2", "-allow-partial", ".")
		assert.Equal(t, ok, status)
	})
	t.Run("cover", func(t *testing.T) {
		w.t = t
		stdout, _, status := w.explore("test", "-cover", ".")
		assert.Equal(t, ok, status)
		assert.Contains(t, stdout, "coverage: ")
	})
	t.Run("json", func(t *testing.T) {
		w.t = t
		stdout, _, status := w.explore("test", "-json", ".")
		assert.Equal(t, ok, status)
		assert.Contains(t, stdout, `"Action":"pass"`)
	})
}

func TestRaceIsFoundAndReplayed(t *testing.T) {
	w := newWorkspace(t, map[string]string{"m_test.go": racy})
	stdout, stderr, status := w.explore("test", ".")
	assert.Equal(t, wrong, status)
	assert.Contains(t, stdout, "data race")
	command := regexp.MustCompile(`go tool explore replay -run '\^TestRacy\$' (\S+) \.\n`).FindStringSubmatch(stderr)
	require.NotNil(t, command)
	stdout, _, status = w.explore("replay", "-run", "^TestRacy$", command[1], ".")
	assert.Equal(t, wrong, status)
	assert.Contains(t, stdout, "data race")
	_, stderr, status = w.explore("replay", "-run", "None", command[1], ".")
	assert.Equal(t, trouble, status)
	assert.Contains(t, stderr, "no test that ran")
	_, _, status = w.explore("test", "-races=false", ".")
	assert.Equal(t, ok, status)
}

func TestErrorsOfTheBuildAreTheCompilers(t *testing.T) {
	for name, text := range map[string]string{
		"types":  "package m\n\nimport \"sync\"\n\nfunc f(mu *sync.Mutex) {\n\tgo func() { mu.Lock() }()\n\tgo undefined1(mu)\n}\n",
		"parse":  "package m\n\nfunc {\n",
		"unused": "package m\n\nimport \"os\"\n\nfunc f(c chan int) {\n\tv := <-c\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorkspace(t, map[string]string{"m_test.go": counter, "bad.go": text})
			out, err := w.command("go", "test", "-vet=off", ".").CombinedOutput()
			require.Error(t, err)
			stdout, stderr, status := w.explore("test", ".")
			assert.Equal(t, trouble, status)
			assert.Equal(t, string(out), stderr+stdout)
		})
	}
}
