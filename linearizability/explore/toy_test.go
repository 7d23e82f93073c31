package explore

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
)

// Random toy programs over a few words are data. The engine runs them through the
// public API (toyProgram); the oracle of oracle_test.go interprets them itself.

type toyKind uint8

const (
	toyLoad toyKind = iota
	toyStore
	toyAdd
	toySwap
	toyCAS
	toyLock      // var is a mutex, here and below
	toyTryUnlock // TryLock, and Unlock if it succeeded: one or two steps
	toyUnlock
	toyLockBits  // waits until bit 0 is clear, and sets it
	toyWaitClear // waits until bit 0 is clear
	toyAnd       // clears bit 0
	toyBranch    // loads, and if that is not 0, loads the next word too
	toyAwait     // loops, with Spin, until the word is val
	toyAwaitSum  // the same until two words are not both 0
	toyAcquire   // sets bit 0 by CompareAndSwap once it is clear, with Retry
	toyValidate  // loads two words until the first is as it was, with Retry
	toySleep     // locks, waits on the Cond if the word is 0, and unlocks
	toySignal
	toyBroadcast
	toyGo // starts the next goroutine of those that wait for it
)

var toyNames = []string{"load", "store", "add", "swap", "cas", "lock", "try", "unlock",
	"lockbits", "waitclear", "and", "branch", "await", "awaitsum", "acquire", "validate",
	"sleep", "signal", "broadcast", "go"}

type toyOp struct {
	kind     toyKind
	v        int    // which word or mutex
	val, new uint64 // operands
}

func (o toyOp) String() string {
	return fmt.Sprintf("%s(%d,%d,%d)", toyNames[o.kind], o.v, o.val, o.new)
}

const (
	toyVars    = 3
	toyMutexes = 2
)

// A toy is, per goroutine, the calls, each of some operations. The last ones wait
// for as many toyGos to start them, and make no calls: only the first counts.
type toy struct {
	calls    [][][]toyOp
	wait     int
	realTime bool
}

// given returns the number of goroutines that run from the start.
func (t toy) given() int { return len(t.calls) - t.wait }

func (t toy) String() string {
	var b strings.Builder
	for g, calls := range t.calls {
		fmt.Fprintf(&b, "  goroutine %d: %v\n", g, calls)
	}
	return fmt.Sprintf("real time %t, the last %d wait for a go\n%s", t.realTime, t.wait, b.String())
}

// toyState is the memory of a toy. Results go into a register per goroutine.
type toyState struct {
	vars    [toyVars]Uint64
	mutexes [toyMutexes]Mutex
	cond    Cond // of the first mutex
	regs    [MaxGoroutines]uint64
	start   func() // runs the next goroutine that waits for a toyGo
}

func foldReg(reg, v uint64) uint64 { return reg*1000003 + v + 1 }

func (o toyOp) run(s *toyState, g int) {
	note := func(v uint64) { s.regs[g] = foldReg(s.regs[g], v) }
	switch o.kind {
	case toyLoad:
		note(s.vars[o.v].Load())
	case toyStore:
		s.vars[o.v].Store(o.val)
	case toyAdd:
		note(s.vars[o.v].Add(o.val))
	case toySwap:
		note(s.vars[o.v].Swap(o.val))
	case toyCAS:
		note(uint64(bit(s.vars[o.v].CompareAndSwap(o.val, o.new))))
	case toyLock:
		s.mutexes[o.v].Lock()
	case toyTryUnlock:
		ok := s.mutexes[o.v].TryLock()
		note(uint64(bit(ok)))
		if ok {
			s.mutexes[o.v].Unlock()
		}
	case toyUnlock:
		s.mutexes[o.v].Unlock()
	case toyLockBits:
		note(s.vars[o.v].LockBits(1))
	case toyWaitClear:
		note(s.vars[o.v].WaitClear(1))
	case toyAnd:
		note(s.vars[o.v].And(^uint64(1)))
	case toyBranch:
		v := s.vars[o.v].Load()
		note(v)
		if v != 0 {
			note(s.vars[(o.v+1)%toyVars].Load())
		}
	case toyAcquire:
		for {
			old := s.vars[o.v].Load()
			if old&1 != 0 {
				s.vars[o.v].WaitClear(1)
			} else if s.vars[o.v].CompareAndSwap(old, old|1) {
				note(old)
				return
			}
			Retry()
		}
	case toyValidate:
		for {
			first := s.vars[o.v].Load()
			second := s.vars[(o.v+1)%toyVars].Load()
			if s.vars[o.v].Load() == first {
				note(first)
				note(second)
				return
			}
			Retry()
		}
	case toySleep:
		s.mutexes[0].Lock()
		if s.vars[o.v].Load() == 0 {
			s.cond.Wait()
		}
		s.mutexes[0].Unlock()
	case toySignal:
		s.cond.Signal()
	case toyBroadcast:
		s.cond.Broadcast()
	case toyGo:
		Go(s.start)
	case toyAwait:
		for s.vars[o.v].Load() != o.val {
			Spin()
		}
	case toyAwaitSum:
		SpinStart()
		for s.vars[o.v].Load() == 0 && s.vars[(o.v+1)%toyVars].Load() == 0 {
			Spin()
		}
	}
}

