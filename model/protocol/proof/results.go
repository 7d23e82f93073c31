package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
)

// Results are what runs of command prove have found. They are kept in a file, so that
// a run continues where another one was stopped, and a document is made of them.
type Results struct {
	Removed []RemovedResult
	Dropped []DroppedResult
	Proved  []ProvedResult
}

// A RemovedResult is a [Removed].
type RemovedResult struct {
	Model, Fingerprint string // the latter is that of the model with the rule
	Rule               string
	Goal, Verdict      string   `json:",omitempty"`
	Solvers            []string // that were asked about the goal
	RunResult
	Seconds float64
}

// A DroppedResult is a [Dropped].
type DroppedResult struct {
	Model, Fingerprint  string
	Action, Requirement string
	Goal, Verdict       string `json:",omitempty"` // no goal: it is not needed
	Seconds             float64
	Walked              bool `json:",omitempty"` // a run was looked for
	RunResult
}

// A RunResult is a run that breaks something, if one was found.
type RunResult struct {
	Steps       int    `json:",omitempty"` // 0 for none
	Structure   string `json:",omitempty"`
	Violation   string `json:",omitempty"`
	OfInvariant bool   `json:",omitempty"`
}

// RunOf returns what a search for a run has found.
func RunOf(r Removed) RunResult {
	o := RunResult{Steps: len(r.Run), Structure: r.Structure}
	if r.Run != nil {
		o.Violation, o.OfInvariant = r.Violation.Error(), r.OfInvariant
	}
	return o
}

// A ProvedResult is a proof of all goals of a model.
type ProvedResult struct {
	Model, Fingerprint string
	Solver             string
	Goals, Proved      int
	Seconds            float64
	Slowest            string
	SlowestSeconds     float64
}

// ReadResults reads a file that Write has written. Without the file there are none.
func ReadResults(name string) (*Results, error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return &Results{}, nil
	}
	if err != nil {
		return nil, err
	}
	r := &Results{}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return r, d.Decode(r)
}

// Write writes the results to a file, one to a line.
func (r *Results) Write(name string) error {
	var b bytes.Buffer
	b.WriteString("{")
	err := errors.Join(
		writeLines(&b, "\"Removed\": ", r.Removed),
		writeLines(&b, ",\n\"Dropped\": ", r.Dropped),
		writeLines(&b, ",\n\"Proved\": ", r.Proved))
	if err != nil {
		return err
	}
	b.WriteString("}\n")
	return os.WriteFile(name, b.Bytes(), 0o644)
}

func writeLines[R any](b *bytes.Buffer, name string, list []R) error {
	b.WriteString(name)
	separator := "[\n"
	for _, o := range list {
		text, err := json.Marshal(o)
		if err != nil {
			return err
		}
		b.WriteString(separator)
		b.Write(text)
		separator = ",\n"
	}
	if len(list) == 0 {
		b.WriteString("[")
	}
	b.WriteString("]")
	return nil
}

// RemovedOf returns the result of removing a rule from a model; nil for none.
func (r *Results) RemovedOf(model, rule string) *RemovedResult {
	return find(r.Removed, func(o *RemovedResult) bool { return o.Model == model && o.Rule == rule })
}

// DroppedOf returns the result of dropping a requirement; nil for none.
func (r *Results) DroppedOf(model, action, requirement string) *DroppedResult {
	return find(r.Dropped, func(o *DroppedResult) bool {
		return o.Model == model && o.Action == action && o.Requirement == requirement
	})
}

// ProvedOf returns the proof of a model by a solver; nil for none.
func (r *Results) ProvedOf(model, solver string) *ProvedResult {
	return find(r.Proved, func(o *ProvedResult) bool { return o.Model == model && o.Solver == solver })
}

func find[R any](list []R, is func(*R) bool) *R {
	i := slices.IndexFunc(list, func(r R) bool { return is(&r) })
	if i < 0 {
		return nil
	}
	return &list[i]
}

// AddRemoved adds a result, in place of an older one.
func (r *Results) AddRemoved(o RemovedResult) {
	put(&r.Removed, r.RemovedOf(o.Model, o.Rule), o)
}

// AddDropped adds a result, in place of an older one.
func (r *Results) AddDropped(o DroppedResult) {
	put(&r.Dropped, r.DroppedOf(o.Model, o.Action, o.Requirement), o)
}

// AddProved adds a result, in place of an older one.
func (r *Results) AddProved(o ProvedResult) {
	put(&r.Proved, r.ProvedOf(o.Model, o.Solver), o)
}

func put[R any](list *[]R, old *R, o R) {
	if old != nil {
		*old = o
		return
	}
	*list = append(*list, o)
}

// Prune leaves out what is of no rule, requirement or model any more.
func (r *Results) Prune(subjects []Subject) {
	have := map[string]bool{}
	for _, s := range subjects {
		have[s.Name] = true
		for _, c := range s.Controls {
			have[s.Name+" rule "+c.Name] = true
		}
		for _, q := range s.Model.Requirements() {
			have[s.Name+" "+q.Action+": "+q.Text] = true
		}
	}
	r.Removed = slices.DeleteFunc(r.Removed, func(o RemovedResult) bool { return !have[o.Model+" rule "+o.Rule] })
	r.Dropped = slices.DeleteFunc(r.Dropped, func(o DroppedResult) bool { return !have[o.Model+" "+o.Action+": "+o.Requirement] })
	r.Proved = slices.DeleteFunc(r.Proved, func(o ProvedResult) bool { return !have[o.Model] })
}
