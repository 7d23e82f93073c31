package main

import "slices"

// A suite is a set of clients. Each is explored exhaustively.
//
// A default run has the suites that are not long. It takes a few minutes, and
// makes every execution of every client in it.
type suite struct {
	name     string
	what     string
	shape    []int // calls of each goroutine; nil for the special suites
	when     situation
	except   string // leave out this scenario,
	only     string // or all but this one
	subjects []string
	allowed  func(kind) bool   // the alphabet; nil is all of it
	distinct bool              // leave out the calls that others cover
	must     func(client) bool // which clients; nil is all of them
	long     bool              // not in the default run
	sleeping bool              // who waits for a lock sleeps
}

// A situation is a set of scenarios.
type situation uint16

const (
	growing       situation = 1 << iota // a grow is in progress
	shrinking                           // a shrink is
	crowded                             // a chain is long
	settled                             // none of these
	spread                              // keys are in two chains, and nothing is in progress
	panicking                           // a grow is in progress, and the hasher panics
	large                               // a goroutine more allocates the table of a resize
	roomy                               // buckets have three slots, and nothing is in progress
	roomyResizing                       // the same, and a resize is
	settling                            // a Retain ends resizes, and nothing is in progress
	resizing      = growing | shrinking
)

// situation returns what a scenario is.
func (s *scenario) situation() situation {
	switch {
	case s.rare:
		return 0
	case s.settles:
		return settling
	case s.large:
		return large
	case s.slots != 0 && s.resize != 0:
		return roomyResizing
	case s.slots != 0:
		return roomy
	case s.sick != 0:
		return panicking
	case s.resize > s.buckets:
		return growing
	case s.resize > 0:
		return shrinking
	case s.pairs:
		return crowded
	case s.split:
		return spread
	}
	return settled
}

// inScenario reports whether a suite has clients in a scenario.
func (s *suite) inScenario(sc *scenario) bool {
	when := s.when
	if when == 0 {
		when = settled
	}
	return sc.situation()&when != 0 && sc.name != s.except && (s.only == "" || s.only == sc.name)
}

// unmodelled is the map that is not compared with the model.
const unmodelled = "unequal"

// allSubjects has, beyond everySubject, those that differ from one of them in
// how words are copied and keys compared, and little else.
var (
	everySubject = []string{"words", "words-core", "pairs", "pointers", "strings"}
	allSubjects  = append(slices.Clone(everySubject), "names", "wide", "interfaces")

	// subjectNames has also the map whose hasher panics, and the one with a key that differs
	// from itself, which no model has.
	subjectNames = append(slices.Clone(allSubjects), "panicking", unmodelled)

	// aboutSubjects says what each is.
	aboutSubjects = map[string]string{
		"words":      "uint64 to uint64: a separate fast path",
		"words-core": "uint64 to uint64 with a hasher of the user: the general path",
		"pairs":      "uint64 to [2]uint64: values without pointers that need the spare slot",
		"pointers":   "uint64 to *int",
		"strings":    "string to string: pointers and more than a word in keys and values",
		"names":      "string to uint64",
		"wide":       "[2]uint64 to uint64: keys of more than a word that are no strings",
		"interfaces": "any to string: keys of two types, so that a torn one would crash",
		"panicking":  "uint64 to string, and the hasher panics until it is fixed",
		unmodelled:   "float64 to [2]uint64, with a NaN in the map that no call names",
	}
)

// among returns an alphabet.
func among(list ...kind) func(kind) bool {
	return func(k kind) bool { return slices.Contains(list, k) }
}

// basic is the alphabet of the suites that are too large for all of it: a read,
// an update or insert, a removal, and the two operations on the whole map.
var basic = among(load, store, swap, loadAndDelete, clearAll, iterate)

// unhashed is basic, and the end of a hasher's panics.
var unhashed = among(load, store, swap, loadAndDelete, clearAll, iterate, mend)

// writing is the alphabet of what takes locks. What others cover is left out.
var writing = but(load, length, iterate)

// alphabet returns the ops of a suite for a scenario of so many keys.
func (s *suite) alphabet(keys int) []op {
	allowed := s.allowed
	if allowed == nil {
		allowed = but()
	}
	return alphabet(keys, func(k kind) bool { return allowed(k) && !(s.distinct && covered(k)) })
}

// but returns the alphabet without some calls of the map.
func but(list ...kind) func(kind) bool {
	return func(k kind) bool { return k < kinds && !slices.Contains(list, k) }
}

