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
//
// The mutants come from operators that find their places in the syntax tree
// and from the catalogue of planted mistakes (package internal/planted). They
// are built with go build -overlay, most of them together (see schema), so the
// tree is never written. A mutant that does not end is killed, and counts as
// noticed.
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
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/planted"
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
	if cfg.budget < 0 {
		return cfg, fmt.Errorf("-budget is %v, expected at least 0", cfg.budget)
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

// mutate generates the mutants and runs those that are asked for.
func mutate(ctx context.Context, cfg config, stdout, stderr io.Writer) (status int, err error) {
	s, err := loadMap(ctx)
	if err != nil {
		return 0, err
	}
	everything, err := generate(s, planted.Mutants(), operators())
	if err != nil {
		return 0, err
	}
	arguments, err := equivalents(equivalentText, everything)
	if err != nil {
		return 0, err
	}
	mutants := slices.DeleteFunc(slices.Clone(everything), func(m *Mutant) bool { return !cfg.chosen(m) })
	if len(mutants) == 0 {
		return 0, fmt.Errorf("no mutant of %d is asked for", len(everything))
	}
	if cfg.list && cfg.results == "" {
		return 0, list(mutants, arguments, cfg.json, stdout)
	}
	o, err := newOutcome(cfg, everything, arguments, stdout, stderr)
	if err != nil {
		return 0, err
	}
	defer o.close()
	var late []*Mutant
	if cfg.budget > 0 && !cfg.runsNone() {
		rng := rand.New(rand.NewPCG(cfg.seed, 0))
		rng.Shuffle(len(mutants), func(i, j int) { mutants[i], mutants[j] = mutants[j], mutants[i] })
		n := min(len(mutants), fewest+int(cfg.budget/quickest))
		mutants, late = mutants[:n], mutants[n:]
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, cfg.budget)
		defer cancel()
	}
	dir, err := os.MkdirTemp("", "mutation")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	r, fit, stillborn, err := newRunner(s, dir, mutants)
	if err != nil {
		return 0, err
	}
	pending := o.begin(fit, len(stillborn))
	if cfg.report {
		return o.finish(pending)
	} else if cfg.list {
		return 0, list(pending, arguments, cfg.json, stdout)
	}
	steps := slices.DeleteFunc(stepsOf(cfg.seed), func(st *step) bool { return !slices.Contains(cfg.layers, st.layer) })
	if cfg.quick {
		steps, r.partly = quickOf(steps)
	}
	if r.unable, err = unableLayers(ctx, dir, steps); err != nil {
		return 0, err
	}
	for layer, reason := range r.unable {
		fmt.Fprintf(stderr, "layer %s is not run: %s\n", layer, reason)
	}
	if !slices.ContainsFunc(steps, func(st *step) bool { return r.unable[st.layer] == "" }) {
		return 0, errors.New("no layer that is asked for can run on this machine")
	}
	r.steps, r.all, r.jobs, r.deliver = steps, cfg.allLayers, cfg.jobs, o.take
	r.shared.tell = func(format string, args ...any) { fmt.Fprintf(stderr, format, args...) }
	r.shared.gate = gate(cfg.gate)
	r.prior = o.prior
	if err := r.run(ctx, pending); err != nil {
		return 0, err
	}
	return o.finish(append(pending, late...))
}

// Under a budget no more mutants are built together than there may be time
// for, since a build takes the longer the more there are.
const (
	fewest   = 10
	quickest = 250 * time.Millisecond
)

func list(mutants []*Mutant, arguments *arguments, asJSON bool, out io.Writer) error {
	for _, m := range mutants {
		if asJSON {
			res := Result{Mutant: *m, Why: arguments.any(m.ID)}
			if err := json.NewEncoder(out).Encode(res.line()); err != nil {
				return err
			}
		} else if _, err := fmt.Fprintf(out, "%s\t%s\t%s\n", m.Class, m.ID, m.Becomes); err != nil {
			return err
		}
	}
	return nil
}
