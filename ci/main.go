// Command ci verifies the map: it runs the layers of the verification suite
// within a time budget, shows live progress, and writes a report.
//
//	go run ./ci [-budget 5m] [-seed N] [-only model,explore] [-shard i/n] [-json FILE] [-html FILE] [-update]
//	go run ./ci [-json FILE] [-html FILE] [-update] -merge A.json B.json ...
//
// Layers that a short budget has no time for are left out, and named; those that
// -only names are run in any case. A shard is a part of the work: with the same
// seed and budget on n machines, -shard 0/n to (n-1)/n do different parts, and
// -merge makes one report of what they write with -json, which package report
// describes. With -update the report becomes VERIFICATION.md, its figures go into
// the README, and its data into ci/verification.json.
//
// The exit status is 0 if everything holds; 1 on a violation, which is printed
// with the smallest counterexample there is, and which ends the run; and 2 if
// something could not be done, be it a layer's work or writing a report. An
// interrupt ends the run early: what was done until then is printed and written,
// and the status is 2.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/internal/cli"
)

func main() { cli.Main(run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (status int) {
	out := cli.NewOutput(stdout)
	defer func() { status = out.Status(status, "ci", stderr) }()
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(stderr, "ci:", err)
		return cli.StatusUndone
	}
	c := &console{out: out, live: stderr, terminal: isTerminal(stderr), end: time.Now().Add(o.budget)}
	var r *report.Report
	if o.merge == nil {
		fmt.Fprintf(out, "verifying flatmap for %v; repeat with -seed %d\n", o.budget, o.seed)
		r = verify(ctx, o, c)
	} else if r, err = mergeFiles(o.merge); err != nil {
		fmt.Fprintln(stderr, "ci:", err)
		return cli.StatusUndone
	}
	c.summary(r)
	switch r.Verdict() {
	case report.Violated:
		status = cli.StatusViolation
	case report.Failed, report.Interrupted:
		status = cli.StatusUndone
	}
	if err := o.write(r); err != nil {
		fmt.Fprintln(stderr, "ci:", err)
		if status == 0 { // a violation stays one
			status = cli.StatusUndone
		}
	}
	return status
}
