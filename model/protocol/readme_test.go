package protocol

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestReadme checks that README.md maps each number of design.go to names, and that
// the models have all names that it cites.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	design, err := os.ReadFile("../../flatmap/design.go")
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, s := range Sources() {
		m, err := s.Parse()
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range m.names() {
			have[name] = true
		}
	}
	for _, problem := range unmapped(string(design), string(readme), have) {
		t.Error(problem)
	}
	got := unmapped("//\tI1  one\n//\tI2  two\n//\tLP-x  three\n",
		"| I1 | `action a`, `assert a/b` |\n| I3 | `action a` |\n| LP-x | nothing |\n", map[string]bool{"action a": true})
	if want := []string{"I2 is not in the table", "I3 is not in design.go", "LP-x has no name", "no assert a/b in the models"}; !slices.Equal(got, want) {
		t.Errorf("this test itself finds %q", got)
	}
}

// names returns what the README may cite.
func (m *Model) names() []string {
	var names []string
	for _, f := range m.Invariants {
		names = append(names, "invariant "+f.Name)
	}
	for _, f := range m.Transitions {
		names = append(names, "transition "+f.Name)
	}
	for _, a := range m.Actions {
		names = append(names, "action "+a.Name)
		for _, f := range a.Assert {
			names = append(names, "assert "+a.Name+"/"+f.Name)
		}
	}
	return names
}

// unmapped returns what is wrong with the names in a README, sorted.
func unmapped(design, readme string, have map[string]bool) []string {
	var problems []string
	cited := regexp.MustCompile("`((?:action|assert|invariant|transition) [^`]+)`")
	defined := map[string]bool{}
	for _, d := range regexp.MustCompile(`(?m)^//\t([IR][0-9]+|LP-[a-z-]+) `).FindAllStringSubmatch(design, -1) {
		defined[d[1]] = true
	}
	rows := map[string]bool{}
	for _, r := range regexp.MustCompile(`(?m)^\| ([IR][0-9]+|LP-[a-z-]+) \|(.*)\|$`).FindAllStringSubmatch(readme, -1) {
		rows[r[1]] = true
		if !defined[r[1]] {
			problems = append(problems, r[1]+" is not in design.go")
		}
		if !cited.MatchString(r[2]) {
			problems = append(problems, r[1]+" has no name")
		}
	}
	for name := range defined {
		if !rows[name] {
			problems = append(problems, name+" is not in the table")
		}
	}
	for _, c := range cited.FindAllStringSubmatch(readme, -1) {
		if !have[c[1]] {
			problems = append(problems, "no "+c[1]+" in the models")
		}
	}
	slices.SortFunc(problems, strings.Compare)
	return slices.Compact(problems)
}
