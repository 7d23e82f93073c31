package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/wire"
)

// tell prints the result of one entry.
func tell(out io.Writer, asJSON bool, r result) error {
	if asJSON {
		line := wire.Entry(r)
		return json.NewEncoder(out).Encode(wire.Gallery{Entry: &line})
	}
	_, err := fmt.Fprintf(out, "%-8s %-26s %6.1f s  %s\n", r.verdict(), r.Name, r.Seconds, r.line())
	return err
}

// verdict says in a word how a run came out.
func (r result) verdict() string {
	switch {
	case r.Error != "":
		return "ERROR"
	case r.Kind == wire.KindBug && r.Found:
		return "found"
	case r.Kind == wire.KindBug:
		return "MISSED"
	case r.Kind == wire.KindCurrent && r.Finding != "" && r.OK:
		return "finding"
	case !r.OK:
		return "WRONG"
	}
	return "passes"
}

// line says what was found, by which layer.
func (r result) line() string {
	line := "nothing found"
	switch {
	case r.Error != "":
		line = r.Error
	case r.Finding != "":
		line = r.Layer + ": " + r.Finding
	}
	if len(r.Others) > 0 {
		line += fmt.Sprintf(" (and %d other findings, such as %s)", len(r.Others), r.Others[0])
	}
	return line
}

// A summary adds up the results.
type summary wire.GallerySummary

func sumUp(results []result) summary {
	s := summary{OK: len(results) > 0}
	for _, r := range results {
		s.Seconds += r.Seconds
		s.OK = s.OK && r.OK
		switch {
		case r.Error != "":
			s.Errors++
		case r.Kind == wire.KindBug:
			s.Bugs++
			if r.Found {
				s.Found++
				s.Slowest = max(s.Slowest, r.Seconds)
			}
		case r.Kind == wire.KindCurrent:
			s.Current++
			if r.Finding != "" {
				s.Findings++
			}
		default:
			s.Passing++
			if r.OK {
				s.Passed++
			}
		}
	}
	return s
}

// String returns the summary for people.
func (s summary) String() string {
	return fmt.Sprintf("documented bugs: %d of %d found, the slowest in %.1f s\n"+
		"maps that must pass: %d of %d do\ncurrent versions: %d, findings in %d\nerrors: %d\nseconds in all: %.0f\n",
		s.Found, s.Bugs, s.Slowest, s.Passed, s.Passing, s.Current, s.Findings, s.Errors, s.Seconds)
}

// writeLedger writes the table of results as Markdown.
func writeLedger(path string, entries []entry, results []result, s settings) error {
	var b bytes.Buffer
	ledger(&b, entries[:len(results)], results, s)
	return cli.WriteFile(path, cli.Bytes(b.Bytes()))
}

func ledger(b *bytes.Buffer, entries []entry, results []result, s settings) {
	fmt.Fprintf(b, `# Ledger

Documented bugs of published Go maps, and what the suite finds of them with its
general tests. Written by

`+"```sh\ngo run -C linearizability/gallery . -seed %d -ledger LEDGER.md\n```"+`

on %s. Seconds are those of the entry's process. [Interleavings](INTERLEAVINGS.md) has tables of bugs
that the explorer finds in unmodified modules.
`, s.seed, cli.ThisMachine())
	sections := []struct {
		title string
		kinds []wire.Kind
		write func(*bytes.Buffer, entry, result, result)
	}{
		{"## Documented bugs\n\n| map | version | bug | found by | seconds | finding | fixed in |\n|---|---|---|---|---|---|---|\n", []wire.Kind{wire.KindBug}, bugRow},
		{"## Maps that must pass\n\n| map | version | seconds | finding |\n|---|---|---|---|\n", []wire.Kind{wire.KindReference}, passRow},
		{"## Current versions\n\n| map | version | left out | seconds | found by | finding |\n|---|---|---|---|---|---|\n", []wire.Kind{wire.KindCurrent}, currentRow},
	}
	for _, section := range sections {
		written := false
		for i, e := range entries {
			if !slices.Contains(section.kinds, e.kind) {
				continue
			}
			if !written {
				b.WriteString("\n" + section.title)
				written = true
			}
			fixed := result{}
			if i+1 < len(results) && entries[i+1].kind == wire.KindFixed {
				fixed = results[i+1]
			}
			section.write(b, e, results[i], fixed)
		}
	}
	notes(b, entries, results)
}

func bugRow(b *bytes.Buffer, e entry, r, fixed result) {
	fixedIn := "no version"
	if e.fixed != nil {
		fixedIn = e.fixed.version + ": not run"
		if fixed.Name != "" {
			fixedIn = fmt.Sprintf("%s: %s (%.0f s)", e.fixed.version, fixed.verdict(), fixed.Seconds)
		}
	}
	fmt.Fprintf(b, "| %s | `%s@%s` | [%s](%s): %s | %s | %.1f | %s | %s |\n",
		e.about, e.module, e.version.version, e.issue, e.link(), e.bug, r.foundBy(), r.Seconds, cell(r.Finding), fixedIn)
}

func passRow(b *bytes.Buffer, e entry, r, _ result) {
	v := e.version.version
	if e.module != "" {
		v = "`" + e.module + "@" + v + "`"
	}
	fmt.Fprintf(b, "| %s | %s | %.1f | %s |\n", e.about, v, r.Seconds, cell(r.line()))
}

func currentRow(b *bytes.Buffer, e entry, r, _ result) {
	left := e.without
	if left == "" {
		left = "nothing"
	}
	fmt.Fprintf(b, "| %s | `%s@%s` | %s | %.1f | %s | %s |\n",
		e.about, e.module, e.version.version, left, r.Seconds, r.foundBy(), cell(r.line()))
}

func (r result) foundBy() string {
	if !r.Found {
		return r.verdict()
	}
	return r.Layer
}

// notes says of each bug why what was found is that bug, with the text of the
// finding.
func notes(b *bytes.Buffer, entries []entry, results []result) {
	b.WriteString("\n## Evidence\n")
	for i, e := range entries {
		if results[i].Finding == "" {
			continue
		}
		fmt.Fprintf(b, "\n### %s\n\n", e.name)
		if e.shows != "" {
			b.WriteString(e.shows + "\n\n")
		}
		if e.without != "" {
			fmt.Fprintf(b, "Left out: %s.\n\n", e.without)
		}
		fmt.Fprintf(b, "```\n%s\n```\n", excerpt(results[i]))
	}
}
