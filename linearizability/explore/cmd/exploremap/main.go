package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/wire"
)

func main() { cli.Main(run) }

// commandLine runs the command in the repository.
const commandLine = "go run -tags explore ./linearizability/explore/cmd/exploremap"

// singleSuite is how a client is called that is in no suite.
const singleSuite = "client"

// A config is what the command line says.
type config struct {
	suites   []suite
	scenario string          // "" is all
	subject  string          // the same
	single   *coverageClient // this one alone
	replay   string          // and this execution of it
	sleeping bool            // see suite
	budget   time.Duration
	shard    cli.Shard
	fewest   bool
	json     bool
	planted  string
	coverage bool
	profile  string
	progress func(wire.Row)
	news     func(client string) // it has reached something first
	merge    []string            // files to read, instead of running anything
	markdown string              // file to write
	results  string              // file of rows to add to
	bound    int                 // see row
}

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

func parse(args []string, stderr io.Writer) (cfg config, err error) {
	var known, situations []string
	for _, s := range suites {
		known = append(known, s.name)
	}
	for _, s := range scenarios {
		situations = append(situations, s.name)
	}
	flags := flag.NewFlagSet("exploremap", flag.ContinueOnError)
	flags.SetOutput(stderr)
	names := flags.String("suites", "", "suites to run, separated by commas, of "+strings.Join(known, ", ")+"; long is all that take hours (default: all that take minutes)")
	flags.StringVar(&cfg.subject, "subject", "", "only this kind of map, of "+strings.Join(subjectNames, ", "))
	only := flags.String("calls", "", "only clients of these calls, separated by commas, of "+strings.Join(kindNames[:], ", "))
	flags.StringVar(&cfg.scenario, "scenario", "", "only this one, of "+strings.Join(situations, "; "))
	single := flags.String("client", "", "explore one `client`, as violations show it, on the map of -subject, in -scenario")
	flags.StringVar(&cfg.replay, "replay", "", "make the execution of -client once more that this `string` is of")
	flags.BoolVar(&cfg.sleeping, "sleeping", false, "let goroutines of -client that wait for a chain's lock sleep, as in the suites waking")
	cfg.shard = cli.Whole
	flags.Var(&cfg.shard, "shard", "part `i/n` of the clients or the planted bugs, counted from 0")
	flags.DurationVar(&cfg.budget, "budget", 0, "stop after this time, wherever it is; 0 is never")
	flags.BoolVar(&cfg.fewest, "fewest", false, "explore every suite with 0, 1, ... preemptions first, so that what is found has the fewest")
	flags.BoolVar(&cfg.json, "json", false, "print JSON, a line a second and suite")
	flags.StringVar(&cfg.planted, "planted", "", "plant the bugs with these names, separated by commas, or all, and show what finds them")
	flags.BoolVar(&cfg.coverage, "coverage", false, "print which accesses of the map were made, and which pairs of them conflicted, in which order, by the clients of coverage_clients.txt; and report clients of -suites that reach more")
	flags.StringVar(&cfg.markdown, "markdown", "", "write the results to this `file`, with those of planted bugs and coverage")
	flags.StringVar(&cfg.results, "results", "", "add what the suites have come to to this `file`; with -markdown, write what is in it of suites that are not run, as well")
	flags.IntVar(&cfg.bound, "bound", unbounded, "make of every client only the traces that have an execution with at most so many `preemptions`; -1 for unbounded")
	merging := flags.Bool("merge", false, "run nothing: merge what runs with -json have printed to the files that are the arguments")
	flags.StringVar(&cfg.profile, "cpuprofile", "", "write a CPU profile to this `file`")
	if err := flags.Parse(args); err != nil {
		return cfg, err
	}
	if *merging {
		if cfg.merge = flags.Args(); len(cfg.merge) == 0 {
			return cfg, errors.New("-merge needs files")
		}
	} else if flags.NArg() > 0 {
		return cfg, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if cfg.budget < 0 {
		return cfg, fmt.Errorf("-budget is %v, but must not be negative", cfg.budget)
	}
	if cfg.subject != "" && !slices.Contains(subjectNames, cfg.subject) {
		return cfg, fmt.Errorf("no subject %q; there are %s", cfg.subject, strings.Join(subjectNames, ", "))
	}
	if cfg.scenario != "" && !slices.Contains(situations, cfg.scenario) {
		return cfg, fmt.Errorf("no scenario %q; there are %s", cfg.scenario, strings.Join(situations, "; "))
	}
	if cfg.single, err = parseSingle(&cfg, *single); err != nil {
		return cfg, err
	}
	allowed, err := parseCalls(*only)
	if err != nil {
		return cfg, err
	}
	if cfg.bound < unbounded {
		return cfg, fmt.Errorf("-bound is %d, but must not be below -1", cfg.bound)
	}
	if cfg.sleeping && *single == "" {
		return cfg, errors.New("-sleeping is for -client; suites sleep or do not")
	}
	if cfg.bound != unbounded && (*names == "" || *single != "" || cfg.fewest || cfg.coverage || cfg.planted != "") {
		return cfg, errors.New("-bound is for -suites, without -fewest and -coverage")
	}
	if cfg.results != "" {
		if partial := allowed != nil || cfg.scenario != "" || *single != ""; partial || cfg.planted != "" || cfg.coverage || *merging && cfg.markdown == "" {
			return cfg, errors.New("-results is for whole suites or their shards, or for -markdown")
		}
		_, err := storedRows(cfg.results)
		if err == nil && cfg.markdown == "" {
			err = cli.Writable(cfg.results)
		}
		if err != nil { // rather than hours later
			return cfg, fmt.Errorf("-results: %w", err)
		}
	}
	var chosen []string
	for name := range strings.SplitSeq(*names, ",") {
		if name != "" && name != "long" && !slices.Contains(known, name) {
			return cfg, fmt.Errorf("no suite %q; there are long, %s", name, strings.Join(known, ", "))
		}
		chosen = append(chosen, name)
	}
	for _, s := range suites {
		if *names == "" && s.long || *names != "" && !slices.Contains(chosen, s.name) && !(s.long && slices.Contains(chosen, "long")) {
			continue
		}
		if cfg.subject != "" && (*names == "" || *names == "long") && !slices.Contains(s.subjects, cfg.subject) {
			continue
		}
		if cfg.subject != "" {
			s.subjects = slices.DeleteFunc(slices.Clone(s.subjects), func(name string) bool { return name != cfg.subject })
		}
		if len(s.subjects) == 0 {
			return cfg, fmt.Errorf("suite %s does not run on %s", s.name, cfg.subject)
		}
		if cfg.bound != unbounded && s.shape == nil {
			return cfg, fmt.Errorf("suite %s knows no bound", s.name)
		}
		if allowed != nil {
			s.allowed, s.distinct = allowed, false
		}
		cfg.suites = append(cfg.suites, s)
	}
	if cfg.coverage && *names == "" {
		cfg.suites = nil
	}
	if cfg.coverage {
		s := coverageSuite
		if cfg.subject != "" {
			s.subjects = []string{cfg.subject}
		}
		cfg.suites = append([]suite{s}, cfg.suites...)
	}
	return cfg, nil
}

// parseSingle returns the client that is to be explored alone, if one is.
func parseSingle(cfg *config, text string) (*coverageClient, error) {
	switch {
	case text == "" && cfg.replay != "":
		return nil, errors.New("-replay needs -client")
	case text == "":
		return nil, nil
	case cfg.subject == "" || cfg.scenario == "":
		return nil, errors.New("-client needs -subject and -scenario")
	}
	list, err := coverageClients(fmt.Sprintf("%s | %s | %s", cfg.subject, cfg.scenario, text))
	if err != nil {
		return nil, fmt.Errorf("-client: %w", err)
	}
	return &list[0], nil
}

// parseCalls returns the alphabet with the given names; nil for none.
func parseCalls(names string) (func(kind) bool, error) {
	if names == "" {
		return nil, nil
	}
	var list []kind
	for name := range strings.SplitSeq(names, ",") {
		i := slices.Index(kindNames[:], name)
		if i < 0 {
			return nil, fmt.Errorf("no call %q; there are %s", name, strings.Join(kindNames[:], ", "))
		}
		list = append(list, kind(i))
	}
	return among(list...), nil
}
