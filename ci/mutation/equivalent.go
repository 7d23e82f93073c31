package main

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

//go:embed EQUIVALENT.md
var equivalentText string

// arguments say why mutants are not faults.
type arguments struct {
	exact map[string]string // by ID
	rules []rule
}

// A rule is an argument for all mutants whose IDs match a pattern, in which *
// stands for any text. It holds only for those that survive: they are run like
// all others, so that a rule hides nothing that a layer can kill.
type rule struct {
	pattern string
	matches *regexp.Regexp
	why     string
}

// exactly returns the argument for this mutant alone.
func (a *arguments) exactly(id string) (why string, ok bool) {
	why, ok = a.exact[id]
	return why, ok
}

// byRule returns the argument of the first rule for the mutant.
func (a *arguments) byRule(id string) (why string, ok bool) {
	i := slices.IndexFunc(a.rules, func(r rule) bool { return r.matches.MatchString(id) })
	if i < 0 {
		return "", false
	}
	return a.rules[i].why, true
}

// any returns the argument for a mutant, of whatever kind.
func (a *arguments) any(id string) string {
	why, ok := a.exactly(id)
	if !ok {
		why, _ = a.byRule(id)
	}
	return why
}

// An entry of EQUIVALENT.md is an item with an ID in double backquotes, or the
// word rule and a pattern.
var entry = regexp.MustCompile("^- (rule )?``(.*?)(``)?$")

// parseEquivalents reads lists of entries, each followed by the argument for
// all in it.
func parseEquivalents(text string) (*arguments, error) {
	a := &arguments{exact: map[string]string{}}
	var ids, patterns, argument []string
	flush := func() error {
		why := strings.Join(argument, " ")
		if why == "" && len(ids)+len(patterns) > 0 {
			return fmt.Errorf("EQUIVALENT.md: no argument for %s", slices.Concat(ids, patterns)[0])
		}
		for _, id := range ids {
			if _, dup := a.exact[id]; dup {
				return fmt.Errorf("EQUIVALENT.md: listed twice: %s", id)
			}
			a.exact[id] = why
		}
		for _, p := range patterns {
			re := strings.ReplaceAll(regexp.QuoteMeta(p), `\*`, `.*`)
			a.rules = append(a.rules, rule{p, regexp.MustCompile("^" + re + "$"), why})
		}
		ids, patterns, argument = nil, nil, nil
		return nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		item := entry.FindStringSubmatch(line)
		switch {
		case item != nil && item[3] == "":
			return nil, fmt.Errorf("EQUIVALENT.md: not closed: %s", line)
		case strings.HasPrefix(line, "#"), item != nil && len(argument) > 0:
			if err := flush(); err != nil {
				return nil, err
			}
		}
		switch {
		case item != nil && item[1] != "":
			patterns = append(patterns, item[2])
		case item != nil:
			ids = append(ids, item[2])
		case strings.HasPrefix(line, "#"):
		case line != "" && len(ids)+len(patterns) > 0:
			argument = append(argument, line)
		}
	}
	return a, flush()
}

// equivalents returns the arguments. An ID or a pattern of no mutant is an
// error: what it argued about has changed. Entries about packages that the mutants
// are not of are left alone.
func equivalents(text string, mutants []*Mutant) (*arguments, error) {
	a, err := parseEquivalents(text)
	if err != nil {
		return nil, err
	}
	var stale []string
	known := packagesOf(mutants)
	for id := range a.exact {
		if known.has(id) && !slices.ContainsFunc(mutants, func(m *Mutant) bool { return m.ID == id }) {
			stale = append(stale, id)
		}
	}
	for _, r := range a.rules {
		if known.has(r.pattern) && !slices.ContainsFunc(mutants, func(m *Mutant) bool { return r.matches.MatchString(m.ID) }) {
			stale = append(stale, "rule "+r.pattern)
		}
	}
	if len(stale) > 0 {
		return nil, fmt.Errorf("EQUIVALENT.md argues about mutants that do not exist (any more):\n  %s", strings.Join(sorted(stale), "\n  "))
	}
	return a, nil
}
