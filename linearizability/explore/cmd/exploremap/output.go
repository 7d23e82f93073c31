package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/wire"
)

// An output says what is done, as text or as JSON.
type output struct {
	json           bool
	stdout, stderr io.Writer
}

func (o *output) send(m wire.Explore) { json.NewEncoder(o.stdout).Encode(m) }

func (o *output) progress(r wire.Row) {
	if o.json {
		o.send(wire.Explore{Row: &r})
		return
	}
	_, rate := r.Rates()
	fmt.Fprintf(o.stderr, "  %s, %s: %d clients, %d traces, %.0f executions/s\n", r.Suite, r.Subject, r.Clients, r.Executions, rate)
}

func (o *output) news(client string) { fmt.Fprintln(o.stderr, "new:", client) }

// finish prints the results and returns the command's status.
func (o *output) finish(f findings, err error) int {
	if o.json {
		o.send(wire.Explore{Machine: cli.ThisMachine().String()})
		o.send(wire.Explore{Rows: f.rows, Bounds: f.bounds, Coverage: (*wire.Coverage)(f.coverage), Sites: f.actions.Sites()})
	} else {
		printRows(o.stdout, f.rows)
		printRefinement(o.stdout, f.rows)
		printBounds(o.stdout, f.bounds)
		f.coverage.print(o.stdout)
		f.actions.Print(o.stdout)
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
		o.send(wire.Explore{Violation: &m})
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
	return o.finish(findings{rows: r.rows, bounds: r.bounds, coverage: r.coverage}, nil)
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
