package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/flatmap-go/flatmap/internal/cli"
)

// WriteMarkdown writes the report as a document.
func (r *Report) WriteMarkdown(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Verification\n\nWritten by `go run ./ci -update`; the data are in [ci/verification.json](ci/verification.json).\n"+
		"Counts, seconds and rates are of this run:\n\n```sh\n%s\n```\n\n", strings.Join(r.Commands, "\n"))
	b.WriteString("| | |\n|---|---|\n")
	for _, f := range r.Facts() {
		fmt.Fprintf(&b, "| %s | %s |\n", escape(f.Name), escape(f.Value))
	}
	b.WriteString("\n## Layers\n\n")
	writeTable(&b, r.Overview())
	b.WriteString("\nThe tables of each layer are in the page that this command writes:\n\n" +
		"```sh\ngo run ./ci -html report.html -merge ci/verification.json\n```\n\n## Commands\n\nEach repeats one layer:\n\n```sh\n")
	for _, l := range r.Layers {
		fmt.Fprintln(&b, l.Command)
	}
	b.WriteString("```\n")
	for i := range r.Layers {
		l := &r.Layers[i]
		if l.Reason != "" {
			fmt.Fprintf(&b, "\nLayer %s: %s: %s.\n", l.Name, l.Verdict, escape(l.Reason))
		}
		if v := l.Violation; v != nil {
			fmt.Fprintf(&b, "\n## %s: counterexample\n\n%s\n\n```\n%s\n```\n\nRepeat with `%s`.\n", l.Name, v.Title, strings.TrimRight(v.Text, "\n"), v.Repeat)
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// writeTable writes a table as Markdown.
func writeTable(b *strings.Builder, t Table) {
	for _, c := range t.Columns {
		fmt.Fprintf(b, "| %s ", escape(c.Name))
	}
	b.WriteString("|\n")
	for _, c := range t.Columns {
		if c.Kind == Text {
			b.WriteString("|---")
		} else {
			b.WriteString("|---:")
		}
	}
	b.WriteString("|\n")
	for _, row := range t.Rows {
		for i, cell := range row {
			fmt.Fprintf(b, "| %s ", escape(t.Columns[i].show(cell)))
		}
		b.WriteString("|\n")
	}
}

// escape makes text fit for a cell of a Markdown table.
func escape(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", `\<`, "*", `\*`, "_", `\_`, "`", "'").Replace(s)
}

// The lines that a generated part of a document lies between.
const (
	blockBegin = "<!-- written by `go run ./ci -update` -->\n"
	blockEnd   = "<!-- end of what `go run ./ci -update` has written -->\n"
)

// Summary returns the part of the README that is about the report: a line for
// each verdict, with the layers that have it and how much each has done.
func (r *Report) Summary() []byte {
	var b strings.Builder
	for _, v := range verdicts {
		var list []string
		for _, l := range r.Layers {
			switch {
			case l.Verdict != v:
			case len(l.Counts) > 0:
				list = append(list, fmt.Sprintf("%s (%s)", l.Name, cli.Plural(l.Counts[0].N, l.Counts[0].What)))
			default:
				list = append(list, l.Name)
			}
		}
		if len(list) > 0 {
			fmt.Fprintf(&b, "- %s: %s\n", v, escape(strings.Join(list, ", ")))
		}
	}
	fmt.Fprintf(&b, "- on %s; [VERIFICATION.md](VERIFICATION.md) has more\n", r.machines())
	return []byte(b.String())
}

// ReplaceBlock returns a document with its generated part replaced.
func ReplaceBlock(document, part []byte) ([]byte, error) {
	before, rest, ok := bytes.Cut(document, []byte(blockBegin))
	_, after, ok2 := bytes.Cut(rest, []byte(blockEnd))
	if !ok || !ok2 || bytes.Contains(after, []byte(blockBegin)) {
		return nil, fmt.Errorf("there is not one place for generated text, between the lines %q and %q", blockBegin, blockEnd)
	}
	return bytes.Join([][]byte{before, []byte(blockBegin), part, []byte(blockEnd), after}, nil), nil
}
