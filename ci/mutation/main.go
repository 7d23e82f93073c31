// Command mutation tests the tests: it plants mistakes in the map's sources,
// one at a time, and runs the layers of the verification until one of them
// notices.
//
//	go run ./ci/mutation                          # everything: hours on 2 cores
//	go run ./ci/mutation -budget 5m -seed 7       # a random part
//	go run ./ci/mutation -only 'writer.fill'      # mutants whose ID matches
//	go run ./ci/mutation -all-layers -class concurrency   # which layers kill what
//	go run ./ci/mutation -shard 0/4 -results a.json       # a part, for -merge
//	go run ./ci/mutation -merge a.json b.json     # reports what several files hold
//	go run ./ci/mutation -results a.json          # runs what has no valid result there
//	go run ./ci/mutation -results a.json -list    # lists that
//	go run ./ci/mutation -results a.json -report -list    # what became of each
//	go run ./ci/mutation -results a.json -report -markdown ci/mutation/RESULTS.md
//	go run ./ci/mutation -packages ./model,./stress       # of other packages, by their own tests
//	go run ./ci/mutation -packages ./... -C ../other -class concurrency -race    # of another module
//	go run ./ci/mutation -packages ./model -sample 50 -seed 2    # a part, of which a larger -sample is not run again
//
// The mutants come from operators that find their places in the syntax tree
// and from the catalogue of planted mistakes (package internal/planted). They
// are built with go build -overlay, most of them together (see schema), so the
// tree is never written. A mutant that does not end is killed, and counts as
// noticed: it used many times the processor time of the original, or neither ran
// nor could run for many times as long. That the machine is busy makes nothing a
// hang.
//
// A result is valid while the tokens of the mutant's function are the same. It
// survives a move to another file, another layout and other comments.
//
// The exit status is 0 if every mutant that was run to its end is killed or
// argued to be equivalent in EQUIVALENT.md, 1 if one survives (or if one with
// an exact argument is killed), and 2 if the command could not do its work.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/internal/cli"
)

func main() { cli.Main(run) }

// A config is what the command line says.
type config struct {
	budget    time.Duration
	seed      uint64
	shard     cli.Shard
	only      *regexp.Regexp
	exactly   string // an ID, which may be no regular expression
	class     string
	list      bool
	json      bool
	jobs      int
	allLayers bool
	layers    []string
	equal     bool
	again     bool
	quick     bool
	results   string
	markdown  string
	report    bool
	gate      string
	merge     []string
	sample    int

	// Of -packages.
	packages  string
	dir       string
	tests     string
	testFlags string
	tags      string
	race      bool
	arguments string
}

// runsNone reports whether no mutant is to be run.
func (c *config) runsNone() bool { return c.report || c.list }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	cfg, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	out, status := cli.NewOutput(stdout), 0
	if err == nil {
		status, err = mutate(ctx, cfg, out, stderr)
	}
	if err = cmp.Or(err, out.Err()); err != nil {
		fmt.Fprintln(stderr, "mutation:", err)
		return cli.StatusUndone
	}
	return status
}

