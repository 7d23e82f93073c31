// Command prove proves the models of package protocol, for any number of goroutines,
// chains, keys and words, with the SMT solvers z3 and cvc5.
//
//	go run ./model/protocol/prove              # all models, with both solvers
//	go run ./model/protocol/prove -controls    # every rule removed in turn: the proof must fail
//	go run ./model/protocol/prove -drop        # every requirement dropped in turn
//	go run ./model/protocol/prove -walk        # a run that breaks the model for those that only the proof needs
//	go run ./model/protocol/prove -seeds       # all models, with both solvers and three seeds of each
//	go run ./model/protocol/prove -dump DIR    # the queries as SMT-LIB 2
//	go run ./model/protocol/prove -hints model/protocol
//
// The last one writes which assumptions the proofs need, after a change of a model:
// the proof succeeds without that, but takes longer. With -results FOLDER the results of
// -controls, -drop, -walk and -seeds are kept, in results.json, and what is there of the
// same model is not done again. CONTROLS.md is made of them. -walk needs those of -drop.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/model/protocol"
	"github.com/flatmap-go/flatmap/model/protocol/proof"
)

// A command is what the command line asks for.
type command struct {
	out      io.Writer
	subjects []proof.Subject
	solvers  []proof.Solver
	only     string
	limit    time.Duration
	jobs     int
	verbose  bool

	all        []proof.Subject // whatever is chosen
	results    *proof.Results  // of earlier runs, and of this one
	resultsDir string          // "" to keep nothing
}

// errNotProved is returned for a goal that is not proved, or a control that is.
var errNotProved = errors.New("not proved")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	switch err := run(ctx, os.Args[1:], os.Stdout); {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "prove:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("prove", flag.ContinueOnError)
	c := &command{out: out}
	models := flags.String("model", "", "only these `models` (comma separated)")
	solvers := flags.String("solvers", "", "`names` of solvers, each of which must prove all goals; for -controls and -drop, none of which may (default by what is asked for)")
	flags.StringVar(&c.only, "only", "", "only goals, controls or actions whose names contain this `text`")
	flags.DurationVar(&c.limit, "limit", 0, "`time` for each query (default 20s; for -controls and -drop 5s)")
	flags.IntVar(&c.jobs, "j", 2, "`queries` at once")
	flags.BoolVar(&c.verbose, "v", false, "print every goal")
	controls := flags.Bool("controls", false, "remove every rule in turn")
	drop := flags.Bool("drop", false, "drop every requirement in turn")
	walk := flags.Bool("walk", false, "look for a run that breaks a model without each requirement that -drop has found to be needed, of which no solver has a state")
	seeds := flags.Bool("seeds", false, "prove with every solver and three seeds of each")
	flags.StringVar(&c.resultsDir, "results", "", "keep results in this `folder`, and use those that are there")
	dump := flags.String("dump", "", "write the queries to this `folder`")
	hints := flags.String("hints", "", "write hints to this `folder`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if *solvers == "" {
		switch {
		case *controls:
			*solvers = "z3-nombqi,z3,cvc5"
		case *drop:
			*solvers = "z3-nombqi,cvc5"
		case *seeds:
			*solvers = strings.Join(proof.Seeded, ",")
		default:
			*solvers = "z3,cvc5"
		}
	}
	if c.limit == 0 {
		c.limit = 20 * time.Second
		if *controls || *drop {
			c.limit = 5 * time.Second
		}
	}
	var err error
	if c.solvers, err = proof.Named(strings.Split(*solvers, ",")...); err != nil {
		return err
	}
	c.results = &proof.Results{}
	if c.resultsDir != "" {
		if c.results, err = proof.ReadResults(filepath.Join(c.resultsDir, resultsFile)); err != nil {
			return err
		}
	}
	if c.all, err = proof.Subjects(); err != nil {
		return err
	}
	if c.subjects, err = choose(c.all, *models); err != nil {
		return err
	}
	if *dump != "" {
		return c.dump(*dump)
	}
	for _, s := range c.solvers {
		version, err := s.Version()
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s: %s\n", s.Name, version)
	}
	switch {
	case *controls:
		return c.controls(ctx)
	case *drop:
		return c.drop(ctx)
	case *walk:
		return c.walk(ctx)
	case *seeds:
		return c.seeds(ctx)
	case *hints != "":
		return c.hints(ctx, *hints)
	}
	return c.prove(ctx)
}

