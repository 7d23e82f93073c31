package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/internal/wire"
)

var nativeTable = report.NewTable("targets, guided by coverage",
	"text package", "text target", "count executions", "count new inputs", "seconds seconds", "rate executions")

// fuzzed are the packages with fuzz targets.
var fuzzed = []string{"fuzz", "flatmap"}

// nativeTurn is how long a target is fuzzed at least.
const nativeTurn = 5 * time.Second

// A target is a fuzz target.
type target struct {
	folder, name string
	binary       *testRun
}

// fuzzNatively runs the targets one after the other with Go's own fuzzing
// engine, in test binaries that count coverage, as go test -fuzz does. The
// corpora of the repository are what they start from. The binaries are built
// once, which go test -fuzz does for every target.
func fuzzNatively(ctx context.Context, t *task) error {
	start := time.Now()
	var targets []target
	for _, folder := range fuzzed {
		t.now("building " + folder)
		r, err := buildTest(ctx, folder, "-fuzz=.")
		if err != nil {
			return err
		}
		defer r.program.close()
		names, err := fuzzTargets(filepath.Join(r.program.root, folder))
		if err != nil {
			return failed("%w", err)
		}
		for _, name := range names {
			targets = append(targets, target{folder, name, r})
		}
	}
	table := nativeTable
	executions := 0
	for i, target := range rotated(targets, t.seed) {
		left := t.budget - time.Since(start)
		if i > 0 && left < nativeTurn {
			break
		}
		began := time.Now()
		here, found := 0, 0
		err := target.fuzz(ctx, max(nativeTurn, left/time.Duration(len(targets)-i)), func(n, new int) {
			here, found = n, new
			t.now(target.name)
			t.count("executions", executions+n)
		})
		executions += here
		table.Add(target.folder, target.name, here, found, time.Since(began).Seconds())
		t.table(table)
		if err != nil {
			return err
		}
	}
	if executions == 0 {
		return failed("the targets were not executed")
	}
	return nil
}

// fuzzTargets returns the names of the fuzz targets of a package.
func fuzzTargets(folder string) (names []string, err error) {
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, m := range regexp.MustCompile(`(?m)^func (Fuzz\w+)\(\w+ \*testing\.F\)`).FindAllSubmatch(text, -1) {
			names = append(names, string(m[1]))
		}
	}
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("no fuzz targets in %s", folder)
	}
	return names, err
}

// fuzzLine is what the engine prints every few seconds.
var fuzzLine = regexp.MustCompile(`execs: (\d+).*new interesting: (\d+)`)

// fuzz fuzzes a target for a while. It runs in a copy of the package's corpus,
// so that an input that fails is shown rather than written into the sources.
func (f *target) fuzz(ctx context.Context, d time.Duration, progress func(executions, found int)) error {
	dir, err := os.MkdirTemp("", "fuzz")
	if err != nil {
		return failed("%w", err)
	}
	defer os.RemoveAll(dir)
	corpus := filepath.Join(f.binary.program.root, f.folder, "testdata", "fuzz", f.name)
	copied := filepath.Join(dir, "testdata", "fuzz", f.name)
	if _, err := os.Stat(corpus); err == nil {
		if err := os.CopyFS(copied, os.DirFS(corpus)); err != nil {
			return failed("%w", err)
		}
	}
	f.binary.output = nil
	// An interrupt ends it, not -test.fuzztime: up to Go 1.26 a target can fail
	// because its time is up, https://go.dev/issue/75804.
	turn, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	c := wire.Command(turn, dir, f.binary.program.binary, "-test.run=^$", "-test.fuzz=^"+f.name+"$",
		"-test.fuzzminimizetime=10s", "-test.fuzzcachedir="+filepath.Join(dir, "cache"))
	status, err := wire.AllLines(c, func(line []byte) error { // the engine writes to standard error
		f.binary.keep(string(line))
		if m := fuzzLine.FindSubmatch(line); m != nil {
			n, _ := strconv.Atoi(string(m[1]))
			found, _ := strconv.Atoi(string(m[2]))
			progress(n, found)
		}
		return nil
	})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case status > 0:
		return f.violation(dir, copied, corpus)
	case turn.Err() != nil && errors.Is(err, turn.Err()):
		return nil
	case err == nil:
		err = errors.New("it ended before its time")
	}
	return failed("%s: %w", f.name, err)
}

// violation shows the input that fails.
func (f *target) violation(dir, copied, corpus string) error {
	text := strings.TrimSpace(f.binary.text())
	input := ""
	filepath.WalkDir(copied, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if _, err := os.Stat(filepath.Join(corpus, d.Name())); err == nil {
			return nil // it was there before
		}
		data, err := os.ReadFile(path)
		input = fmt.Sprintf("\nThe input, to be saved as %s/testdata/fuzz/%s/%s:\n%s", f.folder, f.name, d.Name(), data)
		return err
	})
	text = strings.ReplaceAll(text, dir+string(filepath.Separator), "")
	return &violation{Title: "an input of " + f.name + " that fails", Text: text + "\n" + input,
		Repeat: fmt.Sprintf("go test -run '^%s$' ./%s", f.name, f.folder)}
}
