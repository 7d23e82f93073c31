package main

import (
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
	refine   bool
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

// A selection is what the flags select, by name.
type selection struct {
	suites, calls, client string
}

func parse(args []string, stderr io.Writer) (cfg config, err error) {
	var names selection
	flags := flag.NewFlagSet("exploremap", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&names.suites, "suites", "", "suites to run, separated by commas, of "+strings.Join(suiteNames(), ", ")+"; long is all that take hours (default: all that take minutes)")
	flags.StringVar(&cfg.subject, "subject", "", "only this kind of map, of "+strings.Join(subjectNames, ", "))
	flags.StringVar(&names.calls, "calls", "", "only clients of these calls, separated by commas, of "+strings.Join(kindNames[:], ", "))
	flags.StringVar(&cfg.scenario, "scenario", "", "only this one, of "+strings.Join(scenarioNames(), "; "))
	flags.StringVar(&names.client, "client", "", "explore one `client`, as violations show it, on the map of -subject, in -scenario")
	flags.StringVar(&cfg.replay, "replay", "", "repeat the execution of -client that this `string` describes")
	flags.BoolVar(&cfg.sleeping, "sleeping", false, "let goroutines of -client that wait for a chain's lock sleep, as in the suites waking")
	cfg.shard = cli.Whole
	flags.Var(&cfg.shard, "shard", "part `i/n` of the clients or the planted bugs, counted from 0")
	flags.DurationVar(&cfg.budget, "budget", 0, "stop after this time; 0 for no limit")
	flags.BoolVar(&cfg.fewest, "fewest", false, "explore every suite with 0, 1, ... preemptions first, so that what is found has the fewest")
	flags.BoolVar(&cfg.refine, "refine", false, "compare every execution with the proved model of the protocol, access by access")
	flags.BoolVar(&cfg.json, "json", false, "print JSON, a line a second and suite")
	flags.StringVar(&cfg.planted, "planted", "", "plant the bugs with these names, separated by commas, or all, and show what finds them")
	flags.BoolVar(&cfg.coverage, "coverage", false, "print which accesses of the map were made, and which pairs of them conflicted, in which order, by the clients of coverage_clients.txt; and report clients of -suites that reach more")
	flags.StringVar(&cfg.markdown, "markdown", "", "write the results to this `file`, with those of planted bugs and coverage")
	flags.StringVar(&cfg.results, "results", "", "add the results of the suites to this `file`; with -markdown, also write those that it has of suites that are not run")
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
	if err := cfg.validate(names); err != nil {
		return cfg, err
	}
	return cfg, cfg.choose(names)
}

func suiteNames() (names []string) {
	for _, s := range suites {
		names = append(names, s.name)
	}
	return names
}

func scenarioNames() (names []string) {
	for _, s := range scenarios {
		names = append(names, s.name)
	}
	return names
}

// validate returns an error for flags that are out of range, or do not go
// together.
func (c *config) validate(names selection) error {
	switch {
	case c.budget < 0:
		return fmt.Errorf("-budget is %v, but must not be negative", c.budget)
	case c.subject != "" && !slices.Contains(subjectNames, c.subject):
		return fmt.Errorf("unknown subject %q (have %s)", c.subject, strings.Join(subjectNames, ", "))
	case c.scenario != "" && !slices.Contains(scenarioNames(), c.scenario):
		return fmt.Errorf("unknown scenario %q (have %s)", c.scenario, strings.Join(scenarioNames(), "; "))
	case c.bound < unbounded:
		return fmt.Errorf("-bound is %d, but must not be below -1", c.bound)
	case c.sleeping && names.client == "":
		return errors.New("-sleeping needs -client; suites sleep or do not")
	case c.bound != unbounded && (names.suites == "" || names.client != "" || c.fewest || c.coverage || c.planted != ""):
		return errors.New("-bound is for -suites, without -fewest and -coverage")
	case c.results == "":
		return nil
	case names.calls != "" || c.scenario != "" || names.client != "" || c.planted != "" || c.coverage || len(c.merge) > 0 && c.markdown == "":
		return errors.New("-results is for whole suites or their shards, or for -markdown")
	}
	_, err := storedRows(c.results)
	if err == nil && c.markdown == "" {
		err = cli.Writable(c.results)
	}
	if err != nil { // rather than hours later
		return fmt.Errorf("-results: %w", err)
	}
	return nil
}

// choose sets the client or the suites that are to be explored.
func (c *config) choose(names selection) (err error) {
	if c.single, err = parseSingle(c, names.client); err != nil {
		return err
	}
	allowed, err := parseCalls(names.calls)
	if err != nil {
		return err
	}
	chosen := strings.Split(names.suites, ",")
	for _, name := range chosen {
		if name != "" && name != "long" && !slices.Contains(suiteNames(), name) {
			return fmt.Errorf("unknown suite %q (have long, %s)", name, strings.Join(suiteNames(), ", "))
		}
	}
	for _, s := range suites {
		if names.suites == "" && s.long || names.suites != "" && !slices.Contains(chosen, s.name) && !(s.long && slices.Contains(chosen, "long")) {
			continue
		}
		if c.subject != "" && (names.suites == "" || names.suites == "long") && !slices.Contains(s.subjects, c.subject) {
			continue
		}
		if c.subject != "" {
			s.subjects = slices.DeleteFunc(slices.Clone(s.subjects), func(name string) bool { return name != c.subject })
		}
		if len(s.subjects) == 0 {
			return fmt.Errorf("suite %s does not run on %s", s.name, c.subject)
		}
		if c.bound != unbounded && s.shape == nil {
			return fmt.Errorf("suite %s does not support -bound", s.name)
		}
		if allowed != nil {
			s.allowed, s.distinct = allowed, false
		}
		c.suites = append(c.suites, s)
	}
	if c.coverage {
		if names.suites == "" {
			c.suites = nil
		}
		s := coverageSuite
		if c.subject != "" {
			s.subjects = []string{c.subject}
		}
		c.suites = append([]suite{s}, c.suites...)
	}
	return nil
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
			return nil, fmt.Errorf("unknown call %q (have %s)", name, strings.Join(kindNames[:], ", "))
		}
		list = append(list, kind(i))
	}
	return among(list...), nil
}
