package protocol

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// A World is a finite structure for a model, and its state. Elements of a sort, and
// the values of an enum, are numbered from 0; false is 0 and true is 1.
//
// Quantifiers over int range over 0 to its size-1. A function outside of the
// structure (position 7 where int has 5) is 0: formulas ask for that only behind a
// condition that is false there. An assignment outside of it is an error of Do.
type World struct {
	// Keep has Do keep the state before the step, which transitions compare with.
	// It takes time proportional to the state.
	Keep bool

	m           *Model
	size        map[string]int
	enum        map[string]int
	tables      map[string]*table
	state       []*table
	env         []int // bound names: parameters first
	actions     map[string]*action
	invariants  []check
	transitions []check
	comparing   bool // evaluating a transition: without a prime, a function is as before
}

// A table holds a function.
type table struct {
	f      *Func
	dims   []int
	values []int32
	before []int32 // of state, as it was before the step
}

type check struct {
	name string
	eval code
}

// NewWorld makes a structure in which everything is 0. size has the number of
// elements of each sort, and of int. It panics if one is missing.
func NewWorld(m *Model, size map[string]int) *World {
	w := &World{
		m:       m,
		size:    maps.Clone(size),
		enum:    map[string]int{},
		tables:  map[string]*table{},
		env:     make([]int, maxBound),
		actions: map[string]*action{},
	}
	w.size["bool"] = 2
	for _, e := range m.Enums {
		w.size[e.Name] = len(e.Values)
		for i, v := range e.Values {
			w.enum[v] = i
		}
	}
	for _, f := range m.Funcs {
		t := w.newTable(f)
		w.tables[f.Name] = t
		if f.Mutable {
			t.before = make([]int32, len(t.values))
			w.state = append(w.state, t)
		}
	}
	w.invariants = w.checks(m.Invariants)
	w.transitions = w.checks(m.Transitions)
	for _, a := range m.Actions {
		w.actions[a.Name] = w.compileAction(a)
	}
	return w
}

func (w *World) newTable(f *Func) *table {
	t := &table{f: f}
	n := 1
	for _, s := range f.Args {
		size, ok := w.size[s]
		if !ok {
			panic("protocol: NewWorld: no size of sort " + s)
		}
		t.dims = append(t.dims, size)
		n *= size
	}
	t.values = make([]int32, n)
	return t
}

func (w *World) checks(list []Formula) []check {
	var checks []check
	for _, f := range list {
		checks = append(checks, check{f.Name, w.compile(f.Expr, scope{})})
	}
	return checks
}

// index returns where the value for some arguments is, or -1 outside of the
// structure.
func (t *table) index(args []int) int {
	i := 0
	for k, a := range args {
		if a < 0 || a >= t.dims[k] {
			return -1
		}
		i = i*t.dims[k] + a
	}
	return i
}

// Model returns the model.
func (w *World) Model() *Model { return w.m }

// Size returns the number of elements of a sort.
func (w *World) Size(sort string) int { return w.size[sort] }

// Enum returns the number of an enum's value.
func (w *World) Enum(value string) int { return w.enum[value] }

// Set sets a function at some arguments.
func (w *World) Set(name string, value int, args ...int) { w.at(name, args).set(value) }

// Get returns a function's value.
func (w *World) Get(name string, args ...int) int { return w.at(name, args).get() }

// True reports whether a relation holds.
func (w *World) True(name string, args ...int) bool { return w.Get(name, args...) != 0 }

// ErrOutside is wrapped by the error of Do for an assignment outside of the structure.
var ErrOutside = errors.New("assigned outside of the structure")

type place struct {
	t *table
	i int
}

func (w *World) at(name string, args []int) place {
	t := w.tables[name]
	if t == nil || len(args) != len(t.dims) || t.index(args) < 0 {
		panic(fmt.Sprintf("protocol: World: no %s%v", name, args))
	}
	return place{t, t.index(args)}
}

func (p place) get() int      { return int(p.t.values[p.i]) }
func (p place) set(value int) { p.t.values[p.i] = int32(value) }

// Reset makes everything 0 again.
func (w *World) Reset() {
	for _, t := range w.tables {
		clear(t.values)
	}
}

// Find looks for parameters with which an action may happen, in random order, except
// those that fixed names, and leaves them set. Parameters that are functions stay as
// they are, and what is required of them is not looked at. It gives up after a number
// of tries.
func (w *World) Find(name string, rng *rand.Rand, fixed map[string]int, tries int) bool {
	a := w.actions[name]
	var search func(i int) bool
	search = func(i int) bool {
		for _, g := range a.guards {
			if g.known == i && g.eval(w) == 0 {
				return false
			}
		}
		if i == len(a.params) {
			return true
		}
		if x, ok := fixed[a.params[i].Name]; ok {
			w.env[i] = x
			return search(i + 1)
		}
		n := w.size[a.params[i].Sort]
		if n == 0 {
			return false
		}
		first := rng.IntN(n)
		for k := range n {
			if tries--; tries < 0 {
				return false
			}
			w.env[i] = (first + k) % n
			if search(i + 1) {
				return true
			}
		}
		return false
	}
	return search(0)
}

