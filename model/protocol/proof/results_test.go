package proof

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestResults checks results.json: each model is proved by all solvers, breaks without
// each rule, and needs each requirement that is not argued; and that CONTROLS.md is made
// of them. What was not run on the models as they are is named there.
func TestResults(t *testing.T) {
	all := subjects(t)
	r, err := ReadResults("../results.json")
	if err != nil {
		t.Fatal(err)
	}
	wrong, missing := r.Check(briefly(t), Seeded)
	for _, problem := range wrong {
		t.Error(problem)
	}
	t.Logf("not run: %q", missing)
	text, err := os.ReadFile("../CONTROLS.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != r.Document(all) {
		t.Error("CONTROLS.md is not that of results.json")
	}
	for _, a := range Arguments {
		for _, n := range a.Requirements {
			if !slices.ContainsFunc(r.Dropped, func(d DroppedResult) bool { return d.Model+" "+d.Action+": "+d.Requirement == n.Name }) {
				t.Errorf("an argument for %q, which no model requires", n.Name)
			}
		}
	}
}

// TestCheck checks that missing and wrong results are noticed.
func TestCheck(t *testing.T) {
	s := subjects(t)[4]
	all := []Subject{s}
	r, err := ReadResults("../results.json")
	if err != nil {
		t.Fatal(err)
	}
	if wrong, missing := r.Check(all, Seeded[:1]); len(wrong) != 0 || len(missing) != 0 {
		t.Fatalf("problems %q, missing %q", wrong, missing)
	}
	r.ProvedOf(s.Name, "z3").Proved--
	r.RemovedOf(s.Name, "uncounted").Goal = ""
	r.DroppedOf(s.Name, "load", "quiet: (forall k. !holds(k))").Goal = ""
	r.DroppedOf(s.Name, "unlock", "holds(k)").Goal = "a goal"
	r.DroppedOf(s.Name, "appear", "!present(k)").Fingerprint = "old"
	wrong, missing := r.Check(all, Seeded[:1])
	got := strings.Join(wrong, "\n")
	for _, want := range []string{"not proved by z3", "rule uncounted: proved", "load: quiet: (forall k. !holds(k)): not needed, and",
		"unlock: holds(k): there is an argument for it, but"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if len(wrong) != 4 || len(missing) != 1 || missing[0] != "len appear: !present(k)" {
		t.Errorf("%d problems instead of 4:\n%s\nmissing %q", len(wrong), got, missing)
	}
}

// TestResultsKept writes and reads results.
func TestResultsKept(t *testing.T) {
	name := filepath.Join(t.TempDir(), "results.json")
	r, err := ReadResults(name)
	if err != nil || len(r.Proved) != 0 {
		t.Fatalf("%v, error %v", r, err)
	}
	r.AddProved(ProvedResult{Model: "len", Solver: "z3", Goals: 1})
	r.AddProved(ProvedResult{Model: "len", Solver: "z3", Goals: 2})
	r.AddRemoved(RemovedResult{Model: "len", Rule: "no rule of it"})
	if err := r.Write(name); err != nil {
		t.Fatal(err)
	}
	if r, err = ReadResults(name); err != nil || len(r.Proved) != 1 || r.Proved[0].Goals != 2 || len(r.Removed) != 1 {
		t.Errorf("%+v, error %v", r, err)
	}
	if r.Prune(subjects(t)); len(r.Removed) != 0 || len(r.Proved) != 1 {
		t.Errorf("pruned: %+v", r)
	}
}

// TestReadmeControls checks that README.md cites controls that there are.
func TestReadmeControls(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, s := range subjects(t) {
		for _, c := range s.Controls {
			have[s.Name+" "+c.Name] = true
		}
	}
	cited := regexp.MustCompile("`control ([^`]+)`").FindAllStringSubmatch(string(readme), -1)
	if len(cited) == 0 {
		t.Error("README.md cites no control")
	}
	for _, c := range cited {
		if !have[c[1]] {
			t.Errorf("no control %q", c[1])
		}
	}
}