// each calls yield for the clients of a suite in a scenario, until it returns
// false.
func (s *suite) each(sc *scenario, yield func(client) bool) bool {
	return clients(s.shape, s.alphabet(sc.keys), sc.symmetric(), func(c client) bool {
		return s.must != nil && !s.must(c) || yield(c)
	})
}

// count returns how many clients a suite has on each kind of map; 0 if it is not
// a set of clients.
func (s *suite) count() (n uint64) {
	if s.shape == nil {
		return 0
	}
	for i := range scenarios {
		if s.inScenario(&scenarios[i]) {
			s.each(&scenarios[i], func(client) bool { n++; return true })
		}
	}
	return n
}

// coverageSuite is the clients of coverage_clients.txt, which between them reach
// what is known to be reached of the source, in seconds. Each is explored up to
// some number of executions.
var coverageSuite = suite{name: "coverage", what: "clients chosen to reach the source", subjects: append(slices.Clone(allSubjects), "panicking")}

func suiteNamed(name string) *suite {
	for i := range suites {
		if suites[i].name == name {
			return &suites[i]
		}
	}
	return nil
}

// helping chooses the clients in which two calls move chains, and one reads.
func helping(c client) bool {
	writers := 0
	for _, ops := range c {
		if !among(load, iterate)(ops[0].kind) {
			writers++
		}
	}
	return writers == 2
}

// retaining chooses the clients in which a call is Retain.
func retaining(c client) bool {
	return slices.ContainsFunc(c, func(ops []op) bool { return ops[0].kind == retain })
}

// looking chooses those in which one is a Retain that changes nothing.
func looking(c client) bool { return (c[0][0].kind == look) != (c[1][0].kind == look) }

// visitingAll chooses those in which one is of either kind.
func visitingAll(c client) bool {
	visits := among(retain, look)
	return visits(c[0][0].kind) || visits(c[1][0].kind)
}

// calling are the calls that have a callback, or wait for those of others at each step.
var calling = among(loadOrCompute, computeToggle, computePanic, retain, clearAll)

// callingOnce chooses the clients in which at most one call is: two that take each other's
// locks over have more executions than all other pairs of calls together.
func callingOnce(c client) bool { return !calling(c[0][0].kind) || !calling(c[1][0].kind) }

// retainingAlone chooses, of those, the clients without a Retain concurrently with an iteration,
// which has millions of executions where chains are long.
func retainingAlone(c client) bool {
	return callingOnce(c) && !(retaining(c) && (c[0][0].kind == iterate || c[1][0].kind == iterate))
}

// visitedOnce chooses, of those, the clients without a Retain that visits chains again and
// again, because another call writes them or moves them on.
func visitedOnce(c client) bool {
	reads := among(load, iterate, length, grow)
	return callingOnce(c) && (!retaining(c) || reads(c[0][0].kind) || reads(c[1][0].kind))
}

// visitingEver chooses the clients in which a call has callbacks.
func visitingEver(c client) bool { return callingBack(c) || retaining(c) }

// visiting chooses those that visitedOnce chooses, too.
func visiting(c client) bool { return visitingEver(c) && visitedOnce(c) }

// neverCalling chooses the others.
func neverCalling(c client) bool { return !visitingEver(c) }

// callsBack are the calls that have a callback, of one entry.
var callsBack = among(loadOrCompute, computeToggle, computePanic)

// callingBack chooses the clients in which a call has a callback.
func callingBack(c client) bool {
	return slices.ContainsFunc(c, func(ops []op) bool { return callsBack(ops[0].kind) })
}

// callingBackOnce chooses those in which one call has.
func callingBackOnce(c client) bool {
	n := 0
	for _, ops := range c {
		if callsBack(ops[0].kind) {
			n++
		}
	}
	return n == 1
}

// callingBackInResize chooses those in which one other call begins a resize.
func callingBackInResize(c client) bool { return callingBack(c) && beginningOnce(c) }

// recovering chooses the clients in which the hasher ceases to panic.
func recovering(c client) bool {
	return slices.ContainsFunc(c, func(ops []op) bool { return ops[0].kind == mend })
}

// reusing chooses the clients in which an insert follows a removal, and one reads.
func reusing(c client) bool {
	return c[0][0].kind == loadAndDelete && c[0][1].kind == store && among(load, iterate)(c[1][0].kind)
}

// moving chooses the clients in which an insert follows a removal, with another of
// either between them, concurrently with an iteration.
func moving(c client) bool {
	return c[0][0].kind == loadAndDelete && among(loadAndDelete, store)(c[0][1].kind) && c[0][2].kind == store && c[1][0].kind == iterate
}

