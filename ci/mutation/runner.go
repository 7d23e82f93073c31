package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// A runner runs mutants through the steps.
type runner struct {
	s       *source
	dir     string
	steps   []*step
	all     bool // run all layers, though one has killed
	jobs    int
	schema  *schema
	shared  *workshop                    // of the schema
	unable  map[string]string            // layers that this machine cannot run, and why
	partly  map[string]bool              // layers of which not all steps are run
	prior   map[string]map[string]string // of survivors, by ID: layers that were run before
	deliver func(Result)
	mu      sync.Mutex // of deliver
}

// newRunner sorts out which mutants compile. It returns those that do, in the
// order given, and those that do not.
func newRunner(s *source, dir string, mutants []*Mutant) (r *runner, fit, stillborn []*Mutant, err error) {
	var together []*Mutant
	alone := map[*Mutant]bool{}
	for _, m := range mutants {
		if m.alone() || dropsReturn(m) && len(s.check(m.apply(s.files))) > 0 {
			alone[m] = true
		} else {
			together = append(together, m)
		}
	}
	r = &runner{s: s, dir: dir}
	if r.schema, err = newSchema(s, together); err != nil {
		return nil, nil, nil, err
	}
	for _, m := range r.schema.ejected {
		alone[m] = true
	}
	for _, m := range mutants {
		if alone[m] && len(s.check(m.apply(s.files))) > 0 {
			stillborn = append(stillborn, m)
		} else {
			fit = append(fit, m)
		}
	}
	r.shared, err = newWorkshop(s, filepath.Join(dir, "schema"), r.schema.texts)
	return r, fit, stillborn, err
}

// dropsReturn reports whether a mutant may leave a function without its last
// return, or the panic in its place, which the compiler reports elsewhere.
func dropsReturn(m *Mutant) bool {
	return m.Operator == "drop" && (strings.HasPrefix(m.Text, "return") || strings.HasPrefix(m.Text, "panic("))
}

// run runs the mutants until ctx ends. The error is of what could not be done;
// a mutant that was running when ctx ended is not delivered.
func (r *runner) run(ctx context.Context, mutants []*Mutant) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	next := make(chan *Mutant)
	var workers sync.WaitGroup
	for range r.jobs {
		workers.Go(func() {
			for m := range next {
				res, err := r.one(ctx, m)
				if ctx.Err() != nil {
					continue
				}
				if err != nil {
					stop(fmt.Errorf("%s: %w", m.ID, err))
					continue
				}
				r.mu.Lock()
				r.deliver(res)
				r.mu.Unlock()
			}
		})
	}
	for _, m := range mutants {
		if ctx.Err() != nil {
			break
		}
		next <- m
	}
	close(next)
	workers.Wait()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// one runs one mutant.
func (r *runner) one(ctx context.Context, m *Mutant) (Result, error) {
	res := Result{Mutant: *m, Verdict: survived, Layers: map[string]string{}}
	maps.Copy(res.Layers, r.prior[m.ID])
	number, shared := r.schema.number[m.ID]
	w := r.shared
	if !shared {
		dir, err := os.MkdirTemp(r.dir, "alone")
		if err != nil {
			return res, err
		}
		defer os.RemoveAll(dir)
		if w, err = newWorkshop(r.s, dir, m.apply(r.s.files)); err != nil {
			return res, err
		}
		w.gate = r.shared.gate
	}
	for _, st := range r.steps {
		if _, before := r.prior[m.ID][st.layer]; before {
			continue
		}
		if r.unable[st.layer] != "" {
			res.Layers[st.layer] = unable
			continue
		}
		if st.variant.tags == "explore" && m.onlyOutsideExplorer(r.s) {
			res.Layers[st.layer] = unbuilt
			continue
		}
		if res.Layers[st.layer] != "" && res.Layers[st.layer] != passed {
			continue
		}
		l, err := r.shared.limits(ctx, st)
		if err != nil {
			return res, err
		}
		e, err := w.run(ctx, st, number, l)
		if err != nil {
			return res, err
		}
		res.Layers[st.layer] = e.how
		res.Seconds += e.seconds
		if e.how == passed {
			continue
		}
		if res.Verdict != killed {
			res.Verdict, res.By, res.Step, res.How, res.Detail = killed, st.layer, st.name, e.how, e.detail
		}
		if !r.all {
			break
		}
	}
	for name := range r.partly {
		if res.Layers[name] == passed {
			delete(res.Layers, name)
		}
	}
	if !r.all && res.Verdict == killed {
		res.Layers = nil // the rest was not asked
	}
	return res, nil
}

// onlyOutsideExplorer reports whether no file that the mutant changes is in the
// explorer's build.
func (m *Mutant) onlyOutsideExplorer(s *source) bool {
	for _, e := range m.edits {
		if !strings.HasPrefix(s.files[e.file].text, "//go:build !explore") {
			return false
		}
	}
	return true
}
