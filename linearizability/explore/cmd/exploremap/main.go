package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/flatmap-go/flatmap/internal/cli"
)

func main() { cli.Main(run) }

// commandLine runs the command in the repository.
const commandLine = "go run -tags explore ./linearizability/explore/cmd/exploremap"

// singleSuite is how a client is called that is in no suite.
const singleSuite = "client"

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (status int) {
	checked := cli.NewOutput(stdout)
	defer func() { status = checked.Status(status, "exploremap", stderr) }()
	cfg, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err == nil && !built && cfg.planted == "" && len(cfg.merge) == 0 {
		err = errors.New("the map is built without the explorer: use go run -tags explore")
	}
	var stop func()
	if err == nil {
		stop, err = startProfile(cfg.profile)
	}
	if err != nil {
		fmt.Fprintln(stderr, "exploremap:", err)
		return cli.StatusUndone
	}
	defer stop()
	if cfg.budget > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, cfg.budget)
		defer cancel()
	}
	out := &output{json: cfg.json, stdout: checked, stderr: stderr}
	cfg.progress, cfg.news = out.progress, out.news
	switch {
	case cfg.markdown != "":
		return out.document(ctx, cfg)
	case len(cfg.merge) > 0:
		return out.merged(cfg)
	case cfg.planted != "":
		return runPlanted(ctx, cfg, checked, stderr)
	}
	found, err := runSuites(ctx, cfg)
	if err == nil && cfg.results != "" {
		err = storeRows(cfg.results, found.rows)
	}
	return out.finish(found, err)
}
