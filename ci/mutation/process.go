package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Ways to end.
const (
	passed  = "pass"
	failed  = "fail"
	crashed = "crash" // a fatal error of the runtime, which no test can catch
	hung    = "hang"  // it used too much processor time, or was blocked for too long
)

// An ending is what became of a contained program.
type ending struct {
	how     string
	detail  string // the line that says most
	seconds float64
	limit   // what it used
}

// A limit is what a contained program may use. Neither part grows while the
// program waits for a processor, so that a busy machine makes nothing a hang.
type limit struct {
	cpu     time.Duration
	blocked time.Duration // neither ran nor could run
}

// contain runs a program in a separate process group, within limits, and
// leaves nothing of it behind. The error is of what could not be done.
func contain(ctx context.Context, dir string, env []string, l limit, name string, args ...string) (ending, error) {
	start := time.Now()
	// The shell's limit of processor time does not depend on what else the
	// machine does.
	script := `ulimit -c 0; ulimit -t "$1"; shift; exec "$@"`
	c := exec.Command("sh", append([]string{"-c", script, "sh", strconv.Itoa(1 + int(l.cpu.Seconds())), name}, args...)...)
	c.Dir, c.Env = dir, append(os.Environ(), env...)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out := &headOf{}
	c.Stdout, c.Stderr = out, out
	if err := c.Start(); err != nil {
		return ending{}, err
	}
	done := make(chan error, 1)
	go func() { done <- c.Wait() }()
	var err error
	ended, blocked := false, time.Duration(0)
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for !ended && ctx.Err() == nil && blocked < l.blocked {
		select {
		case err = <-done:
			ended = true
		case <-ctx.Done():
		case <-look.C: // a look that comes late counts as one
			if isBlocked(c.Process.Pid) {
				blocked += lookEvery
			}
		}
	}
	syscall.Kill(-c.Process.Pid, syscall.SIGKILL) // children as well
	if !ended {
		<-done
	}
	if ctx.Err() != nil {
		return ending{}, ctx.Err()
	}
	e := ending{how: passed, seconds: time.Since(start).Seconds(), limit: limit{c.ProcessState.UserTime() + c.ProcessState.SystemTime(), blocked}}
	var exit *exec.ExitError
	switch {
	case !ended:
		e.how, e.detail = hung, fmt.Sprintf("blocked for %v", l.blocked)
	case errors.As(err, &exit):
		e.how, e.detail = judge(exit, out.String(), l)
	case err != nil:
		return e, err
	}
	return e, nil
}

// judge says how a program failed.
func judge(exit *exec.ExitError, out string, l limit) (how, detail string) {
	status, ok := exit.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() && (status.Signal() == syscall.SIGXCPU || status.Signal() == syscall.SIGKILL) ||
		strings.Contains(out, "SIGXCPU") {
		return hung, fmt.Sprintf("no end after %v of processor time", l.cpu)
	}
	if line := lineWith(out, "all goroutines are asleep"); line != "" {
		return hung, line
	}
	if line := lineWith(out, "fatal error: ", "unexpected fault", "SIGSEGV"); line != "" {
		return crashed, line
	}
	for _, mark := range []string{"DATA RACE", "invariant violated", "panic: ", "not linearizable", "--- FAIL", "flatmap:"} {
		if line := lineWith(out, mark); line != "" {
			return failed, line
		}
	}
	first, _, _ := strings.Cut(strings.TrimSpace(out), "\n")
	return failed, shorten(first)
}

// lineWith returns the first line that has one of the marks in it.
func lineWith(text string, marks ...string) string {
	for line := range strings.Lines(text) {
		for _, mark := range marks {
			if strings.Contains(line, mark) {
				return shorten(line)
			}
		}
	}
	return ""
}

// A headOf keeps the first part of what is written to it.
type headOf struct{ bytes.Buffer }

const mostOutput = 1 << 20

func (t *headOf) Write(p []byte) (int, error) {
	if left := mostOutput - t.Len(); left > 0 {
		t.Buffer.Write(p[:min(left, len(p))])
	}
	return len(p), nil
}
