package main

import (
	"slices"
	"strings"
)

// A Summary is what became of all mutants.
type Summary struct {
	Mutants    int              `json:"mutants"`
	Class      map[string]int   `json:"class"`
	Tally      map[string]Tally `json:"tally"`     // by class
	Operators  map[string]Tally `json:"operators"` // by operator
	Killed     int              `json:"killed"`
	Survived   int              `json:"survived"` // the open ones included
	Equivalent int              `json:"equivalent"`
	Refuted    int              `json:"refuted"`
	Unfinished int              `json:"unfinished"`
	Stillborn  int              `json:"stillborn"` // did not compile; not among the mutants
	First      map[string]int   `json:"first"`     // by layer: killed it first
	Hangs      int              `json:"hangs"`     // of those killed: did not end
	AllLayers  int              `json:"all_layers"`
	By         map[string]int   `json:"by"`    // of those of which all layers were run: killed by
	Alone      map[string]int   `json:"alone"` // and by no other
	Unable     []string         `json:"unable,omitempty"`
	Seconds    float64          `json:"seconds"`
	Survivors  []string         `json:"survivors"`
	Machines   []string         `json:"machines"`
}

// A Tally is what became of the mutants of a class or an operator.
type Tally struct {
	Mutants    int `json:"mutants"`
	Killed     int `json:"killed"`
	Equivalent int `json:"equivalent"`
	Survived   int `json:"survived"` // all layers that the machine can run
	Open       int `json:"open"`     // survived the layers that were run, which are not all
	Refuted    int `json:"refuted"`
	Unfinished int `json:"unfinished"` // not run, or not to the end
}

func summarize(results []Result, stillborn int) Summary {
	s := Summary{Class: map[string]int{}, Tally: map[string]Tally{}, Operators: map[string]Tally{}, First: map[string]int{}, By: map[string]int{}, Alone: map[string]int{}, Stillborn: stillborn}
	for i := range results {
		r := &results[i]
		s.Mutants++
		s.Class[r.Class]++
		for name, how := range r.Layers {
			if how == unable && !slices.Contains(s.Unable, name) {
				s.Unable = append(s.Unable, name)
			}
		}
		s.tally(r)
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
	slices.Sort(s.Unable)
	return s
}

// tally counts a result by its verdict.
func (s *Summary) tally(r *Result) {
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
	s.Tally[r.Class] = s.Tally[r.Class].with(r)
	operator := r.kind()
	s.Operators[operator] = s.Operators[operator].with(r)
}

// with returns the tally with one more result.
func (t Tally) with(r *Result) Tally {
	t.Mutants++
	switch r.Verdict {
	case killed:
		t.Killed++
	case survived:
		if len(r.notRun()) > 0 {
			t.Open++
		} else {
			t.Survived++
		}
	case equivalent:
		t.Equivalent++
	case refuted:
		t.Refuted++
	case unfinished:
		t.Unfinished++
	}
	return t
}

// kind is the operator without what it drops.
func (m *Mutant) kind() string {
	if strings.HasPrefix(m.Operator, "drop ") && m.Operator != dropMutexOperator {
		return "drop operand"
	}
	return m.Operator
}

// score is the part of the mutants judged that was killed, equivalents apart.
func (s Summary) score() float64 {
	n := s.Killed + s.Survived
	if n == 0 {
		return 0
	}
	return float64(s.Killed) / float64(n)
}
