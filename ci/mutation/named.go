package main

import (
	"errors"
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/internal/planted"
)

// plantedOperator is the operator of the mutants from the catalogue of planted
// mistakes: the protocol is wrong in a way that no operator makes.
const plantedOperator = "planted"

// applyPlanted returns the mutants of the given rows of the catalogue. An error
// names the rows whose text is gone.
func applyPlanted(s *source, rows []planted.Mistake) ([]*Mutant, error) {
	texts := map[string]string{}
	for name, f := range s.files {
		texts[name] = f.text
	}
	catalogue, err := planted.NewSource(texts)
	if err != nil {
		return nil, err
	}
	var mutants []*Mutant
	var errs []error
	for _, row := range rows {
		places, err := catalogue.Places(row)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		m := &Mutant{Class: concurrency, Operator: plantedOperator, Text: row.Name, Becomes: row.What, File: places[0].File, Func: places[0].Func}
		m.Line = 1 + strings.Count(texts[m.File][:places[0].Start], "\n")
		for _, p := range places {
			m.edits = append(m.edits, s.align(s.files[p.File], s.functions[p.Func], p.Start, p.End, p.New)...)
		}
		if slices.ContainsFunc(m.edits, func(e edit) bool { return e.place == solo }) {
			for i := range m.edits {
				m.edits[i].place = solo
			}
		}
		m.source = s.fingerprintOf(row)
		mutants = append(mutants, m)
	}
	return mutants, errors.Join(errs...)
}

// fingerprintOf identifies a row of the catalogue, and the functions that it
// changes.
func (s *source) fingerprintOf(row planted.Mistake) string {
	parts := []string{row.Name}
	for _, e := range row.Edits {
		parts = append(parts, s.fingerprint(e.Func), fmt.Sprint(e.Times), planted.Canonical(e.Old), planted.Canonical(e.New))
	}
	return hash(parts...)
}

// align makes edits of a change, with the most that can be said about its
// place: if it is one expression, or statements that follow each other, it can
// be in a schema.
func (s *source) align(f *file, fn *ast.FuncDecl, start, end int, with string) []edit {
	e := edit{file: f.name, start: start, end: end, with: with, place: solo}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if n == nil || e.place != solo {
			return false
		}
		if x, ok := n.(ast.Expr); ok && s.offset(x.Pos()) == start && s.offset(x.End()) == end {
			if t := s.info.Types[x]; t.Type != nil && t.IsValue() && t.Value == nil && !t.Addressable() && !recovers(x) {
				e.place, e.typ = value, s.typeString(t.Type)
			}
		}
		return true
	})
	if e.place != solo {
		return []edit{e}
	}
	edits := []edit{e}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		for i, first := range statements(n) {
			if s.offset(first.Pos()) != start {
				continue
			}
			var run []edit
			for _, stmt := range statements(n)[i:] {
				if declares(stmt) || s.offset(stmt.End()) > end {
					break
				}
				run = append(run, edit{file: f.name, start: s.offset(stmt.Pos()), end: s.offset(stmt.End()), place: statement})
				if s.offset(stmt.End()) == end {
					run[0].with = with
					edits = run
					break
				}
			}
		}
		return true
	})
	return edits
}
