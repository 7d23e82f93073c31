package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// subjectName is the implementation that all others are compared with.
const subjectName = "flatmap"

// printRow writes the row's tables for people.
func printRow(w io.Writer, row *Row) error {
	fmt.Fprintf(w, "\n%s (%s, %d rounds, %.0f s)\n", row.Name, row.Mode, row.Rounds, row.Seconds)
	for i := range row.Cells {
		if err := printCell(w, &row.Cells[i]); err != nil {
			return err
		}
	}
	return nil
}

func printCell(w io.Writer, c *Cell) error {
	fmt.Fprintf(w, "  %s\n", c.ID())
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "\t%s\t[quartiles]\tof flatmap's\t[quartiles]\t\n", c.Unit)
	for _, impl := range c.Impls {
		s, _ := summarize(c.Values[impl])
		fmt.Fprintf(t, "    %s\t%s\t[%s, %s]", impl, number(s.Median), number(s.Low), number(s.High))
		if ratio, ok := c.Ratio(impl, subjectName); ok && impl != subjectName {
			fmt.Fprintf(t, "\t%.2fx\t[%.2f, %.2f]\t%s", ratio.Median, ratio.Low, ratio.High, mark(impl, ratio.Median))
		} else {
			fmt.Fprint(t, "\t\t\t")
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}

// mark marks an implementation that did better than flatmap, unless it is one
// that is there to show a limit.
func mark(impl string, ratio float64) string {
	switch impl {
	case arrayName, noMap, clockName:
		return "(limit)"
	}
	if ratio < 1 {
		return "LOSS"
	}
	return ""
}

// number writes a figure with four digits or so.
func number(x float64) string {
	if x >= 1000 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.4g", x)
}
