package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/linearizability/explore/internal/tool"
)

// A key is an exploration.
type key struct{ Package, Test string }

// verdicts are the last ones of all explorations, in the order in which they began.
type verdicts struct {
	order []key
	last  map[key]tool.Verdict
}

func readVerdicts(name string) (*verdicts, error) {
	v := &verdicts{last: map[key]tool.Verdict{}}
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	for line := range bytes.Lines(b) {
		var d tool.Verdict
		if err := json.Unmarshal(line, &d); err != nil {
			continue // the end of a process that was killed
		}
		k := key{d.Package, d.Test}
		if _, ok := v.last[k]; !ok {
			v.order = append(v.order, k)
		}
		v.last[k] = d
	}
	return v, nil
}

// report prints what came of the explorations, and returns the exit status that follows.
func (v *verdicts) report(o *options, w io.Writer, interrupted bool) int {
	if interrupted {
		fmt.Fprintln(w, "explore: interrupted; so far:")
	}
	status := ok
	var total tool.Verdict
	exhausted, replayed := 0, 0
	for _, k := range v.order {
		d := v.last[k]
		total.Executions += d.Executions
		total.Redundant += d.Redundant
		total.Elapsed += d.Elapsed
		switch {
		case d.Failed:
			status = wrong
			fmt.Fprintf(w, "explore: %s: failed after %s\n", d.Test, counts(d))
			if d.Replay != "" && o.verb == "test" {
				fmt.Fprintf(w, "    go tool explore replay %s\n", o.replayCommand(d))
			}
			if d.Replayed {
				replayed++
			}
		case d.Exhausted:
			exhausted++
		case o.verb == "replay":
		case d.State == tool.Running:
			status = wrong
			fmt.Fprintf(w, "explore: %s: did not end: %s\n", d.Test, counts(d))
		default:
			if !o.config.AllowPartial {
				status = wrong
			}
			fmt.Fprintf(w, "explore: %s: not exhausted: %s\n", d.Test, counts(d))
		}
	}
	v.reportNotes(w)
	if o.verb == "replay" {
		if replayed == 0 && status == ok {
			fmt.Fprintf(w, "explore: no test that ran has the execution %s\n", o.config.Replay)
			return trouble
		}
		return status
	}
	switch {
	case len(v.order) == 0 && !interrupted:
		fmt.Fprintln(w, "explore: no exploration ran: no test that ran calls explore.Test or explore.Map")
		if !o.config.AllowPartial {
			status = trouble
		}
	default:
		fmt.Fprintf(w, "explore: %d of %d explorations exhausted, %s\n", exhausted, len(v.order), counts(total))
	}
	return status
}

// reportNotes prints what was not seen, each note with the tests that it is of.
func (v *verdicts) reportNotes(w io.Writer) {
	var order []string
	tests := map[string][]string{}
	for _, k := range v.order {
		for _, n := range v.last[k].Notes {
			if tests[n] == nil {
				order = append(order, n)
			}
			tests[n] = append(tests[n], k.Test)
		}
	}
	for _, n := range order {
		of := tests[n][0]
		if more := len(tests[n]) - 1; more > 0 {
			of = fmt.Sprintf("%s and %d more", of, more)
		}
		fmt.Fprintf(w, "explore: %s: %s\n", of, n)
	}
}

func counts(d tool.Verdict) string {
	s := fmt.Sprintf("%d executions", d.Executions)
	if d.Redundant > 0 {
		s += fmt.Sprintf(" and %d redundant", d.Redundant)
	}
	s += fmt.Sprintf(" in %v", d.Elapsed.Round(time.Millisecond))
	if d.Search != "" {
		s += " (" + d.Search + ")"
	}
	return s
}

// replayCommand returns the arguments that repeat the failure of d.
func (o *options) replayCommand(d tool.Verdict) string {
	var args []string
	for _, s := range o.sets {
		args = append(args, "-set", shell(s))
	}
	for _, k := range o.keep {
		args = append(args, "-keep", shell(k))
	}
	for _, f := range o.build {
		args = append(args, shell(f))
	}
	var levels []string
	for level := range strings.SplitSeq(d.Test, "/") {
		levels = append(levels, "^"+regexp.QuoteMeta(level)+"$")
	}
	args = append(args, "-run", shell(strings.Join(levels, "/")), shell(d.Replay))
	dir := d.Package
	if wd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(wd, dir); err == nil && !strings.HasPrefix(rel, "..") {
			dir = "./" + filepath.ToSlash(rel)
			if rel == "." {
				dir = "."
			}
		}
	}
	return strings.Join(append(args, shell(dir)), " ")
}

// shell quotes a word for a shell where it needs that.
func shell(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./,:@%+", r)
	}) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
