// Command ci verifies the map: it runs the layers of the verification suite
// within a time budget, shows live progress, and prints a summary.
//
//	go run ./ci [-budget 1m] [-seed N] [-layers model,linearizability,explore,corpus] [-corpus DIR]
//
// It exits with status 0 if everything holds, 1 on a violation, which it prints
// with the smallest counterexample it has, and 2 if it could not do its work.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"strings"
	"time"
)

const (
	statusViolation = 1
	statusUsage     = 2
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	names := make([]string, len(layers))
	for i, l := range layers {
		names[i] = l.name
	}
	flags := flag.NewFlagSet("ci", flag.ContinueOnError)
	flags.SetOutput(stderr)
	budget := flags.Duration("budget", time.Minute, "how long to verify, shared out among the layers")
	seed := flags.Uint64("seed", 0, "seed of all random choices; 0 chooses one")
	only := flags.String("layers", strings.Join(names, ","), "layers to run, separated by commas")
	corpus := flags.String("corpus", "", "folder of text to count words of (default: the Go standard library's sources)")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return statusUsage
	}
	chosen, err := choose(*only)
	if err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if err == nil && *budget <= 0 {
		err = fmt.Errorf("-budget is %v, but must be more than 0", *budget)
	}
	if err != nil {
		fmt.Fprintln(stderr, "ci:", err)
		return statusUsage
	}
	if *seed == 0 {
		*seed = rand.Uint64N(1<<32) + 1
	}
	interrupt := make(chan os.Signal, 1)
	signal.Notify(interrupt, os.Interrupt)
	defer signal.Stop(interrupt)

	r := &report{out: stdout, live: stderr, terminal: isTerminal(stderr), start: time.Now()}
	fmt.Fprintf(stdout, "verifying flatmap for %v; repeat with -seed %d\n", *budget, *seed)
	results := make(chan result)
	share := share{}
	for _, l := range chosen {
		share.total += l.weight
	}
	for _, l := range chosen {
		cfg := config{
			budget: time.Duration(float64(*budget) * l.weight / share.total),
			seed:   *seed,
			corpus: *corpus,
		}
		r.begin(l, cfg.budget)
		cfg.progress = r.progress
		go func() { results <- l.verify(cfg) }()
		select {
		case res := <-results:
			r.end(res)
			if res.err != nil {
				r.summary()
				if errors.As(res.err, new(couldNot)) {
					return statusUsage
				}
				return statusViolation
			}
		case <-interrupt:
			r.interrupted()
			r.summary()
			return statusUsage
		}
	}
	r.summary()
	return 0
}

type share struct{ total float64 }

// choose returns the layers with the given names, in the order in which they
// are run.
func choose(names string) ([]layer, error) {
	want := map[string]bool{}
	for name := range strings.SplitSeq(names, ",") {
		want[strings.TrimSpace(name)] = true
	}
	var chosen []layer
	var known []string
	for _, l := range layers {
		known = append(known, l.name)
		if want[l.name] {
			chosen = append(chosen, l)
			delete(want, l.name)
		}
	}
	for name := range want {
		return nil, fmt.Errorf("no layer %q; there are %s", name, strings.Join(known, ", "))
	}
	return chosen, nil
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
