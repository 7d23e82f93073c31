package main

import (
	"fmt"
	"io"
	"sync"
	"text/tabwriter"
	"time"
)

// A report shows what the layers do while they do it, and sums up.
type report struct {
	out, live io.Writer
	terminal  bool // live is one, so that a line can be overwritten
	start     time.Time

	mu      sync.Mutex
	layer   layer
	budget  time.Duration
	began   time.Time
	shown   time.Time
	done    int
	rows    []row
	running bool
}

type row struct {
	layer   layer
	result  result
	seconds float64
	cut     bool
}

func (r *report) begin(l layer, budget time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.layer, r.budget, r.began, r.shown, r.done, r.running = l, budget, time.Now(), time.Time{}, 0, true
	fmt.Fprintf(r.out, "%s: %s\n", l.name, l.what)
}

// progress shows a line, at most ten times a second on a terminal and once
// every five seconds elsewhere.
func (r *report) progress(done int, detail string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done = done
	every := 5 * time.Second
	if r.terminal {
		every = time.Second / 10
	}
	if !r.running || time.Since(r.shown) < every {
		return
	}
	r.shown = time.Now()
	took := time.Since(r.began)
	line := fmt.Sprintf("  %s %d %s, %.0f/s, %v left %s", r.layer.name, done, r.layer.unit,
		float64(done)/took.Seconds(), max(0, r.budget-took).Round(time.Second), detail)
	if r.terminal {
		fmt.Fprintf(r.live, "\r\033[K%s", line)
	} else {
		fmt.Fprintln(r.live, line)
	}
}

func (r *report) end(res result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.close(row{layer: r.layer, result: res})
	if res.err != nil {
		fmt.Fprintf(r.out, "\n%s:\n%v\n\n", r.layer.name, res.err)
	}
}

func (r *report) interrupted() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.close(row{layer: r.layer, result: result{done: r.done}, cut: true})
}

func (r *report) close(row row) {
	r.running = false
	if r.terminal {
		fmt.Fprint(r.live, "\r\033[K")
	}
	row.seconds = time.Since(r.began).Seconds()
	r.rows = append(r.rows, row)
}

func (r *report) summary() {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nlayer\tdone\tseconds\trate\tverdict\t")
	for _, row := range r.rows {
		verdict := "holds"
		switch {
		case row.cut:
			verdict = "interrupted"
		case row.result.err != nil:
			verdict = "FAILED"
		}
		fmt.Fprintf(w, "%s\t%d %s\t%.1f\t%.0f/s\t%s\t%s\n", row.layer.name, row.result.done, row.layer.unit,
			row.seconds, float64(row.result.done)/row.seconds, verdict, row.result.detail)
	}
	w.Flush()
	fmt.Fprintf(r.out, "%.1f seconds in all\n", time.Since(r.start).Seconds())
}
