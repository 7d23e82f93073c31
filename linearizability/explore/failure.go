package explore

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// A FailureKind says what is wrong with an execution.
type FailureKind uint8

const (
	// Check: Program.Check returned an error.
	Check FailureKind = iota
	// Panic: a goroutine, Setup or Check panicked.
	Panic
	// Race: two accesses, one of them plain and one a write, are not ordered.
	Race
	// Deadlock: all goroutines that have not ended wait.
	Deadlock
	// Livelock: the execution has more steps than Options.MaxSteps.
	Livelock
	// Nondeterminism: under the same schedule, the program did not do what it
	// did before. This is a mistake in the Program: see there.
	Nondeterminism
	// Mixed: a word was accessed as a pointer and as a number. The garbage
	// collector does not see a pointer that is stored as a number, and must not
	// see a number that is stored as a pointer.
	Mixed
	// Leak: the goroutines of the program have ended, and all that are left, which
	// [Go] started, wait.
	Leak
	// Blocked: a goroutine waits for something that is not of this package, or does
	// not end. Only [Test] and [Map] notice that: [Explore] runs the program in the
	// goroutine of its caller, so it cannot return as long as the program does not.
	Blocked
)

var kindNames = [...]string{"check", "panic", "race", "deadlock", "livelock", "nondeterminism", "mixed", "leak", "blocked"}

// kindLetters has the letters of the kinds in replay strings.
const kindLetters = "cprdlnmkb"

// String returns the name of the kind.
func (k FailureKind) String() string { return kindNames[k] }

// A Failure is an execution that is wrong. It is an error.
type Failure struct {
	Kind FailureKind
	// Err says what is wrong. For Check it is the error of Program.Check.
	Err error
	// Goroutine is the goroutine that failed, or -1 if no particular one failed.
	Goroutine int
	// Preemptions is how often a goroutine that could continue was interrupted.
	Preemptions int
	// Fewest reports that no failing execution has fewer preemptions.
	Fewest bool
	// Replay reproduces the execution: see [Replay].
	Replay string
	// Steps is the execution.
	Steps []Step
	// Stack is the stack of a goroutine that panicked.
	Stack []byte

	schedule []uint8
	ofTest   bool // of Test, where goroutine 0 sets up and checks
}

// A Step is one line of an execution.
type Step struct {
	// Number counts the steps at which another goroutine could have been
	// scheduled, from 1. Plain accesses have the number of the step before.
	Number    int
	Goroutine int
	Call      string // the name of the call that the step belongs to
	Text      string // such as "head.CompareAndSwap(nil, p1) = true"
	Plain     bool
	Site      Site
}

// Unwrap returns f.Err.
func (f *Failure) Unwrap() error { return f.Err }

// Error returns several lines: what failed, the table of steps, and the replay
// string.
func (f *Failure) Error() string {
	var b strings.Builder
	b.WriteString("explore: ")
	if f.Goroutine >= 0 {
		fmt.Fprintf(&b, "goroutine %d: ", f.Goroutine)
	}
	fmt.Fprintf(&b, "%v\n", f.Err)
	if len(f.Steps) > 0 {
		fmt.Fprintf(&b, "%d steps, %d preemptions", f.Steps[len(f.Steps)-1].Number, f.Preemptions)
		if f.Fewest {
			b.WriteString(" (the fewest possible)")
		}
		b.WriteString(":\n")
		b.WriteString(f.Table())
	}
	if f.Replay != "" {
		fmt.Fprintf(&b, "replay: %s\n", f.Replay)
	}
	if len(f.Stack) > 0 {
		fmt.Fprintf(&b, "stack:\n%s", f.Stack)
	}
	return b.String()
}

// Table returns the steps as text, with a line for each step and a column for each
// goroutine. It leaves out the middle of a very long execution and, for [Test], most of
// what goroutine 0 does alone: before the first go statement and at the end.
func (f *Failure) Table() string {
	n := 0
	for _, s := range f.Steps {
		n = max(n, s.Goroutine+1)
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	row := func(number, site string, g int, text string) {
		fmt.Fprintf(w, "%s\t", number)
		for h := range n {
			if h == g {
				fmt.Fprint(w, text)
			}
			fmt.Fprint(w, "\t")
		}
		fmt.Fprintf(w, "%s\n", site)
	}
	fmt.Fprint(w, "step\t")
	for g := range n {
		fmt.Fprintf(w, "goroutine %d\t", g)
	}
	fmt.Fprint(w, "source\n")
	calls := make([]string, n)
	hidden := f.hidden()
	for i, s := range f.Steps {
		if len(hidden) > 0 && i == hidden[0].end {
			hidden = hidden[1:]
		}
		if len(hidden) > 0 && i >= hidden[0].begin {
			if i == hidden[0].begin {
				row("...", "", hidden[0].g, hidden[0].text)
			}
			continue
		}
		if calls[s.Goroutine] != s.Call {
			calls[s.Goroutine] = s.Call
			row("", "", s.Goroutine, s.Call+":")
		}
		number := fmt.Sprint(s.Number)
		if s.Plain {
			number = ""
		}
		row(number, s.Site.String(), s.Goroutine, "  "+s.Text)
	}
	w.Flush()
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// fail makes the execution a failure, unless it already is one.
func (e *engine) fail(kind FailureKind, g int, err error) {
	if e.failure == nil {
		e.failure = &Failure{Kind: kind, Goroutine: g, Err: err, ofTest: e.sourceNames && e.given == 1}
	}
}

func (e *engine) failNondeterminism(g int, what string) {
	e.fail(Nondeterminism, g, fmt.Errorf(
		"the program is not deterministic: at step %d, under the same schedule as before, %s", e.depth+1, what))
}

// failMixed makes the execution a failure, since a is about to be accessed as if it
// had other content than it has.
func (e *engine) failMixed(g int, a address, has, now content) {
	if e.tracing {
		e.traceAside(a, "access of %s as a "+now.String())
	}
	e.fail(Mixed, g, fmt.Errorf("a word that was accessed as a %v is now accessed as a %v", has, now))
}

func (e *engine) failDeadlock() {
	var b strings.Builder
	kind := Deadlock
	if e.left&(only(e.given)-1) == 0 {
		kind = Leak
	}
	b.WriteString(kind.String() + ":")
	for g := range e.n {
		p := &e.pending[g]
		switch {
		case e.parked.has(g):
			fmt.Fprintf(&b, " goroutine %d is parked;", g)
		case !e.waiting.has(g):
		case e.tracing && e.sourceNames && p.op != opSpin:
			op := p.op.String()
			e.called(p.loc, p.site, op)
			fmt.Fprintf(&b, " goroutine %d waits in %s at %v;", g, e.trace.call(e, p.loc, p.op), e.sites.list[p.site])
		case p.op == opSpin && len(e.spinReads[g]) == 0:
			fmt.Fprintf(&b, " goroutine %d spins without having read anything;", g)
		case p.op == opSpin:
			fmt.Fprintf(&b, " goroutine %d spins on %s;", g, e.trace.locationName(e, e.spinReads[g][0].loc))
		default:
			fmt.Fprintf(&b, " goroutine %d waits in %s;", g, e.trace.call(e, p.loc, p.op))
		}
	}
	e.fail(kind, toMain, fmt.Errorf("%s", strings.TrimSuffix(b.String(), ";")))
}
