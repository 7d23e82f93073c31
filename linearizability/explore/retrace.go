package explore

import (
	"errors"
	"fmt"
)

// explain adds to a failure what only a replay shows.
func (e *engine) explain(f *Failure) {
	f.Replay = encodeReplay(f.Kind, e.given, f.schedule)
	if f.Kind == Nondeterminism {
		e.explainNondeterminism(f)
		return
	}
	g, err := e.retrace(f.schedule)
	switch {
	case err != nil:
		f.Kind, f.Err = Nondeterminism, fmt.Errorf("the program is not deterministic: a failure did not repeat (%w): %w", err, f.Err)
	case g.Kind != f.Kind:
		f.Kind, f.Err = Nondeterminism, fmt.Errorf("the program is not deterministic: a failure turned into another (%w): %w", g.Err, f.Err)
	}
	if g != nil {
		f.Steps, f.Stack = g.Steps, g.Stack
		if f.Kind == g.Kind {
			f.Err = g.Err // its text has names
		}
	}
}

// explainNondeterminism repeats the schedule until an execution differs from the first,
// and reports the step that differs.
func (e *engine) explainNondeterminism(f *Failure) {
	const enough = 100
	var steps []Step
	for range enough {
		e.record(&script{schedule: f.schedule, goOn: true})
		if steps == nil {
			steps = e.trace.steps
			continue
		}
		for i := range min(len(steps), len(e.trace.steps)) {
			if a, b := steps[i], e.trace.steps[i]; a != b {
				f.Steps = e.trace.relevant(e, steps[:i+1])
				f.Err = fmt.Errorf("%w; goroutine %d does %s at %v in one execution, but goroutine %d does %s at %v in another",
					f.Err, a.Goroutine, a.Text, a.Site, b.Goroutine, b.Text, b.Site)
				return
			}
		}
	}
	f.Steps = e.trace.relevant(e, steps)
}

// record makes an execution and keeps its steps in e.trace.
func (e *engine) record(s *script) ending {
	coverage, sites := e.coverage, e.sites
	e.coverage, e.sites = nil, &siteTable{}
	e.sites.start()
	e.trace.start()
	e.tracing = true
	naming.Store(e)
	defer func() {
		e.coverage, e.sites = coverage, sites
		e.tracing = false
		naming.Store(nil)
	}()
	e.strategy = s
	return e.execute()
}

// retrace makes and records the execution with the given schedule. It returns an error
// if the schedule is impossible or does not lead to a failure.
func (e *engine) retrace(schedule []uint8) (*Failure, error) {
	switch e.record(&script{schedule: schedule}) {
	case failed:
		f := e.failure
		if e.depth < len(schedule) {
			return nil, fmt.Errorf("it fails after %d steps of %d: %w", e.depth, len(schedule), f.Err)
		}
		f.Steps = e.trace.relevant(e, e.trace.steps)
		f.Preemptions = e.preemptions()
		f.schedule = schedule
		f.Replay = encodeReplay(f.Kind, e.given, schedule)
		return f, nil
	case foreign:
		return nil, fmt.Errorf("at step %d, goroutine %d cannot run", e.depth+1, schedule[e.depth])
	case redundant:
		return nil, fmt.Errorf("after %d steps, the program continues", e.depth)
	}
	if e.depth < len(schedule) {
		return nil, fmt.Errorf("the program ends after %d steps of %d", e.depth, len(schedule))
	}
	return nil, errors.New("the execution does not fail")
}
