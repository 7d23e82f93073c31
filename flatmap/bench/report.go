package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
)

// printRow writes a row's table for a terminal.
func printRow(w io.Writer, row *Row) error {
	fmt.Fprintf(w, "\n%s (%s, %d rounds, %.0f s)\n", row.Name, row.Mode, row.rounds(), row.Seconds)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range row.table() {
		fmt.Fprintln(t, "  "+strings.Join(line, "\t"))
	}
	return t.Flush()
}

// printClaims writes the judged figures for a terminal.
func printClaims(w io.Writer, all []Claim) error {
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range all {
		fmt.Fprintf(t, "%s: %s\t%s\t%s\t%s\n", c.Group, c.What, c.Target, c.Figure, c.Verdict)
	}
	return t.Flush()
}

// command is what measures every row as long as these were.
func (r *Results) command() string {
	if slices.ContainsFunc(r.Rows, func(row Row) bool { return row.Mode != modeFull }) {
		return "go run -C flatmap/bench ."
	}
	return "go run -C flatmap/bench . -full"
}

// markdown writes the whole report.
func (r *Results) markdown(charts []string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Results\n\nWritten by `%s`; [README.md](README.md) says what is measured and how. Machine: %s, %d cores, %s/%s, %s.\n",
		r.command(), r.Machine.CPU, r.Machine.Cores, r.Machine.OS, r.Machine.Arch, r.Machine.Go)
	b.WriteString("\n## The figures that the map must reach\n\nRatios are medians of the ratios of single rounds; in brackets their quartiles.\n\n")
	markdownTable(&b, []string{"what", "", "target", "reached", ""}, func(line func(...string)) {
		for _, c := range claims(r) {
			line(c.Group, c.What, c.Target, c.Figure, strong(c.Verdict))
		}
	})
	if len(charts) > 0 {
		b.WriteString("\n## Charts\n")
		for _, name := range charts {
			fmt.Fprintf(&b, "\n![%s](%s)\n", name, name)
		}
	}
	b.WriteString("\n## All rows\n\nMedian, half the distance of the quartiles in percent of it, and the median ratio to flatmap in the same rounds: above 1 flatmap is better, below it is marked.\n")
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

const (
	blockBegin = "<!-- bench:begin -->"
	blockEnd   = "<!-- bench:end -->"
)

// summary is the block of a README: a line for each group of claims.
func (r *Results) summary() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n%s, %d cores, %s; written by `%s -readme ../../README.md`.\n\n", blockBegin, r.Machine.CPU, r.Machine.Cores, r.Machine.Go, r.command())
	markdownTable(&b, []string{"what", "figure (target)", ""}, func(line func(...string)) {
		all := claims(r)
		for len(all) > 0 {
			n := 1
			for n < len(all) && all[n].Group == all[0].Group {
				n++
			}
			line(groupLine(all[:n])...)
			all = all[n:]
		}
	})
	b.WriteString(blockEnd)
	return b.Bytes()
}

// groupLine sums claims up; one lost is a loss of all.
func groupLine(group []Claim) []string {
	worst := Met
	var parts []string
	for _, c := range group {
		text := c.What + ": " + c.Figure + " (" + c.Target + ")"
		switch {
		case c.Verdict == Loss:
			text, worst = text+" **LOSS**", Loss
		case c.Verdict != Met && worst != Loss:
			worst = c.Verdict
		}
		parts = append(parts, text)
	}
	return []string{group[0].Group, strings.Join(parts, "<br>"), strong(worst)}
}

// insertBlock replaces the block in a file.
func insertBlock(name string, block []byte) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	begin, end := bytes.Index(text, []byte(blockBegin)), bytes.Index(text, []byte(blockEnd))
	if begin < 0 || end < begin {
		return fmt.Errorf("%s: no lines %s and %s to put the summary between", name, blockBegin, blockEnd)
	}
	out := append(append(append([]byte{}, text[:begin]...), block...), text[end+len(blockEnd):]...)
	return writeFile(name, out)
}
