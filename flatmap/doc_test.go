package flatmap

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestCitations checks that the numbers of invariants, steps and linearization
// points that the code cites are those that design.go defines, and that each of
// them is cited. Method: what begins an indented line of design.go is a definition,
// any other place a citation.
func TestCitations(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	texts := map[string]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts[file] = string(text)
	}
	undefined, uncited := citations(texts)
	for _, name := range undefined {
		t.Errorf("%s is not defined in design.go", name)
	}
	for _, name := range uncited {
		t.Errorf("%s is not cited anywhere", name)
	}
	undefined, uncited = citations(map[string]string{
		"design.go": "//\tI1  one\n//\tI2  two\n//\tLP-load  three\n// by I2 it\n",
		"a.go":      "x() // I1, and I3\ny() // LP-stores\nz() // LP-load\n",
	})
	if got := strings.Join(append(undefined, uncited...), " "); got != "I3 LP-stores I2" {
		t.Errorf("this test itself finds %q", got)
	}
}

// citations returns what is cited and not defined, and what is defined and not
// cited outside of design.go.
func citations(texts map[string]string) (undefined, uncited []string) {
	definition := regexp.MustCompile(`(?m)^//\t([IR][0-9]+|LP-[a-z-]+) `)
	citation := regexp.MustCompile(`\b(I[0-9]+|R[1-9]|LP-[a-z-]*[a-z])\b`)
	defined, cited := map[string]bool{}, map[string]bool{}
	var order []string
	for _, d := range definition.FindAllStringSubmatch(texts["design.go"], -1) {
		defined[d[1]] = true
		order = append(order, d[1])
	}
	for _, file := range slices.Sorted(maps.Keys(texts)) {
		for _, c := range citation.FindAllString(texts[file], -1) {
			if !defined[c] && !cited[c] {
				undefined = append(undefined, c)
			}
			cited[c] = cited[c] || file != "design.go" || !defined[c]
		}
	}
	for _, name := range order {
		if !cited[name] {
			uncited = append(uncited, name)
		}
	}
	return undefined, uncited
}
