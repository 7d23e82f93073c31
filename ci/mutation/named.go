package main

import (
	"errors"
	"fmt"
	"go/ast"
	"strings"
)

// A namedEdit is a mistake in the protocol that no operator makes.
type namedEdit struct {
	name string // an operator's name
	what string // what is wrong then
	patch
}

// A patch replaces a text, which must be there exactly once in the function.
// The text counts from its first word on, and line breaks are spaces.
type patch struct{ function, old, new string }

// applyNamed finds the places of the named edits. An error names those whose
// text is gone.
func applyNamed(s *source, named []namedEdit) ([]*Mutant, error) {
	var mutants []*Mutant
	var errs []error
	for _, n := range named {
		f, fn, start, end, err := s.findPatch(n.patch)
		if err != nil {
			errs = append(errs, fmt.Errorf("named mutant %q: %w", n.name, err))
			continue
		}
		mutants = append(mutants, &Mutant{
			Class: concurrency, Operator: n.name, Becomes: n.what,
			File: f.name, Func: nameOf(fn), Text: shorten(f.text[start:end]),
			Line:  1 + strings.Count(f.text[:start], "\n"),
			edits: s.align(f, fn, start, end, n.new),
		})
	}
	return mutants, errors.Join(errs...)
}

// findPatch returns the place of a patch's text.
func (s *source) findPatch(p patch) (f *file, fn *ast.FuncDecl, start, end int, err error) {
	for _, f := range s.files {
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || nameOf(fn) != p.function {
				continue
			}
			from := s.offset(fn.Pos())
			places := occurrences(f.text[from:s.offset(fn.End())], p.old)
			if len(places) != 1 {
				return nil, nil, 0, 0, fmt.Errorf("%s in %s has %d times, not once, the text\n%s", p.function, f.name, len(places), p.old)
			}
			return f, fn, from + places[0][0], from + places[0][1], nil
		}
	}
	return nil, nil, 0, 0, fmt.Errorf("there is no function %s", p.function)
}

// occurrences returns where old is in text, if any run of white space is as
// good as any other, and comments at the end of lines are nothing.
func occurrences(text, old string) (places [][2]int) {
	want := strings.Fields(old)
	for start := range text {
		if end, ok := matchAt(text, start, want); ok {
			places = append(places, [2]int{start, end})
		}
	}
	return places
}

func matchAt(text string, at int, want []string) (end int, ok bool) {
	for i, word := range want {
		if i > 0 {
			next := skipSpace(text, at)
			if next == at {
				return 0, false
			}
			at = next
		}
		if !strings.HasPrefix(text[at:], word) {
			return 0, false
		}
		at += len(word)
	}
	return at, true
}

// skipSpace returns the offset of what follows white space and comments.
func skipSpace(text string, at int) int {
	for at < len(text) {
		switch {
		case strings.ContainsRune(" \t\n", rune(text[at])):
			at++
		case strings.HasPrefix(text[at:], "//"):
			end := strings.IndexByte(text[at:], '\n')
			if end < 0 {
				return len(text)
			}
			at += end
		default:
			return at
		}
	}
	return at
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
