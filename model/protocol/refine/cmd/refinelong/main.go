// Command refinelong compares long random executions of the map as it ships, with buckets
// of seven slots, with the model of its protocol. Each has 4 to 8 goroutines that make
// hundreds of calls on a map of up to thousands of keys, scheduled by PCT: where the
// explorer shows every interleaving of a few calls, these runs show every path of the
// code. It prints what was compared, and which places of the source each action of the
// model explains.
//
//	go run -tags explore,shipped ./model/protocol/refine/cmd/refinelong -budget 1m
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/flatmap-go/flatmap/internal/cli"
)

func main() { cli.Main(run) }

// A config is what the command line says.
type config struct {
	budget time.Duration
	seed   uint64
	only   uint64 // this execution alone, if not 0
	calls  int    // of each goroutine
	json   bool
	sites  bool
	shard  cli.Shard
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (status int) {
	out := cli.NewOutput(stdout)
	defer func() { status = out.Status(status, "refinelong", stderr) }()
	var cfg config
	flags := flag.NewFlagSet("refinelong", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.DurationVar(&cfg.budget, "budget", 10*time.Second, "stop after this time")
	flags.Uint64Var(&cfg.seed, "seed", 1, "of the executions")
	flags.Uint64Var(&cfg.only, "only", 0, "make execution number `n` alone, from 1 on")
	flags.IntVar(&cfg.calls, "calls", 150, "calls of each goroutine")
	flags.BoolVar(&cfg.json, "json", false, "print JSON, a line a second and kind of map")
	flags.BoolVar(&cfg.sites, "sites", false, "print which places of the source each action explains")
	cfg.shard = cli.Whole
	flags.Var(&cfg.shard, "shard", "part `i/n` of the executions, counted from 0")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return cli.StatusUndone
	}
	var err error
	switch {
	case flags.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case cfg.budget <= 0 || cfg.calls <= 0:
		err = errors.New("-budget and -calls must be positive")
	case !built:
		err = errors.New("the map is built as it ships: use go run -tags explore,shipped")
	}
	if err != nil {
		fmt.Fprintln(stderr, "refinelong:", err)
		return cli.StatusUndone
	}
	return runLong(ctx, cfg, out, stderr)
}
