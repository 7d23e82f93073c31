package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/internal/cli"
)

// Options are what the command line says.
type options struct {
	budget     time.Duration
	seed       uint64
	only       string // the flag as it was given
	chosen     []layer
	shard      cli.Shard
	corpus     string
	json, html string // files to write
	update     bool
	merge      []string // files to read, nil to verify
}

func parse(args []string, stderr io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("ci", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.DurationVar(&o.budget, "budget", 5*time.Minute, "how long to verify, shared out among the layers")
	flags.Uint64Var(&o.seed, "seed", 0, "seed of all random choices; 0 chooses one")
	flags.StringVar(&o.only, "only", "", "layers to run, separated by commas, of "+strings.Join(layerNames(layers), ", ")+" (default: all)")
	o.shard = cli.Whole
	flags.Var(&o.shard, "shard", "part `i/n` of the work, counted from 0")
	flags.StringVar(&o.corpus, "corpus", "", "`folder` of text to count words of (default: the Go standard library's sources)")
	flags.StringVar(&o.json, "json", "", "`file` to write the report to as data")
	flags.StringVar(&o.html, "html", "", "`file` to write the report to as a page")
	flags.BoolVar(&o.update, "update", false, "write VERIFICATION.md, the figures in README.md, and ci/verification.json")
	merge := flags.Bool("merge", false, "verify nothing, but merge the reports in the files that follow")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.chosen, err = choose(o.only); err != nil {
		return o, err
	}
	if o.budget <= 0 {
		return o, fmt.Errorf("-budget is %v, but must be more than 0", o.budget)
	}
	switch {
	case *merge && flags.NArg() == 0:
		return o, errors.New("-merge needs files to merge")
	case *merge:
		for _, arg := range flags.Args() {
			if strings.HasPrefix(arg, "-") {
				return o, fmt.Errorf("flag %s after file arguments; flags must come first", arg)
			}
		}
		o.merge = flags.Args()
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if o.seed == 0 {
		o.seed = rand.Uint64N(1<<32) + 1
	}
	return o, o.checkFiles()
}

// command returns the command line that runs these layers again.
func (o *options) command(only string, budget time.Duration) string {
	s := "go run ./ci"
	if only != "" {
		s += " -only " + only
	}
	s += fmt.Sprintf(" -budget %v -seed %d", budget.Round(time.Millisecond), o.seed)
	if o.shard.Of > 1 {
		s += " -shard " + o.shard.String()
	}
	if o.corpus != "" {
		s += " -corpus " + cli.Quoted([]string{o.corpus})
	}
	return s
}
