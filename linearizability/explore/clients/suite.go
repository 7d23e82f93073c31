package main

// A suite is a set of clients and how far each is explored.
type suite struct {
	name     string
	what     string
	shape    []int // calls of each goroutine; nil for one call, parked, and a Load
	resizing bool  // the scenarios with a resize under way, or those without
	subjects []string
	allowed  func(kind) bool // the alphabet; nil is all of it
	bound    int             // of preemptions; none if negative
	long     bool            // not in the default run
}

const unbounded = -1

var everySubject = []string{"words", "words-core", "pairs", "pointers", "strings"}

// calls is the public API without what differs from another call by its
// result only.
func calls(k kind) bool {
	switch k {
	case load, store, loadOrStore, loadAndDelete, computeToggle, clearAll, iterate:
		return true
	}
	return false
}

var suites = []suite{
	{name: "2x1", what: "every pair of calls", shape: []int{1, 1}, subjects: everySubject, bound: unbounded},
	{name: "2x1-resizing", what: "every pair of calls, during a resize", shape: []int{1, 1}, resizing: true, subjects: everySubject, bound: 2},
	{name: "progress", what: "Loads beside a call that is parked for good at every step", subjects: everySubject, bound: unbounded},
	{name: "3x1", what: "every three calls", shape: []int{1, 1, 1}, subjects: []string{"words"}, bound: unbounded},
	{name: "3x1-others", what: "every three calls", shape: []int{1, 1, 1}, subjects: everySubject[1:], bound: 2},
	{name: "3x1-resizing", what: "three calls, during a resize", shape: []int{1, 1, 1}, resizing: true, subjects: []string{"words", "strings"}, allowed: calls, bound: 1},
	{name: "2x2", what: "every two pairs of calls", shape: []int{2, 2}, subjects: []string{"words"}, bound: 2},
	{name: "2x2-others", what: "two pairs of calls", shape: []int{2, 2}, subjects: everySubject[1:], allowed: calls, bound: 2},

	{name: "2x1-resizing-all", what: "every pair of calls, during a resize", shape: []int{1, 1}, resizing: true, subjects: everySubject, bound: unbounded, long: true},
	{name: "2x2-all", what: "every two pairs of calls", shape: []int{2, 2}, subjects: everySubject, bound: unbounded, long: true},
	{name: "3x1-all", what: "every three calls", shape: []int{1, 1, 1}, subjects: everySubject, bound: unbounded, long: true},
	{name: "4x1", what: "four calls", shape: []int{1, 1, 1, 1}, subjects: everySubject, allowed: calls, bound: unbounded, long: true},
	{name: "3-1", what: "three calls against one", shape: []int{3, 1}, subjects: everySubject, bound: unbounded, long: true},
	{name: "2-1-1", what: "two calls against two", shape: []int{2, 1, 1}, subjects: everySubject, allowed: calls, bound: unbounded, long: true},
}
