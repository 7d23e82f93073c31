package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// printRow prints a row's table.
func printRow(w io.Writer, row *Row) error {
	fmt.Fprintf(w, "\n%s (%s, %d rounds, %.0f s)\n", row.Name, row.Mode, row.rounds(), row.Seconds)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range row.table() {
		fmt.Fprintln(t, "  "+strings.Join(line, "\t"))
	}
	return t.Flush()
}

// printClaims prints the targets and what was measured.
func printClaims(w io.Writer, all []Claim) error {
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range all {
		fmt.Fprintf(t, "%s: %s\t%s\t%s\t%s\n", c.Group, c.What, c.Target, c.Figure, c.Verdict)
	}
	return t.Flush()
}

// command returns the command that measures every row for as long as these were
// measured.
func (r *Results) command() string {
	if slices.ContainsFunc(r.Rows, func(row Row) bool { return row.Mode != modeFull }) {
		return "go run -C flatmap/bench ."
	}
	return "go run -C flatmap/bench . -full"
}

// markdown writes the whole report, with the chart of this name unless it is "".
func (r *Results) markdown(chart string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Results\n\nWritten by `%s`. [README.md](README.md) explains what is measured and how. Machine: %s.\n",
		r.command(), r.Machine)
	b.WriteString("\n## Targets\n\n" +
		"A ratio is the median of the ratios of single rounds, with its quartiles in brackets. A target that is not reached is marked LOSS. " +
		"[README.md](README.md#targets) explains where the targets come from.\n\n")
	markdownTable(&b, []string{"group", "figure", "target", "measured", "verdict"}, func(line func(...string)) {
		for _, c := range claims(r) {
			line(c.Group, c.What, c.Target, c.Figure, strong(c.Verdict))
		}
	})
	if chart != "" {
		fmt.Fprintf(&b, "\n## Chart\n\nMillions of operations per second by %d goroutines on warm maps. `%s -render -charts DIR` writes this chart and the others.\n\n![throughput by mix and size](%s)\n",
			mixProcs[len(mixProcs)-1], "go run -C flatmap/bench .", chart)
	}
	b.WriteString("\n## All rows\n\nThe median, then ± half the distance of the quartiles in percent of it, then the median ratio to flatmap in the same rounds. " +
		"A ratio above 1 means that flatmap is better; a ratio below 1 is marked LOSS. The column array is a limit, not a map.\n")
	for i := range r.Rows {
		row := &r.Rows[i]
		fmt.Fprintf(&b, "\n### %s\n\n%s, %d rounds, %s\n\n", row.Name, row.Mode, row.rounds(), row.Date.Format("2006-01-02"))
		lines := row.table()
		markdownTable(&b, lines[0], func(line func(...string)) {
			for _, l := range lines[1:] {
				line(l...)
			}
		})
	}
	return b.Bytes()
}

func strong(v Verdict) string {
	if v == Loss {
		return "**" + string(v) + "**"
	}
	return string(v)
}

func markdownTable(b *bytes.Buffer, header []string, body func(line func(...string))) {
	line := func(cells ...string) { fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | ")) }
	line(header...)
	line(strings.Split(strings.Repeat("---,", len(header)-1)+"---", ",")...)
	body(line)
}
