package proof

import (
	"slices"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/model/protocol"
)

func subjects(t testing.TB) []Subject {
	t.Helper()
	list, err := Subjects()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// briefly returns all models, or with -short those that are small.
func briefly(t testing.TB) []Subject {
	list := subjects(t)
	small := slices.DeleteFunc(slices.Clone(list), func(s Subject) bool { return s.Name == "flatmap" })
	return effort.Brief(small, list)
}

// TestWalks shows that nothing is proved of an empty set of states: on finite
// structures the axioms and the initial conditions hold, every action happens, and
// assertions, transitions and invariants hold in all states that are checked.
func TestWalks(t *testing.T) {
	for _, s := range briefly(t) {
		t.Run(s.Name, func(t *testing.T) {
			taken := map[string]int{}
			steps, checked := 0, 0
			walk := func(st Structure, seed uint64) {
				done := Walk{Steps: 4000, Seed: seed, Every: 20}.Walk(s.Model, st)
				if done.Broken != nil {
					run, err := Shrink(s.Model, st, done.Run, true)
					t.Fatalf("%s, seed %d: %v, after %v", st.Name, seed, err, run)
				}
				steps += done.Steps
				checked += done.Checked
				for name, n := range done.Taken {
					taken[name] += n
				}
			}
			for _, st := range s.Structures {
				w := st.World(s.Model)
				if err := w.CheckAxioms(st.First); err != nil {
					t.Fatalf("%s: %v", st.Name, err)
				}
				if err := w.CheckInit(); err != nil {
					t.Fatalf("%s: %v", st.Name, err)
				}
			}
			never := func() (names []string) {
				for _, a := range s.Model.Actions {
					if taken[a.Name] == 0 {
						names = append(names, a.Name)
					}
				}
				return names
			}
			walks := effort.Brief(1, effort.Unraced[uint64](2, 12))
			for seed := uint64(0); seed < walks || seed < 12 && len(never()) > 0; seed++ {
				for _, st := range s.Structures {
					walk(st, seed)
				}
			}
			for _, name := range never() {
				t.Errorf("action %s does not happen", name)
			}
			t.Logf("%d steps, %d states checked", steps, checked)
			t.Log(taken)
		})
	}
}

// TestControls checks that every control changes its model to one that can be parsed,
// and that its name is unique.
func TestControls(t *testing.T) {
	for _, s := range briefly(t) {
		seen := map[string]bool{}
		base := s.Model.Goals()
		for _, c := range s.Controls {
			if seen[c.Name] {
				t.Errorf("%s: two controls %s", s.Name, c.Name)
			}
			seen[c.Name] = true
			text, err := c.Apply(s.Text)
			if err != nil {
				t.Errorf("%s: %v", s.Name, err)
				continue
			}
			m, err := protocol.Parse(text)
			if err != nil {
				t.Errorf("%s: control %s: %v", s.Name, c.Name, err)
				continue
			}
			if len(Changed(base, m)) == 0 {
				t.Errorf("%s: control %s changes no goal", s.Name, c.Name)
			}
		}
	}
}

// TestDropAndWalk drops a requirement without which a run goes wrong.
func TestDropAndWalk(t *testing.T) {
	s := subjects(t)[4]
	for _, q := range s.Model.Requirements() {
		if q.Action != "load" || !strings.HasPrefix(q.Text, "quiet: ") {
			continue
		}
		r, err := DropAndWalk(s, q)
		if err != nil {
			t.Fatal(err)
		}
		if o := RunOf(r); o.Steps == 0 || o.OfInvariant || !strings.Contains(o.Violation, "load(") || (&o).kind("unknown") != "run" {
			t.Errorf("found %+v", o)
		}
		return
	}
	t.Fatal("len.model does not require that it is quiet")
}