// beginning chooses the clients in which a call begins a resize of itself, at any
// moment.
func beginning(c client) bool { return beginners(c) > 0 }

// beginningOnce chooses those in which one call does.
func beginningOnce(c client) bool { return beginners(c) == 1 }

func beginners(c client) (n int) {
	for _, ops := range c {
		if among(grow, shrink)(ops[0].kind) {
			n++
		}
	}
	return n
}

var suites = []suite{
	{name: "2x1", what: "every pair of calls", shape: []int{1, 1}, when: settled | spread | roomy, subjects: allSubjects, must: callingOnce},
	{name: "crowded", what: "every pair of calls, of a chain of three buckets; no iteration concurrently with a Retain", shape: []int{1, 1}, when: crowded, subjects: allSubjects, must: retainingAlone},
	{name: "lent", what: "every pair of calls that call back, or Clear, of a chain that is not long", shape: []int{1, 1}, when: settled | spread, subjects: []string{"words-core", "strings"}, allowed: calling},
	{name: "progress", what: "Loads concurrently with a call that is parked permanently at every step", when: settled | resizing | crowded, subjects: everySubject},
	{name: "covers", what: "calls that others cover, concurrently with every call", when: settled | growing, subjects: everySubject},
	{name: "attempts", what: "the same results with and without failed attempts", subjects: append(slices.Clone(everySubject), "names"), must: visitedOnce},
	{name: "reuse", what: "a removal and an insert, which may get its slot, concurrently with a read", shape: []int{2, 1}, when: settled | crowded, subjects: []string{"words", "words-core", "pairs", "pointers", "names", "wide"},
		allowed: among(load, iterate, store, loadAndDelete), must: reusing},
	{name: "reuse-large", what: "the same, of chains that are not long", shape: []int{2, 1}, when: settled, subjects: []string{"strings", "interfaces"},
		allowed: among(load, iterate, store, loadAndDelete), must: reusing},
	{name: "moving", what: "a removal, another or an insert, and an insert, which may move a key to another bucket, concurrently with an iteration", shape: []int{3, 1}, when: settled | crowded, subjects: []string{"words", "words-core", "pointers"},
		allowed: among(iterate, store, loadAndDelete), must: moving},
	{name: "moving-large", what: "the same, of chains that are not long", shape: []int{3, 1}, when: settled, subjects: []string{"pairs", "strings", "interfaces"},
		allowed: among(iterate, store, loadAndDelete), must: moving},
	{name: "2x1-resizing", what: "every pair of calls, during a resize", shape: []int{1, 1}, when: resizing, subjects: everySubject, distinct: true, must: neverCalling},
	{name: "3x1", what: "every three calls that do not resize for nothing", shape: []int{1, 1, 1}, subjects: everySubject, allowed: but(grow, shrink, loadOrCompute, computeToggle, computePanic, retain), distinct: true},
	{name: "lent-3x1", what: "a call that calls back, and two that write", shape: []int{1, 1, 1}, only: "one entry", subjects: []string{"words-core"},
		allowed: among(swap, loadAndDelete, loadOrCompute, computeToggle), must: callingBackOnce},
	{name: "lent-growing", what: "a call that has callbacks and one that has none, during a grow", shape: []int{1, 1}, when: growing, subjects: everySubject, distinct: true, must: visiting},
	{name: "lent-shrinking", what: "a call that calls back and one that writes, during a shrink", shape: []int{1, 1}, when: shrinking, only: "shrinking, two chains", subjects: []string{"words", "words-core", "strings"},
		allowed: among(swap, loadAndDelete, computeToggle), must: callingBackOnce},
	{name: "unequal", what: "a Retain, which changes all or nothing, and a call that writes, or calls back, or Clear, next to a key that differs from itself", shape: []int{1, 1}, when: settled | roomy, subjects: []string{unmodelled},
		allowed: among(swap, loadAndDelete, computeToggle, retain, look, clearAll), must: visitingAll},
	{name: "looking", what: "a Retain that changes nothing, and another call", shape: []int{1, 1}, when: settled | spread, subjects: everySubject,
		allowed: func(k kind) bool { return k == look || but(loadOrCompute, computePanic)(k) }, distinct: true, must: looking},
	{name: "looking-growing", what: "a Retain that changes nothing and a read or a write, during a grow", shape: []int{1, 1}, when: growing, subjects: everySubject,
		allowed: among(look, load, iterate, swap, loadAndDelete), must: looking},
	{name: "roomy", what: "every three basic calls, in buckets of two entries and a spare slot", shape: []int{1, 1, 1}, when: roomy, subjects: []string{"pairs", "strings", "interfaces"},
		allowed: basic, distinct: true},
	{name: "roomy-resizing", what: "every pair of calls, in such buckets, during a resize", shape: []int{1, 1}, when: roomyResizing, subjects: []string{"pairs", "strings"}, distinct: true, must: visitedOnce},
	{name: "helpers", what: "two helpers and a reader, during a grow", shape: []int{1, 1, 1}, when: growing, subjects: []string{"words", "strings"},
		allowed: among(load, store, loadAndDelete, clearAll, iterate), distinct: true, must: helping},
	{name: "helpers-shrinking", what: "two removals and a reader, during a shrink", shape: []int{1, 1, 1}, when: shrinking, subjects: []string{"words-core"},
		allowed: among(load, iterate, loadAndDelete), distinct: true, must: helping},
	{name: "beginning", what: "every two calls that write a key, and what begins a grow, on two chains", shape: []int{1, 1, 1}, when: spread, subjects: []string{"words"},
		allowed: among(store, swap, remove, loadAndDelete, computeToggle, computePanic, grow), must: beginning},
	{name: "large", what: "every pair of calls, and the goroutine that allocates a large table", shape: []int{1, 1}, when: large, subjects: everySubject, distinct: true, must: visitedOnce},
	{name: "large-3x1", what: "two basic calls, what begins a resize, and the same goroutine", shape: []int{1, 1, 1}, when: large, subjects: []string{"words", "pairs", "strings"},
		allowed: among(load, store, loadAndDelete, clearAll, iterate, grow, shrink), distinct: true, must: beginningOnce},
	{name: "settling", what: "every call and a Retain that ends resizes", shape: []int{1, 1}, when: settling, subjects: everySubject, distinct: true, must: retaining},
	{name: "hasher", what: "every pair of basic calls where the hasher panics, during a grow", shape: []int{1, 1}, when: panicking, subjects: []string{"panicking"},
		allowed: unhashed},
	{name: "hasher-3x1", what: "two calls, and the end of those panics", shape: []int{1, 1, 1}, when: panicking, subjects: []string{"panicking"},
		allowed: among(load, store, loadAndDelete, mend), must: recovering},
	{name: "2x2", what: "two pairs of basic calls", shape: []int{2, 2}, except: "one entry", subjects: []string{"words"}, allowed: basic, distinct: true},
	{name: "2x2-empty", what: "two pairs of basic calls on an empty map", shape: []int{2, 2}, only: "empty", subjects: []string{"pairs", "strings"},
		allowed: among(load, store, remove, clearAll, iterate), distinct: true},
	{name: "waking", what: "every pair of calls that write and have no callbacks, asleep while they wait", shape: []int{1, 1}, when: settled | crowded | spread, subjects: []string{"words", "words-core"},
		allowed: writing, distinct: true, must: neverCalling, sleeping: true},
	{name: "waking-growing", what: "every pair of calls that write and have no callbacks, asleep while they wait, during a grow", shape: []int{1, 1}, when: growing, subjects: []string{"words-core"},
		allowed: writing, distinct: true, must: neverCalling, sleeping: true},
	{name: "waking-lent", what: "a call that calls back and one that writes, asleep while they wait", shape: []int{1, 1}, only: "one entry", subjects: []string{"words-core"},
		allowed: among(swap, computeToggle), must: callingBackOnce, sleeping: true},
	{name: "waking-shrinking", what: "pairs of Swap and Clear, asleep while they wait, during a shrink", shape: []int{1, 1}, when: shrinking, only: "shrinking, two chains", subjects: []string{"words-core"},
		allowed: among(swap, clearAll), sleeping: true},
	{name: "waking-3x1", what: "every three of Swap and Clear, asleep while they wait, on two chains", shape: []int{1, 1, 1}, when: spread, subjects: []string{"words-core"},
		allowed: among(swap, clearAll), sleeping: true},

	{name: "lent-3x1-all", what: "every three calls of which one calls back", shape: []int{1, 1, 1}, when: settled | crowded, subjects: everySubject,
		allowed: but(grow, shrink, retain), distinct: true, must: callingBack, long: true},
	{name: "lent-beginning", what: "a call that calls back, one that writes, and what begins a resize", shape: []int{1, 1, 1}, when: settled | spread, subjects: everySubject,
		allowed: among(swap, loadOrCompute, computeToggle, grow, shrink), must: callingBackInResize, long: true},
	{name: "lent-resizing", what: "every pair of calls of which one has callbacks, during a resize", shape: []int{1, 1}, when: resizing | roomyResizing, subjects: everySubject, must: visitingEver, long: true},
	{name: "lent-all", what: "every pair of calls that call back, or Clear", shape: []int{1, 1}, when: settled | spread | crowded | roomy | resizing | roomyResizing, subjects: allSubjects, allowed: calling, long: true},
	{name: "covers-shrinking", what: "calls that others cover, concurrently with every call, during a shrink", when: shrinking, subjects: everySubject, long: true},
	{name: "attempts-resizing", what: "the same results with and without failed attempts, during a resize", when: resizing, subjects: everySubject, long: true},
	{name: "2x2-empty-all", what: "two pairs of calls on an empty map, except Retain", shape: []int{2, 2}, only: "empty", subjects: []string{"strings"},
		allowed: but(retain, grow, shrink), distinct: true, long: true},
	{name: "3x1-beginning", what: "every two calls, and one that begins a resize", shape: []int{1, 1, 1}, subjects: everySubject, distinct: true, must: beginning, long: true},
	{name: "beginning-shrinking", what: "every two Swaps, and what begins a shrink, on two chains", shape: []int{1, 1, 1}, when: spread, subjects: []string{"words-core"},
		allowed: among(swap, shrink), must: beginningOnce, long: true},
	{name: "large-3x1-all", what: "every three calls, and the goroutine that allocates a large table", shape: []int{1, 1, 1}, when: large, subjects: everySubject, distinct: true, long: true},
	{name: "roomy-2x2", what: "two pairs of basic calls, in buckets of two entries and a spare slot", shape: []int{2, 2}, when: roomy, subjects: []string{"pairs", "strings"},
		allowed: basic, distinct: true, long: true},
	{name: "roomy-3x1-resizing", what: "every three basic calls, in such buckets, during a resize", shape: []int{1, 1, 1}, when: roomyResizing, subjects: []string{"pairs", "strings"},
		allowed: basic, distinct: true, long: true},
	{name: "helpers-all", what: "two helpers and a reader, during a resize", shape: []int{1, 1, 1}, when: resizing, subjects: []string{"words", "strings"},
		allowed: basic, distinct: true, must: helping, long: true},
	{name: "2x2-one-entry", what: "two pairs of basic calls, about to grow", shape: []int{2, 2}, only: "one entry", subjects: []string{"words"}, allowed: basic, distinct: true, long: true},
	{name: "2x2-basic", what: "two pairs of basic calls, of other maps", shape: []int{2, 2}, subjects: []string{"words-core", "pairs", "pointers", "strings"}, allowed: basic, distinct: true, long: true},
	{name: "2x2-resizing", what: "two pairs of basic calls, during a resize", shape: []int{2, 2}, when: resizing, subjects: everySubject, allowed: basic, distinct: true, long: true},
	{name: "2x2-all", what: "every two pairs of calls", shape: []int{2, 2}, subjects: everySubject, distinct: true, long: true},
	{name: "3x1-resizing", what: "every three calls, during a resize", shape: []int{1, 1, 1}, when: resizing, subjects: everySubject, distinct: true, long: true},
	{name: "2x2-resizing-all", what: "every two pairs of calls, during a resize", shape: []int{2, 2}, when: resizing, subjects: everySubject, distinct: true, long: true},
	{name: "3-1", what: "three basic calls against one", shape: []int{3, 1}, subjects: everySubject, allowed: basic, distinct: true, long: true},
	{name: "2-1-1", what: "two basic calls against one and one", shape: []int{2, 1, 1}, subjects: everySubject, allowed: basic, distinct: true, long: true},
	{name: "4x1", what: "four basic calls", shape: []int{1, 1, 1, 1}, subjects: everySubject, allowed: basic, distinct: true, long: true},
	{name: "waking-resizing", what: "every pair of calls that write, asleep while they wait, during a resize", shape: []int{1, 1}, when: resizing, subjects: []string{"words", "words-core"},
		allowed: writing, distinct: true, sleeping: true, long: true},
	{name: "waking-3x1-all", what: "every three basic calls that write, asleep while they wait", shape: []int{1, 1, 1}, when: settled | spread, subjects: []string{"words", "words-core"},
		allowed: among(store, swap, loadAndDelete, clearAll), distinct: true, sleeping: true, long: true},
	{name: "waking-helpers", what: "every three basic calls that write, asleep while they wait, during a resize", shape: []int{1, 1, 1}, when: resizing, subjects: []string{"words", "words-core"},
		allowed: among(store, swap, loadAndDelete, clearAll), distinct: true, sleeping: true, long: true},
}
