package corpus

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
)

var (
	all    = flag.Bool("all", false, "test all packages of packages.txt")
	update = flag.Bool("update", false, "with -all, write RESULTS.md")
)

// few are the packages that are tested by default.
var few = []string{"golang.org/x/sync/singleflight", "github.com/oklog/run"}

// packages returns the lines of packages.txt.
func packages(t *testing.T) []string {
	f, err := os.Open("packages.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []string
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := strings.TrimSpace(s.Text()); line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, line)
		}
	}
	return list
}

// What came of a package.
const (
	pass   = "pass"
	anyway = "fail, as they do when nothing is rewritten"
	fail   = "**fail only rewritten**"
)

func TestTheirTestsPassRewritten(t *testing.T) {
	list := few
	if *all {
		list = packages(t)
	}
	var mu sync.Mutex
	results := map[string]string{}
	t.Run("packages", func(t *testing.T) {
		for _, line := range list {
			p, flags, _ := strings.Cut(line, " ")
			t.Run(p, func(t *testing.T) {
				t.Parallel()
				result, out := try(p, strings.Fields(flags))
				switch result {
				case anyway:
					t.Logf("the tests fail when nothing is rewritten, too:\n%s", out)
				case fail:
					t.Errorf("the tests fail only rewritten:\n%s", out)
				}
				mu.Lock()
				defer mu.Unlock()
				results[line] = result
			})
		}
	})
	count := map[string]int{}
	var rows strings.Builder
	for _, line := range list {
		count[results[line]]++
		p, flags, _ := strings.Cut(line, " ")
		fmt.Fprintf(&rows, "| %s | `%s` | %s |\n", p, strings.TrimSpace("-short "+flags), results[line])
	}
	summary := fmt.Sprintf("%d packages: the tests of %d pass rewritten, those of %d fail only rewritten, those of %d fail when nothing is rewritten, too.",
		len(list), count[pass], count[fail], count[anyway])
	t.Log(summary)
	if count[pass] == 0 {
		t.Error("no package passed")
	}
	if *all && *update {
		text := fmt.Sprintf("# Corpus\n\nWritten by\n\n```sh\ngo test -C linearizability/explore/corpus -timeout 4h . -all -update\n```\n\nwith %s on %s/%s.\n%s\n\n"+
			"| package | flags | its own tests, rewritten |\n|---|---|---|\n%s", runtime.Version(), runtime.GOOS, runtime.GOARCH, summary, rows.String())
		if err := os.WriteFile("RESULTS.md", []byte(text), 0o666); err != nil {
			t.Error(err)
		}
	}
}

// attempts is how often tests may fail rewritten while they pass as they are: some depend
// on time.
const attempts = 3

// try runs the tests of a package rewritten and, if they fail, as they are. It returns the
// end of the output of those that fail.
func try(p string, flags []string) (result, out string) {
	flags = append(flags, "-short", "-timeout=10m", "-count=1", p)
	var rewritten []byte
	for range attempts {
		var err error
		rewritten, err = exec.Command("go", append([]string{"tool", "explore", "test", "-allow-partial"}, flags...)...).CombinedOutput()
		if err == nil {
			return pass, ""
		}
		plain, err := exec.Command("go", append([]string{"test", "-vet=off"}, flags...)...).CombinedOutput()
		if err != nil {
			return anyway, end(plain)
		}
	}
	return fail, end(rewritten)
}

// end returns the last lines of an output.
func end(out []byte) string {
	lines := strings.Split(string(out), "\n")
	return strings.Join(lines[max(0, len(lines)-40):], "\n")
}
