// Command bench compares flatmap with other concurrent maps, on this machine, in
// one process. See -help and README.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/flatmap-go/flatmap/internal/cli"
)

type settings struct {
	full, list, resume, render, raw bool

	rows   string
	paths  string
	rounds int
	out    string
	readme string
	charts string
}

// errUsage means that package flag has already reported the mistake.
var errUsage = errors.New("usage")

func parse(args []string, stderr io.Writer) (*settings, error) {
	var s settings
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.BoolVar(&s.full, "full", false, "measure all rows, with longer samples")
	f.BoolVar(&s.list, "list", false, "list the rows and how long each took in the stored results, and exit")
	f.StringVar(&s.rows, "rows", "", "rows to measure, separated by commas: names, first parts of names, or patterns of package path")
	f.StringVar(&s.paths, "paths", "", "measure only what flatmap's fast paths gain: those whose names match this regular expression, or . for all")
	f.IntVar(&s.rounds, "rounds", 0, "rounds per row (default 5, with -full 9) or path (default 7)")
	f.BoolVar(&s.resume, "resume", false, "skip rows whose stored results are of this mode or a longer one")
	f.BoolVar(&s.render, "render", false, "measure nothing; write the reports of the stored results again")
	f.BoolVar(&s.raw, "raw", false, "measure nothing; print the stored samples in the format of go test -bench, for benchstat")
	f.StringVar(&s.out, "out", ".", "folder of the stored results and of RESULTS.md; rows that are not measured now keep their results; empty: write nothing")
	f.StringVar(&s.readme, "readme", "", "file that gets a summary, between "+blockBegin+" and "+blockEnd)
	f.StringVar(&s.charts, "charts", "", "folder that gets all charts")
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil, err
	} else if err != nil {
		return nil, errUsage
	}
	switch {
	case f.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q", f.Arg(0))
	case s.rounds < 0:
		return nil, fmt.Errorf("-rounds is negative: %d", s.rounds)
	case s.paths != "" && (s.full || s.list || s.rows != "" || s.resume || s.render || s.raw || s.readme != "" || s.charts != ""):
		return nil, errors.New("-paths goes with -rounds alone")
	case s.out == "" && (s.resume || s.render || s.raw || s.readme != "" || s.charts != ""):
		return nil, errors.New("-resume, -render, -raw, -readme and -charts need stored results: -out is empty")
	}
	return &s, nil
}

func main() {
	err := run(os.Args[1:], os.Stdout, os.Stderr)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	if !errors.Is(err, errUsage) {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	os.Exit(2)
}

func run(args []string, stdout, stderr io.Writer) error {
	s, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if s.paths != "" {
		return measurePaths(s, stdout, stderr)
	}
	all := rows()
	chosen, err := choose(all, s.rows, s.full)
	if err != nil {
		return err
	}
	results := &Results{Machine: cli.ThisMachine()}
	if s.out != "" {
		if results, err = load(s.out); err != nil {
			return err
		}
	}
	switch {
	case s.list:
		return list(stdout, chosen, results)
	case s.raw:
		return results.printRaw(stdout)
	case s.render:
		return render(results, s)
	}
	if err := measure(s, all, chosen, results, stdout, stderr); err != nil {
		return err
	}
	if err := printClaims(stdout, claims(results)); err != nil || s.out == "" {
		return err
	}
	return render(results, s)
}

func list(w io.Writer, chosen []row, results *Results) error {
	for _, c := range chosen {
		took := ""
		if old := results.find(c.name); old != nil {
			took = fmt.Sprintf("%.0f s %s", old.Seconds, old.Mode)
		}
		if _, err := fmt.Fprintf(w, "%-26s %-10s %s\n", c.name, took, c.about); err != nil {
			return err
		}
	}
	return nil
}

const (
	modeShort = "short"
	modeFull  = "full"
)

// measure measures rows and prints them. It saves the results after each row, so
// that a run can be stopped and resumed.
func measure(s *settings, all, chosen []row, results *Results, stdout, stderr io.Writer) error {
	if results.Machine != cli.ThisMachine() {
		return fmt.Errorf("%s has results of another machine or Go version (%v): choose another -out, or delete the file", filepath.Join(s.out, resultsFile), results.Machine)
	}
	if s.out != "" { // a folder that cannot be written fails now, not after the first row
		if err := results.save(s.out); err != nil {
			return err
		}
	}
	r := &runner{full: s.full, rounds: s.rounds}
	if r.rounds == 0 {
		r.rounds = pick(r, 5, 9)
	}
	for i, w := range chosen {
		if old := results.find(w.name); s.resume && old != nil && (old.Mode == modeFull || !s.full) {
			continue
		}
		fmt.Fprintf(stderr, "%d/%d %s\n", i+1, len(chosen), w.name)
		start := time.Now()
		cells, err := w.measure(r)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		row := Row{
			Name: w.name, Mode: pick(r, modeShort, modeFull),
			Date: start.UTC().Truncate(time.Second), Seconds: fourDigits(time.Since(start).Seconds()), Cells: cells,
		}
		if err := printRow(stdout, &row); err != nil {
			return err
		}
		results.put(row, all)
		if s.out == "" {
			continue
		}
		if err := results.save(s.out); err != nil {
			return err
		}
	}
	return nil
}

// render writes everything that is made from results.
func render(results *Results, s *settings) error {
	shown := ""
	for _, c := range results.charts() {
		inTree := c.file == readmeChart
		if !inTree && s.charts == "" {
			continue
		}
		svg, err := c.svg()
		if err != nil {
			return err
		}
		if inTree {
			shown = "results/" + c.file
			if err := writeFile(filepath.Join(s.out, shown), svg); err != nil {
				return err
			}
		}
		if s.charts != "" {
			if err := writeFile(filepath.Join(s.charts, c.file), svg); err != nil {
				return err
			}
		}
	}
	if err := writeFile(filepath.Join(s.out, "RESULTS.md"), results.markdown(shown)); err != nil {
		return err
	}
	if s.readme == "" {
		return nil
	}
	return insertBlock(s.readme, results.summary())
}