// choose returns the models with the given names; all of them for no names.
func choose(all []proof.Subject, names string) ([]proof.Subject, error) {
	if names == "" {
		return all, nil
	}
	var chosen []proof.Subject
	for _, name := range strings.Split(names, ",") {
		i := slices.IndexFunc(all, func(s proof.Subject) bool { return s.Name == name })
		if i < 0 {
			var have []string
			for _, s := range all {
				have = append(have, s.Name)
			}
			return nil, fmt.Errorf("unknown model %q (have %s)", name, strings.Join(have, ", "))
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// goals returns the goals of a model that -only asks for.
func (c *command) goals(m *protocol.Model) []*protocol.Goal {
	return slices.DeleteFunc(m.Goals(), func(g *protocol.Goal) bool { return !strings.Contains(g.ID(), c.only) })
}

func (c *command) dump(dir string) error {
	for _, s := range c.subjects {
		for _, g := range c.goals(s.Model) {
			name := s.Name + " " + strings.ReplaceAll(g.ID(), ":", "") + ".smt2"
			text := "(set-logic ALL)\n" + g.SMT(nil, false) + "(check-sat)\n"
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *command) hints(ctx context.Context, dir string) error {
	for _, s := range c.subjects {
		h, without, err := proof.FindHints(ctx, s.Model.Goals(), c.limit)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s: hints for %d obligations; %d goals without a core\n", s.Name, len(h), without)
		if err := os.WriteFile(filepath.Join(dir, s.Name+".hints"), []byte(h.String()), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// prove proves all models and the functions on bits.
func (c *command) prove(ctx context.Context) error {
	var failed []string
	for _, s := range c.subjects {
		for _, solver := range c.solvers {
			t, _, err := c.proveModel(ctx, s, solver)
			if err != nil {
				return err
			}
			for _, g := range t.Failed {
				failed = append(failed, s.Name+": "+g)
			}
			if len(t.Failed) > 0 {
				fmt.Fprintln(c.out, proof.Explain(s))
			}
		}
	}
	if c.only == "" {
		if err := c.bits(ctx, &failed); err != nil {
			return err
		}
	}
	return notProved(failed)
}

// notProved returns the error for goals that are not proved; nil for none.
func notProved(goals []string) error {
	if len(goals) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s", errNotProved, strings.Join(goals, "; "))
}

// proveModel proves the goals of a model that are asked for.
func (c *command) proveModel(ctx context.Context, s proof.Subject, solver proof.Solver) (proof.Total, time.Duration, error) {
	goals := c.goals(s.Model)
	r := proof.Run{Solver: solver, Limit: c.limit, Jobs: c.jobs, Hints: s.Hints, Progress: func(a proof.Answer) {
		if c.verbose || a.Verdict != proof.Unsat {
			fmt.Fprintf(c.out, "  %-7s %s: %s (%.1fs)\n", a.Verdict, s.Name, a.Goal.ID(), a.Took.Seconds())
		}
	}}
	start := time.Now()
	answers, err := r.Prove(ctx, goals)
	if err != nil {
		return proof.Total{}, 0, err
	}
	took := time.Since(start)
	t := proof.Sum(answers)
	fmt.Fprintf(c.out, "%-8s %-11s %4d of %4d goals in %5.1fs; slowest: %s, %.1fs\n",
		s.Name, solver.Name, t.Proved, len(goals), took.Seconds(), t.Slowest, t.SlowestTook.Seconds())
	return t, took, nil
}
