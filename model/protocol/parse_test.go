package protocol

import (
	"strings"
	"testing"
)

// counter is a small model: two goroutines could not both be inside.
const counter = `
sort thread
vars t, u : thread, n : int
var inside(thread) : bool
var free : bool
ghost entries : int
const limit : int

axiom limit: limit >= 0
action enter(t)
  require free: free
  assert alone: !inside(u)
  free := false
  inside(t) := true
  entries := entries + 1
end
action leave(t)
  require inside(t)
  inside(u) := inside(u) & u != t
  free := true
end
init start: free & !inside(t) & entries = 0
invariant lock: inside(t) -> !free
invariant one: inside(t) & inside(u) -> t = u
transition up: entries' >= entries
`

func parse(t testing.TB, source string) *Model {
	t.Helper()
	m, err := Parse(source)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestParse(t *testing.T) {
	m := parse(t, counter)
	if len(m.Actions) != 2 || len(m.Invariants) != 2 || len(m.Transitions) != 1 || len(m.Funcs) != 4 {
		t.Fatalf("parsed %d actions, %d invariants, %d transitions, %d functions",
			len(m.Actions), len(m.Invariants), len(m.Transitions), len(m.Funcs))
	}
	if f := m.Func("entries"); f == nil || !f.Mutable || !f.Ghost {
		t.Errorf("entries: %+v", f)
	}
	if f := m.Func("limit"); f == nil || f.Mutable {
		t.Errorf("limit: %+v", f)
	}
	for _, test := range []struct{ got, want string }{
		{m.Invariants[1].Expr.String(), "(forall t, u. ((inside(t) & inside(u)) -> (t = u)))"},
		{m.Transitions[0].Expr.String(), "(entries <= entries')"},
		{m.Action("enter").Require[0].Rule(), "free"},
		{m.Action("leave").Require[0].Rule(), "inside(t)"},
	} {
		if test.got != test.want {
			t.Errorf("%s, want %s", test.got, test.want)
		}
	}
}

func TestPrecedence(t *testing.T) {
	const head = "vars n : int\nvar a, b, c, d : bool\nvar x, y : int\n"
	for source, want := range map[string]string{
		"a & b | c & d":                       "((a & b) | (c & d))",
		"a -> b -> c":                         "(a -> (b -> c))",
		"a | b -> c <-> d":                    "(((a | b) -> c) <-> d)",
		"!a & b":                              "(!a & b)",
		"x + 1 - y < 3":                       "(((x + 1) - y) < 3)",
		"x > y":                               "(y < x)",
		"x != y":                              "!(x = y)",
		"x in {1, 2}":                         "((x = 1) | (x = 2))",
		"(if a then x else y) = 0":            "((if a then x else y) = 0)",
		"exists n. n = x":                     "(exists n. (n = x))",
		"a & (forall n : bool. n | b)":        "(a & (forall n. (n | b)))",
		"forall n. n = x & a # and a comment": "(forall n. ((n = x) & a))",
	} {
		m := parse(t, head+"init i: "+source)
		if got := m.Init[0].Expr.String(); got != want {
			t.Errorf("%s: %s, want %s", source, got, want)
		}
	}
}

// TestCapture checks that a definition's bound variables do not capture what it is
// applied to.
func TestCapture(t *testing.T) {
	m := parse(t, `
sort thing
vars x, y : thing
var less(thing, thing) : bool
def top(x) = forall y. less(y, x)
init some: top(y)
`)
	got := m.Init[0].Expr
	inner := got.Args[0]
	if inner.Vars[0].Name == got.Vars[0].Name {
		t.Fatalf("%s: both variables are %s", got, got.Vars[0].Name)
	}
	const want = "(forall ((y.0 SThing)) (forall ((y.1 SThing)) (|less| y.1 y.0)))"
	if s := smt(got, nil, nil); s != want {
		t.Errorf("%s, want %s", s, want)
	}
}

func TestParseErrors(t *testing.T) {
	const head = "sort s\nvars x, y : s\nconst a : s\nvar f(s) : bool\nvar n : int\n"
	for source, want := range map[string]string{
		"sort s":                                   `line 6: sort "s" is declared twice`,
		"var f : int":                              "f is declared twice",
		"vars z : thing":                           `unknown sort "thing"`,
		"init i: n":                                "n is of sort int, expected bool",
		"init i: a = n":                            "n is of sort int, expected s",
		"init i: f(n)":                             "n is of sort int, expected s",
		"init i: z = x":                            `unknown name "z"`,
		"init i: true\ninit i: true":               "the name i is used twice",
		"init i: n' = 0":                           "a prime outside of a transition",
		"transition t: a' = a":                     "a never changes",
		"init i: f(x":                              `expected ")", found ""`,
		"init i: ?":                                `unexpected '?'`,
		"def f(x) = true":                          "f is declared twice",
		"def g(b) = true":                          "b is not a logical variable",
		"action act(q)\nend":                       "parameter q has no sort",
		"action act()\n a := a\nend":               "a cannot be assigned",
		"action act()\n n := f(a)\nend":            "f(a) is of sort bool, expected int",
		"action act()\nend\naction act()\nend":     "action act is declared twice",
		"action act()\n assert a = a\nend":         `expected ":", found "="`,
		"action act(x)\n f(x) := x = y\nend":       `unknown name "y"`,
		"action act()":                             `expected a name, found ""`,
		"init i: n = 99999999999999999999":         "value out of range",
		"something":                                `unexpected "something"`,
		"action act(g(s) : bool)\n f(y) := g\nend": `expected "("`,
	} {
		_, err := Parse(head + source)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", source, err, want)
		}
	}
}

func TestFlatmap(t *testing.T) {
	m := Flatmap()
	for _, a := range m.Actions {
		if len(a.Require) == 0 {
			t.Errorf("action %s requires nothing", a.Name)
		}
	}
	seen := map[string]bool{}
	for _, g := range m.Goals() {
		if seen[g.ID()] {
			t.Errorf("two goals %s", g.ID())
		}
		seen[g.ID()] = true
	}
	if len(seen) < 1000 {
		t.Errorf("%d goals", len(seen))
	}
}
