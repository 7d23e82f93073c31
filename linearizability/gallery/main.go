// Command gallery points the verification suite at published Go maps with
// documented bugs, and reports which layer finds each bug, in how many seconds.
//
//	go run -C linearizability/gallery . [-only NAME,...] [-list] [-json] [-timeout 60s] [-budget 45s] [-pass 10s] [-seed N] [-ledger FILE]
//
// No test is written for a bug: every entry is run by the same general layers,
// model, linearizability and stress, which know of a map what its adapter says,
// its methods. An entry has an exact version of a module, which go.mod pins, and
// is run in a separate process. A map that hangs, panics or kills its process
// is found out by that.
//
// What is found counts only if it bears the mark of the documented bug: see the
// entries. Where a version is published that fixes the bug, it is run as well,
// with the same layers and the same methods, and must pass. So must maps that are
// known to be right. The newest versions of maps are run, too: what is found in
// them is reported, and fails nothing.
//
// The command exits with status 0 if everything came out as it must, 1 if not,
// and 2 if it could not do its work. With -json it prints a line of JSON for each
// entry and one for all; with -ledger it writes the table to a file.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/wire"
)

// childVariable names the entry to run, in the environment of its process.
const childVariable = "FLATMAP_GALLERY_ENTRY"

func main() {
	if name := os.Getenv(childVariable); name != "" {
		if err := childMain(name, os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, "gallery:", err)
			os.Exit(cli.StatusUndone)
		}
		return
	}
	cli.Main(run)
}

// childMain reads the arguments that self gives a process.
func childMain(name string, args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("want a duration and a seed, have %q", args)
	}
	budget, err := time.ParseDuration(args[0])
	if err != nil {
		return err
	}
	seed, err := strconv.ParseUint(args[1], 10, 64)
	if err != nil {
		return err
	}
	return child(os.Stdout, name, budget, seed)
}

// self returns the command that runs an entry in another process of this
// program.
func self(ctx context.Context, name string, budget time.Duration, seed uint64) *exec.Cmd {
	path, err := os.Executable()
	cmd := exec.CommandContext(ctx, path, budget.String(), strconv.FormatUint(seed, 10))
	cmd.Err = err
	cmd.Env = append(os.Environ(), childVariable+"="+name)
	return cmd
}

// settings are what the flags say.
type settings struct {
	only, ledger          string
	list, json            bool
	timeout, budget, pass time.Duration
	seed                  uint64
}

func parse(args []string, stderr io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("gallery", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.only, "only", "", "names of the entries to run, separated by commas; all if empty")
	flags.BoolVar(&s.list, "list", false, "print the names that -only takes, and run nothing")
	flags.BoolVar(&s.json, "json", false, "print a line of JSON for each entry, and a summary")
	flags.DurationVar(&s.timeout, "timeout", time.Minute, "how long the process of an entry may take")
	flags.DurationVar(&s.budget, "budget", 45*time.Second, "how long the layers look for a documented bug")
	flags.DurationVar(&s.pass, "pass", 10*time.Second, "how long they look at each map that is to pass, or newest")
	flags.Uint64Var(&s.seed, "seed", 0, "seed of all random choices; 0 chooses one")
	flags.StringVar(&s.ledger, "ledger", "", "file to write the table to, as Markdown")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	switch {
	case flags.NArg() > 0:
		return s, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case s.budget <= 0 || s.pass <= 0:
		return s, errors.New("-budget and -pass must be more than 0")
	case s.timeout < s.budget || s.timeout < s.pass:
		return s, fmt.Errorf("-timeout is %v, but must be at least as much as -budget and -pass", s.timeout)
	}
	if s.seed == 0 {
		s.seed = rand.Uint64N(1<<32) + 1
	}
	return s, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	var entries []entry
	if err == nil {
		entries, err = choose(gallery(), s.only)
	}
	if err != nil {
		fmt.Fprintln(stderr, "gallery:", err)
		return cli.StatusUndone
	}
	if s.list {
		for _, e := range entries {
			if e.kind != wire.KindFixed { // which goes with its bug
				fmt.Fprintln(stdout, e.name)
			}
		}
		return 0
	}
	if !s.json {
		fmt.Fprintf(stdout, "%d entries; repeat with -seed %d\n", len(entries), s.seed)
	}
	var results []result
	for i, e := range entries {
		l := launch{command: self, timeout: s.timeout, budget: s.budget, seed: s.seed}
		if e.kind != wire.KindBug {
			l.budget = s.pass
		}
		if i > 0 && e.name == entries[i-1].name+fixedSuffix { // for twice as long as it took to find the bug, if the budget has that
			l.budget = min(s.budget, max(s.pass, 2*time.Duration(results[i-1].Seconds*float64(time.Second))))
		}
		fmt.Fprintf(stderr, "[%d/%d] %s ...\n", i+1, len(entries), e.name)
		r := l.run(ctx, e)
		results = append(results, r)
		if err := tell(stdout, s.json, r); err != nil {
			fmt.Fprintln(stderr, "gallery:", err)
			return cli.StatusUndone
		}
		if ctx.Err() != nil {
			break
		}
	}
	sum := sumUp(results)
	if s.json {
		line := wire.GallerySummary(sum)
		err = json.NewEncoder(stdout).Encode(wire.Gallery{Summary: &line})
	} else {
		_, err = fmt.Fprintf(stdout, "\n%s", sum)
	}
	if err == nil && s.ledger != "" {
		err = writeLedger(s.ledger, entries, results, s)
	}
	switch {
	case err != nil:
		fmt.Fprintln(stderr, "gallery:", err)
		return cli.StatusUndone
	case sum.Errors > 0 || ctx.Err() != nil:
		return cli.StatusUndone
	case !sum.OK:
		return cli.StatusViolation
	}
	return 0
}
