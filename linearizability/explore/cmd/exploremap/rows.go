package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/flatmap-go/flatmap/model/protocol/refine"
)

// unbounded is the bound that allows any number of preemptions.
const unbounded = -1

// A findings is what an exploration found out, except violations.
type findings struct {
	rows     []wire.Row
	bounds   []wire.Bound
	coverage *coverage // nil if it is not wanted
	actions  refine.Coverage
}

// A violator is the error of a client that fails.
type violator interface {
	error
	message() wire.Violation
}

func printRows(out io.Writer, rows []wire.Row) {
	if len(rows) == 0 {
		return
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "suite\tmap\tclients\texhausted\tothers to\ttraces\tlongest\tseconds\ttraces/s\texecutions/s\t\t")
	total := wire.Row{Complete: true}
	for _, r := range rows {
		print1(w, r)
		total.Add(&r)
	}
	total.Suite = "all"
	print1(w, total)
	w.Flush()
}

func print1(w io.Writer, r wire.Row) {
	others, complete := "", "done"
	traces, executions := r.Rates()
	switch {
	case r.Exhausted == r.Clients || r.Subject == "":
	case r.Bound >= 0:
		others = fmt.Sprintf("%d preemptions", r.Bound)
	default:
		others = "some executions"
	}
	if !r.Complete {
		complete = "cut"
	}
	fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\t%d\t%d\t%.1f\t%.0f\t%.0f\t%s\t\n", r.Suite, r.Subject, r.Clients, r.Exhausted, others,
		r.Executions, r.MaxSteps, r.Seconds, traces, executions, complete)
}

func printBounds(out io.Writer, bounds []wire.Bound) {
	if len(bounds) == 0 {
		return
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nmap\tparked\tat so many steps\ta Load then takes at most\t")
	for _, b := range bounds {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d steps\t\n", b.Subject, b.Parked, b.Steps, b.LoadMost)
	}
	w.Flush()
}
