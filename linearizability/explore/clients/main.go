package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

const (
	statusViolation = 1
	statusUsage     = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// A config is what the command line says.
type config struct {
	suites   []suite
	budget   time.Duration
	shard, n int
	json     bool
	progress func(row)
}

// A row is what was done of one suite on one subject.
type row struct {
	Suite      string  `json:"suite"`
	Subject    string  `json:"subject"`
	Bound      int     `json:"bound"` // of preemptions, or -1
	Clients    uint64  `json:"clients"`
	Executions uint64  `json:"executions"`
	MaxSteps   int     `json:"max_steps"`
	Seconds    float64 `json:"seconds"`
	Complete   bool    `json:"complete"` // within the budget
}

// A bound is the result of showing that Loads are lock-free: with a writer
// parked for good at any step, they finish alone.
type bound struct {
	Subject  string `json:"subject"`
	Parked   string `json:"parked"`    // the operation
	Steps    int    `json:"steps"`     // at which it was parked, over all scenarios
	LoadMost int    `json:"load_most"` // steps that a Load took
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	cfg, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err == nil && !built {
		err = errors.New("the map is built without the explorer: use go run -tags explore")
	}
	if err != nil {
		fmt.Fprintln(stderr, "clients:", err)
		return statusUsage
	}
	encoder := json.NewEncoder(stdout)
	cfg.progress = func(r row) {
		if cfg.json {
			encoder.Encode(r)
		} else {
			fmt.Fprintf(stderr, "  %s, %s: %d clients, %d executions, %.0f/s\n",
				r.Suite, r.Subject, r.Clients, r.Executions, float64(r.Executions)/r.Seconds)
		}
	}
	if cfg.budget > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, cfg.budget)
		defer cancel()
	}
	rows, bounds, err := runSuites(ctx, cfg)
	if !cfg.json {
		print(stdout, rows, bounds)
	} else if len(bounds) > 0 {
		encoder.Encode(bounds)
	}
	if err != nil {
		fmt.Fprintln(stdout, err)
		return statusViolation
	}
	return 0
}

func parse(args []string, stderr io.Writer) (cfg config, err error) {
	var known []string
	for _, s := range suites {
		known = append(known, s.name)
	}
	flags := flag.NewFlagSet("clients", flag.ContinueOnError)
	flags.SetOutput(stderr)
	names := flags.String("suites", "", "suites to run, separated by commas, of "+strings.Join(known, ", ")+" (default: those that take minutes)")
	subject := flags.String("subject", "", "only this kind of map, of "+strings.Join(everySubject, ", "))
	shard := flags.String("shard", "0/1", "part `i/n` of the clients, counted from 0")
	flags.DurationVar(&cfg.budget, "budget", 0, "stop after this time, wherever it is; 0 is never")
	flags.BoolVar(&cfg.json, "json", false, "print JSON, a line a second and suite")
	if err := flags.Parse(args); err != nil {
		return cfg, err
	}
	if flags.NArg() > 0 {
		return cfg, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if n, err := fmt.Sscanf(*shard, "%d/%d", &cfg.shard, &cfg.n); err != nil || n != 2 || cfg.shard < 0 || cfg.shard >= cfg.n {
		return cfg, fmt.Errorf("-shard is %q, but must be i/n with 0 <= i < n", *shard)
	}
	if *subject != "" && !slices.Contains(everySubject, *subject) {
		return cfg, fmt.Errorf("no subject %q; there are %s", *subject, strings.Join(everySubject, ", "))
	}
	for name := range strings.SplitSeq(*names, ",") {
		if name != "" && !slices.Contains(known, name) {
			return cfg, fmt.Errorf("no suite %q; there are %s", name, strings.Join(known, ", "))
		}
	}
	for _, s := range suites {
		if *names == "" && s.long || *names != "" && !slices.Contains(strings.Split(*names, ","), s.name) {
			continue
		}
		if *subject != "" {
			s.subjects = slices.DeleteFunc(slices.Clone(s.subjects), func(name string) bool { return name != *subject })
		}
		cfg.suites = append(cfg.suites, s)
	}
	return cfg, nil
}

func print(out io.Writer, rows []row, bounds []bound) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "suite\tmap\tpreemptions\tclients\texecutions\tlongest\tseconds\trate\t\t")
	for _, r := range rows {
		bound, complete := "any", "all"
		if r.Bound >= 0 {
			bound = fmt.Sprintf("up to %d", r.Bound)
		}
		if !r.Complete {
			complete = "cut"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%d\t%.1f\t%.0f/s\t%s\t\n", r.Suite, r.Subject, bound,
			r.Clients, r.Executions, r.MaxSteps, r.Seconds, float64(r.Executions)/r.Seconds, complete)
	}
	w.Flush()
	if len(bounds) == 0 {
		return
	}
	fmt.Fprintln(w, "\nmap\tparked\tat so many steps\ta Load then takes at most\t")
	for _, b := range bounds {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d steps\t\n", b.Subject, b.Parked, b.Steps, b.LoadMost)
	}
	w.Flush()
}
