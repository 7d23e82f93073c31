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
	"hash/maphash"
	"io"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/fuzz"
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

// The kinds of map: words updated in place, values that move to another slot,
// pointers, and chains that are long.

func words() model.Map[int, int]            { return flatmap.New[int, int]() }
func pairs() model.Map[int, [3]int]         { return flatmap.New[int, [3]int]() }
func texts() model.Map[string, string]      { return flatmap.New[string, string]() }
func chained() model.Map[int, string]       { return flatmap.New[int, string](flatmap.WithHasher(fourBits)) }
func fourBits(_ maphash.Seed, k int) uint64 { return uint64(k) & 15 }

// inTurn runs checks of kinds of map, with equal parts of the budget.
func inTurn(cfg config, checks ...func(budget time.Duration) error) error {
	for _, check := range checks {
		if err := check(cfg.budget / time.Duration(len(checks))); err != nil {
			return err
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
	return inTurn(cfg, checked(words), checked(pairs), checked(texts), checked(chained))
}

func checked[K comparable, V any](newMap func() model.Map[K, V]) func(time.Duration) error {
	return func(budget time.Duration) error { return model.Check(newMap, model.WithBudget(budget)) }
}

// corpus runs the seeds of the fuzz targets.
func corpus(config) error {
	for _, data := range fuzz.Seeds() {
		if err := fuzz.CheckSequential(configured[int, int], data); err != nil {
			return err
		}
		if err := fuzz.CheckSequential(configured[string, string], data); err != nil {
			return err
		}
	}
	for _, data := range fuzz.ConcurrentSeeds() {
		if err := fuzz.CheckConcurrent(configured[int, int], data); err != nil {
			return err
		}
		if err := fuzz.CheckConcurrent(configured[string, string], data); err != nil {
			return err
		}
	}
	return nil
}

// configured makes a map as an input of the fuzzer says.
func configured[K comparable, V any](c fuzz.Config) model.Map[K, V] {
	return flatmap.New[K, V](fuzz.OptionsOf[K](c)...)
}

// watchdog is how long one history or burst may take.
const watchdog = 10 * time.Second

func porcupine(cfg config) error {
	return inTurn(cfg, judged(cfg, words), judged(cfg, pairs), judged(cfg, texts), judged(cfg, chained))
}

func judged[K, V comparable](cfg config, newMap func() model.Map[K, V]) func(time.Duration) error {
	return func(budget time.Duration) error {
		_, err := linearizability.Run(context.Background(), newMap, linearizability.WithRounds(1),
			linearizability.WithBudget(budget), linearizability.WithSeed(cfg.seed), linearizability.WithWatchdog(watchdog))
		return err
	}
}

func stressed(cfg config) error {
	return inTurn(cfg, driven(cfg, words), driven(cfg, pairs), driven(cfg, texts), driven(cfg, chained))
}

func driven[K comparable, V any](cfg config, newMap func() model.Map[K, V]) func(time.Duration) error {
	return func(budget time.Duration) error {
		_, err := stress.Run(context.Background(), newMap, stress.WithBurst(5*time.Millisecond),
			stress.WithBudget(budget), stress.WithSeed(cfg.seed), stress.WithWatchdog(watchdog), stress.WithParkedWriters())
		return err
	}
}
