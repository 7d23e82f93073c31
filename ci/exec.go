package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/flatmap-go/flatmap/internal/wire"
)

// modulePath is the module that is verified.
const modulePath = "github.com/flatmap-go/flatmap"

// moduleRoot returns the module's folder.
var moduleRoot = sync.OnceValues(func() (string, error) {
	out, err := wire.Output(context.Background(), "", nil, "go", "list", "-m", "-f", "{{.Dir}}", modulePath)
	return strings.TrimSpace(string(out)), err
})

// A program is something built for a layer.
type program struct {
	root   string // of the module
	dir    string // a temporary one, to be removed
	binary string
}

func (p *program) close() { os.RemoveAll(p.dir) }

// build runs go with the given arguments, such as build -tags explore, in a
// folder of the module and returns the program. The last argument is the
// package.
func build(ctx context.Context, folder string, args ...string) (*program, error) {
	root, err := moduleRoot()
	if err != nil {
		return nil, failed("where is the module? %w", err)
	}
	dir, err := os.MkdirTemp("", "flatmap-ci")
	if err != nil {
		return nil, failed("%w", err)
	}
	p := &program{root: root, dir: dir, binary: filepath.Join(dir, "program")}
	last := len(args) - 1
	args = append(append(args[:last:last], "-o", p.binary), args[last])
	if _, err := wire.Output(ctx, filepath.Join(root, folder), nil, "go", args...); err != nil {
		p.close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, failed("%w", err)
	}
	return p, nil
}

// A testEvent is what a test binary says about one of its tests.
type testEvent struct {
	test       string
	passed     bool
	seconds    float64 // if it has ended
	key, value string  // of an attribute: see [testing.T.Attr]
}

// A testRun is a test binary that is run.
type testRun struct {
	program *program
	output  []string // the last lines
}

// buildTest builds the test binary of a package, named by its folder in the
// module.
func buildTest(ctx context.Context, folder string, flags ...string) (*testRun, error) {
	args := append([]string{"test", "-c"}, flags...)
	p, err := build(ctx, "", append(args, "./"+folder)...)
	if err != nil {
		return nil, err
	}
	return &testRun{program: p}, nil
}

// run runs tests in the package's folder, and reports the result of each. The
// error is of what could not be done: a failing test is not an error.
func (r *testRun) run(ctx context.Context, folder string, event func(testEvent), args ...string) (status int, err error) {
	c := wire.Command(ctx, filepath.Join(r.program.root, folder), r.program.binary, append([]string{"-test.v"}, args...)...)
	status, stderr, err := wire.Lines(c, func(line []byte) error {
		text := string(line)
		r.keep(text)
		if e, ok := parseTestEvent(text); ok {
			event(e)
		}
		return nil
	})
	r.output = append(r.output, strings.Split(strings.TrimRight(stderr, "\n"), "\n")...)
	return status, err
}

// keptLines is how much of the output of tests is kept to be shown.
const keptLines = 400

func (r *testRun) keep(line string) {
	if r.output = append(r.output, line); len(r.output) > keptLines {
		r.output = r.output[1:]
	}
}

// text returns the last lines of output.
func (r *testRun) text() string { return strings.TrimSpace(strings.Join(r.output, "\n")) }

// parseTestEvent parses a line such as
//
//	--- PASS: TestControls/torn-value (0.12s)
//	=== ATTR  TestControls/torn-value stress 0.12
func parseTestEvent(line string) (e testEvent, ok bool) {
	line = strings.TrimSpace(line)
	if rest, is := strings.CutPrefix(line, "=== ATTR "); is {
		fields := strings.Fields(rest)
		if len(fields) < 2 {
			return e, false
		}
		return testEvent{test: fields[0], key: fields[1], value: strings.Join(fields[2:], " ")}, true
	}
	for _, verdict := range []string{"PASS", "FAIL"} {
		rest, is := strings.CutPrefix(line, "--- "+verdict+": ")
		name, took, has := strings.Cut(rest, " (")
		if !is || !has {
			continue
		}
		seconds, err := strconv.ParseFloat(strings.TrimSuffix(took, "s)"), 64)
		return testEvent{test: name, passed: verdict == "PASS", seconds: seconds}, err == nil
	}
	return e, false
}
