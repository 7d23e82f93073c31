//go:build long

package proof

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/flatmap-go/flatmap/model/protocol"
)

// A litmus is a small model of which it is known whether it can be proved.
type litmus struct {
	name, source string
	fails        string // the goals that cannot be proved, separated by commas
}

var litmuses = []litmus{
	{"a lock", `
sort thread
vars t, u : thread
var inside(thread) : bool
var free : bool
action enter(t)
  require free
  assert alone: !inside(u)
  inside(t) := true
  free := false
end
action leave(t)
  require inside(t)
  inside(t) := false
  free := true
end
init start: free & !inside(t)
invariant taken: inside(t) -> !free
invariant one: inside(t) & inside(u) -> t = u
`, ""},
	{"a lock that is taken without a look", `
sort thread
vars t, u : thread
var inside(thread) : bool
var free : bool
action enter(t)
  inside(t) := true
  free := false
end
init start: free & !inside(t)
invariant taken: inside(t) -> !free
invariant one: inside(t) & inside(u) -> t = u
`, "enter: one"},
	{"a true invariant that is not inductive", `
vars n : int
var n1 : int
var big : bool
action grow()
  big := n1 > 5
  n1 := if big then 0 - 1 else n1
end
init start: n1 = 0 & !big
invariant positive: n1 >= 0
`, "grow: positive"},
	{"the same with what is missing", `
vars n : int
var n1 : int
var big : bool
action grow()
  big := n1 > 5
  n1 := if big then 0 - 1 else n1
end
init start: n1 = 0 & !big
invariant positive: n1 >= 0
invariant small: !big & n1 <= 5
`, ""},
	{"an initial state without the invariant", `
vars n : int
var x : int
init start: x >= 0
invariant positive: x > 0
`, "init: positive"},
	{"assignments at once", `
var a, b : bool
action swap()
  a := b
  b := a
end
init start: a & !b
invariant differ: a <-> !b
`, ""},
	{"assignments one after the other", `
var a, b : bool
action copy()
  a := b
end
init start: a & !b
invariant differ: a <-> !b
`, "copy: differ"},
	{"an assertion and a step", `
var n : int
const top : int
axiom top: top > 0
action up(u : bool)
  assert low: n < top
  n := if u then n + 1 else 0
end
init start: n = 0
invariant low: n <= top
transition up: n' >= n
`, "up: assert low,up: step up"},
	{"an axiom that is needed", `
sort s
vars x, y : s
func f(s) : s
var last : s
axiom injective: f(x) = f(y) -> x = y
action next()
  last := f(last)
end
init start: f(last) != last
invariant moves: f(last) != last
`, ""},
	{"a definition that captures nothing", `
sort s
vars x, y : s
var less(s, s) : bool
def top(x) = forall y. less(y, x)
action all()
  less(x, y) := true
end
init start: top(y)
invariant top: top(y)
invariant whole: less(x, y)
`, ""},
	{"a later assignment wins", `
sort s
vars x, y : s
var f(s) : bool
action set(x)
  f(y) := true
  f(x) := false
end
init start: f(x)
invariant all: f(y)
`, "set: all"},
}

// TestLitmus checks that both solvers prove what can be proved, and nothing else.
func TestLitmus(t *testing.T) {
	for _, l := range litmuses {
		m, err := protocol.Parse(l.source)
		if err != nil {
			t.Errorf("%s: %v", l.name, err)
			continue
		}
		for _, name := range []string{"z3", "cvc5", "z3-nombqi"} {
			answers, err := Run{Solver: solver(t, name), Limit: 2 * time.Second}.Prove(context.Background(), m.Goals())
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(Sum(answers).Failed, ","); got != l.fails {
				t.Errorf("%s, %s: not proved: %q, want %q", l.name, name, got, l.fails)
			}
		}
	}
}

func solver(t testing.TB, name string) Solver {
	t.Helper()
	list, err := Named(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := list[0].Version(); err != nil {
		t.Fatal(err)
	}
	return list[0]
}

// TestHints checks that hints name what a proof needs, that a proof with them succeeds,
// and that wrong hints do not make it fail.
func TestHints(t *testing.T) {
	m, err := protocol.Parse(litmuses[0].source)
	if err != nil {
		t.Fatal(err)
	}
	h, without, err := FindHints(context.Background(), m.Goals(), 5*time.Second)
	if err != nil || without != 0 {
		t.Fatalf("%d goals without a core, error %v", without, err)
	}
	if !h["assert alone"]["taken"] || h["assert alone"]["one"] {
		t.Errorf("hints:\n%s", h)
	}
	again, err := ParseHints(h.String())
	if err != nil || again.String() != h.String() {
		t.Errorf("hints read as\n%s, error %v", again, err)
	}
	wrong := Hints{"one": {"nothing": true}, "assert alone": {}}
	for _, hints := range []Hints{h, wrong} {
		answers, err := Run{Solver: solver(t, "z3"), Limit: 5 * time.Second, Hints: hints}.Prove(context.Background(), m.Goals())
		if err != nil || len(Sum(answers).Failed) > 0 {
			t.Errorf("not proved: %v, error %v", Sum(answers).Failed, err)
		}
	}
	if _, err := ParseHints("no colon"); err == nil {
		t.Error("ParseHints: no error for a line without a colon")
	}
}

// TestNamesOf reads unsat cores as solvers print them.
func TestNamesOf(t *testing.T) {
	got := strings.Join(namesOf("(=full |=axiom home| =I3)"), ",")
	if want := "full,axiom home,I3"; got != want {
		t.Errorf("names %s, want %s", got, want)
	}
	if got := namesOf("()"); len(got) != 0 {
		t.Errorf("names %v", got)
	}
}

// TestNoSolver checks the error for a solver that is not installed.
func TestNoSolver(t *testing.T) {
	s := Solver{Name: "none", program: "no-such-solver", options: cvc5Options}
	if _, err := s.Version(); err == nil || !strings.Contains(err.Error(), Install) {
		t.Errorf("error %v", err)
	}
	m, err := protocol.Parse(litmuses[0].source)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Run{Solver: s, Limit: time.Second}.Prove(context.Background(), m.Goals())
	if err == nil || !strings.Contains(err.Error(), Install) {
		t.Errorf("error %v", err)
	}
	if _, err := Named("z4"); err == nil || !strings.Contains(err.Error(), "have z3") {
		t.Errorf("error %v", err)
	}
}
