package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/flatmap-go/flatmap/internal/cli"
)

// A Table has a row for each of the things that a layer dealt with.
type Table struct {
	Title   string   `json:"title"`
	Columns []Column `json:"columns"`
	// Rows have a cell for each column: a string in a column of texts, a number in
	// any other.
	Rows [][]any `json:"rows"`
}

// A Column of a table.
type Column struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	// Of is, for a Rate, the name of the column that it is the rate of.
	Of string `json:"of,omitempty"`
}

// A Kind of column says how it is shown, and what becomes of it if two rows with
// the same texts are merged.
type Kind string

const (
	Text    Kind = "text"
	Number  Kind = "count"   // added up
	Most    Kind = "most"    // the larger
	Seconds Kind = "seconds" // added up
	Rate    Kind = "rate"    // of another column in a second of the one of kind Seconds
)

// NewTable returns a table without rows. Each column is the kind, a space, and
// the name, which for a Rate is that of the column that it is of:
//
//	NewTable("suites", "text suite", "count executions", "seconds seconds", "rate executions")
func NewTable(title string, columns ...string) Table {
	t := Table{Title: title}
	for _, c := range columns {
		kind, name, _ := strings.Cut(c, " ")
		column := Column{Name: name, Kind: Kind(kind)}
		if column.Kind == Rate {
			column.Name, column.Of = name+"/s", name
		}
		t.Columns = append(t.Columns, column)
	}
	return t
}

// Add adds a row. It has no cells for the columns of kind Rate, which follow
// from the others.
func (t *Table) Add(cells ...any) {
	row := make([]any, 0, len(t.Columns))
	for _, c := range t.Columns {
		if c.Kind == Rate {
			row = append(row, 0.0)
			continue
		}
		row, cells = append(row, normal(cells[0])), cells[1:]
	}
	t.fillRates(row)
	t.Rows = append(t.Rows, row)
}

// normal returns a cell as it is read from JSON.
func normal(cell any) any {
	switch x := cell.(type) {
	case int:
		return float64(x)
	case uint64:
		return float64(x)
	case float64:
		return x
	case string:
		return x
	}
	return fmt.Sprint(cell)
}

func (t *Table) fillRates(row []any) {
	for i, c := range t.Columns {
		if c.Kind != Rate {
			continue
		}
		of, seconds := t.find(func(o Column) bool { return o.Name == c.Of }), t.find(func(o Column) bool { return o.Kind == Seconds })
		row[i] = 0.0
		if s := row[seconds].(float64); s > 0 {
			row[i] = math.Round(row[of].(float64) / s)
		}
	}
}

func (t *Table) find(is func(Column) bool) int { return slices.IndexFunc(t.Columns, is) }

func (t *Table) check() error {
	for _, c := range t.Columns {
		switch c.Kind {
		case Text, Number, Most, Seconds:
		case Rate:
			of := t.find(func(o Column) bool { return o.Name == c.Of && o.Kind == Number })
			if of < 0 || t.find(func(o Column) bool { return o.Kind == Seconds }) < 0 {
				return fmt.Errorf("column %q is a rate of nothing", c.Name)
			}
		default:
			return fmt.Errorf("unknown column kind %q", c.Kind)
		}
	}
	for i, row := range t.Rows {
		if len(row) != len(t.Columns) {
			return fmt.Errorf("row %d has %d cells for %d columns", i+1, len(row), len(t.Columns))
		}
		for j, cell := range row {
			if _, ok := cell.(float64); t.Columns[j].Kind != Text && !ok {
				return fmt.Errorf("row %d has no number for %q", i+1, t.Columns[j].Name)
			}
			if _, ok := cell.(string); t.Columns[j].Kind == Text && !ok {
				return fmt.Errorf("row %d has no text for %q", i+1, t.Columns[j].Name)
			}
		}
	}
	return nil
}

// SameColumns reports whether another table has the same title and columns.
func (t Table) SameColumns(other Table) bool {
	return t.Title == other.Title && slices.Equal(t.Columns, other.Columns)
}

// Merge returns a table with the rows of both, which have the same columns.
// Rows with the same texts become one.
func (t Table) Merge(other Table) Table {
	t = t.clone()
	for _, row := range other.Rows {
		at := slices.IndexFunc(t.Rows, func(r []any) bool { return t.sameTexts(row, r) })
		if at < 0 {
			t.Rows = append(t.Rows, slices.Clone(row))
			continue
		}
		into := t.Rows[at]
		for i, c := range t.Columns {
			switch c.Kind {
			case Number, Seconds:
				into[i] = into[i].(float64) + row[i].(float64)
			case Most:
				into[i] = max(into[i].(float64), row[i].(float64))
			}
		}
		t.fillRates(into)
	}
	return t
}

func (t Table) clone() Table {
	rows := t.Rows
	t.Rows = nil
	for _, row := range rows {
		t.Rows = append(t.Rows, slices.Clone(row))
	}
	return t
}

func (t *Table) sameTexts(a, b []any) bool {
	for i, c := range t.Columns {
		if c.Kind == Text && a[i] != b[i] {
			return false
		}
	}
	return true
}

// show returns a cell of a column as it is shown.
func (c Column) show(cell any) string {
	x, ok := cell.(float64)
	switch {
	case !ok:
		return fmt.Sprint(cell)
	case c.Kind == Seconds:
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	return cli.Grouped(int(x))
}
