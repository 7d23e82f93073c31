package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/planted"
	"github.com/flatmap-go/flatmap/internal/wire"
)

const (
	commandPackage = "github.com/flatmap-go/flatmap/linearizability/explore/cmd/exploremap"
	maxCalls       = 4 // of a counterexample
	patience       = time.Minute
)

// bugs are the mistakes that the explorer must find.
var bugs = planted.ForExplorer()

// A find is what became of a planted bug.
type find struct {
	bug       planted.Mistake
	violation *wire.Violation
	refined   *wire.Violation // what comparing with the model finds first, with -refine
	seconds   float64         // of exploration
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
			out.send(wire.Explore{Machine: cli.ThisMachine().String(), Finds: len(chosen)})
		}
		finds, err = plant(ctx, chosen, cfg.refine, func(f find) {
			if cfg.json {
				out.send(wire.Explore{Find: f.message()})
			} else if f.err != nil {
				fmt.Fprintf(stderr, "  %s: %v\n", f.bug.Name, f.err)
			} else {
				fmt.Fprintf(stderr, "  %s: found by %s\n", f.bug.Name, f.violation.Client)
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
func chooseBugs(names string, shard cli.Shard) ([]planted.Mistake, error) {
	var chosen []planted.Mistake
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
			if b.Name == name {
				chosen = append(chosen, b)
				continue next
			}
		}
		var known []string
		for _, b := range bugs {
			known = append(known, b.Name)
		}
		return nil, fmt.Errorf("unknown bug %q (have all, %s)", name, strings.Join(known, ", "))
	}
	return chosen, nil
}

func (f *find) message() *wire.Find {
	m := &wire.Find{Bug: f.bug.Name, What: f.bug.What, Subject: f.bug.Explorer.Subject, Scenario: f.bug.Explorer.Scenario, Seconds: f.seconds}
	if v := f.violation; v != nil {
		m.Client, m.Calls, m.Kind, m.Preemptions = v.Client, v.Calls, v.Kind, v.Preemptions
	}
	if v := f.refined; v != nil {
		m.Refined, m.RefinedClient, m.RefinedPreemptions = firstLine(v.Why), v.Client, v.Preemptions
	}
	if f.err != nil {
		m.Error = f.err.Error()
	}
	return m
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// plant builds the map with one bug after the other until ctx ends, without
// writing to its sources, and explores it. The error is of what could not be
// done.
func plant(ctx context.Context, chosen []planted.Mistake, refine bool, done func(find)) ([]find, error) {
	s, err := planted.Map(context.WithoutCancel(ctx))
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
				f, err := plantOne(ctx, chosen[i], s, refine, filepath.Join(dir, chosen[i].Name))
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
	finds = slices.DeleteFunc(finds, func(f find) bool { return f.bug.Name == "" })
	return finds, errors.Join(errs...)
}

// plantOne plants a bug and explores, with its files in dir. With refine it explores once
// more, and compares with the model.
func plantOne(ctx context.Context, b planted.Mistake, s *planted.Source, refine bool, dir string) (find, error) {
	f := find{bug: b}
	binary := filepath.Join(dir, "exploremap")
	if err := build(ctx, b, s, dir, binary); err != nil {
		f.err = err
		return f, err
	}
	start := time.Now()
	if f.violation, f.err = explorePlanted(ctx, b, binary); f.err == nil && refine {
		f.refined, f.err = explorePlanted(ctx, b, binary, "-refine")
	}
	f.seconds = time.Since(start).Seconds()
	if f.err != nil {
		f.err = fmt.Errorf("bug %s: %w", b.Name, f.err)
		return f, f.err
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

// explorePlanted explores the map with a bug.
func explorePlanted(ctx context.Context, b planted.Mistake, binary string, more ...string) (found *wire.Violation, err error) {
	where := b.Explorer
	args := append([]string{"-json", "-fewest", "-suites", where.Suites, "-subject", where.Subject, "-scenario", where.Scenario, "-calls", where.Calls, "-budget", patience.String()}, more...)
	status, stderr, err := wire.Messages(wire.Command(ctx, "", binary, args...), func(m wire.Explore) error {
		if m.Violation != nil {
			found = m.Violation
		}
		return nil
	})
	if err == nil && status != 0 && status != cli.StatusViolation {
		err = fmt.Errorf("%s\nexit status %d", stderr, status)
	}
	return found, err
}

// build builds the clients of a map with the bug.
func build(ctx context.Context, b planted.Mistake, s *planted.Source, dir, binary string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	list, err := s.Overlay(b, dir)
	if err != nil {
		return err
	}
	_, err = wire.Output(ctx, "", nil, "go", "build", "-tags", "explore", "-overlay", list, "-o", binary, commandPackage)
	return err
}

func printFinds(out io.Writer, finds []find) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "bug\tmap\tfound by\tinitially\tpreemptions\tkind\tseconds\t")
	for _, f := range finds {
		v := f.violation
		if v == nil {
			v = &wire.Violation{Subject: f.bug.Explorer.Subject}
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\t%.1f\t", f.bug.Name, v.Subject, v.Client, v.Scenario, v.Preemptions, v.Kind, f.seconds)
		if f.err != nil {
			fmt.Fprintf(w, "FAILED: %v", f.err)
		}
		fmt.Fprintln(w)
	}
	w.Flush()
}
