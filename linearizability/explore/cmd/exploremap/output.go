package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/flatmap-go/flatmap/internal/cli"
)

// An output says what is done, as text or as JSON.
type output struct {
	json           bool
	stdout, stderr io.Writer
}

// A message is a line of JSON: one of its fields is set.
type message struct {
	Machine   string            `json:"machine,omitempty"`
	Row       *row              `json:"row,omitempty"`  // so far
	Rows      []row             `json:"rows,omitempty"` // in the end
	Bounds    []bound           `json:"bounds,omitempty"`
	Coverage  *coverage         `json:"coverage,omitempty"`
	Violation *violationMessage `json:"violation,omitempty"`
	Find      *findMessage      `json:"find,omitempty"`  // a planted bug
	Finds     int               `json:"finds,omitempty"` // how many there will be
}

func (o *output) send(m message) { json.NewEncoder(o.stdout).Encode(m) }

func (o *output) progress(r row) {
	if o.json {
		o.send(message{Row: &r})
		return
	}
	_, rate := r.rates()
	fmt.Fprintf(o.stderr, "  %s, %s: %d clients, %d traces, %.0f executions/s\n", r.Suite, r.Subject, r.Clients, r.Executions, rate)
}

func (o *output) news(client string) { fmt.Fprintln(o.stderr, "new:", client) }

// finish prints the results and returns the command's status.
func (o *output) finish(f findings, err error) int {
	if o.json {
		o.send(message{Machine: cli.ThisMachine().String()})
		o.send(message{Rows: f.rows, Bounds: f.bounds, Coverage: f.coverage})
	} else {
		printRows(o.stdout, f.rows)
		printBounds(o.stdout, f.bounds)
		f.coverage.print(o.stdout)
	}
	if err == nil {
		return 0
	}
	var v violator
	switch {
	case !errors.As(err, &v):
		fmt.Fprintln(o.stderr, "exploremap:", err)
		return cli.StatusUndone
	case o.json:
		m := v.message()
		o.send(message{Violation: &m})
	default:
		fmt.Fprintln(o.stdout, err)
	}
	return cli.StatusViolation
}

// merged prints the results in files.
func (o *output) merged(cfg config) int {
	r, err := readResults(cfg.merge)
	if err != nil {
		fmt.Fprintln(o.stderr, "exploremap:", err)
		return cli.StatusUndone
	}
	return o.finish(findings{r.rows, r.bounds, r.coverage}, nil)
}

// document writes the results in files, or of a run made for it.
func (o *output) document(ctx context.Context, cfg config) int {
	if err := cli.Writable(cfg.markdown); err != nil { // rather than minutes later
		fmt.Fprintln(o.stderr, "exploremap:", err)
		return cli.StatusUndone
	}
	r, err := readResults(cfg.merge)
	if err == nil && len(cfg.merge) == 0 {
		r.machines[cli.ThisMachine().String()] = true
		err = r.run(ctx, cfg)
	}
	if err == nil && cfg.results != "" {
		err = r.addStored(cfg.results)
	}
	if err == nil {
		err = r.writeMarkdown(cfg.markdown)
	}
	var v violator
	switch {
	case errors.As(err, &v):
		fmt.Fprintln(o.stdout, err)
		return cli.StatusViolation
	case err != nil:
		fmt.Fprintln(o.stderr, "exploremap:", err)
		return cli.StatusUndone
	}
	return 0
}
