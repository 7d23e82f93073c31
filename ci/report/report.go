// Package report holds the results of a verification run as data. They are
// stored as JSON, merged from the parts of several machines, and rendered as a
// page of HTML or as Markdown.
//
// # The file
//
// A report is one JSON object; [Report] and the types below it document each
// field. Its field "schema" is the version of that format, [Schema]: a version
// is never read as another. Unknown fields, verdicts and column kinds are errors,
// and so are cells of the wrong type.
//
//	{
//	  "schema": 1,
//	  "revision": "0b5dffb…", "changed": false,
//	  "commands": ["go run ./ci -budget 5m0s -seed 7"],
//	  "seed": 7, "budget_seconds": 300,
//	  "started": "2026-01-02T15:04:05Z", "seconds": 291.2,
//	  "machines": [{"os": "linux", "arch": "amd64", "go": "go1.26.0", "cpu": "…", "cores": 2}],
//	  "layers": [{
//	    "name": "model", "what": "…", "command": "go run ./ci -only model …",
//	    "shards": [{"index": 0, "of": 1}],
//	    "verdict": "holds", "seconds": 24.0,
//	    "counts": [{"what": "programs", "n": 81000}, {"what": "operations", "n": 2400000}],
//	    "tables": [{
//	      "title": "…",
//	      "columns": [{"name": "map", "kind": "text"}, {"name": "programs", "kind": "count"}],
//	      "rows": [["int to int", 7400]]
//	    }]
//	  }]
//	}
package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/wire"
)

// Schema is the version of the format.
const Schema = 1

// A Report is what one run, or several runs together, have to say.
type Report struct {
	Schema   int           `json:"schema"`
	Revision string        `json:"revision"` // of the sources, empty if unknown
	Changed  bool          `json:"changed"`  // the sources differ from the revision
	Commands []string      `json:"commands"` // that were run
	Seed     uint64        `json:"seed"`
	Budget   float64       `json:"budget_seconds"` // of one machine
	Started  time.Time     `json:"started"`        // the earliest
	Seconds  float64       `json:"seconds"`        // that all machines took, added up
	Machines []cli.Machine `json:"machines"`       // in which the parts were run
	Layers   []Layer       `json:"layers"`
}

// A Verdict is what came of a layer, or of a run.
type Verdict string

const (
	// Holds: nothing wrong was found.
	Holds Verdict = "holds"
	// LeftOut: the layer was not run, for want of time.
	LeftOut Verdict = "left out"
	// Interrupted: the layer was ended before its time, and until then nothing
	// wrong was found.
	Interrupted Verdict = "interrupted"
	// Failed: the layer could not do its work.
	Failed Verdict = "failed"
	// Violated: the layer has found something wrong.
	Violated Verdict = "violated"
)

// verdicts are all verdicts, from good to bad.
var verdicts = []Verdict{Holds, LeftOut, Interrupted, Failed, Violated}

// A Layer is what one way of verifying has to say.
type Layer struct {
	Name    string      `json:"name"`
	What    string      `json:"what"`    // it does
	Command string      `json:"command"` // that runs this layer again
	Shards  []cli.Shard `json:"shards"`  // of its work that were done
	Verdict Verdict     `json:"verdict"`
	Reason  string      `json:"reason,omitempty"` // of LeftOut and Failed
	Seconds float64     `json:"seconds"`          // that all shards took, added up
	// Counts say how much was done. The first is what the layer's rate is about.
	Counts    []Count    `json:"counts,omitempty"`
	Tables    []Table    `json:"tables,omitempty"`
	Violation *Violation `json:"violation,omitempty"`
}

// A Count is a number of things.
type Count struct {
	What string `json:"what"`
	N    int    `json:"n"`
}

// A Violation is a counterexample.
type Violation struct {
	// Title says in a line what was violated.
	Title string `json:"title"`
	// Text is the counterexample.
	Text string `json:"text"`
	// Trace is the execution, step by step, if the layer knows it.
	Trace *Trace `json:"trace,omitempty"`
	// Picture is a page of HTML that shows the counterexample, if there is one.
	Picture string `json:"picture,omitempty"`
	// Repeat is a command that shows it again.
	Repeat string `json:"repeat"`
}

// A Trace is an execution of a few goroutines.
type Trace struct {
	Why        string      `json:"why"`        // it is wrong
	Goroutines []string    `json:"goroutines"` // what each calls
	Steps      []wire.Step `json:"steps"`
	Replay     string      `json:"replay"` // reproduces it in the explorer
}

// Verdict returns the worst of the layers' verdicts, except those that were
// left out. If all were left out, the run has Failed.
func (r *Report) Verdict() Verdict {
	worst, done := Holds, 0
	for _, l := range r.Layers {
		if l.Verdict != LeftOut {
			worst = worse(worst, l.Verdict)
			done++
		}
	}
	if done == 0 {
		return Failed
	}
	return worst
}

func worse(a, b Verdict) Verdict {
	for _, v := range verdicts {
		if a == v {
			return b
		}
		if b == v {
			return a
		}
	}
	return a
}

// Rate returns how much of its first count a layer did in a second.
func (l *Layer) Rate() float64 {
	if len(l.Counts) == 0 || l.Seconds == 0 {
		return 0
	}
	return float64(l.Counts[0].N) / l.Seconds
}

// Read reads a report that Write has written.
func Read(in io.Reader) (*Report, error) {
	data, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	var version struct{ Schema int }
	if err := json.Unmarshal(data, &version); err != nil {
		return nil, fmt.Errorf("not a report: %w", err)
	}
	if version.Schema != Schema {
		return nil, fmt.Errorf("it has schema %d, want %d", version.Schema, Schema)
	}
	r := &Report{}
	if err := unmarshalStrictly(data, r); err != nil {
		return nil, fmt.Errorf("not a report: %w", err)
	}
	return r, r.check()
}

// Write writes the report as JSON, with a line for each layer.
func (r *Report) Write(out io.Writer) error {
	rest := *r
	rest.Layers = []Layer{}
	text, err := json.Marshal(&rest)
	if err != nil {
		return err
	}
	lines := make([][]byte, len(r.Layers))
	for i := range r.Layers {
		if lines[i], err = json.Marshal(&r.Layers[i]); err != nil {
			return err
		}
	}
	const end = "]}" // of no layers: they are the last field
	text = append(bytes.TrimSuffix(text, []byte(end)), '\n')
	text = append(text, bytes.Join(lines, []byte(",\n"))...)
	_, err = out.Write(append(text, "\n"+end+"\n"...))
	return err
}