// program returns the toy as a Program for the engine.
func (t toy) program() Program[*toyState, struct{}] {
	p := Program[*toyState, struct{}]{
		Setup: func() *toyState {
			s := new(toyState)
			s.cond.L = &s.mutexes[0]
			next := t.given() // a goroutine begins before another is started
			s.start = func() {
				g := next
				next++
				for _, o := range t.calls[g][0] {
					o.run(s, g)
				}
			}
			return s
		},
		AllowDeadlock:  true,
		IgnoreRealTime: !t.realTime,
	}
	for g, calls := range t.calls[:t.given()] {
		var list []Call[*toyState, struct{}]
		for _, ops := range calls {
			list = append(list, Call[*toyState, struct{}]{Do: func(s *toyState) struct{} {
				for _, o := range ops {
					o.run(s, g)
				}
				return struct{}{}
			}})
		}
		p.Goroutines = append(p.Goroutines, list)
	}
	return p
}

// A toyOutcome is a result on which the oracle and the engine must agree.
func toyOutcome(vars []uint64, regs []uint64, stuck bool) string {
	key := make([]byte, 0, 128)
	for _, v := range vars {
		key = binary.AppendUvarint(key, v)
	}
	for _, v := range regs {
		key = binary.AppendUvarint(key, v)
	}
	if stuck {
		key = append(key, 1)
	}
	return string(key)
}

// An exploredSet has the traces and outcomes that the engine saw.
type exploredSet struct {
	report   *Report
	traces   map[string]int // how often each
	outcomes map[string]bool
}

// exploreToy explores a toy and identifies the traces.
func exploreToy(t toy, o Options) exploredSet {
	got := exploredSet{traces: map[string]int{}, outcomes: map[string]bool{}}
	p := t.program()
	n := len(t.calls)
	ended := false
	p.Check = func(s *toyState, _ []Op[struct{}]) error {
		vars := make([]uint64, 0, toyVars+toyMutexes+1)
		for i := range s.vars {
			vars = append(vars, s.vars[i].Load())
		}
		for i := range s.mutexes {
			vars = append(vars, peek(addressOf(&s.mutexes[i]), 4))
		}
		waiting := uint64(0)
		for g := range n {
			waiting += uint64(bit(s.cond.queue.Load()&placeOf(g) != 0))
		}
		vars = append(vars, waiting)
		got.outcomes[toyOutcome(vars, s.regs[:n], ended)] = true
		return nil
	}
	observe = func(e *engine) {
		ended = e.end == stuck
		got.traces[canonical(e, n)]++
	}
	defer func() { observe = nil }()
	got.report = Explore(context.Background(), p, o)
	return got
}

// canonical names the trace of an execution: the clocks of all events, by
// goroutine, of n that there may be.
func canonical(e *engine, n int) string {
	key := make([]byte, 0, e.depth*(n+1))
	for g := range n {
		for i := range e.depth {
			if ev := &e.trail[i].event; int(ev.g) == g {
				for h := range n {
					key = append(key, byte(ev.clock[h]))
				}
			}
		}
		key = append(key, 255)
	}
	return string(key)
}

// A toyFlavor is what a random toy is made of.
type toyFlavor struct {
	name     string
	kinds    []toyKind
	realTime bool
}

