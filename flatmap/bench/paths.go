package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"time"

	"github.com/flatmap-go/flatmap/flatmap/bench/internal/paths"
	"github.com/flatmap-go/flatmap/internal/cli"
)

// pathRounds is how many rounds a path has by default.
const pathRounds = 7

// The two maps that a path is measured with are the implementations of a Cell.
const (
	withPath    = "with"
	withoutPath = "without"
)

// measurePaths measures what fast paths of flatmap gain, and prints a table in
// Markdown. Each path is measured with the map as it is and with a map that
// lacks the path, round by round.
func measurePaths(s *settings, stdout, stderr io.Writer) error {
	chosen, err := paths.Matching(s.paths)
	if err != nil {
		return fmt.Errorf("-paths: %w", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	dir, err := os.MkdirTemp("", "paths")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	builder, err := paths.NewBuilder(ctx, dir)
	if err != nil {
		return err
	}
	r := &runner{rounds: s.rounds}
	if r.rounds == 0 {
		r.rounds = pathRounds
	}
	start := time.Now()
	with, err := builder.With(ctx)
	if err != nil {
		return err
	}
	out := cli.NewOutput(stdout)
	fmt.Fprintln(out, "| path | turned off by | benchmark | with | without | without / with |")
	fmt.Fprintln(out, "| --- | --- | --- | ---: | ---: | --- |")
	for i, p := range chosen {
		fmt.Fprintf(stderr, "%d/%d %s\n", i+1, len(chosen), p.Name)
		without, err := builder.Without(ctx, p)
		if err != nil {
			return err
		}
		cells, err := comparePath(ctx, r, p, with, without)
		if err != nil {
			return fmt.Errorf("path %s: %w", p.Name, err)
		}
		for j := range cells {
			fmt.Fprintln(out, pathLine(p, &cells[j]))
			p.Name, p.Off = "", "" // only on the first line
		}
	}
	fmt.Fprintf(out, "\n%s. %s, %s. Took %.0f s.\n", cli.ThisMachine(), start.UTC().Format(time.DateOnly), cli.Plural(r.rounds, "round"), time.Since(start).Seconds())
	return out.Err()
}

// comparePath measures a path's benchmarks. A sample is the median of the runs in
// one process.
func comparePath(ctx context.Context, r *runner, p paths.Path, with, without paths.Binary) ([]Cell, error) {
	cells := make([]Cell, len(p.Benchmarks))
	for i, name := range p.Benchmarks {
		cells[i] = Cell{Op: name, Unit: "ns/op"}
	}
	return cells, r.interleave(2, 1, func(i int) error {
		impl, binary := withPath, with
		if i == 1 {
			impl, binary = withoutPath, without
		}
		values, err := binary.Run(ctx, p.Benchmarks)
		if err != nil {
			return err
		}
		for j := range cells {
			sample, _ := summarize(values[cells[j].Op])
			cells[j].Add(impl, sample.Median)
		}
		return nil
	})
}

// pathLine returns a line of the table: medians, the median of the ratios of single
// rounds, and the least and the largest of these.
func pathLine(p paths.Path, c *Cell) string {
	with, _ := summarize(c.Values(withPath))
	without, _ := summarize(c.Values(withoutPath))
	of := ratios(c.Values(withoutPath), c.Values(withPath))
	ratio, _ := summarize(of)
	verdict := ""
	if ratio.Median < 1 {
		verdict = " LOSS"
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %.2f [%.2f, %.2f]%s |", p.Name, p.Off, c.Op,
		duration(with.Median), duration(without.Median), ratio.Median, slices.Min(of), slices.Max(of), verdict)
}

// duration formats nanoseconds in a unit that suits them.
func duration(ns float64) string {
	switch {
	case ns >= 1e6:
		return number(ns/1e6) + " ms"
	case ns >= 1e3:
		return number(ns/1e3) + " µs"
	}
	return number(ns) + " ns"
}