func parse(args []string, stderr io.Writer) (cfg config, err error) {
	flags := flag.NewFlagSet("mutation", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.DurationVar(&cfg.budget, "budget", 0, "stop after this time; 0 is never")
	flags.Uint64Var(&cfg.seed, "seed", 1, "seed of the order under a budget, and of the layers")
	cfg.shard = cli.Whole
	flags.Var(&cfg.shard, "shard", "part `i/n` of the mutants, counted from 0")
	only := flags.String("only", "", "only mutants whose ID matches this `regexp`, or is it")
	flags.StringVar(&cfg.class, "class", "", "only mutants of this class, concurrency or general")
	flags.BoolVar(&cfg.list, "list", false, "list the mutants and run none; with -results only those that have no valid result there, with -report too what became of each")
	flags.BoolVar(&cfg.json, "json", false, "print lines of JSON")
	flags.IntVar(&cfg.jobs, "jobs", runtime.GOMAXPROCS(0), "mutants to run at once")
	flags.BoolVar(&cfg.allLayers, "all-layers", false, "run all layers on every mutant, though one has killed it")
	layers := flags.String("layers", "", "only these layers, separated by commas, of "+strings.Join(layerNames, ", "))
	flags.BoolVar(&cfg.equal, "equivalent", false, "run also the mutants that are argued to be equivalent")
	flags.StringVar(&cfg.results, "results", "", "`file` to add results to, as lines of JSON; a mutant that has a valid result there is not run again")
	flags.BoolVar(&cfg.again, "again", false, "with -results, run again the layers of -layers on the mutants that survived there: the tests may be better now")
	flags.BoolVar(&cfg.quick, "quick", false, "only the steps that take no more than a second or two; a layer that has others does not count as run then")
	flags.StringVar(&cfg.markdown, "markdown", "", "`file` to write the tables to")
	flags.BoolVar(&cfg.report, "report", false, "run nothing: report what is in the file of -results, and what is not")
	flags.StringVar(&cfg.gate, "gate", "", "shell `command` that prints a line when the next program may run, and ends when its input does")
	flags.IntVar(&cfg.sample, "sample", 0, "only `n` mutants of each package, drawn with -seed; 0 is all")
	flags.StringVar(&cfg.packages, "packages", "", "mutate the packages of these `patterns`, separated by commas, and not the map")
	flags.StringVar(&cfg.dir, "C", "", "with -packages, the `folder` of the module that they are in")
	flags.StringVar(&cfg.tests, "tests", "", "with -packages, run the tests of these `patterns`, and not each package's own")
	flags.StringVar(&cfg.testFlags, "testflags", "", "with -packages, more `arguments` for the tests, as -test.run=Fast")
	flags.StringVar(&cfg.tags, "tags", "", "with -packages, build `tags`")
	flags.BoolVar(&cfg.race, "race", false, "with -packages, build the tests with the race detector")
	flags.StringVar(&cfg.arguments, "arguments", "", "with -packages, `file` that argues about mutants, in the form of ci/mutation/EQUIVALENT.md")
	merging := flags.Bool("merge", false, "merge the results in the files that are the arguments, and run nothing")
	if err := flags.Parse(args); err != nil {
		return cfg, err
	}
	if *merging {
		if cfg.merge = flags.Args(); len(cfg.merge) == 0 {
			return cfg, errors.New("-merge needs files of results as arguments")
		}
		cfg.report = true
	} else if cfg.report && cfg.results == "" {
		return cfg, errors.New("-report needs -results")
	} else if flags.NArg() > 0 {
		return cfg, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if cfg.class != "" && cfg.class != concurrency && cfg.class != general {
		return cfg, fmt.Errorf("-class is %q, expected %s or %s", cfg.class, concurrency, general)
	}
	if cfg.layers, err = parseLayers(*layers); err != nil {
		return cfg, err
	}
	if err := cfg.checkPackages(flags); err != nil {
		return cfg, err
	}
	if cfg.budget < 0 {
		return cfg, fmt.Errorf("-budget is %v, expected at least 0", cfg.budget)
	}
	if cfg.sample < 0 {
		return cfg, fmt.Errorf("-sample is %d, expected at least 0", cfg.sample)
	}
	if cfg.jobs < 1 {
		return cfg, fmt.Errorf("-jobs is %d, expected at least 1", cfg.jobs)
	}
	cfg.exactly = strings.TrimSuffix(strings.TrimPrefix(*only, "^"), "$")
	if cfg.only, err = regexp.Compile(*only); err != nil && strings.Contains(*only, ": ") {
		cfg.only, err = regexp.MustCompile("^"+regexp.QuoteMeta(cfg.exactly)+"$"), nil
	}
	return cfg, err
}

// checkPackages sets the layer of -packages, and refuses flags that make sense only
// with it or only without it.
func (c *config) checkPackages(flags *flag.FlagSet) (err error) {
	flags.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "C", "tests", "testflags", "tags", "race", "arguments":
			if c.packages == "" {
				err = fmt.Errorf("-%s needs -packages", f.Name)
			}
		case "layers", "all-layers", "quick":
			if c.packages != "" {
				err = fmt.Errorf("-%s is of the map's layers, and does not go with -packages", f.Name)
			}
		}
	})
	if c.packages != "" {
		c.layers = []string{ownTests}
	}
	return err
}

// parseLayers returns the layers with the given names; all for none.
func parseLayers(names string) (layers []string, err error) {
	if names == "" {
		return layerNames, nil
	}
	for name := range strings.SplitSeq(names, ",") {
		if !slices.Contains(layerNames, name) {
			return nil, fmt.Errorf("no layer %q (have %s)", name, strings.Join(layerNames, ", "))
		}
		layers = append(layers, name)
	}
	return layers, nil
}

// operators are all operators, those of concurrency first: what they and the
// others have in common has the name that they give it.
func operators() []operator {
	return append(append([]operator{}, concurrencyOperators...), generalOperators...)
}

// chosen reports whether the command line asks for a mutant.
func (c *config) chosen(m *Mutant) bool {
	h := fnv.New32a()
	io.WriteString(h, m.ID)
	return (c.only.MatchString(m.ID) || c.exactly == m.ID) && (c.class == "" || c.class == m.Class) && int(h.Sum32()%uint32(c.shard.Of)) == c.shard.Index
}
