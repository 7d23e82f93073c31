package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/flatmap-go/flatmap/internal/cli"
)

const (
	mapPackage     = "github.com/flatmap-go/flatmap/flatmap"
	clientsPackage = "github.com/flatmap-go/flatmap/linearizability/explore/cmd/exploremap"
	maxCalls       = 4 // of a counterexample
	patience       = time.Minute
)

// A find is what became of a planted bug.
type find struct {
	bug       bug
	violation *violationMessage
	seconds   float64 // of exploration
	err       error
}

// runPlanted plants bugs and reports what finds them. A bug that is not found,
// or not by few calls, is a violation.
func runPlanted(ctx context.Context, cfg config, stdout, stderr io.Writer) int {
	chosen, err := chooseBugs(cfg.planted, cfg.shard)
	var finds []find
	out := output{json: cfg.json, stdout: stdout}
	if err == nil {
		if cfg.json {
			out.send(message{Machine: cli.ThisMachine().String(), Finds: len(chosen)})
		}
		finds, err = plant(ctx, chosen, func(f find) {
			if cfg.json {
				out.send(message{Find: f.message()})
			} else if f.err != nil {
				fmt.Fprintf(stderr, "  %s: %v\n", f.bug.name, f.err)
			} else {
				fmt.Fprintf(stderr, "  %s: found by %s\n", f.bug.name, f.violation.Client)
			}
		})
	}
	if err != nil {
		fmt.Fprintln(stderr, "exploremap:", err)
		return cli.StatusUndone
	}
	if !cfg.json {
		printFinds(stdout, finds)
	}
	for _, f := range finds {
		if f.err != nil {
			return cli.StatusViolation
		}
	}
	return 0
}

// chooseBugs returns this shard of the bugs with the given names.
func chooseBugs(names string, shard cli.Shard) ([]bug, error) {
	var chosen []bug
	if names == "all" {
		for i, b := range bugs {
			if shard.Has(i) {
				chosen = append(chosen, b)
			}
		}
		return chosen, nil
	}
next:
	for name := range strings.SplitSeq(names, ",") {
		for _, b := range bugs {
			if b.name == name {
				chosen = append(chosen, b)
				continue next
			}
		}
		var known []string
		for _, b := range bugs {
			known = append(known, b.name)
		}
		return nil, fmt.Errorf("no bug %q to plant; there are all, %s", name, strings.Join(known, ", "))
	}
	return chosen, nil
}

// A findMessage is a find.
type findMessage struct {
	Bug         string  `json:"bug"`
	What        string  `json:"what"`
	Subject     string  `json:"subject"`
	Client      string  `json:"client"`
	Calls       int     `json:"calls"`
	Scenario    string  `json:"scenario"`
	Kind        string  `json:"kind"`
	Preemptions int     `json:"preemptions"`
	Seconds     float64 `json:"seconds"`
	Error       string  `json:"error,omitempty"` // it was not found as it should be
}

func (f *find) message() *findMessage {
	m := &findMessage{Bug: f.bug.name, What: f.bug.what, Subject: f.bug.subject, Scenario: f.bug.scenario, Seconds: f.seconds}
	if v := f.violation; v != nil {
		m.Client, m.Calls, m.Kind, m.Preemptions = v.Client, v.Calls, v.Kind, v.Preemptions
	}
	if f.err != nil {
		m.Error = f.err.Error()
	}
	return m
}

