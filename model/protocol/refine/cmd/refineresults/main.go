// Command refineresults writes the document of what was compared with the model of the
// protocol, from what other commands have printed with -json:
//
//	go build -o /tmp/exploremap -tags explore ./linearizability/explore/cmd/exploremap
//	/tmp/exploremap -refine -json > suites.json
//	/tmp/exploremap -refine -coverage -json > coverage.json
//	/tmp/exploremap -refine -planted all -json > planted.json
//	go run -tags explore,shipped ./model/protocol/refine/cmd/refinelong -sites -json > long.json
//	go run ./model/protocol/refine/cmd/refineresults -o model/protocol/refine/RESULTS.md suites.json coverage.json planted.json long.json
//
// Each run can be split into several, of suites, shards or seeds.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/flatmap-go/flatmap/internal/cli"
)

func main() { cli.Main(run) }

func run(_ context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("refineresults", flag.ContinueOnError)
	flags.SetOutput(stderr)
	path := flags.String("o", "", "write the document to this `file`")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return cli.StatusUndone
	}
	err := errors.New("-o and files of results are needed")
	if *path != "" && flags.NArg() > 0 {
		var r *results
		if r, err = read(flags.Args()); err == nil {
			err = os.WriteFile(*path, r.document(), 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(stderr, "refineresults:", err)
		return cli.StatusUndone
	}
	return 0
}
