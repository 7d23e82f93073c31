package explore

import (
	"fmt"
	"runtime/debug"
	"sync/atomic"

	"github.com/flatmap-go/flatmap/linearizability/explore/internal/hook"
)

// naming is the engine while a failure is replayed, which needs the names.
var naming atomic.Pointer[engine]

// exploring holds the exploration in progress.
var exploring = make(chan struct{}, 1)

// A client is what the engine runs: a [Program] without its types.
type client interface {
	setup()                // makes a fresh state
	body(g int)            // makes the calls of goroutine g
	exited(g int)          // notes that goroutine g called runtime.Goexit
	check() error          // judges the execution that just ended
	callName(g int) string // returns the name of the call that g is in
	silent() []string      // returns the calls that have made no access in any execution
}

// An ending is how an execution ended.
type ending uint8

const (
	running   ending = iota
	complete         // every goroutine has ended or is parked
	stuck            // deadlock
	redundant        // cut off: other executions cover the rest
	foreign          // cut off: it belongs to another shard
	failed           // see failure
)

// toMain stands for the goroutine that called the engine. It is not one of the
// program.
const toMain = -1

// An engine runs one execution after the other. A strategy decides which goroutine
// runs. The engine keeps the information for that: the trail of events so far, the
// goroutines that can run, and the happens-before relation.
//
// Arrays with MaxGoroutines elements are indexed by a goroutine of the program.
type engine struct {
	client   client
	strategy strategy
	given    int // goroutines of the program
	n        int // goroutines of the program and those that Go started

	maxSteps       int
	ignoreRealTime bool
	allowDeadlock  bool
	allAttempts    bool
	eachTrace      func(Trace)
	parkAfter      [MaxGoroutines]uint32 // 0: never
	coverage       *Coverage
	observer       observer
	wrappers       []string
	sourceNames    bool
	reversing      bool // the strategy wants races reversed
	hashing        bool // the strategy wants hash kept

	// The current execution.
	running   int // the goroutine that runs
	target    int // the goroutine that should run next, or toMain
	begun     int // goroutines begin in order
	live      set // begun and not ended
	parked    set // will never run again
	retried   set // will never run again, since their attempts failed
	left      set // with the ending stuck: had not ended
	waiting   set // have announced a step that can be impossible
	cutting   bool
	inside    bool // in code of the engine that may announce plain accesses
	finishing bool // with cutting: the live goroutines may run to their end
	unwound   set  // have got the panic that ends them early
	passed    int  // accesses made while cutting
	end       ending
	failure   *Failure
	pending   [MaxGoroutines]pending
	seq       [MaxGoroutines]uint32
	stamp     int
	locations []location
	byAddress addressTable

	trail  []node
	depth  int // events executed
	prefix int // nodes whose choice is that of the execution before

	// Happens-before.
	ordered      int // events that have a clock
	known        [MaxGoroutines]clock
	lastCall     [MaxGoroutines]int32
	lastReturn   [MaxGoroutines]int32
	predecessors []int32
	hash         traceHash

	// Spins.
	spinReads     [MaxGoroutines][]spinRead
	spinLocations []int32
	changed       uint32 // changes that could have ended the wait of the last Spin

	// Loops that are taken to spin: see spin.go.
	spinAfter int // 0: none
	echoes    [MaxGoroutines][]echo
	patience  [MaxGoroutines]int
	stack     uintptr // of the next echo, or 0
	soft      set     // in a Spin that need not be one
	loops     loopTable

	unseen []string // notes of Unseen

	// Data races.
	synchronized [MaxGoroutines]clock
	wakeups      [MaxGoroutines]clock   // what was released to goroutines that have been woken
	chans        [MaxGoroutines + 1]int // how many each goroutine has made, and Setup and Check
	plainWords   []plainWord
	byWord       addressTable

	tracing bool
	trace   tracer
	sites   *siteTable             // nil unless places in the source are recorded
	sitesOf [MaxGoroutines][]int32 // with coverage: places of the announcements of the execution before

	workers [MaxGoroutines]*worker
	selves  [MaxGoroutines]atomic.Uintptr // what here is while each worker runs
	entered uintptr                       // what here is, unless the exploration was abandoned
	started atomic.Uint64                 // the location that Go writes; it stands for n - given
	bodies  [MaxGoroutines]func()
}

// pending is what a goroutine has announced, or is about to.
type pending struct {
	op        op
	call      bool // the access is the first of a call
	loc       int32
	site      int32
	mask      uint64
	times     *Times // of the current call
	firstStep uint32 // of the current call
}

// announce is called by the running goroutine before every access. It returns when
// the access is the next step.
func (e *engine) announce(o op, a address, width uint8, mask uint64) {
	g := e.running
	if e.observer.pending {
		e.flushPlain()
	}
	if e.spinAfter != 0 && a != nil && !e.cutting && e.echoing(g, o, a) {
		e.yield(true)
	}
	if e.cutting {
		if !e.finishes(o, a, width, mask) {
			e.unwind(g)
		}
		return
	}
	p := &e.pending[g]
	p.op, p.mask, p.loc, p.site = o, mask, -1, 0
	if a != nil {
		p.loc = e.locate(a, width)
		// Before the access: the runtime may not survive a number in a pointer.
		if l, c := &e.locations[p.loc], o.content(); l.content == anything {
			l.content = c
		} else if l.content != c {
			e.failMixed(g, a, l.content, c)
		}
	}
	if o.waits() {
		e.waiting |= only(g)
	}
	if e.sites != nil {
		p.site = e.callSite(g, o)
	}
	if limit := e.parkAfter[g]; limit > 0 && e.seq[g] >= limit {
		e.parked |= only(g)
	}
	if next := e.next(); next != g {
		e.leave(g, next)
	}
	e.waiting &^= only(g)
}

