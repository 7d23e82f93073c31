// Command suite runs one layer of the verification suite on a few kinds of
// map, for a short time. It is what mutants are run against: small, so that it
// is quick to build.
//
//	suite -layer rapid|fuzz|porcupine|stress|all [-budget 3s] [-seed N]
//
// It exits with status 1 and the violation if there is one.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/flatmap-go/flatmap/fuzz"
	"github.com/flatmap-go/flatmap/internal/kinds"
	"github.com/flatmap-go/flatmap/internal/kinds/few"
	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/stress"
)

func main() { os.Exit(run(os.Args[1:], os.Stderr)) }

// A config is what the command line says.
type config struct {
	layer  string
	budget time.Duration
	seed   uint64
}

func run(args []string, stderr io.Writer) int {
	var cfg config
	flags := flag.NewFlagSet("suite", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&cfg.layer, "layer", "all", "rapid, fuzz, porcupine, stress or all")
	flags.DurationVar(&cfg.budget, "budget", 0, "how long a layer goes on; 0 is one round")
	flags.Uint64Var(&cfg.seed, "seed", 1, "of all random choices")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "suite: unexpected argument %q\n", flags.Arg(0))
		return 2
	}
	found := false
	for _, l := range layers {
		if cfg.layer != l.name && cfg.layer != "all" {
			continue
		}
		found = true
		if err := l.run(cfg); err != nil {
			fmt.Fprintf(stderr, "%s: %v\n", l.name, err)
			return 1
		}
	}
	if !found {
		fmt.Fprintf(stderr, "suite: no layer %q\n", cfg.layer)
		return 2
	}
	return 0
}

var layers = []struct {
	name string
	run  func(config) error
}{
	{"rapid", rapid},
	{"fuzz", corpus},
	{"porcupine", porcupine},
	{"stress", stressed},
}

// inTurn runs a check of each kind of map, with equal parts of the budget.
func inTurn(cfg config, check func(k kinds.Kind, budget time.Duration) error) error {
	for _, k := range few.Kinds {
		if err := check(k, cfg.budget/time.Duration(len(few.Kinds))); err != nil {
			return fmt.Errorf("%s: %w", k.Name, err)
		}
	}
	return nil
}

func rapid(cfg config) error {
	testing.Init() // rapid reads the flags of package testing
	for name, value := range map[string]string{"rapid.seed": strconv.FormatUint(cfg.seed, 10), "rapid.nofailfile": "true", "rapid.shrinktime": "0s"} {
		if err := flag.Set(name, value); err != nil {
			return err
		}
	}
	return inTurn(cfg, func(k kinds.Kind, budget time.Duration) error { return k.Model(model.WithBudget(budget)) })
}

// corpus runs the seeds of the fuzz targets.
func corpus(cfg config) error {
	return inTurn(cfg, func(k kinds.Kind, _ time.Duration) error {
		for _, data := range fuzz.Seeds() {
			if err := k.Fuzz(data); err != nil {
				return err
			}
		}
		for _, data := range fuzz.ConcurrentSeeds() {
			if err := k.FuzzConcurrent(data); err != nil {
				return err
			}
		}
		return nil
	})
}

// watchdog is how long one history or burst may take.
const watchdog = 10 * time.Second

func porcupine(cfg config) error {
	return inTurn(cfg, func(k kinds.Kind, budget time.Duration) error {
		_, err := k.Linearizability(context.Background(), linearizability.WithRounds(1),
			linearizability.WithBudget(budget), linearizability.WithSeed(cfg.seed), linearizability.WithWatchdog(watchdog))
		return err
	})
}

func stressed(cfg config) error {
	return inTurn(cfg, func(k kinds.Kind, budget time.Duration) error {
		_, err := k.Stress(context.Background(), stress.WithBurst(5*time.Millisecond),
			stress.WithBudget(budget), stress.WithSeed(cfg.seed), stress.WithWatchdog(watchdog))
		return err
	})
}
