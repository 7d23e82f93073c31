package linearizability

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Check returns nil if a correct map can have the history; the package
// documentation says what that means. It returns a *[Violation] if a correct map
// cannot have it, or if the search does not end in time. It returns another
// error if h is malformed, for example if stamps are missing.
//
// Each value should be written only once in a history: a value that appears
// twice can hide a violation, and if [model.Values] yields a value that was
// written to several keys, Check returns an error.
//
// If each value is written once, Check takes a few microseconds for each event, and
// slightly more as the history gets longer. With other values that holds if there are moments
// without operations in flight; otherwise the time grows with the square of the
// length, and with the number of operations in flight. Of the options only
// [WithCheckTimeout] matters.
func Check[K, V comparable](h History[K, V], opts ...Option) error {
	return check(context.Background(), h, newOptions(opts))
}

// ErrTimeout is wrapped by a [Violation] if the search did not end in time.
var ErrTimeout = errors.New("timeout: the search has not decided whether the history is possible")

// ErrViolation is wrapped by every other [Violation].
var ErrViolation = errors.New("the history is not possible")

// A Violation is a history that no correct map can have.
type Violation[K, V comparable] struct {
	// History is a small part of the history that is already impossible, with its
	// stamps renumbered. The events that are left out make no difference: they
	// only read, or the rest is impossible whether they took effect or not. Every
	// value that is seen has its write in it, an entry that is missing has a removal if
	// there is one, and one or two other writes stay that overlap these. If that would take too many events, the
	// first event has client -1 and makes the content at the beginning.
	History History[K, V]
	// Whole is the history that was checked, with its own stamps.
	Whole History[K, V]
	// Reason is ErrViolation or ErrTimeout, possibly wrapped.
	Reason error
}

// Error returns the reason, the history as a table, and what each order of its
// operations contradicts.
func (v *Violation[K, V]) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "linearizability: %v:\n", v.Reason)
	const maxEvents = 60
	shown := v.History
	if len(shown) > maxEvents {
		shown = shown[:maxEvents]
	}
	b.WriteString(shown.String())
	if n := len(v.History) - len(shown); n > 0 {
		fmt.Fprintf(&b, "and %d more\n", n)
	}
	if errors.Is(v.Reason, ErrViolation) {
		b.WriteString(v.History.why())
	}
	return b.String()
}

// Unwrap returns the reason.
func (v *Violation[K, V]) Unwrap() error { return v.Reason }

// A Visualizer is an error that can draw itself. Every *[Violation] is one, for
// all types of keys and values, so that [errors.As] finds it without them.
type Visualizer interface {
	error
	// WriteHTML writes a page that shows the history on time lines, and the
	// longest order of its operations that was found.
	WriteHTML(w io.Writer) error
}

// check makes the verdict, in these steps:
//
//	newProblem   numbers keys and values              check_problem.go
//	expand       turns events into acts               check_expand.go, check_len.go
//	checkLanes   searches the acts of each key        check_lanes.go, check_search.go
//	checkWhole   searches around Clear and Len        check_whole.go, check_explain.go
//	minimize     leaves out what makes no difference  minimize.go
//	story        adds what makes the rest clear       story.go
func check[K, V comparable](ctx context.Context, h History[K, V], o options) error {
	s := newSearcher(o.checkTimeout)
	if i := slices.IndexFunc(h, func(e Event[K, V]) bool { return e.Torn != "" }); i >= 0 {
		return &Violation[K, V]{History: History[K, V]{h[i]}.renumber(), Whole: h, Reason: fmt.Errorf("%w: %v", ErrViolation, h[i])}
	}
	p, err := newProblem(h)
	if err != nil {
		return err
	}
	if i, err := p.expand(); errors.Is(err, errAmbiguous) {
		return err
	} else if err != nil {
		return &Violation[K, V]{
			History: History[K, V]{p.events[i]}.renumber(),
			Whole:   p.events,
			Reason:  fmt.Errorf("%w: %w", ErrViolation, err),
		}
	}
	lanes := p.lanes()
	f := checkLanes(ctx, lanes, s, runtime.GOMAXPROCS(0))
	if f == nil && ctx.Err() != nil {
		return ctx.Err() // some lanes have not been checked
	}
	if f == nil {
		f = p.checkWhole(lanes, s)
	}
	if f == nil {
		return nil
	}
	return p.violation(f, s)
}

// violation turns a finding into an error.
func (p *problem[K, V]) violation(f *finding, s searcher) *Violation[K, V] {
	if f.timeout {
		return &Violation[K, V]{History: p.excerpt(f, f.acts), Whole: p.events, Reason: ErrTimeout}
	}
	most := min(minimizeBudget, time.Until(s.deadline)/3) // so that there is time for the story, on a busy machine, too
	acts := minimize(f, s.limited(most, minimizeTimeout))
	s = s.limited(minimizeBudget, minimizeTimeout)
	return &Violation[K, V]{History: p.story(f, acts, s), Whole: p.events, Reason: ErrViolation}
}

// isImpossible reports whether a small history is certainly impossible.
func isImpossible[K, V comparable](h History[K, V], s searcher) bool {
	p, err := newProblem(h)
	if err != nil {
		return false
	}
	if _, err := p.expand(); err != nil {
		return !errors.Is(err, errAmbiguous)
	}
	lanes := p.lanes()
	f := checkLanes(context.Background(), lanes, s, 1)
	if f == nil {
		f = p.checkWhole(lanes, s)
	}
	return f != nil && !f.timeout
}
