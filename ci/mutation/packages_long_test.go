//go:build long

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/stretchr/testify/require"
)

// module is a module of two packages. The tests of one notice some mutants of it.
var module = map[string]string{
	"go.mod": "module example.com/other\n\ngo 1.26\n",
	"sum/sum.go": `package sum

import "sync"

var mu sync.Mutex

func Sum(n int) (sum int) {
	mu.Lock()
	defer mu.Unlock()
	for i := 0; i < n; {
		sum += i
		i++
	}
	return sum
}

func Unused(a int) int { return a + 1 }
`,
	"sum/sum_test.go": `package sum_test

import (
	"testing"

	"example.com/other/sum"
)

func TestSum(t *testing.T) {
	for range 2 {
		if sum.Sum(4) != 6 {
			t.Fatal("wrong sum")
		}
	}
}
`,
	"user/user.go": "package user\n\nimport \"example.com/other/sum\"\n\nfunc Twice(a int) int { return sum.Unused(sum.Unused(a)) }\n",
	"user/user_test.go": `package user

import "testing"

func TestTwice(t *testing.T) {
	if Twice(1) != 3 {
		t.Fatal("not twice")
	}
}
`,
}

// TestPackages mutates a package of another module, by way of the command line.
// It checks what its own tests notice, that a mutant which loops is a timeout, that the tests of another package notice what its own do
// not, and that results of packages which are not asked for stay in the file.
func TestPackages(t *testing.T) {
	dir := t.TempDir()
	for name, text := range module {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	results, table := filepath.Join(dir, "results.json"), filepath.Join(dir, "table.md")
	mutate := func(status int, args ...string) string {
		var out, stderr bytes.Buffer
		require.Equal(t, status, run(t.Context(), append([]string{"-C", dir, "-results", results}, args...), &out, &stderr), "%s\n%s", &out, &stderr)
		return out.String()
	}
	only := `sum\.Sum (negate|boundary|off by one|arithmetic|drop: mu)`
	mutate(cli.StatusViolation, "-packages", "./...", "-only", only+"|Unused|Twice")
	mutate(0, "-packages", "./user")
	mutate(cli.StatusViolation, "-packages", "./sum,./user", "-report", "-markdown", table)
	text, err := os.ReadFile(table)
	require.NoError(t, err)
	fates := mutate(cli.StatusViolation, "-packages", "./...", "-report", "-list")
	for id, want := range map[string]string{
		"sum.Sum boundary: i < n":         killed,
		"sum.Sum arithmetic: i++":         timeout,
		"sum.Sum drop: mu.Lock()":         killed,
		"sum.Sum off by one: i := 0":      survived,
		"sum.Unused arithmetic: a + 1":    survived,
		"user.Twice return early: Twice":  killed,
		"sum.Sum return early: Sum":       unfinished,
		"sum.Unused return early: Unused": survived,
	} {
		require.Contains(t, fates, want+"\t"+id+"\t")
	}
	require.Contains(t, string(text), "- survived: `` sum.Unused arithmetic: a + 1 ``")
	require.Regexp(t, `\| user \| 1 \| 1 \| 0 \| 0 \| 0 \| 0 \| 0 \|`, string(text))
	kept := filepath.Join(dir, "kept.json")
	mutate(0, "-packages", "./sum", "-tests", "./...", "-results", kept, "-only", "Unused arithmetic")
	why := filepath.Join(dir, "EQUIVALENT.md")
	require.NoError(t, os.WriteFile(why, []byte("- ``sum.Sum off by one: i := 0``\n\nZero adds nothing.\n\n- ``user.Gone drop: x``\n\nIt is gone.\n"), 0o600))
	mutate(0, "-packages", "./sum", "-arguments", why, "-only", "off by one: i := 0")
	mutate(cli.StatusUndone, "-packages", "./user", "-arguments", why)
}
