package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/flatmap-go/flatmap/internal/planted"
)

// subjects returns what is mutated, with all mutants, and the arguments about
// them.
func (c *config) subjects(ctx context.Context, stderr io.Writer) ([]*subject, *arguments, error) {
	if c.packages != "" {
		subjects, err := c.packageSubjects(ctx, stderr)
		if err != nil || c.arguments == "" {
			return subjects, &arguments{}, err
		}
		text, err := os.ReadFile(c.arguments)
		if err != nil {
			return nil, nil, err
		}
		arguments, err := equivalents(string(text), all(subjects))
		return subjects, arguments, err
	}
	s, err := loadMap(ctx)
	if err != nil {
		return nil, nil, err
	}
	mutants, err := generate(s, planted.Mutants(), operators())
	if err != nil {
		return nil, nil, err
	}
	arguments, err := equivalents(equivalentText, mutants)
	return []*subject{{s: s, steps: stepsOf(c.seed), mutants: mutants}}, arguments, err
}

// all returns the mutants of some subjects.
func all(subjects []*subject) (mutants []*Mutant) {
	for _, x := range subjects {
		mutants = append(mutants, x.mutants...)
	}
	return mutants
}

// mutate generates the mutants and runs those that are asked for.
func mutate(ctx context.Context, cfg config, stdout, stderr io.Writer) (status int, err error) {
	subjects, arguments, err := cfg.subjects(ctx, stderr)
	if err != nil {
		return 0, err
	}
	everything := all(subjects)
	for _, x := range subjects {
		x.mutants = slices.DeleteFunc(slices.Clone(x.mutants), func(m *Mutant) bool { return !cfg.chosen(m) })
		x.mutants = drawn(x.mutants, cfg.sample, cfg.seed)
	}
	asked := all(subjects)
	if len(asked) == 0 {
		return 0, fmt.Errorf("no mutant of %d is asked for", len(everything))
	}
	if cfg.list && cfg.results == "" {
		return 0, list(asked, arguments, cfg.json, stdout)
	}
	o, err := newOutcome(cfg, everything, arguments, stdout, stderr)
	if err != nil {
		return 0, err
	}
	defer o.close()
	dir, err := os.MkdirTemp("", "mutation")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	if cfg.budget > 0 && !cfg.runsNone() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, cfg.budget)
		defer cancel()
	}
	var pending []*Mutant
	for i, x := range subjects {
		left, err := cfg.mutateOne(ctx, o, x, filepath.Join(dir, strconv.Itoa(i)))
		if err != nil {
			return 0, err
		}
		pending = append(pending, left...)
	}
	if cfg.list && !cfg.report {
		return 0, list(pending, arguments, cfg.json, stdout)
	}
	return o.finish(pending)
}

// mutateOne runs the mutants of one subject, unless none are to be run. It returns
// those that had to be run.
func (c *config) mutateOne(ctx context.Context, o *outcome, x *subject, dir string) ([]*Mutant, error) {
	mutants := x.mutants
	var late []*Mutant
	if c.budget > 0 && !c.runsNone() {
		rng := rand.New(rand.NewPCG(c.seed, 0))
		rng.Shuffle(len(mutants), func(i, j int) { mutants[i], mutants[j] = mutants[j], mutants[i] })
		n := min(len(mutants), fewest+int(c.budget/quickest))
		mutants, late = mutants[:n], mutants[n:]
	}
	r, fit, stillborn, err := newRunner(x.s, dir, mutants)
	if err != nil {
		return nil, err
	}
	pending := o.begin(fit, stillborn)
	if c.runsNone() || len(pending) == 0 || ctx.Err() != nil {
		return append(pending, late...), nil
	}
	steps := slices.DeleteFunc(slices.Clone(x.steps), func(st *step) bool { return !slices.Contains(c.layers, st.layer) })
	if c.quick {
		steps, r.partly = quickOf(steps)
	}
	if r.unable, err = unableLayers(ctx, dir, steps); err != nil {
		return nil, err
	}
	for layer, reason := range r.unable {
		fmt.Fprintf(o.stderr, "layer %s is not run: %s\n", layer, reason)
	}
	if !slices.ContainsFunc(steps, func(st *step) bool { return r.unable[st.layer] == "" }) {
		return nil, errors.New("no layer that is asked for can run on this machine")
	}
	r.steps, r.all, r.jobs, r.deliver = steps, c.allLayers, c.jobs, o.take
	r.shared.tell = func(format string, args ...any) { fmt.Fprintf(o.stderr, format, args...) }
	r.shared.gate = gate(c.gate)
	r.prior = o.prior
	return append(pending, late...), r.run(ctx, pending)
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