// Args sets the parameters of an action that are elements, in their order.
func (w *World) Args(name string, args ...int) {
	if n := len(w.actions[name].params); len(args) != n {
		panic(fmt.Sprintf("protocol: Args: %s has %d parameters, not %d", name, n, len(args)))
	}
	copy(w.env, args)
}

// Arg returns parameter number i of the action that is being set up.
func (w *World) Arg(i int) int { return w.env[i] }

// NumArgs returns the number of parameters of an action that are elements.
func (w *World) NumArgs(name string) int { return len(w.actions[name].params) }

// FuncArg makes a parameter of an action that is a function 0 everywhere, and returns
// what sets it.
func (w *World) FuncArg(name, param string) func(value int, args ...int) {
	t := w.actions[name].funcs[param]
	clear(t.values)
	return func(value int, args ...int) { t.values[t.index(args)] = int32(value) }
}

// Refuses returns the first requirement of an action that does not hold for the
// parameters that are set, or "" if it may happen.
func (w *World) Refuses(name string) string {
	for _, g := range w.actions[name].guards {
		if g.eval(w) == 0 {
			return g.name
		}
	}
	return ""
}

// Call shows an action with the parameters that are set.
func (w *World) Call(name string) string {
	var args []string
	for i, p := range w.actions[name].params {
		args = append(args, fmt.Sprintf("%s=%d", p.Name, w.env[i]))
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}

// Do takes a step whose parameters are set. The error is an assertion of the action
// that does not hold, or an assignment outside of the structure: then nothing has
// changed. Do does not look at what the action requires.
func (w *World) Do(name string) error {
	a := w.actions[name]
	for _, c := range a.asserts {
		if c.eval(w) == 0 {
			return fmt.Errorf("assertion %s does not hold", c.name)
		}
	}
	var writes []write
	for _, assign := range a.assigns {
		var ok bool
		if writes, ok = assign.eval(w, writes); !ok {
			return fmt.Errorf("%s: %w", assign.t.f.Name, ErrOutside)
		}
	}
	if w.Keep {
		for _, t := range w.state {
			copy(t.before, t.values)
		}
	}
	for _, x := range writes {
		x.t.values[x.i] = x.value
	}
	return nil
}

// Check returns an error that names an invariant that does not hold.
func (w *World) Check() error {
	for _, c := range w.invariants {
		if c.eval(w) == 0 {
			return fmt.Errorf("invariant %s does not hold", c.name)
		}
	}
	return nil
}

// CheckStep returns an error that names a transition that the last step does not
// satisfy. Keep must have been set before that step.
func (w *World) CheckStep() error {
	w.comparing = true
	defer func() { w.comparing = false }()
	for _, c := range w.transitions {
		if c.eval(w) == 0 {
			return fmt.Errorf("transition %s does not hold", c.name)
		}
	}
	return nil
}

// CheckInit returns an error that names an initial condition or an invariant that
// does not hold.
func (w *World) CheckInit() error {
	for _, f := range w.m.Init {
		if w.compile(f.Expr, scope{})(w) == 0 {
			return fmt.Errorf("init %s does not hold", f.Name)
		}
	}
	return w.Check()
}

// CheckAxioms returns an error that names an axiom that does not hold for the first
// elements of each sort, as many as first says, and all elements of sorts that it
// does not name.
func (w *World) CheckAxioms(first map[string]int) error {
	all := w.size
	w.size = maps.Clone(all)
	maps.Copy(w.size, first)
	defer func() { w.size = all }()
	for _, f := range w.m.Axioms {
		if w.compile(f.Expr, scope{})(w) == 0 {
			return fmt.Errorf("axiom %s does not hold", f.Name)
		}
	}
	return nil
}

// FuncValues returns all values of a parameter that is a function.
func (w *World) FuncValues(name, param string) []int {
	var list []int
	for _, v := range w.actions[name].funcs[param].values {
		list = append(list, int(v))
	}
	return list
}

// SetFuncValues sets a parameter that is a function to what FuncValues has returned.
func (w *World) SetFuncValues(name, param string, values []int) {
	for i, v := range values {
		w.actions[name].funcs[param].values[i] = int32(v)
	}
}

// A Snapshot holds the values of all functions of a world.
type Snapshot map[string][]int32

// Snapshot returns the values of all functions.
func (w *World) Snapshot() Snapshot {
	s := Snapshot{}
	for name, t := range w.tables {
		s[name] = slices.Clone(t.values)
	}
	return s
}

// Restore returns to a snapshot of the same world.
func (w *World) Restore(s Snapshot) {
	for name, t := range w.tables {
		copy(t.values, s[name])
	}
}
