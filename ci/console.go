package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/internal/cli"
)

// A console shows what the layers do while they do it, and sums up.
type console struct {
	out, live io.Writer
	terminal  bool // live is one, so that a line can be overwritten
	end       time.Time

	mu      sync.Mutex
	name    string
	place   string // of the layer among the others
	budget  time.Duration
	began   time.Time
	shown   time.Time
	running bool
}

func (c *console) begin(l layer, place string, budget time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.name, c.place, c.budget, c.began, c.shown, c.running = l.name, place, budget, time.Now(), time.Now(), true
	fmt.Fprintf(c.out, "%s %s: %s\n", place, l.name, l.what)
}

// progress shows a line, at most ten times a second on a terminal and once
// every five seconds elsewhere.
func (c *console) progress(counts []report.Count, detail string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	every := 5 * time.Second
	if c.terminal {
		every = time.Second / 10
	}
	if !c.running || time.Since(c.shown) < every {
		return
	}
	c.shown = time.Now()
	took := time.Since(c.began)
	parts := []string{fmt.Sprintf("  %s %s", c.place, c.name)}
	for i, n := range counts {
		part := cli.Grouped(n.N) + " " + n.What
		if i == 0 {
			part += fmt.Sprintf(" (%s/s)", cli.Grouped(int(float64(n.N)/took.Seconds())))
		}
		parts = append(parts, part)
	}
	parts = append(parts, fmt.Sprintf("%v left, %v in all", max(0, c.budget-took).Round(time.Second), max(0, time.Until(c.end)).Round(time.Second)))
	if detail != "" {
		parts = append(parts, detail)
	}
	line := strings.Join(parts, ", ")
	if c.terminal {
		fmt.Fprintf(c.live, "\r\033[K%.*s", terminalWidth, line)
	} else {
		fmt.Fprintln(c.live, line)
	}
}

// terminalWidth is where a line is cut that would otherwise wrap.
const terminalWidth = 118

// finish ends the progress of a layer and shows what went wrong.
func (c *console) finish(l report.Layer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running = false
	if c.terminal {
		fmt.Fprint(c.live, "\r\033[K")
	}
	switch {
	case l.Violation != nil:
		text := strings.TrimSpace(l.Violation.Text)
		if text == l.Violation.Title {
			text = ""
		}
		fmt.Fprintf(c.out, "\nVIOLATED: %s: %s\n\n%s\n\nrepeat with: %s\n", l.Name, l.Violation.Title, text, l.Violation.Repeat)
	case l.Reason != "" && l.Verdict == report.Failed:
		fmt.Fprintf(c.out, "%s could not do its work: %s\n", l.Name, l.Reason)
	}
}

// summary shows what all layers did.
func (c *console) summary(r *report.Report) {
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nlayer\tverdict\tdone\tseconds\trate\t")
	leftOut := 0
	for _, l := range r.Layers {
		if l.Verdict == report.LeftOut {
			leftOut++
			fmt.Fprintf(w, "%s\t%s\t%s\n", l.Name, l.Verdict, l.Reason)
			continue
		}
		var more []string
		for i, n := range l.Counts {
			if i > 0 {
				more = append(more, cli.Grouped(n.N)+" "+n.What)
			}
		}
		done, rate := "", ""
		if len(l.Counts) > 0 {
			done, rate = cli.Grouped(l.Counts[0].N)+" "+l.Counts[0].What, l.RateText()
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%.1f\t%s\t%s\n", l.Name, l.Verdict, done, l.Seconds, rate, strings.Join(more, ", "))
	}
	w.Flush()
	verdict := string(r.Verdict())
	if leftOut > 0 {
		verdict += fmt.Sprintf("; %d of %d layers left out", leftOut, len(r.Layers))
	}
	fmt.Fprintf(c.out, "%s; %.1f seconds in all; repeat with -seed %d\n", verdict, r.Seconds, r.Seed)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
