package main

import (
	"maps"
	"slices"
	"strings"
)

// Verdicts on mutants.
const (
	killed     = "killed"
	survived   = "survived"
	equivalent = "equivalent" // argued to be equivalent
	refuted    = "refuted"    // argued to be equivalent, and killed
	unfinished = "unfinished" // the time was over
)

// unbuilt is how a layer ends that does not have the mutant in its build.
const unbuilt = "not built"

// ran reports whether all these layers were run, to see whether they kill.
func (r *Result) ran(layers []string) bool {
	for _, name := range layers {
		if r.Layers[name] == "" {
			return false
		}
	}
	return true
}

// A Result is what became of a mutant.
type Result struct {
	Mutant
	Verdict string            `json:"verdict"`
	By      string            `json:"by,omitempty"`     // the layer that killed it first
	Step    string            `json:"step,omitempty"`   // the program of that layer
	How     string            `json:"how,omitempty"`    // fail, crash or hang
	Detail  string            `json:"detail,omitempty"` // what it said
	Seconds float64           `json:"seconds,omitempty"`
	Layers  map[string]string `json:"layers,omitempty"` // how each ended, if all were run that were asked for
	Why     string            `json:"why,omitempty"`    // the argument of an equivalent one
	Source  string            `json:"source"`           // fingerprint of what the result depends on
}

// kills reports whether a layer that ends so has killed.
func kills(how string) bool { return how == failed || how == crashed || how == hung }

// notRun returns the layers that a mutant was not run through, though they can
// run.
func (r *Result) notRun() (names []string) {
	for _, name := range layerNames {
		if r.Layers[name] == "" {
			names = append(names, name)
		}
	}
	return names
}

// killers returns the layers that kill a mutant of which all were run.
func (r *Result) killers() (names []string) {
	for _, name := range layerNames {
		if kills(r.Layers[name]) {
			names = append(names, name)
		}
	}
	return names
}

// A message is a line of JSON: one of its fields is set.
type message struct {
	Mutant   *Result   `json:"mutant,omitempty"`
	Progress *progress `json:"progress,omitempty"`
	Summary  *Summary  `json:"summary,omitempty"`
}

type progress struct {
	Done    int     `json:"done"`
	Of      int     `json:"of"`
	Killed  int     `json:"killed"`
	Seconds float64 `json:"seconds"`
}

func inOrder(byID map[string]Result) []Result {
	list := slices.Collect(maps.Values(byID))
	slices.SortFunc(list, func(a, b Result) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return strings.Compare(a.ID, b.ID)
	})
	return list
}

func sorted(list []string) []string { slices.Sort(list); return list }