// next returns the goroutine that runs next. First every goroutine runs up to its
// first announcement; then the strategy chooses.
func (e *engine) next() int {
	if e.failure == nil && e.begun < e.n {
		g := e.begun
		e.begun++
		e.live |= only(g)
		return g
	}
	return e.decide()
}

// decide returns the goroutine that takes the next step.
func (e *engine) decide() int {
	e.order()
	if e.failure != nil {
		e.end = failed
		return toMain
	}
	i := e.depth
	enabled := e.enabled()
	if i < e.prefix {
		nd := &e.trail[i]
		g := int(nd.g)
		p := &e.pending[g]
		if !enabled.has(g) {
			e.failNondeterminism(g, "it cannot take the step that it took the first time")
		} else if i < e.prefix-1 && (p.op != nd.op || p.loc != nd.loc || p.mask != nd.mask) {
			e.failNondeterminism(g, fmt.Sprintf("it announces %v of x%d, but the first time it announced %v of x%d",
				p.op, p.loc, nd.op, nd.loc))
		} else {
			return g
		}
		e.end = failed
		return toMain
	}
	if enabled == 0 {
		e.end = complete
		if e.live&^e.parked != 0 {
			e.end, e.left = stuck, e.live
			e.reverseStuck()
		}
		if e.retried != 0 {
			e.end = redundant
		}
		return toMain
	}
	if i >= e.maxSteps {
		e.fail(Livelock, e.running, fmt.Errorf(
			"livelock: goroutines %v are still running after %d steps (a loop that only rereads must call Spin)", members(enabled), i))
		e.end = failed
		return toMain
	}
	nd := e.push()
	nd.enabled = enabled
	g, why := e.strategy.choose(e, i, nd)
	if why != running {
		e.reverseStuck()
		e.end = why
		return toMain
	}
	nd.g = uint8(g)
	return g
}

// enabled returns the goroutines that can take a step.
func (e *engine) enabled() set {
	enabled := e.live &^ e.parked &^ e.retried
	for w := enabled & e.waiting; w != 0; w &= w - 1 {
		if g := first(w); !e.possible(g) {
			enabled &^= only(g)
		}
	}
	if enabled == 0 && e.soft != 0 {
		return e.impatient()
	}
	return enabled
}

// possible reports whether g, in waiting, can make the step it announced.
func (e *engine) possible(g int) bool {
	p := &e.pending[g]
	if p.op == opSpin {
		for _, r := range e.spinReads[g] {
			if e.locations[r.loc].othersChanges(g) != r.changes {
				return true
			}
		}
		return false
	}
	l := &e.locations[p.loc]
	return peek(l.pin, l.width)&p.mask == 0
}

// execute runs one execution and returns how it ended.
func (e *engine) execute() ending {
	e.reset()
	e.strategy.begin(e)
	hook.Execution()
	executed.Add(1)
	if !e.sequentially("Setup", e.client.setup) {
		return failed
	}
	e.target = e.next()
	e.switchFrom(nil)
	if e.live != 0 {
		e.cutting, e.finishing = true, e.live == e.retried
		for e.live != 0 {
			e.target = first(e.live)
			e.switchFrom(nil)
		}
	}
	e.buryDead()
	switch {
	case e.failure != nil:
	case e.end == stuck && !e.allowDeadlock:
		// An error that a test has reported may be the cause. The history of other
		// programs lacks calls: what would be said of it is not the cause.
		if e.sourceNames && e.given == 1 {
			e.check()
		}
		e.failDeadlock()
	case e.end == complete, e.end == stuck:
		if e.strategy.owns(e) {
			if observe != nil {
				observe(e)
			}
			if e.eachTrace != nil {
				e.eachTrace(e.identify())
			}
			e.sequentially("Check", e.check)
		} else {
			e.end = foreign
		}
	}
	if e.failure != nil {
		e.end = failed
	}
	return e.end
}

func (e *engine) check() {
	if err := e.client.check(); err != nil {
		e.fail(Check, toMain, err)
	}
}

// sequentially runs f and reports whether it returned. A panic is a failure.
func (e *engine) sequentially(what string, f func()) (ok bool) {
	defer func() {
		if r := recover(); r != nil {
			e.fail(Panic, toMain, fmt.Errorf("panic in %s: %v", what, r))
			e.failure.Stack = debug.Stack()
		}
	}()
	f()
	return true
}

func (e *engine) reset() {
	e.begun, e.live, e.parked, e.retried, e.waiting = 0, 0, 0, 0, 0
	if e.n > e.given {
		e.n = e.given
		clear(e.bodies[:])
	}
	e.cutting, e.finishing, e.unwound, e.passed = false, false, 0, 0
	e.end, e.failure = running, nil
	e.depth, e.ordered, e.stamp = 0, 0, 0
	e.locations = e.locations[:0]
	e.byAddress.reset()
	if e.plainWords = e.plainWords[:0]; e.byWord.used > 0 || e.byWord.slots == nil {
		e.byWord.reset()
	}
	e.spinLocations = e.spinLocations[:0]
	e.soft = 0
	e.chans[MaxGoroutines] = 0
	e.hash = traceHash{}
	e.observer.pending = false
	for g := range e.n {
		e.newborn(g)
	}
}

func members(s set) []int {
	var list []int
	for ; s != 0; s &= s - 1 {
		list = append(list, first(s))
	}
	return list
}
