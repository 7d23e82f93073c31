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
)

// An outcome gathers results, shows them as they come, and keeps them.
type outcome struct {
	cfg            config
	arguments      map[string]string
	source         *source
	stdout, stderr io.Writer
	kept           *os.File // for -results
	byID           map[string]Result
	prior          map[string]map[string]string // of survivors that are run again: see runner
	taken          map[string]bool
	start          time.Time
	done, of       int
	killed         int
	stillborn      int
	err            error // of writing
}

func newOutcome(cfg config, s *source, arguments map[string]string, stdout, stderr io.Writer) (*outcome, error) {
	o := &outcome{cfg: cfg, arguments: arguments, source: s, stdout: stdout, stderr: stderr, byID: map[string]Result{}, prior: map[string]map[string]string{}, taken: map[string]bool{}, start: time.Now()}
	if cfg.results == "" {
		return o, nil
	}
	old, _, err := readResults(cfg.results)
	if err != nil && (cfg.report || !errors.Is(err, os.ErrNotExist)) {
		return nil, err
	}
	old = slices.DeleteFunc(old, func(r Result) bool {
		return r.Source != s.fingerprint(&r.Mutant) || r.Verdict == unfinished
	})
	for _, r := range old {
		o.byID[r.ID] = r
	}
	if cfg.report {
		return o, nil
	}
	// What is known is written anew as a whole, lest an interruption lose it;
	// results are added as they come.
	err = cli.WriteFile(cfg.results, func(w io.Writer) error {
		var err error
		for _, r := range old {
			err = errors.Join(err, json.NewEncoder(w).Encode(message{Mutant: &r}))
		}
		return err
	})
	if err == nil {
		o.kept, err = os.OpenFile(cfg.results, os.O_WRONLY|os.O_APPEND, 0)
	}
	return o, err
}

// close returns the first error of writing.
func (o *outcome) close() error {
	if o.kept != nil {
		o.err = errors.Join(o.err, o.kept.Close())
		o.kept = nil
	}
	return o.err
}

// begin returns the mutants that are to be run, of those that compile.
func (o *outcome) begin(fit []*Mutant, stillborn int) (pending []*Mutant) {
	o.stillborn = stillborn
	asked := map[string]bool{}
	for _, m := range fit {
		asked[m.ID] = true
		why, argued := o.arguments[m.ID]
		old, known := o.byID[m.ID]
		if known {
			old.Mutant = *m // its line may be another now
			o.byID[m.ID] = old
		}
		switch {
		case argued && !o.cfg.equal:
			r := Result{Mutant: *m, Verdict: equivalent, Why: why, Source: o.source.fingerprint(m)}
			if known && old.Verdict == killed { // the argument came later
				r, r.Verdict, r.Why = old, refuted, why
			}
			o.show(r)
		case o.cfg.report && known:
			o.send(message{Mutant: &old})
		case known && !o.runAgain(old) && (old.Verdict == killed && !o.cfg.allLayers || old.ran(o.cfg.layers)):
			o.send(message{Mutant: &old})
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
	for id := range o.byID {
		if !asked[id] {
			delete(o.byID, id) // kept in the file for another time
		}
	}
	o.of = len(pending)
	return pending
}

// runAgain reports whether what is known of a mutant is to be found out anew.
func (o *outcome) runAgain(r Result) bool { return o.cfg.again && r.Verdict == survived }

// take takes in the result of a mutant that was run.
func (o *outcome) take(r Result) {
	r.Source, r.Machine = o.source.fingerprint(&r.Mutant), cli.ThisMachine().String()
	if why, argued := o.arguments[r.ID]; argued {
		r.Why = why
		r.Verdict = map[string]string{killed: refuted, survived: equivalent}[r.Verdict]
	}
	o.keep(r)
	o.taken[r.ID] = true
	o.done++
	if r.Verdict == killed {
		o.killed++
	}
	o.show(r)
	p := progress{Done: o.done, Of: o.of, Killed: o.killed, Seconds: time.Since(o.start).Seconds()}
	if o.cfg.json {
		o.send(message{Progress: &p})
		return
	}
	by := r.By
	if r.Verdict != killed {
		by = r.Verdict
	}
	left := time.Duration(p.Seconds / float64(o.done) * float64(o.of-o.done) * float64(time.Second))
	fmt.Fprintf(o.stderr, "%d/%d %-11s %5.1fs  %s  (%v left)\n", o.done, o.of, by, r.Seconds, r.ID, left.Round(time.Second))
}

func (o *outcome) keep(r Result) {
	if o.kept != nil {
		o.err = errors.Join(o.err, json.NewEncoder(o.kept).Encode(message{Mutant: &r}))
	}
}

func (o *outcome) show(r Result) {
	o.byID[r.ID] = r
	o.send(message{Mutant: &r})
}

func (o *outcome) send(m message) {
	if o.cfg.json {
		o.err = errors.Join(o.err, json.NewEncoder(o.stdout).Encode(m))
	}
}

// finish reports what became of all, those included that there was no time
// for.
func (o *outcome) finish(pending []*Mutant) (status int, err error) {
	for _, m := range pending {
		if !o.taken[m.ID] {
			o.show(Result{Mutant: *m, Verdict: unfinished, Source: o.source.fingerprint(m)})
		}
	}
	status, err = reportOn(o.cfg, inOrder(o.byID), o.stillborn, o.stdout)
	return status, errors.Join(o.close(), err)
}
