package main

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed EQUIVALENT.md
var equivalentText string

// parseEquivalents reads the list of mutants that are no faults: items that
// hold IDs in double backquotes, each list followed by the argument that holds
// for all in it.
func parseEquivalents(text string) (map[string]string, error) {
	arguments := map[string]string{}
	var ids []string
	var argument []string
	flush := func() error {
		why := strings.Join(argument, " ")
		for _, id := range ids {
			if why == "" {
				return fmt.Errorf("no argument for the equivalence of %s", id)
			}
			if _, dup := arguments[id]; dup {
				return fmt.Errorf("listed twice as equivalent: %s", id)
			}
			arguments[id] = why
		}
		ids, argument = nil, nil
		return nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		id, isID := strings.CutPrefix(line, "- ``")
		switch {
		case isID:
			id, closed := strings.CutSuffix(id, "``")
			if !closed {
				return nil, fmt.Errorf("an ID of an equivalent mutant is not closed: %s", line)
			}
			if len(argument) > 0 {
				if err := flush(); err != nil {
					return nil, err
				}
			}
			ids = append(ids, strings.TrimSpace(id))
		case strings.HasPrefix(line, "#"):
			if err := flush(); err != nil {
				return nil, err
			}
		case line != "" && len(ids) > 0:
			argument = append(argument, line)
		}
	}
	return arguments, flush()
}

// equivalents returns the arguments by ID. An entry of a mutant that does not
// exist is an error: what it argued about has changed.
func equivalents(text string, mutants []*Mutant) (map[string]string, error) {
	arguments, err := parseEquivalents(text)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, m := range mutants {
		known[m.ID] = true
	}
	var stale []string
	for id := range arguments {
		if !known[id] {
			stale = append(stale, id)
		}
	}
	if len(stale) > 0 {
		return nil, fmt.Errorf("EQUIVALENT.md argues about mutants that do not exist (any more):\n  %s", strings.Join(sorted(stale), "\n  "))
	}
	return arguments, nil
}
