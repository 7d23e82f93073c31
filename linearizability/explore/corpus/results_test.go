package corpus

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// A pkg is a line of packages.txt.
type pkg struct {
	path   string
	flags  []string
	reason string // why its tests fail rewritten, after #
}

// A verdict is a row of RESULTS.md.
type verdict struct {
	version string // of the package's module
	flags   string
	tests   int
	verdict string
	sources string // the hash of what rewrites, and of the version of Go
}

// How a verdict begins. The names of tests that fail, or a reason, come after it.
const (
	pass   = "pass"
	none   = "no tests"
	anyway = "not counted: fails when nothing is rewritten, too"
	fail   = "**fails only rewritten**"
)

func (v verdict) fails() bool { return strings.HasPrefix(v.verdict, fail) }

// A corpus is packages.txt and RESULTS.md.
type corpus struct {
	packages []pkg
	versions map[string]string
	verdicts map[string]verdict
	sources  string
}

const results = "RESULTS.md"

var row = regexp.MustCompile("(?m)^\\| (\\S+) \\| (\\S+) \\| `([^`]*)` \\| (\\d+) \\| (.*) \\| (\\w+) \\|$")

func readCorpus(t *testing.T) *corpus {
	t.Helper()
	c := &corpus{versions: map[string]string{}, verdicts: map[string]verdict{}, sources: sources(t)}
	f, err := os.Open("packages.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	args := []string{"list", "-f", "{{.ImportPath}} {{.Module.Version}}"}
	for s := bufio.NewScanner(f); s.Scan(); {
		line, reason, _ := strings.Cut(s.Text(), "#")
		if words := strings.Fields(line); len(words) > 0 {
			c.packages = append(c.packages, pkg{words[0], words[1:], strings.TrimSpace(reason)})
			args = append(args, words[0])
		}
	}
	out, err := exec.Command("go", args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		path, version, _ := strings.Cut(strings.TrimSpace(line), " ")
		c.versions[path] = version
	}
	text, err := os.ReadFile(results)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		tests, err := strconv.Atoi(m[4])
		if err != nil {
			t.Fatal(err)
		}
		c.verdicts[m[1]] = verdict{m[2], m[3], tests, m[5], m[6]}
	}
	return c
}

// stamp completes a verdict of now.
func (c *corpus) stamp(p pkg, v verdict) verdict {
	v.version, v.flags, v.sources = c.versions[p.path], p.text(), c.sources
	return v
}

func (p pkg) text() string { return strings.Join(append([]string{"-short"}, p.flags...), " ") }

// done reports whether there is a verdict that another run would repeat.
func (c *corpus) done(p pkg) bool {
	v := c.verdicts[p.path]
	return v.verdict != "" && c.stamp(p, v) == v && v.fails() == (p.reason != "")
}

// write writes RESULTS.md.
func (c *corpus) write(t *testing.T) {
	var rows strings.Builder
	count := map[string]int{}
	tests, missing := 0, 0
	for _, p := range c.packages {
		v, ok := c.verdicts[p.path]
		if !ok {
			missing++
			continue
		}
		for _, kind := range []string{pass, none, anyway, fail} {
			if strings.HasPrefix(v.verdict, kind) {
				count[kind]++
			}
		}
		if v.verdict == pass {
			tests += v.tests
		}
		fmt.Fprintf(&rows, "| %s | %s | `%s` | %d | %s | %s |\n", p.path, v.version, v.flags, v.tests, v.verdict, v.sources)
	}
	text := fmt.Sprintf(`# Corpus

Published packages, rewritten with all that they import, compiled, and tested by their own tests, which are not explored. Written by

`+"```sh\ngo test -C linearizability/explore/corpus -timeout 4h . -all\n```"+`

which keeps the rows of these sources and can be interrupted. %s %s/%s.

**%d of %d packages pass rewritten, with %d tests.** %d fail only rewritten, %d fail when nothing is rewritten, too, %d have no tests, %d have not been run.

The last column is the hash of the sources that rewrite (command, rewriter, stand-ins) and of the version of Go; those of the newest row are %s.
The tests are those that passed rewritten, without their subtests.

| package | version | flags | tests | verdict | sources |
|---|---|---|---|---|---|
%s`, runtime.Version(), runtime.GOOS, runtime.GOARCH, count[pass], len(c.packages), tests, count[fail], count[anyway], count[none], missing, c.sources, rows.String())
	if err := os.WriteFile(results, []byte(text), 0o666); err != nil {
		t.Error(err)
	}
}

// sources returns a hash of all that decides how a package is rewritten.
func sources(t *testing.T) string {
	t.Helper()
	hash := sha256.New()
	fmt.Fprintln(hash, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for _, dir := range []string{"cmd/explore", "internal/shim", "internal/tool"} {
		err := filepath.WalkDir(filepath.Join("..", filepath.FromSlash(dir)), func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() {
				if d.Name() == "testdata" || d.Name() == "programs" {
					return fs.SkipDir
				}
				return nil
			}
			if ext := filepath.Ext(name); ext != ".go" && ext != ".s" || strings.HasSuffix(name, "_test.go") {
				return nil
			}
			text, err := os.ReadFile(name)
			fmt.Fprintf(hash, "%s %x\n", filepath.ToSlash(name), sha256.Sum256(text))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return fmt.Sprintf("%x", hash.Sum(nil)[:4])
}

// enough is how many published packages must pass.
const enough = 50

// The goal: RESULTS.md is about the packages of packages.txt, in the versions of go.mod.
func TestResultsAreOfThesePackages(t *testing.T) {
	c := readCorpus(t)
	passed := 0
	for _, p := range c.packages {
		v := c.verdicts[p.path]
		switch {
		case v.version != c.versions[p.path] || v.flags != p.text():
			t.Errorf("%s %s with %s has no row: run the test with -all", p.path, c.versions[p.path], p.text())
		case v.fails() != (p.reason != ""):
			t.Errorf("%s: verdict %q, but packages.txt gives the reason %q", p.path, v.verdict, p.reason)
		case v.verdict == pass:
			passed++
		}
	}
	if passed < enough {
		t.Errorf("%d packages pass rewritten, want %d", passed, enough)
	}
	if len(c.verdicts) > len(c.packages) {
		t.Errorf("RESULTS.md has %d rows, packages.txt %d packages", len(c.verdicts), len(c.packages))
	}
}
