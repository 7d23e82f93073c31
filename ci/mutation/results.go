package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/internal/wire"
)

// Verdicts on mutants.
const (
	killed     = wire.Killed
	survived   = wire.Survived
	equivalent = wire.Equivalent
	refuted    = wire.Refuted
	unfinished = wire.Unfinished
)

// timeout is the verdict on a killed mutant of -packages whose tests did not end.
const timeout = "timeout"

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
	Verdict string
	By      string // the layer that killed it first
	Step    string // the program of that layer
	How     string // fail, crash or hang
	Detail  string // what it said
	Seconds float64
	Layers  map[string]string // how each ended, if all were run that were asked for
	Why     string            // the argument of an equivalent one
	Source  string            // fingerprint of what the result depends on
}

// layers returns the layers that the mutant can be run through.
func (m *Mutant) layers() []string {
	if m.Package != "" {
		return []string{ownTests}
	}
	return layerNames
}

// kills reports whether a layer that ends so has killed.
func kills(how string) bool { return how == failed || how == crashed || how == hung }

// notRun returns the layers that a mutant was not run through, though they can
// run.
func (r *Result) notRun() (names []string) {
	for _, name := range r.layers() {
		if r.Layers[name] == "" {
			names = append(names, name)
		}
	}
	return names
}

// killers returns the layers that kill a mutant of which all were run.
func (r *Result) killers() (names []string) {
	for _, name := range r.layers() {
		if kills(r.Layers[name]) {
			names = append(names, name)
		}
	}
	return names
}

// line returns the result as it is printed with -json.
func (r *Result) line() wire.Mutation {
	return wire.Mutation{Mutant: &wire.Mutant{ID: r.ID, Class: r.Class, Operator: r.Operator, File: r.File, Line: r.Line, Func: r.Func,
		Text: r.Text, Becomes: r.Becomes, Verdict: r.Verdict, By: r.By, Step: r.Step, How: r.How, Detail: r.Detail,
		Seconds: r.Seconds, Layers: r.Layers, Why: r.Why, Source: r.Source}}
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
