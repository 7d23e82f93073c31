package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/internal/wire"
)

// A result is what a run of an entry has come to.
type result wire.Entry

// A launch runs an entry in a separate process.
type launch struct {
	command func(ctx context.Context, name string, budget time.Duration, seed uint64) *exec.Cmd
	timeout time.Duration // of the process
	budget  time.Duration // of the layers in it
	seed    uint64
}

// run runs e, and again with another seed if what it finds is not what the entry
// is about, until its time is over.
func (l launch) run(ctx context.Context, e entry) result {
	start := time.Now()
	var others []string
	for attempt := l; ; {
		r := attempt.once(ctx, e)
		elapsed := time.Since(start)
		attempt.seed, attempt.budget, attempt.timeout = attempt.seed+1, l.budget-elapsed, l.timeout-elapsed
		r.Seconds, r.Others = elapsed.Seconds(), others
		if r.Error != "" || r.Finding == "" || e.mark == nil || e.mark.MatchString(r.Finding+"\n"+r.Text) {
			r.judge(e)
			return r
		}
		others = append(others, r.Layer+": "+r.Finding)
		if attempt.budget < l.budget/4 {
			r.Layer, r.Finding, r.Text, r.Others = "", "", "", others
			r.judge(e)
			return r
		}
	}
}

// judge says whether r is as it must be.
func (r *result) judge(e entry) {
	r.Found = r.Finding != ""
	switch {
	case r.Error != "":
	case e.kind == wire.KindBug:
		r.OK = r.Found
	case e.kind == wire.KindCurrent && !e.passes:
		r.OK = true
	default:
		r.OK = !r.Found
	}
}

// once runs e in a process, and kills that when its time is over. That a map
// hangs, panics in another goroutine, or brings the process down is a finding
// like any other.
func (l launch) once(ctx context.Context, e entry) result {
	r := result{Name: e.name, Kind: e.kind, Module: e.module, Version: e.version.version, Issue: e.issue}
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	cmd := l.command(ctx, e.name, l.budget, l.seed)
	cmd.WaitDelay = time.Second
	stderr := &head{}
	cmd.Stderr = stderr
	last := note{}
	status, err := wire.AllLines(cmd, func(line []byte) error {
		var n note
		if json.Unmarshal(line, &n) == nil { // a map may print, too
			last = n
		}
		return nil
	})
	switch ended := ctx.Err(); {
	case errors.Is(ended, context.Canceled):
		r.Error = "interrupted"
	case last.Layer == "" && !last.Done:
		r.Error = fmt.Sprintf("the process has not begun: status %d, %v: %s", status, err, strings.TrimSpace(stderr.String()))
	case last.Finding != "" || last.Done:
		r.Layer, r.Finding, r.Text = string(last.Layer), last.Finding, last.Text
	case errors.Is(ended, context.DeadlineExceeded):
		r.Layer, r.Finding = string(last.Layer), fmt.Sprintf("the process hangs: no end after %v", l.timeout.Round(time.Second))
	case err != nil || status != 0:
		r.Layer, r.Finding, r.Text = string(last.Layer), "the process dies: "+cause(stderr.String()), clean(stderr.String())
	default:
		r.Error = "the process has ended without a result"
	}
	return r
}

// cause returns the line of a crash that says why.
func cause(stderr string) string {
	for line := range strings.Lines(stderr) {
		if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") {
			return strings.TrimSpace(line)
		}
	}
	first, _, _ := strings.Cut(stderr, "\n")
	return first
}

// head keeps the beginning of what is written to it, where a crash says why.
type head struct{ bytes.Buffer }

func (t *head) Write(p []byte) (int, error) {
	const most = 64 << 10
	t.Buffer.Write(p[:max(0, min(len(p), most-t.Len()))])
	return len(p), nil
}
