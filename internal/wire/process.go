package wire

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Patience is how long a process may take to end after an interrupt.
const Patience = 10 * time.Second

// Command returns a command that gets an interrupt when ctx ends, so that it can
// report what it has done, and is killed if it has not ended after Patience.
func Command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = Patience
	return c
}

// Output runs a command in a folder, with additions to the environment, and
// returns its standard output. The error contains its standard error.
func Output(ctx context.Context, dir string, env []string, name string, args ...string) ([]byte, error) {
	c := Command(ctx, dir, name, args...)
	c.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		err = fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, stderr.Bytes())
	}
	return out, err
}

// Messages runs a command and passes on each line of its standard output, which
// is the JSON of an M. It returns the exit status and the standard error. The
// error is not nil if the command could not be run, if a line is not an M, or if
// take returned an error; then the command is killed.
func Messages[M any](c *exec.Cmd, take func(M) error) (status int, stderr string, err error) {
	return Lines(c, func(line []byte) error {
		var m M
		if err := Decode(line, &m); err != nil {
			return err
		}
		return take(m)
	})
}

// Decode decodes the JSON of one message. A field that M does not have is an
// error, so that no field is lost.
func Decode[M any](line []byte, m *M) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	err := d.Decode(m)
	if err == nil && d.More() {
		err = errors.New("trailing data")
	}
	if err != nil {
		return fmt.Errorf("output %q: %w", line, err)
	}
	return nil
}

// Lines is Messages for lines of any text.
func Lines(c *exec.Cmd, take func(line []byte) error) (status int, stderr string, err error) {
	var text bytes.Buffer
	c.Stderr = &text
	status, err = AllLines(c, take)
	return status, text.String(), err
}

// longestLine is the length in bytes of the longest line that AllLines reads.
const longestLine = 64 << 20

// AllLines is Lines for standard output and standard error together; or for
// standard output alone if c.Stderr is set.
func AllLines(c *exec.Cmd, take func(line []byte) error) (status int, err error) {
	out, err := c.StdoutPipe()
	if c.Stderr == nil {
		c.Stderr = c.Stdout
	}
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		return 0, err
	}
	s := bufio.NewScanner(out)
	s.Buffer(nil, longestLine)
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
