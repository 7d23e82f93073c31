// Command bench measures flatmap beside other concurrent maps, on this
// machine, in one process. See -help and README.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

type settings struct {
	full, list, resume, render bool

	rows   string
	rounds int
	out    string
	readme string
}

// errUsage is for command lines that were explained already.
var errUsage = errors.New("usage")

func parse(args []string, stderr io.Writer) (*settings, error) {
	var s settings
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.BoolVar(&s.full, "full", false, "measure all rows, each for longer")
	f.BoolVar(&s.list, "list", false, "list the rows, with the seconds they took in the results of -out, and exit")
	f.StringVar(&s.rows, "rows", "", "rows to measure: names, first parts of names, or patterns, separated by commas")
	f.IntVar(&s.rounds, "rounds", 0, "rounds of every row (default 5, with -full 9)")
	f.BoolVar(&s.resume, "resume", false, "skip rows that the results of -out have in this mode or a longer one")
	f.BoolVar(&s.render, "render", false, "measure nothing: write reports and charts of the results of -out")
	f.StringVar(&s.out, "out", ".", "folder that gets RESULTS.md and results/, where rows not measured now stay as they are; empty: write nothing")
	f.StringVar(&s.readme, "readme", "", "file to put a summary into, between "+blockBegin+" and "+blockEnd)
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil, err
	} else if err != nil {
		return nil, errUsage
	}
	switch {
	case f.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q", f.Arg(0))
	case s.rounds < 0:
		return nil, fmt.Errorf("-rounds: %d is negative", s.rounds)
	case s.out == "" && (s.resume || s.render || s.readme != ""):
		return nil, errors.New("-resume, -render and -readme need the results of -out")
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
	all := rows()
	chosen, err := choose(all, s.rows, s.full)
	if err != nil {
		return err
	}
	results := &Results{Machine: thisMachine()}
	if s.out != "" {
		if results, err = load(s.out); err != nil {
			return err
		}
	}
	switch {
	case s.list:
		return list(stdout, chosen, results)
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

// measure measures rows, prints them, and saves the results after each, so that
// a run can be stopped and resumed.
func measure(s *settings, all, chosen []row, results *Results, stdout, stderr io.Writer) error {
	if results.Machine != thisMachine() {
		return fmt.Errorf("%s has results of another machine (%+v): choose another -out, or delete it", filepath.Join(s.out, resultsFile), results.Machine)
	}
	if s.out != "" { // rather now than when all is measured
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
			Date: start.UTC().Truncate(time.Second), Seconds: time.Since(start).Seconds(), Cells: cells,
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

// render writes all that is made from results.
func render(results *Results, s *settings) error {
	raw, err := results.raw()
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(s.out, rawFile), raw); err != nil {
		return err
	}
	var charts []string
	for _, c := range results.charts() {
		svg, err := c.svg()
		if err != nil {
			return err
		}
		charts = append(charts, "results/"+c.file)
		if err := writeFile(filepath.Join(s.out, "results", c.file), svg); err != nil {
			return err
		}
	}
	if err := writeFile(filepath.Join(s.out, "RESULTS.md"), results.markdown(charts)); err != nil {
		return err
	}
	if s.readme == "" {
		return nil
	}
	return insertBlock(s.readme, results.summary())
}