// plant builds the map with one bug after the other until ctx ends, without
// writing to its sources, and explores it. The error is of what could not be
// done.
func plant(ctx context.Context, chosen []bug, done func(find)) ([]find, error) {
	sources, err := mapSources(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "planted")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	finds := make([]find, len(chosen))
	errs := make([]error, len(chosen))
	var workers sync.WaitGroup
	var mu sync.Mutex
	next := 0
	for range min(len(chosen), runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				mu.Unlock()
				if i >= len(chosen) {
					return
				}
				f, err := plantOne(ctx, chosen[i], sources, filepath.Join(dir, chosen[i].name))
				if ctx.Err() != nil {
					return // it has not been looked for as long as it should be
				}
				finds[i], errs[i] = f, err
				mu.Lock()
				done(finds[i])
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	finds = slices.DeleteFunc(finds, func(f find) bool { return f.bug.name == "" })
	return finds, errors.Join(errs...)
}

// mapSources returns the folder of the map's package.
func mapSources(ctx context.Context) (string, error) {
	out, err := command(ctx, "go", "list", "-f", "{{.Dir}}", mapPackage)
	return strings.TrimSpace(string(out)), err
}

// command runs a command and returns its output.
func command(ctx context.Context, name string, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, name, args...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		err = fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, stderr.Bytes())
	}
	return out, err
}

// plantOne plants a bug and explores, with its files in dir.
func plantOne(ctx context.Context, b bug, sources, dir string) (find, error) {
	f := find{bug: b}
	binary := filepath.Join(dir, "exploremap")
	if err := build(ctx, b, sources, dir, binary); err != nil {
		f.err = err
		return f, err
	}
	start := time.Now()
	out, err := command(ctx, binary, "-json", "-fewest", "-suites", b.suites, "-subject", b.subject, "-scenario", b.scenario, "-calls", b.calls, "-budget", patience.String())
	f.seconds = time.Since(start).Seconds()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != cli.StatusViolation) {
		f.err = fmt.Errorf("bug %s: %w", b.name, err)
		return f, f.err
	}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var m message
		if err := decoder.Decode(&m); err == io.EOF {
			break
		} else if err != nil {
			f.err = err
			return f, err
		}
		if m.Violation != nil {
			f.violation = m.Violation
		}
	}
	switch v := f.violation; {
	case v == nil:
		f.err = errors.New("not found")
	case v.Calls > maxCalls:
		f.err = fmt.Errorf("found by %d calls", v.Calls)
	case !v.Fewest:
		f.err = errors.New("found, perhaps not with the fewest preemptions")
	}
	return f, nil
}

// build builds the clients of a map with the bug.
func build(ctx context.Context, b bug, sources, dir, binary string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	files, err := b.apply(sources)
	if err != nil {
		return err
	}
	var overlay struct{ Replace map[string]string }
	overlay.Replace = map[string]string{}
	for name, text := range files {
		planted := filepath.Join(dir, name)
		if err := os.WriteFile(planted, text, 0o600); err != nil {
			return err
		}
		overlay.Replace[filepath.Join(sources, name)] = planted
	}
	text, err := json.Marshal(overlay)
	if err != nil {
		return err
	}
	list := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, text, 0o600); err != nil {
		return err
	}
	_, err = command(ctx, "go", "build", "-tags", "explore", "-overlay", list, "-o", binary, clientsPackage)
	return err
}

// apply returns the files that the bug changes.
func (b bug) apply(sources string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, p := range b.patches {
		text, ok := files[p.file]
		if !ok {
			var err error
			if text, err = os.ReadFile(filepath.Join(sources, p.file)); err != nil {
				return nil, err
			}
		}
		if n := bytes.Count(text, []byte(p.old)); n != p.times {
			return nil, fmt.Errorf("bug %s: %s has %d times, not %d, the text\n%s", b.name, p.file, n, p.times, p.old)
		}
		files[p.file] = bytes.ReplaceAll(text, []byte(p.old), []byte(p.new))
	}
	return files, nil
}

func printFinds(out io.Writer, finds []find) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "bug\tmap\tfound by\tinitially\tpreemptions\tkind\tseconds\t")
	for _, f := range finds {
		v := f.violation
		if v == nil {
			v = &violationMessage{Subject: f.bug.subject}
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\t%.1f\t", f.bug.name, v.Subject, v.Client, v.Scenario, v.Preemptions, v.Kind, f.seconds)
		if f.err != nil {
			fmt.Fprintf(w, "FAILED: %v", f.err)
		}
		fmt.Fprintln(w)
	}
	w.Flush()
}
