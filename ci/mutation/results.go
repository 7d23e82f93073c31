package main

import (
	"bufio"
	"encoding/json"
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
	Sources string            `json:"sources"`          // fingerprint of the map's sources
}

// killers returns the layers that kill a mutant of which all were run.
func (r *Result) killers() (names []string) {
	for _, name := range layerNames {
		if how := r.Layers[name]; how != "" && how != passed && how != unbuilt {
			names = append(names, name)
		}
	}
	return names
}

// A Summary is what became of all mutants.
type Summary struct {
	Mutants    int            `json:"mutants"`
	Class      map[string]int `json:"class"`
	Killed     int            `json:"killed"`
	Survived   int            `json:"survived"`
	Equivalent int            `json:"equivalent"`
	Refuted    int            `json:"refuted"`
	Unfinished int            `json:"unfinished"`
	Stillborn  int            `json:"stillborn"` // did not compile; not among the mutants
	First      map[string]int `json:"first"`     // by layer: killed it first
	Hangs      int            `json:"hangs"`     // of those killed: did not end
	AllLayers  int            `json:"all_layers"`
	By         map[string]int `json:"by"`    // of those of which all layers were run: killed by
	Alone      map[string]int `json:"alone"` // and by no other
	Seconds    float64        `json:"seconds"`
	Survivors  []string       `json:"survivors"`
	Sources    string         `json:"sources"`
}

func summarize(results []Result, stillborn int) Summary {
	s := Summary{Class: map[string]int{}, First: map[string]int{}, By: map[string]int{}, Alone: map[string]int{}, Stillborn: stillborn}
	for i := range results {
		r := &results[i]
		s.Mutants++
		s.Class[r.Class]++
		s.Seconds += r.Seconds
		s.Sources = r.Sources
		switch r.Verdict {
		case killed:
			s.Killed++
			s.First[r.By]++
			if r.How == hung {
				s.Hangs++
			}
		case survived:
			s.Survived++
			s.Survivors = append(s.Survivors, r.ID)
		case equivalent:
			s.Equivalent++
		case refuted:
			s.Refuted++
			s.Survivors = append(s.Survivors, r.ID)
		case unfinished:
			s.Unfinished++
		}
		if len(r.Layers) == 0 || r.Verdict != killed {
			continue
		}
		s.AllLayers++
		names := r.killers()
		for _, name := range names {
			s.By[name]++
		}
		if len(names) == 1 {
			s.Alone[names[0]]++
		}
	}
	return s
}

// score is the part of the mutants judged that was killed, equivalents apart.
func (s Summary) score() float64 {
	n := s.Killed + s.Survived
	if n == 0 {
		return 0
	}
	return float64(s.Killed) / float64(n)
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
		if err := d.Decode(&m); err == io.EOF {
			break
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

// keep puts a result beside others, unless there is one that tells more.
func keep(byID map[string]Result, r Result) {
	old, ok := byID[r.ID]
	if !ok || old.Sources != r.Sources || old.Verdict == unfinished || r.Verdict != unfinished && len(r.Layers) >= len(old.Layers) {
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
	stillborn, sources := 0, ""
	for _, name := range names {
		results, n, err := readResults(name)
		if err != nil {
			return nil, 0, err
		}
		stillborn = max(stillborn, n)
		for _, r := range results {
			if sources == "" {
				sources = r.Sources
			}
			if r.Sources != sources {
				return nil, 0, fmt.Errorf("%s: results of other sources of the map than those before", name)
			}
			keep(byID, r)
		}
	}
	return inOrder(byID), stillborn, nil
}

func sorted(list []string) []string { slices.Sort(list); return list }
