package main

import "slices"

// A suite is a set of clients. Each is explored exhaustively.
type suite struct {
	name     string
	what     string
	shape    []int // calls of each goroutine; nil for the special suites
	when     situation
	subjects []string
	allowed  func(kind) bool   // the alphabet; nil is all of it
	distinct bool              // leave out the calls that others cover
	must     func(client) bool // which clients; nil is all of them
	long     bool              // not in the default run
}

// A situation is a set of scenarios.
type situation uint8

const (
	growing   situation = 1 << iota // a grow is under way
	shrinking                       // a shrink is
	crowded                         // a chain is long
	settled                         // none of these
	resizing  = growing | shrinking
)

// situation returns what a scenario is.
func (s *scenario) situation() situation {
	switch {
	case s.resize > s.buckets:
		return growing
	case s.resize > 0:
		return shrinking
	case s.pairs:
		return crowded
	}
	return settled
}

// inScenario reports whether a suite has clients in a scenario.
func (s *suite) inScenario(sc *scenario) bool {
	when := s.when
	if when == 0 {
		when = settled
	}
	return sc.situation()&when != 0
}

var everySubject = []string{"words", "words-core", "pairs", "pointers", "strings"}

// among returns an alphabet.
func among(list ...kind) func(kind) bool {
	return func(k kind) bool { return slices.Contains(list, k) }
}

// basic is the alphabet of the suites that are too large for all of it: a read,
// an update or insert, a removal, and the two operations on the whole map.
var basic = among(load, store, swap, loadAndDelete, clearAll, iterate)

// alphabet returns the ops of a suite on a kind of map, for a scenario of so many
// keys.
func (s *suite) alphabet(subject string, keys int) []op {
	return alphabet(keys, func(k kind) bool {
		return (s.allowed == nil || s.allowed(k)) && !(s.distinct && covered(k, subject))
	})
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

var suites = []suite{
	{name: "2x1", what: "every pair of calls", shape: []int{1, 1}, when: settled | crowded, subjects: everySubject},
	{name: "covers", what: "calls that others cover, beside every call", when: settled | growing, subjects: everySubject},
	{name: "attempts", what: "the same results with and without failed attempts", when: settled | growing, subjects: everySubject},
	{name: "progress", what: "Loads beside a call that is parked for good at every step", when: settled | resizing | crowded, subjects: everySubject},
	{name: "2x1-resizing", what: "every pair of calls, during a resize", shape: []int{1, 1}, when: resizing, subjects: everySubject, distinct: true},
	{name: "3x1", what: "every three calls", shape: []int{1, 1, 1}, subjects: everySubject, distinct: true},
	{name: "helpers", what: "two helpers and a reader, during a resize", shape: []int{1, 1, 1}, when: resizing, subjects: []string{"words", "strings"},
		allowed: basic, distinct: true, must: helping},
	{name: "2x2", what: "two pairs of basic calls", shape: []int{2, 2}, subjects: []string{"words", "strings"}, allowed: basic, distinct: true},

	{name: "covers-shrinking", what: "calls that others cover, beside every call, during a shrink", when: shrinking, subjects: everySubject, long: true},
	{name: "attempts-shrinking", what: "the same results with and without failed attempts, during a shrink", when: shrinking, subjects: everySubject, long: true},
	{name: "2x2-resizing", what: "two pairs of basic calls, during a resize", shape: []int{2, 2}, when: resizing, subjects: everySubject, allowed: basic, distinct: true, long: true},
	{name: "2x2-all", what: "every two pairs of calls", shape: []int{2, 2}, subjects: everySubject, distinct: true, long: true},
	{name: "3x1-resizing", what: "every three calls, during a resize", shape: []int{1, 1, 1}, when: resizing, subjects: everySubject, distinct: true, long: true},
	{name: "2x2-resizing-all", what: "every two pairs of calls, during a resize", shape: []int{2, 2}, when: resizing, subjects: everySubject, distinct: true, long: true},
	{name: "3-1", what: "three basic calls against one", shape: []int{3, 1}, subjects: everySubject, allowed: basic, distinct: true, long: true},
	{name: "2-1-1", what: "two basic calls against one and one", shape: []int{2, 1, 1}, subjects: everySubject, allowed: basic, distinct: true, long: true},
	{name: "4x1", what: "four basic calls", shape: []int{1, 1, 1, 1}, subjects: everySubject, allowed: basic, distinct: true, long: true},
}
