package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/wire"
)

// An outcome gathers results, shows them as they come, and keeps them.
type outcome struct {
	cfg            config
	arguments      *arguments
	stdout, stderr io.Writer
	stored         stored                       // all that is known, for the file of -results
	added          *os.File                     // that file, to append to
	byID           map[string]Result            // of the mutants that are asked for
	prior          map[string]map[string]string // of survivors that are run again: see runner
	taken          map[string]bool
	start          time.Time
	done, of       int
	killed         int
	stillborn      []*Mutant
	err            error // of writing
}

// newOutcome reads what is known of the given mutants, and leaves out results
// of other sources.
func newOutcome(cfg config, everything []*Mutant, arguments *arguments, stdout, stderr io.Writer) (*outcome, error) {
	o := &outcome{cfg: cfg, arguments: arguments, stdout: stdout, stderr: stderr, byID: map[string]Result{}, prior: map[string]map[string]string{}, taken: map[string]bool{}, start: time.Now()}
	var err error
	switch {
	case len(cfg.merge) > 0:
		o.stored, err = readResults(everything, cfg.merge...)
	case cfg.results != "":
		o.stored, err = readResults(everything, cfg.results)
	default:
		o.stored, err = readResults(everything)
	}
	if cfg.runsNone() {
		return o, err
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) || cfg.results == "" {
		return o, err
	}
	// The file is written as a whole before results are appended, so that an
	// interruption loses nothing.
	if err = o.rewrite(); err == nil {
		o.added, err = os.OpenFile(cfg.results, os.O_WRONLY|os.O_APPEND, 0)
	}
	return o, err
}

func (o *outcome) rewrite() error { return cli.WriteFile(o.cfg.results, o.stored.write) }

// close puts the appended lines of each function together, and returns the first
// error of writing.
func (o *outcome) close() error {
	if o.added != nil {
		o.err = errors.Join(o.err, o.added.Close())
		o.added = nil
		if o.err == nil {
			o.err = o.rewrite()
		}
	}
	return o.err
}

// begin returns the mutants that are to be run, of those that compile.
func (o *outcome) begin(fit, stillborn []*Mutant) (pending []*Mutant) {
	o.stillborn = append(o.stillborn, stillborn...)
	for _, m := range fit {
		old, known := o.stored.byID[m.ID]
		old.Mutant = *m
		why, exact := o.arguments.exactly(m.ID)
		_, ruled := o.arguments.byRule(m.ID)
		switch {
		case exact && known && old.Verdict == killed: // the argument came later
			o.show(o.judged(old))
		case exact && !o.cfg.equal:
			o.show(Result{Mutant: *m, Verdict: equivalent, Why: why, Source: m.source})
		case known && old.Verdict == argued:
			if o.cfg.equal || !ruled && !exact {
				pending = append(pending, m)
			} else {
				o.show(o.judged(old))
			}
		case known && (o.cfg.report || !o.runAgain(old) && (old.Verdict == killed && !o.cfg.allLayers || old.ran(o.cfg.layers))):
			o.show(o.judged(old))
		default:
			if known && old.Verdict == survived {
				layers := maps.Clone(old.Layers)
				maps.DeleteFunc(layers, func(name, how string) bool {
					return how == unable || o.runAgain(old) && slices.Contains(o.cfg.layers, name)
				})
				o.prior[m.ID] = layers
			}
			pending = append(pending, m)
		}
	}
	o.of += len(pending)
	return pending
}

// runAgain reports whether a mutant is run although its result is known.
func (o *outcome) runAgain(r Result) bool { return o.cfg.again && r.Verdict == survived }

// judged returns a result with the verdict that an argument makes of it. A rule
// argues for what has survived all layers. An exact argument that a kill refutes
// has to go.
func (o *outcome) judged(r Result) Result {
	why, exact := o.arguments.exactly(r.ID)
	rule, ruled := o.arguments.byRule(r.ID)
	switch {
	case exact && r.Verdict == killed:
		r.Verdict, r.Why = refuted, why
	case exact:
		r.Verdict, r.Why = equivalent, why
	case ruled && (r.Verdict == argued || r.Verdict == survived && len(r.notRun()) == 0):
		r.Verdict, r.Why = equivalent, rule
	}
	return r
}

// take takes in the result of a mutant that was run.
func (o *outcome) take(r Result) {
	r.Source = r.source
	machine := cli.ThisMachine().String()
	o.stored.spent[machine] += r.Seconds
	keep(o.stored.byID, r)
	if o.added != nil {
		line := recordOf(r)
		line.Machine, line.Seconds = machine, r.Seconds
		o.err = errors.Join(o.err, writeRecord(o.added, line))
	}
	r = o.judged(r)
	o.taken[r.ID] = true
	o.done++
	if r.Verdict == killed {
		o.killed++
	}
	o.show(r)
	p := wire.Progress{Done: o.done, Of: o.of, Killed: o.killed, Seconds: time.Since(o.start).Seconds()}
	if o.cfg.json {
		o.send(wire.Mutation{Progress: &p})
		return
	}
	by := r.By
	if r.Verdict != killed {
		by = r.Verdict
	} else if r.Package != "" {
		by = r.outcome()
	}
	left := time.Duration(p.Seconds / float64(o.done) * float64(o.of-o.done) * float64(time.Second))
	fmt.Fprintf(o.stderr, "%d/%d %-11s %5.1fs  %s  (%v left)\n", o.done, o.of, by, r.Seconds, r.ID, left.Round(time.Second))
}

func (o *outcome) show(r Result) {
	o.byID[r.ID] = r
	o.send(r.line())
}

func (o *outcome) send(m wire.Mutation) {
	if o.cfg.json {
		o.err = errors.Join(o.err, json.NewEncoder(o.stdout).Encode(m))
	}
}

// finish reports what became of all, those included that there was no time
// for.
func (o *outcome) finish(pending []*Mutant) (status int, err error) {
	for _, m := range pending {
		if !o.taken[m.ID] {
			o.show(Result{Mutant: *m, Verdict: unfinished, Source: m.source})
		}
	}
	status, err = o.report()
	return status, errors.Join(o.close(), err)
}

// report prints a summary, or what became of each mutant, writes the tables if
// asked to, and returns the status.
func (o *outcome) report() (status int, err error) {
	results := inOrder(o.byID)
	s := summarize(results, len(o.stillborn))
	for machine, seconds := range o.stored.spent {
		s.Machines, s.Seconds = append(s.Machines, machine), s.Seconds+seconds
	}
	slices.Sort(s.Machines)
	switch {
	case o.cfg.json:
		o.send(wire.Mutation{Summary: (*wire.MutationSummary)(&s)})
	case o.cfg.list:
		for i := range results {
			fmt.Fprintf(o.stdout, "%s\t%s\t%s\n", results[i].fate(), results[i].ID, results[i].where())
		}
	default:
		writeSummary(o.stdout, s, o.cfg.layers)
	}
	if o.cfg.markdown != "" {
		err = cli.WriteFile(o.cfg.markdown, func(w io.Writer) error {
			if o.cfg.packages != "" {
				return o.writePackages(w, s, results)
			}
			return writeMarkdown(w, s, results)
		})
	}
	if s.Survived+s.Refuted > 0 {
		status = cli.StatusViolation
	}
	return status, err
}
