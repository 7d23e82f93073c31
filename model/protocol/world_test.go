package protocol

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func counterWorld(t testing.TB, source string) *World {
	w := NewWorld(parse(t, source), map[string]int{"thread": 3, "int": 8})
	w.Keep = true
	w.Set("free", 1)
	w.Set("limit", 1)
	return w
}

func TestWorld(t *testing.T) {
	w := counterWorld(t, counter)
	if err := w.CheckInit(); err != nil {
		t.Fatal(err)
	}
	if err := w.CheckAxioms(nil); err != nil {
		t.Fatal(err)
	}
	w.Args("enter", 2)
	if why := w.Refuses("enter"); why != "" {
		t.Fatal(why)
	}
	for _, check := range []func() error{func() error { return w.Do("enter") }, w.Check, w.CheckStep} {
		if err := check(); err != nil {
			t.Fatal(err)
		}
	}
	if !w.True("inside", 2) || w.True("inside", 1) || w.True("free") || w.Get("entries") != 1 {
		t.Error("enter(t=2) has other effects")
	}
	w.Args("enter", 1)
	if got, want := w.Refuses("enter"), "free: free"; got != want {
		t.Errorf("refuses with %q, want %q", got, want)
	}
	if err := w.Do("enter"); err == nil || !strings.Contains(err.Error(), "assertion alone") {
		t.Errorf("an action that violates its assertion: error %v", err)
	}
	if !w.Find("leave", rand.New(rand.NewPCG(1, 1)), nil, 10) || w.Arg(0) != 2 {
		t.Errorf("found %s", w.Call("leave"))
	}
	if w.Find("leave", rand.New(rand.NewPCG(1, 1)), map[string]int{"t": 0}, 10) {
		t.Errorf("found %s, which may not happen", w.Call("leave"))
	}
	w.Args("leave", 2)
	if err := w.Do("leave"); err != nil || w.True("inside", 2) || !w.True("free") {
		t.Errorf("leave(t=2) has other effects; error %v", err)
	}
}

// TestWorldViolations breaks what is claimed, and looks for the error.
func TestWorldViolations(t *testing.T) {
	w := counterWorld(t, counter)
	w.Set("inside", 1, 0)
	if err := w.Check(); err == nil || err.Error() != "invariant lock does not hold" {
		t.Errorf("error %v", err)
	}
	if err := w.CheckInit(); err == nil || err.Error() != "init start does not hold" {
		t.Errorf("error %v", err)
	}
	w.Set("limit", -1)
	if err := w.CheckAxioms(nil); err == nil || err.Error() != "axiom limit does not hold" {
		t.Errorf("error %v", err)
	}
	w = counterWorld(t, strings.Replace(counter, "entries + 1", "entries - 1", 1))
	if err := w.Do("enter"); err != nil {
		t.Fatal(err)
	}
	if err := w.CheckStep(); err == nil || err.Error() != "transition up does not hold" {
		t.Errorf("error %v", err)
	}
	w.Reset()
	if w.Get("entries") != 0 || w.True("inside", 0) {
		t.Error("Reset left something")
	}
}

// TestWorldParallel checks that assignments of an action see the state before it, that
// the later of two wins, and that one outside of the structure changes nothing.
func TestWorldParallel(t *testing.T) {
	w := NewWorld(parse(t, `
sort s
vars x, y : s, i : int
var a, b : int
var f(s) : int
var at(int) : bool
action swap()
  a := b
  b := a
end
action set(x, g(s) : bool)
  require chosen: g(x)
  f(y) := if g(y) then 7 else f(y)
  f(x) := 5
end
action out()
  a := 9
  at(a) := true
end
`), map[string]int{"s": 3, "int": 4})
	w.Set("a", 1)
	w.Set("b", 2)
	if err := w.Do("swap"); err != nil || w.Get("a") != 2 || w.Get("b") != 1 {
		t.Errorf("a=%d b=%d error %v", w.Get("a"), w.Get("b"), err)
	}
	w.Args("set", 2)
	set := w.FuncArg("set", "g")
	if got := w.Refuses("set"); got != "chosen: g(x)" {
		t.Errorf("refuses with %q", got)
	}
	set(1, 0)
	set(1, 2)
	if got := w.Refuses("set"); got != "" {
		t.Errorf("refuses with %q", got)
	}
	if err := w.Do("set"); err != nil || w.Get("f", 0) != 7 || w.Get("f", 1) != 0 || w.Get("f", 2) != 5 {
		t.Errorf("f = %d, %d, %d, error %v", w.Get("f", 0), w.Get("f", 1), w.Get("f", 2), err)
	}
	w.Set("a", 4)
	if err := w.Do("out"); err == nil || w.Get("a") != 4 {
		t.Errorf("a=%d error %v", w.Get("a"), err)
	}
}

// TestOperations compares every operation with Go's.
func TestOperations(t *testing.T) {
	for a := range 3 {
		for b := range 3 {
			w := NewWorld(parse(t, `
vars n : int
var a, b : int
var out(int) : int
action all()
  out(0) := a + b
  out(1) := a - b
  out(2) := if a < b then 1 else 0
  out(3) := if a <= b then 1 else 0
  out(4) := if a = b then 1 else 0
  out(5) := if a = 1 & b = 1 then 1 else 0
  out(6) := if a = 1 | b = 1 then 1 else 0
  out(7) := if a = 1 -> b = 1 then 1 else 0
  out(8) := if (a = 1 <-> b = 1) & true & !false then 1 else 0
  out(9) := if (exists n. n = a + 9) then 1 else 0
  out(10) := if (forall n. n < a + 10) then 1 else 0
end
`), map[string]int{"int": 11})
			w.Set("a", a)
			w.Set("b", b)
			if err := w.Do("all"); err != nil {
				t.Fatal(err)
			}
			p, q := a == 1, b == 1
			for i, want := range []int{a + b, a - b, truth(a < b), truth(a <= b), truth(a == b),
				truth(p && q), truth(p || q), truth(!p || q), truth(p == q), truth(a < 2), truth(a > 0)} {
				if got := w.Get("out", i); got != want {
					t.Errorf("a=%d b=%d: out(%d) = %d, want %d", a, b, i, got, want)
				}
			}
		}
	}
}
