package programs

import (
	"math/rand/v2"
	"slices"
)

// A feature is a group of operations that a random program has.
type feature struct {
	name string
	make func(g *generator) Op
}

var features = []feature{
	{"atomics", (*generator).atomic},
	{"plain", (*generator).plain},
	{"mutex", (*generator).mutex},
	{"rwmutex", (*generator).rwmutex},
	{"group", (*generator).group},
	{"once", (*generator).once},
	{"cond", (*generator).cond},
	{"chan", (*generator).channel},
	{"select", (*generator).choice},
	{"map", (*generator).syncMap},
}

type generator struct {
	*rand.Rand
	p        *Program
	features []feature
	depth    int
	left     int // operations
}

// Random makes a program. The same numbers make the same program.
func Random(seed, number uint64) *Program {
	g := &generator{Rand: rand.New(rand.NewPCG(number, seed)), p: new(Program)}
	g.p.Style = g.IntN(1 << 20)
	g.p.Join = g.IntN(12) > 0
	for range atomics {
		g.p.Atomics = append(g.p.Atomics, AtomicType(g.IntN(int(atomicTypes))))
	}
	for range plains {
		g.p.Plains = append(g.p.Plains, PlainType(g.IntN(int(plainTypes))))
	}
	for range chans {
		g.p.Chans = append(g.p.Chans, Chan{g.IntN(3)})
	}
	// The first feature is another one for each program in turn.
	g.features = []feature{features[number%uint64(len(features))]}
	for range 1 + g.IntN(2) {
		g.features = append(g.features, features[g.IntN(len(features))])
	}
	n := 3 + g.IntN(4)/3
	g.left = 9
	for i := range n {
		var list []Op
		few := 1 + g.IntN(4)
		if i == 0 {
			few = g.IntN(6) / 3
		}
		for range few {
			list = append(list, g.op())
		}
		g.p.Goroutines = append(g.p.Goroutines, list)
	}
	g.start()
	g.p.Count = count(g.p.Goroutines, Done)
	if g.IntN(8) == 0 {
		g.p.Count++
	}
	return g.p
}

// start adds the go statements. The test's goroutine starts all others, but sometimes
// the last one is started by the one before.
func (g *generator) start() {
	n := len(g.p.Goroutines)
	nested := g.IntN(4) == 0
	rest := g.p.Goroutines[0]
	var list []Op
	for i := 1; i < n; i++ {
		start := Op{Kind: Go, V: i, Form: g.IntN(1 << 10)}
		if nested && i == n-1 {
			before := g.p.Goroutines[i-1]
			g.p.Goroutines[i-1] = slices.Insert(before, g.IntN(len(before)+1), start)
			continue
		}
		list = append(list, start)
		if cut := g.IntN(len(rest) + 1); i == 1 && g.IntN(3) == 0 {
			list, rest = append(list, rest[:cut]...), rest[cut:]
		}
	}
	g.p.Goroutines[0] = append(list, rest...)
}

func count(lists [][]Op, k Kind) int {
	n := 0
	for _, list := range lists {
		for _, o := range list {
			if o.Kind == k {
				n++
			}
			n += count([][]Op{o.Body}, k)
		}
	}
	return n
}

// op makes an operation of one of the program's features.
func (g *generator) op() Op {
	g.left--
	o := g.features[g.IntN(len(g.features))].make(g)
	o.Form = g.IntN(1 << 10)
	return o
}

// body makes the operations within another one.
func (g *generator) body() []Op {
	g.depth++
	defer func() { g.depth-- }()
	var list []Op
	for range 1 + g.IntN(2) {
		if g.left > 0 && g.depth < 3 {
			if g.IntN(2) == 0 {
				g.left--
				o := g.plain()
				o.Form = g.IntN(1 << 10)
				list = append(list, o)
			} else {
				list = append(list, g.op())
			}
		}
	}
	return list
}

// sometimes makes a body for a condition.
func (g *generator) sometimes() []Op {
	if g.IntN(3) > 0 {
		return nil
	}
	return g.body()
}

func (g *generator) pick(kinds ...Kind) Kind { return kinds[g.IntN(len(kinds))] }

