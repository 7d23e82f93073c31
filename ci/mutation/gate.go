package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
)

// A gate is a shell command that keeps the programs of this command from running
// concurrently with measurements on the same machine. It prints a line when a
// program may run, and ends when its input does, as
//
//	flock -s /tmp/lock sh -c 'echo; cat'
//
// does. A program that waits for the gate has not started, and neither have its
// limits of time.
// An empty one is always open.
type gate string

// enter waits for the gate to open, and returns what closes it.
func (g gate) enter(ctx context.Context) (leave func(), err error) {
	if g == "" {
		return func() {}, nil
	}
	c := exec.CommandContext(ctx, "sh", "-c", string(g))
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	leave = func() {
		in.Close()
		c.Wait()
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		leave()
		return nil, fmt.Errorf("gate %q does not open: %w", string(g), err)
	}
	return leave, nil
}
