package proof

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/model/protocol"
)

// Hints say which assumptions have been enough to prove an obligation, whatever the
// action. They only make proofs faster: what follows from some assumptions follows
// from all.
type Hints map[string]map[string]bool

// ParseHints reads what String has written.
func ParseHints(text string) (Hints, error) {
	h := Hints{}
	if text == "" {
		return h, nil
	}
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		obligation, list, ok := strings.Cut(line, ": ")
		if !ok {
			return nil, fmt.Errorf("line %d: no colon", i+1)
		}
		h[obligation] = map[string]bool{}
		for _, name := range strings.Split(list, ", ") {
			h[obligation][name] = true
		}
	}
	return h, nil
}

// String writes hints, one obligation a line.
func (h Hints) String() string {
	var b strings.Builder
	for _, obligation := range slices.Sorted(maps.Keys(h)) {
		names := strings.Join(slices.Sorted(maps.Keys(h[obligation])), ", ")
		fmt.Fprintf(&b, "%s: %s\n", obligation, names)
	}
	return b.String()
}

// hinting are the solvers that are asked for unsat cores, one after the other.
var hinting = []string{"z3-nombqi", "z3", "z3-seed7"}

// FindHints proves goals and returns which assumptions z3 used: the union of the unsat
// cores of an obligation's goals. Goals for which it finds no core within the limit add
// nothing; their number is returned, too.
func FindHints(ctx context.Context, goals []*protocol.Goal, limit time.Duration) (h Hints, without int, err error) {
	solvers, err := Named(hinting...)
	if err != nil {
		return nil, 0, err
	}
	h = Hints{}
	for _, solver := range solvers {
		s, err := solver.start(ctx)
		if err != nil {
			return nil, 0, err
		}
		var left []*protocol.Goal
		for _, g := range goals {
			core, err := s.core(g, limit)
			if err != nil {
				s.close()
				return nil, 0, fmt.Errorf("%s: %w", g.ID(), err)
			}
			if core == nil {
				left = append(left, g)
				continue
			}
			if h[g.Obligation()] == nil {
				h[g.Obligation()] = map[string]bool{}
			}
			for _, name := range core {
				if !protocol.IsRequirementName(name) {
					h[g.Obligation()][name] = true
				}
			}
		}
		s.close()
		goals = left
	}
	return h, len(goals), nil
}

// core returns the assumptions with which a goal is proved, or nil if it is not.
func (s *session) core(g *protocol.Goal, limit time.Duration) ([]string, error) {
	query := "(set-option :produce-unsat-cores true)\n" + g.SMT(nil, true) + "(check-sat)\n(get-unsat-core)\n"
	lines, err := s.ask(query, limit)
	if err != nil || lines[0] != Unsat {
		return nil, err
	}
	return append([]string{}, namesOf(strings.Join(lines[1:], " "))...), nil
}

// namesOf returns the names in an unsat core: "(=full |=axiom home|)".
func namesOf(core string) []string {
	var names []string
	for i, part := range strings.Split(strings.Trim(core, "()"), "|") {
		if i%2 == 1 { // between bars
			names = append(names, strings.TrimPrefix(part, "="))
			continue
		}
		for _, name := range strings.Fields(part) {
			names = append(names, strings.TrimPrefix(name, "="))
		}
	}
	return names
}
