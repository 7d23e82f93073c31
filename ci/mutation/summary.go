package main

import (
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/internal/wire"
)

// A Summary is what became of all mutants.
type Summary wire.MutationSummary

func summarize(results []Result, stillborn int) Summary {
	s := Summary{Class: map[string]int{}, Tally: map[string]wire.Tally{}, Operators: map[string]wire.Tally{}, First: map[string]int{}, By: map[string]int{}, Alone: map[string]int{}, Stillborn: stillborn}
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
	s.Tally[r.Class] = add(s.Tally[r.Class], r)
	operator := r.kind()
	s.Operators[operator] = add(s.Operators[operator], r)
}

// add returns the tally with one more result.
func add(t wire.Tally, r *Result) wire.Tally {
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
