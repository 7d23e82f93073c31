package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// A result is what a run of an entry has come to. Its fields are those of the
// lines that -json prints.
type result struct {
	Name    string  `json:"name"`
	Kind    kind    `json:"kind"`
	Module  string  `json:"module,omitempty"`
	Version string  `json:"version,omitempty"`
	Issue   string  `json:"issue,omitempty"`
	Layer   layer   `json:"layer,omitempty"` // that found something
	Seconds float64 `json:"seconds"`
	// Found says whether something was found that counts: of a documented bug, and
	// of the version that mended it, that bug.
	Found   bool   `json:"found"`
	Finding string `json:"finding,omitempty"` // in one line
	Text    string `json:"text,omitempty"`    // at length
	// OK says whether the run came out as it must.
	OK bool `json:"ok"`
	// Others are findings that do not bear the mark of the documented bug.
	Others []string `json:"others,omitempty"`
	// Error says why the run says nothing, if so.
	Error string `json:"error,omitempty"`
}

// A launch runs an entry in a process of its own.
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
		others = append(others, string(r.Layer)+": "+r.Finding)
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
	case e.kind == kindBug:
		r.OK = r.Found
	case e.kind == kindCurrent && !e.passes:
		r.OK = true
	default:
		r.OK = !r.Found
	}
}

// once runs e in a process, and kills that when its time is over. That a map
// hangs, panics in a goroutine of its own, or brings the process down is a finding
// like any other.
func (l launch) once(ctx context.Context, e entry) result {
	r := result{Name: e.name, Kind: e.kind, Module: e.module, Version: e.version.version, Issue: e.issue}
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	cmd := l.command(ctx, e.name, l.budget, l.seed)
	cmd.WaitDelay = time.Second
	stderr := &head{}
	cmd.Stderr = stderr
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		r.Error = err.Error()
		return r
	}
	last := note{}
	lines := bufio.NewScanner(stdout)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var n note
		if json.Unmarshal(lines.Bytes(), &n) == nil {
			last = n
		}
	}
	err = cmd.Wait()
	switch ended := ctx.Err(); {
	case errors.Is(ended, context.Canceled):
		r.Error = "interrupted"
	case last.Layer == "" && !last.Done:
		r.Error = fmt.Sprintf("the process has not begun: %v: %s", err, strings.TrimSpace(stderr.String()))
	case last.Finding != "" || last.Done:
		r.Layer, r.Finding, r.Text = last.Layer, last.Finding, last.Text
	case errors.Is(ended, context.DeadlineExceeded):
		r.Layer, r.Finding = last.Layer, fmt.Sprintf("the process hangs: no end after %v", l.timeout.Round(time.Second))
	case err != nil:
		r.Layer, r.Finding, r.Text = last.Layer, "the process dies: "+cause(stderr.String()), clean(stderr.String())
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
