// Package planted is the catalogue of mistakes in the protocol of the map. Two
// commands make these mistakes, and check that something notices: exploremap
// -planted has the explorer look for them, and ci/mutation runs the other
// layers of the verification against them.
//
// The catalogue names functions, not files, and quotes their texts as tokens.
// White space, comments and line breaks do not matter. So a row changes only if the statements that it is about change. A row whose text is gone is an
// error, never skipped.
package planted

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// A Mistake is a row of the catalogue: a change of the map's sources that is
// wrong. Explorer or Mutant says what must notice it, or both do.
type Mistake struct {
	Name     string // as on the command line, in kebab case
	What     string // what is wrong, in plain English
	Edits    []Edit
	Explorer *Search // where the explorer finds it; nil if it does not look
	Mutant   bool    // the layers of ci/mutation must kill it
}

// An Edit replaces a text in a function, everywhere it occurs.
type Edit struct {
	Func  string // Type.method or function
	Old   string // compared by tokens; semicolons count for nothing
	New   string // Go code
	Times int    // how often Old occurs in Func
}

// A Search names the smallest search in which the explorer finds a mistake, by
// the flags of exploremap.
type Search struct{ Suites, Subject, Scenario, Calls string }

// ForExplorer returns the rows that the explorer must find.
func ForExplorer() []Mistake {
	return slices.DeleteFunc(slices.Clone(Catalogue), func(m Mistake) bool { return m.Explorer == nil })
}

// Mutants returns the rows that the layers of ci/mutation must kill.
func Mutants() []Mistake {
	return slices.DeleteFunc(slices.Clone(Catalogue), func(m Mistake) bool { return !m.Mutant })
}

// A Source is a package in which edits find their places.
type Source struct {
	Dir   string // its folder, if Map has read it
	files map[string]string
	funcs map[string]function
}

type function struct {
	file   string
	tokens []lexeme // without semicolons
}

// NewSource parses a package, given by the names and texts of its files. A
// name of two functions is an error: edits could not tell them apart.
func NewSource(files map[string]string) (*Source, error) {
	s := &Source{files: files, funcs: map[string]function{}}
	fset := token.NewFileSet()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := parser.ParseFile(fset, name, files[name], parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name == "_" || fn.Name.Name == "init" && fn.Recv == nil {
				continue
			}
			key := FuncName(fn)
			if other, dup := s.funcs[key]; dup {
				return nil, fmt.Errorf("planted: function %s is both in %s and in %s", key, other.file, name)
			}
			start, end := fset.Position(fn.Pos()).Offset, fset.Position(fn.End()).Offset
			tokens := withoutSemicolons(lex(files[name][start:end]))
			for i := range tokens {
				tokens[i].start += start
				tokens[i].end += start
			}
			s.funcs[key] = function{name, tokens}
		}
	}
	return s, nil
}

// Files returns the texts of the package's files, by name.
func (s *Source) Files() map[string]string { return maps.Clone(s.files) }

// FuncName returns the name of a function, and Type.method of a method.
func FuncName(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	t := f.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	switch x := t.(type) {
	case *ast.IndexExpr:
		t = x.X
	case *ast.IndexListExpr:
		t = x.X
	}
	name := "?"
	if id, ok := t.(*ast.Ident); ok {
		name = id.Name
	}
	return name + "." + f.Name.Name
}

// A Place is where an edit changes a file: New replaces the text from offset
// Start to End.
type Place struct {
	File, Func string
	Start, End int
	New        string
}

// Places returns the places of all edits of a mistake, in the order of files
// and offsets. An error names the row, the function and the text that is not
// there as often as the row says.
func (s *Source) Places(m Mistake) ([]Place, error) {
	var places []Place
	for _, e := range m.Edits {
		fn, ok := s.funcs[e.Func]
		if !ok {
			return nil, fmt.Errorf("planted: mistake %s: the package has no function %s", m.Name, e.Func)
		}
		found := occurrences(fn.tokens, withoutSemicolons(lex(e.Old)))
		if len(found) != e.Times {
			return nil, fmt.Errorf("planted: mistake %s: function %s (%s) has the text %d times, expected %d:\n%s", m.Name, e.Func, fn.file, len(found), e.Times, e.Old)
		}
		for _, at := range found {
			places = append(places, Place{fn.file, e.Func, at[0], at[1], e.New})
		}
	}
	slices.SortFunc(places, func(a, b Place) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Start - b.Start
	})
	for i := 1; i < len(places); i++ {
		if a, b := places[i-1], places[i]; a.File == b.File && a.End > b.Start {
			return nil, fmt.Errorf("planted: mistake %s: two edits of function %s overlap", m.Name, b.Func)
		}
	}
	return places, nil
}

// Apply returns the new texts of the files that a mistake changes, by name.
func (s *Source) Apply(m Mistake) (map[string]string, error) {
	places, err := s.Places(m)
	if err != nil {
		return nil, err
	}
	changed := map[string]string{}
	for _, p := range slices.Backward(places) { // offsets before p stay valid
		text, ok := changed[p.File]
		if !ok {
			text = s.files[p.File]
		}
		changed[p.File] = text[:p.Start] + p.New + text[p.End:]
	}
	return changed, nil
}

// occurrences returns the offsets of the start and end of each place where the
// tokens old are in a function.
func occurrences(in, old []lexeme) (places [][2]int) {
	if len(old) == 0 {
		return nil
	}
	for i := 0; i+len(old) <= len(in); i++ {
		part := in[i : i+len(old)]
		if slices.EqualFunc(part, old, func(a, b lexeme) bool { return a.text == b.text }) {
			places = append(places, [2]int{part[0].start, part[len(part)-1].end})
			i += len(old) - 1
		}
	}
	return places
}
