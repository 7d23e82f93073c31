package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A wording is one that the documents, comments and messages avoid.
type wording struct {
	pattern string // in which a space is any white space
	better  string
	fine    string // what matches the pattern and this, too, is fine
	example string // of what is found
}

var glossary = []wording{
	{pattern: `(?i)\banew\b`, better: "again, or rebuild", example: "makes the table anew"},
	{pattern: `(?i)\bbut for\b`, better: "except", example: "all but for one"},
	{pattern: `(?i)\blest\b`, better: "so that ... not", example: "lest it be lost"},
	{pattern: `(?i)\bwhoever\b`, better: "a caller (goroutine, writer) that", example: "whoever locks it"},
	{pattern: `(?i)\bmend(s|ed|ing)\b`, better: "fix", example: "the version that mended it"},
	{pattern: `(?i)\bfor good\b(,? \w+)?`, better: "permanently", fine: `(?i)for good,? (poor|bad|hash)`, example: "parked for good"},
	{pattern: `(?i)\bunder way\b`, better: "in progress", example: "a resize under way"},
	{pattern: `(?i)\bstraight-line\b`, better: "fast path", example: "a straight-line write"},
	{pattern: `(^|[.!?:;]\s+)Who (has|have|had|is|are|was|were|waits?|holds?|takes?|does|calls?|locks?|finds?|wants?|needs?|comes?|sees?)\b`,
		better: "a goroutine (caller, writer) that", example: "It waits. Who has waited for long comes next."},
	{pattern: `\b(for|by|of|to|with|than|from) who\b`, better: "a goroutine (caller, reader) that", example: "an error for who sees the panic"},
	{pattern: `(?i)\btak(es?|ing) [^.;]{1,60}?\boff\b`, better: "makes ... % faster", example: "takes a quarter off the time"},
	{pattern: `(?i)(\S+ )?\bis (no \w+|none)\b`, better: "is not a", fine: `(?i)^there is|is no (longer|more|less|larger|smaller|faster|slower|better|worse)\b`,
		example: "Len is no act"},
	{pattern: `(?i)\bof (its|their|his|her|our|my|your|one's) own\b`, better: "separate", example: "in a process of its own"},
	{pattern: `(?i)\bbeside\b`, better: "next to, or concurrently with", example: "a reader beside a writer"},
	{pattern: `(?i)\b(is|are|was|were|be|been|being) told\b`, better: "is reported", example: "mistakes are told"},
	{pattern: `(?i)\btells\b`, better: "reports, or shows", example: "it tells the explorer"},
}

// The regular expressions of the glossary.
var patterns, fine = func() (patterns, fine []*regexp.Regexp) {
	for _, w := range glossary {
		patterns = append(patterns, regexp.MustCompile(strings.ReplaceAll(w.pattern, " ", `\s+`)))
		fine = append(fine, regexp.MustCompile(w.fine))
	}
	return patterns, fine
}()

// A finding is a wording in a file.
type finding struct {
	line         int
	text, better string
}

// findWordings returns what a text has of the glossary. The text begins on the
// line first of its file.
func findWordings(text string, first int) (list []finding) {
	for i, w := range glossary {
		for _, at := range patterns[i].FindAllStringIndex(text, -1) {
			found := strings.Join(strings.Fields(text[at[0]:at[1]]), " ")
			if w.fine != "" && fine[i].MatchString(found) {
				continue
			}
			list = append(list, finding{first + strings.Count(text[:at[0]], "\n"), found, w.better})
		}
	}
	return list
}

// inGo returns the findings in the comments and the string literals of a Go file.
func inGo(name string, text []byte) (list []finding, err error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil || ast.IsGenerated(f) {
		return nil, err
	}
	marks := regexp.MustCompile(`(?m)^\s*//`)
	for _, group := range f.Comments {
		raw := string(text[fset.Position(group.Pos()).Offset:fset.Position(group.End()).Offset])
		list = append(list, findWordings(marks.ReplaceAllString(raw, ""), fset.Position(group.Pos()).Line)...)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.BasicLit); ok && s.Kind == token.STRING {
			list = append(list, findWordings(strings.Trim(s.Value, "`\""), fset.Position(s.Pos()).Line)...)
		}
		return true
	})
	return list, nil
}

// written is how a document begins that a command writes: its words are those of
// the command.
var written = regexp.MustCompile(`(?m)^Written by\b|^general tests\. Written by`)

// TestLanguage checks that documents, comments and messages are worded as the
// glossary has it.
func TestLanguage(t *testing.T) {
	root, err := moduleRoot()
	require.NoError(t, err)
	files := 0
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(root, path)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && name != "."):
			return fs.SkipDir
		case filepath.Ext(name) != ".go" && filepath.Ext(name) != ".md" || d.Name() == "language_test.go": // which has them all
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		var list []finding
		if filepath.Ext(name) == ".go" {
			list, err = inGo(name, text)
		} else if !written.Match(text[:min(len(text), 400)]) {
			list = findWordings(string(text), 1)
		}
		for _, f := range list {
			t.Errorf("%s:%d: %q: write %q", filepath.ToSlash(name), f.line, f.text, f.better)
		}
		return err
	}))
	require.Greater(t, files, 100)
}

// TestGlossary checks that every wording is found, also where a line ends in the
// middle of it, and that what is fine is not.
func TestGlossary(t *testing.T) {
	for _, w := range glossary {
		for _, example := range []string{w.example, strings.ReplaceAll(w.example, " ", "\n")} {
			list := findWordings(example, 7)
			require.True(t, slices.ContainsFunc(list, func(f finding) bool { return f.better == w.better }), example)
		}
		source := fmt.Sprintf("package a\n\n// B: %s\n// more.\nvar b = %q\n", strings.ReplaceAll(w.example, " ", "\n// "), w.example)
		list, err := inGo("a.go", []byte(source))
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(list), 2, "%s\n%v", source, list)
		slices.SortFunc(list, func(a, b finding) int { return cmp.Compare(a.line, b.line) })
		require.Equal(t, strings.Count(source[:strings.Index(source, "var b")], "\n")+1, list[len(list)-1].line)
	}
	for _, fine := range []string{
		"There is no room.", "if there is none", "It is no longer locked.", "is no more than 3", "besides", "the latest",
		"a goroutine that waits", "amendment", "correct for good, poor and constant hashes", "turn the light off", "reports whether", "retells a story",
	} {
		require.Empty(t, findWordings(fine, 1), fine)
	}
	list := findWordings("a\nb is\nno c", 10)
	require.Equal(t, []finding{{11, "b is no c", "is not a"}}, list)
}
