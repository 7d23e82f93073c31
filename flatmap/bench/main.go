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
	full   bool
	list   bool
	rows   string
	rounds int
	out    string
}

// errUsage is for command lines that were explained already.
var errUsage = errors.New("usage")

func parse(args []string, stderr io.Writer) (*settings, error) {
	var s settings
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.BoolVar(&s.full, "full", false, "measure all rows, long")
	f.BoolVar(&s.list, "list", false, "list the rows and exit")
	f.StringVar(&s.rows, "rows", "", "rows to measure: names, their first parts, or patterns, separated by commas")
	f.IntVar(&s.rounds, "rounds", 0, "rounds of every row (0: 5, with -full 9)")
	f.StringVar(&s.out, "out", ".", "folder that gets RESULTS.md and results/; existing results of other rows stay; empty: write nothing")
	if err := f.Parse(args); err != nil {
		return nil, errUsage
	}
	switch {
	case f.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q", f.Arg(0))
	case s.rounds < 0:
		return nil, fmt.Errorf("-rounds: %d is negative", s.rounds)
	}
	return &s, nil
}

func main() {
	err := run(os.Args[1:], os.Stdout, os.Stderr)
	if err == nil {
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
	if s.list {
		for _, w := range chosen {
			fmt.Fprintf(stdout, "%-24s %s\n", w.name, w.about)
		}
		return nil
	}
	results := &Results{Machine: thisMachine()}
	if s.out != "" {
		if results, err = load(s.out, thisMachine()); err != nil {
			return err
		}
		if results.Machine != thisMachine() {
			return fmt.Errorf("%s has results of another machine (%+v): choose another -out, or delete it", filepath.Join(s.out, resultsFile), results.Machine)
		}
	}
	r := &runner{full: s.full, rounds: s.rounds, progress: stderr}
	if r.rounds == 0 {
		r.rounds = pick(r, 5, 9)
	}
	var order []string
	for _, w := range all {
		order = append(order, w.name)
	}
	for i, w := range chosen {
		fmt.Fprintf(stderr, "%d/%d %s\n", i+1, len(chosen), w.name)
		start := time.Now()
		cells, err := w.measure(r)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		row := Row{Name: w.name, Mode: pick(r, "short", "full"), Rounds: r.rounds, Date: start.UTC().Truncate(time.Second), Seconds: time.Since(start).Seconds(), Cells: cells}
		if err := printRow(stdout, &row); err != nil {
			return err
		}
		results.Put(row, order)
		if s.out == "" {
			continue
		}
		if err := results.save(s.out); err != nil { // after every row, so that a run can be stopped
			return err
		}
	}
	if s.out == "" {
		return nil
	}
	raw, err := results.raw()
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(s.out, rawFile), raw)
}
