package main

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"
)

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

// run runs tests in the package's folder, and says what becomes of each. The
// error is of what could not be done: a test that fails is none.
func (r *testRun) run(ctx context.Context, folder string, event func(testEvent), args ...string) (status int, err error) {
	c := command(ctx, filepath.Join(r.program.root, folder), r.program.binary, append([]string{"-test.v"}, args...)...)
	status, stderr, err := lines(c, func(line []byte) error {
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
