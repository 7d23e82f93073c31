package report

import (
	_ "embed"
	"html/template"
	"io"

	"github.com/flatmap-go/flatmap/internal/cli"
)

var (
	//go:embed page.html
	pageText string
	//go:embed page.css
	pageStyle string
)

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"style":    func() template.CSS { return template.CSS(pageStyle) },
	"show":     func(t Table, column int, cell any) string { return t.Columns[column].show(cell) },
	"kind":     func(t Table, column int) Kind { return t.Columns[column].Kind },
	"sentence": sentence,
	"grouped":  cli.Grouped,
	"plural":   cli.Plural,
	"rows":     (*Trace).rows,
}).Parse(pageText))

// WriteHTML writes the report as a page that needs nothing else.
func (r *Report) WriteHTML(out io.Writer) error { return page.Execute(out, r) }

// A traceRow is a line of the table of steps.
type traceRow struct {
	Number int // 0 for none
	Cells  []string
	Call   bool // the line is where a call begins
	Site   string
}

// rows returns the steps with a column for each goroutine, and a line before
// the first step of each call.
func (t *Trace) rows() (rows []traceRow) {
	calls := make([]string, len(t.Goroutines))
	for _, s := range t.Steps {
		if s.Call != calls[s.Goroutine] {
			calls[s.Goroutine] = s.Call
			rows = append(rows, traceRow{Cells: t.cells(s.Goroutine, s.Call), Call: true})
		}
		r := traceRow{Number: s.Number, Cells: t.cells(s.Goroutine, s.Text), Site: s.Site}
		if s.Plain {
			r.Number = 0
		}
		rows = append(rows, r)
	}
	return rows
}

func (t *Trace) cells(goroutine int, text string) []string {
	cells := make([]string, len(t.Goroutines))
	cells[goroutine] = text
	return cells
}
