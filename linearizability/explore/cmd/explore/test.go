package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"sync/atomic"
)

// test runs go test on rewritten packages.
func (g *gotool) test() (int, error) {
	s, err := g.survey()
	if err != nil {
		return trouble, err
	}
	dir, err := os.MkdirTemp("", "explore")
	if err != nil {
		return trouble, err
	}
	defer os.RemoveAll(dir)
	flags, err := s.write(dir, g.o.gcflags)
	if err != nil {
		return trouble, err
	}
	g.o.config.Verdicts = filepath.Join(dir, "verdicts")
	args := slices.Concat([]string{"test", "-vet=off"}, g.o.first, flags)
	if !g.o.given["count"] {
		args = append(args, "-count=1")
	}
	if g.o.config.Time > 0 && !g.o.given["timeout"] {
		args = append(args, "-timeout=0")
	}
	if g.o.given["cover"] || g.o.given["coverprofile"] || g.o.given["coverpkg"] {
		args = append(args, "-covermode=atomic")
	}
	c := exec.Command("go", append(args, g.o.rest...)...)
	c.Env = append(os.Environ(), g.o.config.Variables()...)
	out := &watcher{w: g.stdout}
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, out, g.stderr
	interrupted, err := runInterruptible(c)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return trouble, err
	}
	v, err := readVerdicts(g.o.config.Verdicts)
	if err != nil {
		return trouble, err
	}
	switch {
	case out.notBuilt && len(v.order) == 0:
		return trouble, nil
	case g.o.given["c"] && exit == nil: // the tests are to run later
		return ok, nil
	}
	status := v.report(g.o, g.stderr, interrupted)
	switch {
	case interrupted || out.notBuilt || exit != nil && exit.ExitCode() != 1:
		return trouble, nil
	case exit != nil:
		return wrong, nil
	}
	return status, nil
}

// runInterruptible runs c. If this program is interrupted, c ends, but this program does
// not.
func runInterruptible(c *exec.Cmd) (interrupted bool, err error) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	defer signal.Stop(signals)
	if err := c.Start(); err != nil {
		return false, err
	}
	var seen atomic.Bool
	done := make(chan struct{})
	go func() {
		select {
		case <-signals:
			seen.Store(true)
			_ = c.Process.Signal(os.Interrupt) // it has one already if it is of the terminal's group
		case <-done:
		}
	}()
	err = c.Wait()
	close(done)
	return seen.Load(), err
}

// A watcher passes the output of go test on, and notes whether packages were not built.
type watcher struct {
	w        io.Writer
	line     []byte
	notBuilt bool
}

func (w *watcher) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		line, after, whole := bytes.Cut(rest, []byte("\n"))
		if len(w.line) < 1<<12 {
			w.line = append(w.line, line...)
		}
		rest = after
		if !whole {
			break
		}
		for _, s := range []string{"[build failed]", "[setup failed]", `"FailedBuild":`} {
			if bytes.Contains(w.line, []byte(s)) {
				w.notBuilt = true
			}
		}
		w.line = w.line[:0]
	}
	return w.w.Write(p)
}

// list prints what is rewritten and what is not seen.
func (g *gotool) list() (int, error) {
	s, err := g.survey()
	if err != nil {
		return trouble, err
	}
	for _, p := range s.subjects {
		fmt.Fprintf(g.stdout, "rewritten\t%s\n", p.path())
	}
	for _, path := range sortedKeys(s.kept) {
		fmt.Fprintf(g.stdout, "as it is\t%s\t%s\n", path, s.kept[path])
	}
	for _, u := range s.plan.Unseen {
		fmt.Fprintf(g.stdout, "not seen\t%s\t%s\n", u.Package, u.Reason)
	}
	return ok, nil
}