var toyFlavors = []toyFlavor{
	{"words", []toyKind{toyLoad, toyLoad, toyStore, toyAdd, toySwap, toyCAS}, false},
	{"calls", []toyKind{toyLoad, toyLoad, toyStore, toyAdd, toyCAS}, true},
	{"locks", []toyKind{toyLock, toyLock, toyTryUnlock, toyLoad, toyStore}, false},
	{"locked calls", []toyKind{toyLock, toyTryUnlock, toyLoad, toyStore}, true},
	{"waits", []toyKind{toyLockBits, toyLockBits, toyWaitClear, toyAnd, toyStore, toyAdd, toyLoad}, false},
	{"waiting calls", []toyKind{toyLockBits, toyWaitClear, toyAnd, toyStore, toyLoad}, true},
	{"branching calls", []toyKind{toyBranch, toyBranch, toyTryUnlock, toyStore, toyStore}, true},
	{"retries", []toyKind{toyAcquire, toyAcquire, toyValidate, toyAnd, toyStore, toyAdd}, false},
	{"retrying calls", []toyKind{toyAcquire, toyAcquire, toyValidate, toyAnd, toyAdd}, true},
	{"spins", []toyKind{toyAwait, toyAwaitSum, toyStore, toyStore, toyAdd, toyCAS, toyLoad}, false},
	{"sleepers", []toyKind{toySleep, toySleep, toySignal, toyBroadcast, toyStore, toyLock}, false},
	{"sleeping calls", []toyKind{toySleep, toySignal, toyBroadcast, toyStore, toyLoad}, true},
	{"starters", []toyKind{toyGo, toyGo, toyGo, toyLoad, toyStore, toyAdd, toyCAS, toyLock}, false},
	{"starting calls", []toyKind{toyGo, toyGo, toyLoad, toyStore, toyAdd, toyTryUnlock}, true},
	{"all", []toyKind{toyLoad, toyStore, toyAdd, toyCAS, toyLock, toyTryUnlock, toyLockBits,
		toyWaitClear, toyAnd, toyAwait, toyAwaitSum}, true},
}

// randomToy returns a toy of two to four goroutines.
func randomToy(r *rand.Rand, f toyFlavor) toy {
	n := 2 + r.IntN(3)
	t := toy{realTime: f.realTime}
	if f.kinds[0] == toyGo {
		t.wait = 1 + r.IntN(n-1)
	}
	starts := t.wait // no more goroutines wait
	vars := 1 + r.IntN(toyVars)
	most := []int{0, 0, 5, 3, 2}[n] + *toySize
	for g := range n {
		var ops []toyOp
		var unlocks []toyOp
		for range 1 + r.IntN(most) {
			o := toyOp{kind: f.kinds[r.IntN(len(f.kinds))], v: r.IntN(vars), val: uint64(r.IntN(3)), new: uint64(r.IntN(3))}
			switch o.kind {
			case toyLock, toyTryUnlock:
				o.v = r.IntN(toyMutexes)
				if o.kind == toyLock && r.IntN(8) != 0 { // sometimes never unlocked
					unlocks = append(unlocks, toyOp{kind: toyUnlock, v: o.v})
				}
			case toyAdd:
				o.val = 1
			case toyGo:
				if starts == 0 {
					o.kind = toyLoad
				} else {
					starts--
				}
			}
			ops = append(ops, o)
			if len(unlocks) > 0 && r.IntN(2) == 0 {
				ops = append(ops, unlocks[len(unlocks)-1])
				unlocks = unlocks[:len(unlocks)-1]
			}
		}
		for i := len(unlocks) - 1; i >= 0; i-- {
			ops = append(ops, unlocks[i])
		}
		var calls [][]toyOp
		if t.realTime && g < t.given() {
			for len(ops) > 0 {
				k := 1 + r.IntN(len(ops))
				calls = append(calls, ops[:k])
				ops = ops[k:]
			}
		} else {
			calls = [][]toyOp{ops}
		}
		t.calls = append(t.calls, calls)
	}
	return t
}

// repeats reports whether a goroutine may read the same word twice in a row.
func (t toy) repeats() bool {
	for _, calls := range t.calls {
		for _, ops := range calls {
			for i, o := range ops {
				// A Load, or the last read of what ends with one.
				if o.kind == toyLoad || o.kind == toyBranch || o.kind == toyAwait || o.kind == toyAwaitSum || o.kind == toyValidate {
					if i+1 < len(ops) {
						return true
					}
				}
			}
		}
	}
	return false
}
