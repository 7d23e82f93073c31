package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// Verdicts on mutants.
const (
	killed     = "killed"
	survived   = "survived"
	equivalent = "equivalent" // argued to be no fault
	refuted    = "refuted"    // argued to be no fault, and killed
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
	Source  string            `json:"source"`           // fingerprint of the function it is in: the result is worth nothing if that has changed
	Machine string            `json:"machine,omitempty"`
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

// readResults reads lines of JSON, as -json and -results write them. Of several
// results of one mutant the most telling stays.
func readResults(name string) ([]Result, int, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	byID := map[string]Result{}
	stillborn := 0
	d := json.NewDecoder(bufio.NewReader(f))
	for line := 1; ; line++ {
		var m message
		if err := d.Decode(&m); err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
			break // the last may have been cut off, when what wrote it was killed
		} else if err != nil {
			return nil, 0, fmt.Errorf("%s: message %d: %w", name, line, err)
		}
		if m.Mutant != nil {
			keep(byID, *m.Mutant)
		}
		if m.Summary != nil {
			stillborn = m.Summary.Stillborn
		}
	}
	return inOrder(byID), stillborn, nil
}

// keep puts a result beside others, unless there is one that tells more: a
// mutant that was killed once is killed.
func keep(byID map[string]Result, r Result) {
	old, ok := byID[r.ID]
	switch {
	case !ok || old.Source != r.Source || old.Verdict == unfinished:
		byID[r.ID] = r
	case r.Verdict == unfinished || old.Verdict == killed && r.Verdict == survived:
	case old.Verdict != r.Verdict || len(r.Layers) >= len(old.Layers):
		byID[r.ID] = r
	}
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

// merge reads the results of several runs, which must be of the same sources.
func merge(names []string) ([]Result, int, error) {
	byID := map[string]Result{}
	stillborn, sources := 0, map[string]string{}
	for _, name := range names {
		results, n, err := readResults(name)
		if err != nil {
			return nil, 0, err
		}
		stillborn = max(stillborn, n)
		for _, r := range results {
			function := r.File + " " + r.Func
			if old, ok := sources[function]; ok && old != r.Source {
				return nil, 0, fmt.Errorf("%s: results of another %s than those before", name, function)
			}
			sources[function] = r.Source
			keep(byID, r)
		}
	}
	return inOrder(byID), stillborn, nil
}

func sorted(list []string) []string { slices.Sort(list); return list }
