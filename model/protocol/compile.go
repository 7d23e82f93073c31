package protocol

import "maps"

// maxBound is how many names can be bound at once.
const maxBound = 64

// A code is a formula or a term, compiled.
type code func(w *World) int

// A scope says where bound names are in a world's env, and which functions are
// parameters.
type scope struct {
	at    map[string]int
	used  int
	funcs map[string]*table
}

// with returns the scope with another name.
func (s scope) with(name string) scope {
	s.at = maps.Clone(s.at)
	if s.at == nil {
		s.at = map[string]int{}
	}
	s.at[name] = s.used
	s.used++
	return s
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// compile makes e a function.
func (w *World) compile(e *Expr, s scope) code {
	switch e.Op {
	case "true":
		return constant(1)
	case "false":
		return constant(0)
	case "int":
		return constant(int(e.Int))
	case "enum":
		return constant(w.enum[e.Name])
	case "var":
		return bound(s, e.Name)
	case "app":
		return w.compileApp(e, s)
	case "forall", "exists":
		return w.compileQuantifier(e, s)
	}
	var sub [3]code
	for i, a := range e.Args {
		sub[i] = w.compile(a, s)
	}
	return operation(e.Op, sub[0], sub[1], sub[2])
}

func operation(op string, a, b, c code) code {
	switch op {
	case "and":
		return func(w *World) int { return truth(a(w) != 0 && b(w) != 0) }
	case "or":
		return func(w *World) int { return truth(a(w) != 0 || b(w) != 0) }
	case "=>":
		return func(w *World) int { return truth(a(w) == 0 || b(w) != 0) }
	case "not":
		return func(w *World) int { return 1 - a(w) }
	case "=", "<=>":
		return func(w *World) int { return truth(a(w) == b(w)) }
	case "<":
		return func(w *World) int { return truth(a(w) < b(w)) }
	case "<=":
		return func(w *World) int { return truth(a(w) <= b(w)) }
	case "+":
		return func(w *World) int { return a(w) + b(w) }
	case "-":
		return func(w *World) int { return a(w) - b(w) }
	case "ite":
		return func(w *World) int {
			if a(w) != 0 {
				return b(w)
			}
			return c(w)
		}
	}
	panic("protocol: unknown operation " + op)
}

func constant(n int) code { return func(*World) int { return n } }

func bound(s scope, name string) code {
	at, ok := s.at[name]
	if !ok {
		panic("protocol: unbound name " + name)
	}
	return func(w *World) int { return w.env[at] }
}

func (w *World) compileApp(e *Expr, s scope) code {
	if _, ok := s.at[e.Name]; ok && len(e.Args) == 0 {
		return bound(s, e.Name)
	}
	var args []code
	for _, a := range e.Args {
		args = append(args, w.compile(a, s))
	}
	t := s.funcs[e.Name]
	if t == nil {
		t = w.tables[e.Name]
	}
	prime := e.Prime
	return func(w *World) int {
		i := 0
		for k, arg := range args {
			x := arg(w)
			if x < 0 || x >= t.dims[k] {
				return 0
			}
			i = i*t.dims[k] + x
		}
		if w.comparing && !prime && t.before != nil {
			return int(t.before[i])
		}
		return int(t.values[i])
	}
}

func (w *World) compileQuantifier(e *Expr, s scope) code {
	first := s.used
	var sizes []int
	for _, v := range e.Vars {
		s = s.with(v.Name)
		sizes = append(sizes, w.size[v.Sort])
	}
	if s.used > maxBound {
		panic("protocol: too many bound names")
	}
	body := w.compile(e.Args[0], s)
	decides := truth(e.Op == "exists")
	var search func(w *World, i int) bool
	search = func(w *World, i int) bool {
		if i == len(sizes) {
			return body(w) == decides
		}
		for x := range sizes[i] {
			w.env[first+i] = x
			if search(w, i+1) {
				return true
			}
		}
		return false
	}
	return func(w *World) int {
		if search(w, 0) {
			return decides
		}
		return 1 - decides
	}
}

// An action is an Action, compiled. Its parameters that are elements are the first
// in a world's env.
type action struct {
	params  []Param
	funcs   map[string]*table
	guards  []guard
	asserts []check
	assigns []assign
}

// A guard is a conjunct of what an action requires. It can be evaluated once the
// first parameters are known, as many as known says: one more than there are, if it
// depends on a parameter that is a function.
type guard struct {
	name  string
	known int
	eval  code
}

type write struct {
	t     *table
	i     int
	value int32
}

type assign struct {
	t    *table
	eval func(*World, []write) ([]write, bool)
}

func (w *World) compileAction(a *Action) *action {
	c := &action{funcs: map[string]*table{}}
	s := scope{funcs: c.funcs}
	isFunc := map[string]bool{}
	for _, p := range a.Params {
		if len(p.Args) > 0 {
			c.funcs[p.Name] = w.newTable(&Func{Name: p.Name, Args: p.Args, Sort: p.Sort})
			isFunc[p.Name] = true
			continue
		}
		s = s.with(p.Name)
		c.params = append(c.params, p)
	}
	for _, f := range a.Require {
		for _, e := range f.Expr.Conjuncts() {
			g := guard{name: e.String(), eval: w.compile(e, s)}
			if f.Name != "" {
				g.name = f.Name + ": " + g.name
			}
			for i, p := range c.params {
				if e.mentions(map[string]bool{p.Name: true}, false) {
					g.known = i + 1
				}
			}
			if e.mentions(isFunc, false) {
				g.known = len(c.params) + 1
			}
			c.guards = append(c.guards, g)
		}
	}
	for _, f := range a.Assert {
		c.asserts = append(c.asserts, check{f.Name, w.compile(f.Expr, s)})
	}
	for _, as := range a.Assigns {
		c.assigns = append(c.assigns, w.compileAssign(as, s))
	}
	return c
}

func (w *World) compileAssign(as Assign, s scope) assign {
	t := w.tables[as.Func.Name]
	args := make([]code, len(as.Args))
	var loops []int // arguments that match every element
	first := s.used
	for i, x := range as.Args {
		if as.Any[i] {
			loops = append(loops, i)
			s = s.with(x.Name)
		}
	}
	for i, x := range as.Args {
		if !as.Any[i] {
			args[i] = w.compile(x, s)
		}
	}
	rhs := w.compile(as.Rhs, s)
	eval := func(w *World, out []write) ([]write, bool) {
		at := make([]int, len(args))
		for i, arg := range args {
			if arg != nil {
				at[i] = arg(w)
			}
		}
		inside := true
		var run func(k int)
		run = func(k int) {
			if k < len(loops) {
				for x := range t.dims[loops[k]] {
					at[loops[k]], w.env[first+k] = x, x
					run(k + 1)
				}
				return
			}
			if i := t.index(at); i < 0 {
				inside = false
			} else {
				out = append(out, write{t, i, int32(rhs(w))})
			}
		}
		run(0)
		return out, inside
	}
	return assign{t, eval}
}
