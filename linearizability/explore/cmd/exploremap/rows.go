package main

import (
	"cmp"
	"fmt"
	"io"
	"text/tabwriter"
)

// unbounded is no bound on preemptions.
const unbounded = -1

// A row is what was done of one suite on one subject.
type row struct {
	Suite      string  `json:"suite"`
	Subject    string  `json:"subject"`
	Clients    uint64  `json:"clients"`
	Exhausted  uint64  `json:"exhausted"`  // clients of which every trace was executed
	Bound      int     `json:"bound"`      // of preemptions; every trace within it was executed of all clients
	Executions uint64  `json:"executions"` // complete ones
	Redundant  uint64  `json:"redundant"`  // begun, and then found to be covered
	MaxSteps   int     `json:"max_steps"`
	Seconds    float64 `json:"seconds"`
	Processor  float64 `json:"processor"` // seconds of it, where that is known
	Complete   bool    `json:"complete"`  // within the budget
	Shard      string  `json:"shard"`     // i/n: this is but a part of the suite
}

// same reports whether two rows are of the same search of the same clients, or of
// shards of them.
func (r *row) same(other *row) bool {
	return r.Suite == other.Suite && r.Subject == other.Subject && r.Bound == other.Bound
}

// add adds up what two rows say, but for what they are of.
func (r *row) add(other *row) {
	r.Clients += other.Clients
	r.Exhausted += other.Exhausted
	r.Executions += other.Executions
	r.Redundant += other.Redundant
	r.MaxSteps = max(r.MaxSteps, other.MaxSteps)
	r.Seconds += other.Seconds
	r.Processor += other.Processor
	r.Complete = r.Complete && other.Complete
}

// rates returns how many traces a second one processor completed, and how many
// executions it began: those that were redundant took their time as well.
func (r *row) rates() (traces, executions float64) {
	if r.cost() == 0 {
		return 0, 0
	}
	return float64(r.Executions) / r.cost(), float64(r.Executions+r.Redundant) / r.cost()
}

// cost returns the seconds of a processor, if they are known.
func (r *row) cost() float64 { return cmp.Or(r.Processor, r.Seconds) }

// A bound is the result of showing that Loads are lock-free: with a writer
// parked for good at any step, they finish alone.
type bound struct {
	Subject  string `json:"subject"`
	Parked   string `json:"parked"`    // the operation
	Steps    int    `json:"steps"`     // at which it was parked, over all scenarios
	LoadMost int    `json:"load_most"` // steps that a Load took
}

// A findings is what an exploration found out, but for violations.
type findings struct {
	rows     []row
	bounds   []bound
	coverage *coverage // nil if it is not wanted
}

// A violationMessage is a counterexample.
type violationMessage struct {
	Suite       string `json:"suite"`
	Subject     string `json:"subject"`
	Scenario    string `json:"scenario"`
	Client      string `json:"client"`
	Calls       int    `json:"calls"`
	Kind        string `json:"kind"`
	Preemptions int    `json:"preemptions"`
	Fewest      bool   `json:"fewest"` // no failing execution of the client has fewer
	Text        string `json:"text"`

	Why        string        `json:"why"`        // it is wrong
	Goroutines []string      `json:"goroutines"` // what each calls
	Steps      []stepMessage `json:"steps"`
	Replay     string        `json:"replay"`
}

// A stepMessage is a step of a counterexample.
type stepMessage struct {
	Number    int    `json:"number"`
	Goroutine int    `json:"goroutine"`
	Call      string `json:"call"`
	Text      string `json:"text"`
	Plain     bool   `json:"plain,omitempty"`
	Site      string `json:"site"`
}

// A violator is the error of a client that fails.
type violator interface {
	error
	message() violationMessage
}

func printRows(out io.Writer, rows []row) {
	if len(rows) == 0 {
		return
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "suite\tmap\tclients\texhausted\tothers to\ttraces\tlongest\tseconds\ttraces/s\texecutions/s\t\t")
	total := row{Complete: true}
	for _, r := range rows {
		print1(w, r)
		total.add(&r)
	}
	total.Suite = "all"
	print1(w, total)
	w.Flush()
}

func print1(w io.Writer, r row) {
	others, complete := "", "done"
	traces, executions := r.rates()
	switch {
	case r.Exhausted == r.Clients || r.Subject == "":
	case r.Bound >= 0:
		others = fmt.Sprintf("%d preemptions", r.Bound)
	default:
		others = "some executions"
	}
	if !r.Complete {
		complete = "cut"
	}
	fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\t%d\t%d\t%.1f\t%.0f\t%.0f\t%s\t\n", r.Suite, r.Subject, r.Clients, r.Exhausted, others,
		r.Executions, r.MaxSteps, r.Seconds, traces, executions, complete)
}

func printBounds(out io.Writer, bounds []bound) {
	if len(bounds) == 0 {
		return
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nmap\tparked\tat so many steps\ta Load then takes at most\t")
	for _, b := range bounds {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d steps\t\n", b.Subject, b.Parked, b.Steps, b.LoadMost)
	}
	w.Flush()
}
