package proof

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/flatmap-go/flatmap/model/protocol"
)

// An Answer is what a solver says about a goal.
type Answer struct {
	Goal    *protocol.Goal
	Verdict string
	Took    time.Duration
}

// A Run asks one solver about goals.
type Run struct {
	Solver Solver
	Limit  time.Duration // of each query
	Jobs   int           // queries at once
	Hints  Hints
	// FirstOnly ends the run at the first goal that is not proved.
	FirstOnly bool
	// Progress is called after every answer, by one goroutine at a time.
	Progress func(Answer)
}

// Prove asks about goals and returns the answers, in no particular order. The error
// is that of a solver that does not work, or the context's.
func (r Run) Prove(ctx context.Context, goals []*protocol.Goal) ([]Answer, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := make(chan *protocol.Goal)
	go func() {
		defer close(work)
		for _, g := range goals {
			select {
			case work <- g:
			case <-ctx.Done():
				return
			}
		}
	}()
	var mu sync.Mutex
	var answers []Answer
	stopped := false
	var wg sync.WaitGroup
	for range max(1, r.Jobs) {
		wg.Go(func() {
			s, err := r.Solver.start(ctx)
			if err != nil {
				cancel(err)
				return
			}
			defer s.close()
			for g := range work {
				a, err := r.answer(s, g)
				mu.Lock()
				if stopped || ctx.Err() != nil {
					mu.Unlock()
					return
				}
				if err != nil {
					cancel(err)
					mu.Unlock()
					return
				}
				answers = append(answers, a)
				if r.Progress != nil {
					r.Progress(a)
				}
				if r.FirstOnly && a.Verdict != Unsat {
					stopped = true
					cancel(nil)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if stopped {
		return answers, nil
	}
	return answers, context.Cause(ctx)
}

// answer asks about a goal: with the assumptions that were enough before, if that is
// known, and then with all.
func (r Run) answer(s *session, g *protocol.Goal) (Answer, error) {
	start := time.Now()
	if enough := r.Hints[g.Obligation()]; enough != nil {
		v, err := s.verdict(g.SMT(func(name string) bool { return enough[name] }, false), r.Limit/5)
		if err != nil || v == Unsat {
			return Answer{g, v, time.Since(start)}, err
		}
	}
	v, err := s.verdict(g.SMT(nil, false), r.Limit)
	return Answer{g, v, time.Since(start)}, err
}

// A Total sums up answers.
type Total struct {
	Proved      int
	Failed      []string // goals that are not proved
	Slowest     string
	SlowestTook time.Duration
}

// Sum sums up answers.
func Sum(answers []Answer) Total {
	var t Total
	for _, a := range answers {
		if a.Verdict == Unsat {
			t.Proved++
		} else {
			t.Failed = append(t.Failed, a.Goal.ID())
		}
		if a.Took > t.SlowestTook {
			t.Slowest, t.SlowestTook = a.Goal.ID(), a.Took
		}
	}
	slices.Sort(t.Failed)
	return t
}
