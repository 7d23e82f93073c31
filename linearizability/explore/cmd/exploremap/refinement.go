package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/flatmap-go/flatmap/model/protocol/refine"
)

// printRefinement prints what was compared with the model of the protocol, if anything
// was, and which of its actions were never taken.
func printRefinement(out io.Writer, rows []wire.Row) {
	total := wire.Row{Suite: "all"}
	for _, r := range rows {
		total.Add(&r)
	}
	if total.Accesses == 0 {
		return
	}
	all := refine.Actions()
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nsuite\tmap\ttraces\taccesses\tseconds\taccesses/s\tactions taken\t")
	for _, r := range append(slices.Clone(rows), total) {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%.1f\t%.0f\t%d of %d\t\n", r.Suite, r.Subject, r.Executions, r.Accesses, r.Cost(),
			float64(r.Accesses)/max(r.Cost(), 1e-9), len(r.Actions), len(all))
	}
	w.Flush()
	if missing := notTaken(&total); len(missing) > 0 {
		fmt.Fprintf(out, "actions that were not taken: %s\n", strings.Join(missing, ", "))
	}
}

// notTaken returns the actions of the model that were never taken.
func notTaken(r *wire.Row) []string {
	return slices.DeleteFunc(slices.Clone(refine.Actions()), func(name string) bool { return r.Actions[name] > 0 })
}
