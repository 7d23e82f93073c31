package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// modulePath is the module that is verified.
const modulePath = "github.com/flatmap-go/flatmap"

// moduleRoot returns the module's folder.
var moduleRoot = sync.OnceValues(func() (string, error) {
	out, err := output(context.Background(), "", "go", "list", "-m", "-f", "{{.Dir}}", modulePath)
	return strings.TrimSpace(out), err
})

// output runs a command in a folder and returns what it prints. The error has
// what it printed as errors.
func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	c := command(ctx, dir, name, args...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		err = fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, stderr.Bytes())
	}
	return string(out), err
}

// patience is how long a process may take to end once it is asked to.
const patience = 10 * time.Second

// command returns a command that is interrupted when ctx ends, so that it can
// say what it has done, and killed if that does not help.
func command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = patience
	return c
}

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
	if _, err := output(ctx, filepath.Join(root, folder), "go", args...); err != nil {
		p.close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, failed("%w", err)
	}
	return p, nil
}

// lines runs a command and hands over each line of its output. It returns the
// exit status, and what was printed as errors; and an error if the command could
// not be run, or take returned one.
func lines(c *exec.Cmd, take func(line []byte) error) (status int, stderr string, err error) {
	var said bytes.Buffer
	c.Stderr = &said
	status, err = allLines(c, take)
	return status, said.String(), err
}

// allLines is lines for standard error too, unless that goes somewhere else.
func allLines(c *exec.Cmd, take func(line []byte) error) (status int, err error) {
	out, err := c.StdoutPipe()
	if c.Stderr == nil {
		c.Stderr = c.Stdout
	}
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		return 0, failed("%w", err)
	}
	s := bufio.NewScanner(out)
	s.Buffer(nil, 64<<20)
	for err == nil && s.Scan() {
		err = take(s.Bytes())
	}
	if err = errors.Join(err, s.Err()); err != nil {
		c.Process.Kill()
		io.Copy(io.Discard, out)
	}
	wait := c.Wait()
	var exit *exec.ExitError
	if errors.As(wait, &exit) {
		status = exit.ExitCode()
	} else if err == nil {
		err = wait
	}
	return status, err
}
