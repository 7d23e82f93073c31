package corpus

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	all   = flag.Bool("all", false, "test the packages of packages.txt that have no verdict of these sources in RESULTS.md, and write it")
	begin = flag.Duration("for", 0, "with -all, begin with no package after this `time`; the rest is for another run")
)

// few are the packages that are tested by default.
var few = []string{"golang.org/x/sync/singleflight", "github.com/oklog/run"}

func TestTheirTestsPassRewritten(t *testing.T) {
	c := readCorpus(t)
	list := c.packages
	if !*all {
		list = slices.DeleteFunc(slices.Clone(list), func(p pkg) bool { return !slices.Contains(few, p.path) })
		if len(list) != len(few) {
			t.Fatalf("packages.txt has %d of the packages %v", len(list), few)
		}
	}
	start := time.Now()
	var mu sync.Mutex
	for _, p := range list {
		if *all && c.done(p) {
			continue
		}
		t.Run(p.path, func(t *testing.T) {
			t.Parallel()
			if *all && *begin > 0 && time.Since(start) > *begin {
				t.Skip("no time is left: run the test again")
			}
			v, out := try(p)
			if v.fails() && p.reason == "" {
				t.Errorf("the tests fail only rewritten:\n%s", out)
			}
			if !v.fails() && p.reason != "" {
				t.Errorf("packages.txt has a reason why the tests fail rewritten, but the verdict is %q", v.verdict)
			}
			if !strings.HasPrefix(v.verdict, pass) {
				t.Logf("%s:\n%s", v.verdict, out)
			}
			if *all {
				mu.Lock()
				defer mu.Unlock()
				c.verdicts[p.path] = c.stamp(p, v)
				c.write(t)
			}
		})
	}
}

// attempts is how often tests may fail rewritten while they pass as they are: some depend
// on time.
const attempts = 3

// try runs the tests of a package rewritten and, if they fail, as they are. It returns the
// verdict, and the end of the output of tests that fail.
func try(p pkg) (v verdict, out string) {
	flags := append(slices.Clone(p.flags), "-json", "-short", "-timeout=10m", "-count=1", p.path)
	var rewritten outcome
	for range attempts {
		rewritten = run(append([]string{"tool", "explore", "test", "-allow-partial"}, flags...))
		if !rewritten.failed {
			if rewritten.passed == 0 {
				return verdict{verdict: none}, ""
			}
			return verdict{tests: rewritten.passed, verdict: pass}, ""
		}
		plain := run(append([]string{"test", "-vet=off"}, flags...))
		if plain.failed {
			return verdict{tests: rewritten.passed, verdict: anyway + plain.names()}, plain.end()
		}
	}
	reason := ""
	if p.reason != "" {
		reason = ": " + p.reason
	}
	return verdict{tests: rewritten.passed, verdict: fail + rewritten.names() + reason}, rewritten.end()
}

// An outcome is what go test -json reports.
type outcome struct {
	failed bool
	passed int // tests and examples, without their subtests
	wrong  []string
	output []string
}

func run(args []string) outcome {
	c := exec.Command("go", args...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	o := outcome{failed: err != nil}
	for line := range strings.Lines(stdout.String()) {
		var e struct{ Action, Test, Output string }
		if json.Unmarshal([]byte(line), &e) != nil {
			o.output = append(o.output, line)
			continue
		}
		top := e.Test != "" && !strings.Contains(e.Test, "/")
		switch {
		case e.Action == "pass" && top:
			o.passed++
		case e.Action == "fail" && top:
			o.wrong = append(o.wrong, e.Test)
		case strings.HasSuffix(e.Action, "output"):
			o.output = append(o.output, e.Output)
		}
	}
	o.output = append(o.output, stderr.String())
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		o.output = append(o.output, err.Error())
	}
	return o
}

// names returns the names of the tests that failed, for the end of a verdict.
func (o outcome) names() string {
	switch n := len(o.wrong); {
	case n == 0:
		return ""
	case n > 3:
		return " (" + strings.Join(o.wrong[:3], ", ") + ", ...)"
	}
	return " (" + strings.Join(o.wrong, ", ") + ")"
}

// end returns the last lines of the output.
func (o outcome) end() string {
	lines := strings.Split(strings.Join(o.output, ""), "\n")
	return strings.Join(lines[max(0, len(lines)-60):], "\n")
}
