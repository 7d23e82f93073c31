package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/internal/cli"
)

// A Fact is something about the run as a whole.
type Fact struct{ Name, Value string }

// Facts returns what there is to say about the run as a whole.
func (r *Report) Facts() []Fact {
	revision := r.Revision
	if revision == "" {
		revision = "unknown"
	}
	if r.Changed {
		revision += ", with changes"
	}
	facts := []Fact{
		{"verdict", string(r.Verdict())},
		{"revision", revision},
		{"started", r.Started.UTC().Format("2006-01-02 15:04:05 MST")},
		{"time", duration(r.Seconds) + " of a budget of " + duration(r.Budget)},
		{"seed", fmt.Sprint(r.Seed)},
	}
	for _, m := range r.Machines {
		facts = append(facts, Fact{"machine", m.String()})
	}
	return facts
}

func (r *Report) machines() string {
	var all []string
	for _, m := range r.Machines {
		all = append(all, m.String())
	}
	return strings.Join(all, "; ")
}

func duration(seconds float64) string {
	return time.Duration(seconds * float64(time.Second)).Round(time.Second).String()
}

// Overview returns the layers as a table.
func (r *Report) Overview() Table {
	t := NewTable("layers", "text layer", "text what it does", "text verdict", "text done", "seconds seconds", "text rate")
	for i := range r.Layers {
		l := &r.Layers[i]
		var done []string
		for _, c := range l.Counts {
			done = append(done, cli.Plural(c.N, c.What))
		}
		t.Add(l.Name, l.What, string(l.Verdict), strings.Join(done, ", "), l.Seconds, l.RateText())
	}
	return t
}

// RateText returns the layer's rate as it is shown, empty for none.
func (l *Layer) RateText() string {
	switch rate := l.Rate(); {
	case rate == 0:
		return ""
	case rate < 10:
		return fmt.Sprintf("%.1f/s", rate)
	default:
		return cli.Grouped(int(rate)) + "/s"
	}
}
