package protocol

// A Model is a transition system and what is claimed of it.
type Model struct {
	Sorts       []string
	Enums       []Enum
	Funcs       []*Func // in the order of their declarations
	Axioms      []Formula
	Init        []Formula
	Invariants  []Formula
	Transitions []Formula // of two states, for every step
	Actions     []*Action

	funcs  map[string]*Func
	enumOf map[string]string // constant to sort
	vars   map[string]string // logical variables and their sorts
	defs   map[string]*def
	fresh  int // bound variables renamed so far
}

// An Enum is a sort with named elements.
type Enum struct {
	Name   string
	Values []string
}

// A Func is a function, a relation (of sort bool), or a constant (no arguments).
type Func struct {
	Name    string
	Args    []string // sorts
	Sort    string
	Mutable bool // state
	Ghost   bool // state that only the proof needs
}

// A Formula is a formula with its name: "" for a requirement that has none.
type Formula struct {
	Name string
	Expr *Expr
	Line int
}

// Rule returns the name, or the formula itself for one that has none.
func (f Formula) Rule() string {
	if f.Name != "" {
		return f.Name
	}
	return f.Expr.String()
}

// A Param of an action is an element, or a function if it has arguments.
type Param struct {
	Name string
	Args []string
	Sort string
}

// An Action is a step.
type Action struct {
	Name    string
	Params  []Param
	Require []Formula
	Assert  []Formula
	Assigns []Assign
	Line    int
}

// An Assign sets a function at all arguments that match.
type Assign struct {
	Func *Func
	Args []*Expr // terms; a variable where Any is set
	Any  []bool  // this argument matches every element
	Rhs  *Expr
	Line int
}

type def struct {
	params []Var
	body   *Expr
}

// A Var is a logical variable.
type Var struct{ Name, Sort string }

// An Expr is a formula or a term.
type Expr struct {
	// Op is one of and or not => <=> = < <= + - ite forall exists app var int enum
	// true false.
	Op    string
	Args  []*Expr
	Name  string // of app, var and enum
	Prime bool   // app: in the state after the step
	Vars  []Var  // forall, exists
	Int   int64
	Sort  string
}

// Func returns the function of that name, or nil.
func (m *Model) Func(name string) *Func { return m.funcs[name] }

// Action returns the action of that name, or nil.
func (m *Model) Action(name string) *Action {
	for _, a := range m.Actions {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// Conjuncts takes a conjunction apart.
func (e *Expr) Conjuncts() []*Expr {
	if e.Op == "and" {
		return append(e.Args[0].Conjuncts(), e.Args[1].Conjuncts()...)
	}
	return []*Expr{e}
}

// mentions reports whether e has a function of the given names: with primed, only
// where it is that of the state after the step.
func (e *Expr) mentions(names map[string]bool, primed bool) bool {
	if e.Op == "app" && names[e.Name] && (!primed || e.Prime) {
		return true
	}
	for _, a := range e.Args {
		if a.mentions(names, primed) {
			return true
		}
	}
	return false
}

// substitute replaces variables, and moves to the state after the step if prime is
// set.
func (m *Model) substitute(e *Expr, by map[string]*Expr, prime bool) *Expr {
	switch e.Op {
	case "var":
		if r := by[e.Name]; r != nil {
			return r
		}
		return e
	case "int", "true", "false", "enum":
		return e
	}
	r := *e
	r.Args = make([]*Expr, len(e.Args))
	inner := by
	if len(e.Vars) > 0 {
		// Bound variables are renamed, so that nothing is captured.
		inner = map[string]*Expr{}
		for name, x := range by {
			inner[name] = x
		}
		r.Vars = nil
		for _, v := range e.Vars {
			m.fresh++
			renamed := Var{freshName(v.Name, m.fresh), v.Sort}
			inner[v.Name] = &Expr{Op: "var", Name: renamed.Name, Sort: v.Sort}
			r.Vars = append(r.Vars, renamed)
		}
	}
	for i, a := range e.Args {
		r.Args[i] = m.substitute(a, inner, prime)
	}
	if f := m.funcs[e.Name]; e.Op == "app" && prime && f != nil && f.Mutable {
		r.Prime = true
	}
	return &r
}

// primed returns e in the state after the step.
func (m *Model) primed(e *Expr) *Expr { return m.substitute(e, nil, true) }
