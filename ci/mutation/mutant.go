package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/internal/planted"
)

// Classes of mutants.
const (
	concurrency = "concurrency" // of what goroutines see of each other
	general     = "general"     // of anything
)

// A Mutant is one change of the map's sources.
type Mutant struct {
	// ID is "Func operator: text", and a number if several mutants have the same.
	// It does not depend on the file, on layout or on comments.
	ID       string
	Package  string // see source.name
	Class    string
	Operator string
	File     string
	Line     int
	Func     string // with the name of the package in front, if that has one
	Text     string // what is changed, shortened
	Becomes  string // what it is changed to, shortened
	edits    []edit
	source   string // fingerprint of what a result depends on
}

// canonical returns code as an ID shows it.
func canonical(code string) string { return shorten(planted.Canonical(code)) }

// A place says how the original and its mutants can live in one binary.
type place int

const (
	solo      place = iota // not at all: the mutant needs a separate build
	statement              // a statement of a block, that declares nothing
	value                  // an expression of a known type
	before                 // nothing: text is added between statements
)

// An edit replaces the text between two offsets of a file.
type edit struct {
	file       string
	start, end int
	with       string
	place      place
	typ        string // of a value, as the package writes it
}

// alone reports whether the mutant needs a separate build.
func (m *Mutant) alone() bool {
	return slices.ContainsFunc(m.edits, func(e edit) bool { return e.place == solo })
}

// where is the mutant's place for people.
func (m *Mutant) where() string { return fmt.Sprintf("%s:%d", m.File, m.Line) }

// shorten returns text on one line, cut to a readable length.
func shorten(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	const most = 70
	if r := []rune(text); len(r) > most {
		text = string(r[:most-3]) + "..."
	}
	return text
}

// finish drops mutants that are the same change as one before, orders the rest
// by place, and gives them their IDs. The mutants that come first win: the
// planted ones, which say most about what they are.
func finish(mutants []*Mutant) []*Mutant {
	seen := map[string]bool{}
	mutants = slices.DeleteFunc(mutants, func(m *Mutant) bool {
		slices.SortFunc(m.edits, func(a, b edit) int {
			return cmp.Or(strings.Compare(a.file, b.file), cmp.Compare(a.start, b.start))
		})
		var key strings.Builder
		for _, e := range m.edits {
			fmt.Fprintf(&key, "%s %d %d %s\n", e.file, e.start, e.end, strings.Join(strings.Fields(e.with), " "))
		}
		dup := seen[key.String()]
		seen[key.String()] = true
		return dup
	})
	slices.SortStableFunc(mutants, func(a, b *Mutant) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.edits[0].start, b.edits[0].start))
	})
	count := map[string]int{}
	for _, m := range mutants {
		m.ID = fmt.Sprintf("%s %s: %s", m.Func, m.Operator, m.Text)
		if count[m.ID]++; count[m.ID] > 1 {
			m.ID = fmt.Sprintf("%s #%d", m.ID, count[m.ID])
		}
	}
	return mutants
}

// apply returns the texts of the files that the mutant changes.
func (m *Mutant) apply(files map[string]*file) map[string]string {
	changed := map[string]string{}
	for _, e := range slices.Backward(m.edits) {
		text, ok := changed[e.file]
		if !ok {
			text = files[e.file].text
		}
		changed[e.file] = text[:e.start] + e.with + text[e.end:]
	}
	return changed
}