func (g *generator) atomic() Op {
	v := g.IntN(atomics)
	t := g.p.Atomics[v]
	values := 3
	if t == Bool {
		values = 2
	}
	o := Op{Kind: g.pick(Load, Load, Store, Store, Swap, CAS, CAS, Await), V: v, Val: g.IntN(values), New: g.IntN(values)}
	switch {
	case t.number() && g.IntN(3) == 0:
		o.Kind = g.pick(Add, Add, And, Or)
	case t.word() && t != WordPointer && g.IntN(12) == 0:
		o.Kind = ReadAtomic
	}
	if o.Kind == Store {
		o.Val = 1 + g.IntN(values-1)
	}
	if o.Kind == Await {
		o.Val = 1
		return o
	}
	if o.Kind != Store && o.Kind != ReadAtomic {
		o.Body = g.sometimes()
	}
	return o
}

func (g *generator) plain() Op {
	return Op{Kind: g.pick(Read, Read, Write, Increment), V: g.IntN(plains), Val: 1 + g.IntN(3)}
}

func (g *generator) mutex() Op {
	return Op{Kind: g.pick(Lock, Lock, TryLock), V: g.IntN(mutexes), Body: g.body()}
}

func (g *generator) rwmutex() Op {
	return Op{Kind: g.pick(RLock, RLock, WLock, WLock, TryRLock, TryWLock), Body: g.body()}
}

func (g *generator) group() Op { return Op{Kind: g.pick(Done, WaitFor)} }

func (g *generator) once() Op { return Op{Kind: Once, Body: g.body()} }

func (g *generator) cond() Op {
	wake := Op{Kind: g.pick(Signal, Broadcast), Form: g.IntN(1 << 10)}
	switch g.IntN(5) {
	case 0:
		return wake // perhaps too early
	case 1, 2:
		return Op{Kind: Lock, Body: []Op{{Kind: CondWait}}}
	default:
		body := []Op{{Kind: SetFlag}}
		if g.IntN(6) > 0 {
			body = append(body, wake)
		}
		return Op{Kind: Lock, Body: body}
	}
}

func (g *generator) channel() Op {
	o := Op{Kind: g.pick(Send, Send, Send, Recv, Recv, RecvOK, Range, Close, Len), V: g.IntN(chans), Val: 1 + g.IntN(3)}
	if o.Kind == RecvOK {
		o.Body = g.sometimes()
	}
	return o
}

func (g *generator) choice() Op {
	o := Op{Kind: g.pick(Send, Recv, TrySend, TryRecv, TryRecv, RecvEither, TryRecvEither), V: g.IntN(chans), Val: 1 + g.IntN(3)}
	if o.Kind == TrySend || o.Kind == TryRecv {
		o.Body = g.sometimes()
	}
	return o
}

func (g *generator) syncMap() Op {
	o := Op{Kind: g.pick(MapStore, MapLoad, MapLoadOrStore, MapDelete), V: g.IntN(keys), Val: 1 + g.IntN(3)}
	if o.Kind == MapLoadOrStore {
		o.Body = g.sometimes()
	}
	return o
}

// Programs have at most so many states and interleavings, which keeps explorations short.
const (
	maxStates = 4000
	maxPaths  = 20_000
)

// paths returns the most interleavings of p. A select of several channels is one step to
// the oracle, but several to the explorer.
func (p *Program) paths() float64 {
	n := count(p.Goroutines, RecvEither) + count(p.Goroutines, TryRecvEither)
	return maxPaths / float64(int(1)<<min(n, 6))
}

// Find makes a random program with not too many states, in which no select can choose,
// and what it can do. Two thirds of the programs must do more than one thing. The same
// numbers find the same program.
func Find(seed, number uint64) (*Program, *Result) {
	for ; ; seed += 1 << 32 {
		p := Random(seed, number)
		r := Enumerate(p, maxStates)
		if r == nil || r.Choice || r.Paths > p.paths() {
			continue
		}
		if number/uint64(len(features))%3 == 0 || len(r.Outcomes) > 1 || r.Failures["race"] {
			return p, r
		}
	}
}
