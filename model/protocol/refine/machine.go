package refine

// The types below are what the compiled model (compiled_*.go) is made of.

//go:generate go run ./generate

// A refusal is the number of the rule that forbids a step, or 0.
type refusal int

// A rule is a requirement of an action, or what it asserts.
type rule struct {
	action, name, text string
	asserts            bool
}

// An actionName is the number of an action.
type actionName int

// A backing is the memory of all functions of a machine, so that one copy returns it to
// its initial state.
type backing struct {
	bools, firstBools []bool
	ints, firstInts   []int32
	later             []write // of an assignment that reads other places of its function
}

type write struct {
	at int
	to int32
}

// A carver hands out memory: first it only counts, then it cuts.
type carver struct {
	b       *backing
	counted [2]int // bools, ints of the state
	cut     bool
}

func (c *carver) bools(state bool, n int) []bool {
	switch {
	case !state && !c.cut:
		return nil
	case !state:
		return make([]bool, n)
	case !c.cut:
		c.counted[0] += n
		return nil
	}
	part := c.b.bools[:n:n]
	c.b.bools = c.b.bools[n:]
	return part
}

func (c *carver) ints(state bool, n int) []int32 {
	switch {
	case !state && !c.cut:
		return nil
	case !state:
		return make([]int32, n)
	case !c.cut:
		c.counted[1] += n
		return nil
	}
	part := c.b.ints[:n:n]
	c.b.ints = c.b.ints[n:]
	return part
}

// newMachine returns a machine in which everything is 0.
func newMachine(n sizes) *machine {
	m := &machine{sizes: n}
	c := carver{b: &m.backing}
	m.carve(&c)
	bools, ints := make([]bool, c.counted[0]), make([]int32, c.counted[1])
	m.bools, m.ints = bools, ints
	c.cut = true
	m.carve(&c)
	m.bools, m.ints = bools, ints
	m.firstBools, m.firstInts = make([]bool, len(bools)), make([]int32, len(ints))
	return m
}

// keep makes the state as it is the one that restart returns to.
func (m *machine) keep() {
	copy(m.firstBools, m.bools)
	copy(m.firstInts, m.ints)
}

func (m *machine) restart() {
	copy(m.bools, m.firstBools)
	copy(m.ints, m.firstInts)
}

// within returns a position, or the one behind the structure for those outside of it.
func (m *machine) within(p int) int {
	if uint(p) >= uint(m.nInt) {
		return m.nInt
	}
	return p
}

func either(c bool, a, b int) int {
	if c {
		return a
	}
	return b
}

// An inverse has the elements at which a function has each value.
type inverse struct {
	first []int32 // where the list of a value begins
	list  []int32
}

func (v *inverse) at(x int) []int32 { return v.list[v.first[x]:v.first[x+1]] }

// fill inverts a function with n values, at the argument of which there are elements, and
// of which two neighbours are stride apart. It keeps the order of elements.
func (v *inverse) fill(f []int32, n, elements, stride int) {
	lists := make([][]int32, n)
	for i, x := range f {
		e := int32(i / stride % elements)
		if l := lists[x]; len(l) == 0 || l[len(l)-1] != e {
			lists[x] = append(l, e)
		}
	}
	v.first, v.list = make([]int32, n+1), v.list[:0]
	for x, l := range lists {
		v.list = append(v.list, l...)
		v.first[x+1] = int32(len(v.list))
	}
}

// A set is a parameter of an action that is a set.
type set struct {
	has  []bool
	list []int32
}

func (s *set) reset(n int) {
	if len(s.has) != n {
		s.has = make([]bool, n)
		s.list = s.list[:0]
	}
	for _, x := range s.list {
		s.has[x] = false
	}
	s.list = s.list[:0]
}

func (s *set) add(x int) {
	if !s.has[x] {
		s.has[x] = true
		s.list = append(s.list, int32(x))
	}
}
