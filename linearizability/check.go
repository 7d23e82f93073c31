package linearizability

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
)

// Check returns nil if the history is one that a correct map can have; see the
// package documentation for what that means. It returns a *[Violation] if not,
// or if it cannot tell in time; and another error if h is no history at all: if
// stamps are missing, say.
//
// Values should be written only once per history: a value that appears twice
// can hide a violation, and where [model.Values] yields one that was
// written to several keys there is an error. Check's time is in proportion to
// the length of the history, a few microseconds per event, if there are moments
// without operations in flight now and then. Without any it grows with the
// square, and more the more operations are in flight at once. Of the options
// only [WithCheckTimeout] matters.
func Check[K, V comparable](h History[K, V], opts ...Option) error {
	return check(context.Background(), h, newOptions(opts))
}

// ErrTimeout is what a [Violation] wraps if the checker gave up.
var ErrTimeout = errors.New("the checker cannot tell in time whether the history is possible")

// ErrViolation is what every other [Violation] wraps.
var ErrViolation = errors.New("the history is not possible")

// A Violation is a history that no correct map can have.
type Violation[K, V comparable] struct {
	// History is a small part of the history that is not possible by itself,
	// with its stamps renumbered. It begins with an event of client -1 if it
	// starts from a map that is not empty. What is left out makes no difference:
	// it only read, or the rest is as impossible if it took effect as if not.
	History History[K, V]
	// Reason is ErrViolation or ErrTimeout, possibly wrapped.
	Reason error
}

// Error returns the reason and the history as a table.
func (v *Violation[K, V]) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "linearizability: %v:\n", v.Reason)
	const most = 60
	shown := v.History
	if len(shown) > most {
		shown = shown[:most]
	}
	b.WriteString(shown.String())
	if n := len(v.History) - len(shown); n > 0 {
		fmt.Fprintf(&b, "and %d more\n", n)
	}
	return b.String()
}

// Unwrap returns the reason.
func (v *Violation[K, V]) Unwrap() error { return v.Reason }

// A Visualizer is an error that can draw itself. Every *[Violation] is one,
// whatever its keys and values, and so [errors.As] finds it.
type Visualizer interface {
	error
	// WriteHTML writes a page that shows the history on time lines, and how far
	// an order of its operations can be found.
	WriteHTML(w io.Writer) error
}

// check makes the verdict, in these steps:
//
//	newProblem   numbers keys and values              check_problem.go
//	expand       turns events into acts               check_expand.go, check_len.go
//	checkLanes   searches the acts of each key        check_lanes.go, check_search.go
//	checkWhole   searches around Clear and Len        check_whole.go, check_explain.go
//	violation    minimizes what cannot be explained   minimize.go
func check[K, V comparable](ctx context.Context, h History[K, V], o options) error {
	p, err := newProblem(h)
	if err != nil {
		return err
	}
	if i, err := p.expand(); errors.Is(err, errAmbiguous) {
		return err
	} else if err != nil {
		return &Violation[K, V]{
			History: History[K, V]{p.events[i]}.renumber(),
			Reason:  fmt.Errorf("%w: %w", ErrViolation, err),
		}
	}
	s := searcher{timeout: o.checkTimeout}
	lanes := p.lanes()
	f := checkLanes(ctx, lanes, s, runtime.GOMAXPROCS(0))
	if f == nil && ctx.Err() != nil {
		return ctx.Err() // not all lanes are checked
	}
	if f == nil {
		f = p.checkWhole(lanes, s)
	}
	if f == nil {
		return nil
	}
	return p.violation(f)
}

// violation makes an error of what has been found.
func (p *problem[K, V]) violation(f *finding) *Violation[K, V] {
	if f.timeout {
		return &Violation[K, V]{History: p.excerpt(f, f.acts), Reason: ErrTimeout}
	}
	v := &Violation[K, V]{History: p.excerpt(f, minimize(f, p.events)), Reason: ErrViolation}
	if q, err := newProblem(v.History); err != nil || q.isPossible() {
		// Never seen. If it should happen, the larger history is as true.
		v.History = p.excerpt(f, f.acts)
	}
	return v
}

// isPossible reports whether a small history is.
func (p *problem[K, V]) isPossible() bool {
	if _, err := p.expand(); err != nil {
		return false
	}
	s := searcher{timeout: minimizeTimeout}
	lanes := p.lanes()
	return checkLanes(context.Background(), lanes, s, 1) == nil && p.checkWhole(lanes, s) == nil
}
