// Package wire declares the lines of JSON that the commands exploremap, gallery
// and mutation print with -json, and runs processes that print them. The
// commands that print a line and those that read it use the same type.
package wire

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
)

// Explore is a line that exploremap prints. One of its fields is set, or Rows
// with Bounds and Coverage.
type Explore struct {
	Machine   string     `json:"machine,omitempty"`
	Row       *Row       `json:"row,omitempty"`  // so far
	Rows      []Row      `json:"rows,omitempty"` // in the end
	Bounds    []Bound    `json:"bounds,omitempty"`
	Coverage  *Coverage  `json:"coverage,omitempty"`
	Violation *Violation `json:"violation,omitempty"`
	Find      *Find      `json:"find,omitempty"`  // a planted bug
	Finds     int        `json:"finds,omitempty"` // how many there will be
	Long      []Row      `json:"long,omitempty"`  // in the end, of refinelong
	Sites     []Site     `json:"sites,omitempty"` // what explains them, with the model
}

// ReadExplore calls take for each line that runs have printed to files.
func ReadExplore(paths []string, take func(*Explore) error) error {
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for d := json.NewDecoder(bytes.NewReader(text)); ; {
			var m Explore
			if err = d.Decode(&m); err == io.EOF {
				break
			} else if err == nil {
				err = take(&m)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	return nil
}

// A Site is how often a place in the source was explained by an action of the model, or
// by what else the follower says of it.
type Site struct {
	Site  string `json:"site"`
	What  string `json:"what"`
	Count uint64 `json:"count"`
}

// A Row is what was done of one suite on one kind of map.
type Row struct {
	Suite      string  `json:"suite"`
	Subject    string  `json:"subject"` // the kind of map
	Clients    uint64  `json:"clients"`
	Exhausted  uint64  `json:"exhausted"`  // clients of which every trace was executed
	Bound      int     `json:"bound"`      // of preemptions; every trace within it was executed of all clients
	Executions uint64  `json:"executions"` // complete ones
	Redundant  uint64  `json:"redundant"`  // begun, and then found to be covered
	MaxSteps   int     `json:"max_steps"`
	Seconds    float64 `json:"seconds"`
	Processor  float64 `json:"processor"` // seconds of it, where that is known
	Complete   bool    `json:"complete"`  // within the budget
	Shard      string  `json:"shard"`     // i/n: this is only a part of the suite

	// With -refine: accesses that were compared with the model, and how often each of its
	// actions was taken.
	Accesses uint64            `json:"accesses,omitempty"`
	Actions  map[string]uint64 `json:"actions,omitempty"`
}

// Same reports whether two rows are of the same search of the same clients, or of
// shards of them.
func (r *Row) Same(other *Row) bool {
	return r.Suite == other.Suite && r.Subject == other.Subject && r.Bound == other.Bound
}

// Add adds the figures of another row.
func (r *Row) Add(other *Row) {
	r.Clients += other.Clients
	r.Exhausted += other.Exhausted
	r.Executions += other.Executions
	r.Redundant += other.Redundant
	r.MaxSteps = max(r.MaxSteps, other.MaxSteps)
	r.Seconds += other.Seconds
	r.Processor += other.Processor
	r.Complete = r.Complete && other.Complete
	r.Accesses += other.Accesses
	if len(other.Actions) > 0 {
		sum := map[string]uint64{}
		maps.Copy(sum, r.Actions)
		for name, n := range other.Actions {
			sum[name] += n
		}
		r.Actions = sum
	}
}

// Rates returns how many traces a second one processor completed, and how many
// executions it began, the redundant ones included.
func (r *Row) Rates() (traces, executions float64) {
	if r.Cost() == 0 {
		return 0, 0
	}
	return float64(r.Executions) / r.Cost(), float64(r.Executions+r.Redundant) / r.Cost()
}

// Cost returns the seconds of a processor, or those of the clock if they are not
// known.
func (r *Row) Cost() float64 { return cmp.Or(r.Processor, r.Seconds) }

// A Bound shows that Loads are lock-free: with a writer parked permanently at any
// step, they finish alone.
type Bound struct {
	Subject  string `json:"subject"`
	Parked   string `json:"parked"`    // the operation
	Steps    int    `json:"steps"`     // at which it was parked, over all scenarios
	LoadMost int    `json:"load_most"` // steps that a Load took
}

// A Violation is a counterexample.
type Violation struct {
	Suite       string `json:"suite"`
	Subject     string `json:"subject"`
	Scenario    string `json:"scenario"`
	Client      string `json:"client"`
	Calls       int    `json:"calls"`
	Kind        string `json:"kind"`
	Preemptions int    `json:"preemptions"`
	Fewest      bool   `json:"fewest"` // no failing execution of the client has fewer
	Text        string `json:"text"`

	Why        string   `json:"why"`        // it is wrong
	Goroutines []string `json:"goroutines"` // what each calls
	Steps      []Step   `json:"steps"`
	Replay     string   `json:"replay"` // reproduces it in the explorer
}

// A Step is an access of one goroutine. A plain one, which no other goroutine can
// come between, has the number of the step before.
type Step struct {
	Number    int    `json:"number"`
	Goroutine int    `json:"goroutine"`
	Call      string `json:"call"`
	Text      string `json:"text"`
	Plain     bool   `json:"plain,omitempty"`
	Site      string `json:"site"` // in the sources
}

// A Find is what became of a planted bug.
type Find struct {
	Bug         string  `json:"bug"`
	What        string  `json:"what"`
	Subject     string  `json:"subject"`
	Client      string  `json:"client"`
	Calls       int     `json:"calls"`
	Scenario    string  `json:"scenario"`
	Kind        string  `json:"kind"`
	Preemptions int     `json:"preemptions"`
	Seconds     float64 `json:"seconds"`
	Error       string  `json:"error,omitempty"` // it was not found as it should be

	// What comparing with the model finds first, with -refine.
	Refined            string `json:"refined,omitempty"`
	RefinedClient      string `json:"refined_client,omitempty"`
	RefinedPreemptions int    `json:"refined_preemptions,omitempty"`
}

// Coverage is which accesses of the map were made, and which pairs of them
// conflicted in which order.
type Coverage struct {
	Made  map[string]bool   `json:"made"` // every access; whether it was made
	At    map[string]string `json:"at"`   // its place in the source
	Pairs []Orders          `json:"pairs"`
}

// Orders is how often access A came right before access B, which conflicts with
// it, and how often right after.
type Orders struct {
	A, B   string
	AB, BA uint64
}
