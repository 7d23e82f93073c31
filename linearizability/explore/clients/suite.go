package main

import "slices"

// A suite is a set of clients and how far each is explored: exhaustively, or if
// that takes more than limit executions, as far as that goes and then in
// full up to bound preemptions.
type suite struct {
	name     string
	what     string
	shape    []int // calls of each goroutine; nil for one call, parked, and a Load
	resizing bool  // the scenarios with a resize under way, or those without
	subjects []string
	allowed  func(kind) bool   // the alphabet; nil is all of it
	must     func(client) bool // which clients; nil is all of them
	limit    uint64            // 0 is none
	bound    int
	long     bool // not in the default run
}

var everySubject = []string{"words", "words-core", "pairs", "pointers", "strings"}

// among returns an alphabet.
func among(list ...kind) func(kind) bool {
	return func(k kind) bool { return slices.Contains(list, k) }
}

// calls is the public API without what differs from another call by its
// result only.
var calls = among(load, store, loadOrStore, loadAndDelete, computeToggle, clearAll, iterate)

// triples is what three goroutines call in the default run.
var triples = among(load, store, loadAndDelete, computeToggle, computePanic, clearAll, iterate, grow, shrink)

// against chooses the clients in which something happens to the whole map, or
// a callback panics.
func against(c client) bool {
	return slices.ContainsFunc(c, func(ops []op) bool {
		return slices.ContainsFunc(ops, func(o op) bool {
			return among(grow, shrink, clearAll, iterate, computePanic)(o.kind)
		})
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
	{name: "2x1", what: "every pair of calls", shape: []int{1, 1}, subjects: everySubject},
	{name: "progress", what: "Loads beside a call that is parked for good at every step", subjects: everySubject},
	{name: "helpers", what: "two helpers and a reader, during a resize", shape: []int{1, 1, 1}, resizing: true, subjects: []string{"words", "strings"},
		allowed: among(load, iterate, store, loadAndDelete, clearAll), must: helping, limit: 8_000, bound: 1},
	{name: "2x1-resizing", what: "every pair of calls, during a resize", shape: []int{1, 1}, resizing: true, subjects: everySubject, limit: 8_000, bound: 1},
	{name: "3x1", what: "three calls", shape: []int{1, 1, 1}, subjects: everySubject, allowed: triples, limit: 2_000, bound: 1},
	{name: "2x2", what: "two pairs of calls", shape: []int{2, 2}, subjects: []string{"words", "strings"}, allowed: among(load, store, loadAndDelete, clearAll, iterate), limit: 2_000, bound: 1},

	{name: "2x1-resizing-all", what: "every pair of calls, during a resize", shape: []int{1, 1}, resizing: true, subjects: everySubject, long: true},
	{name: "3x1-all", what: "every three calls", shape: []int{1, 1, 1}, subjects: everySubject, long: true},
	{name: "3x1-resizing", what: "every three calls of which one is against the map, during a resize", shape: []int{1, 1, 1}, resizing: true, subjects: everySubject, must: against, limit: 1_000_000, bound: 2, long: true},
	{name: "2x2-all", what: "every two pairs of calls", shape: []int{2, 2}, subjects: everySubject, long: true},
	{name: "2x2-resizing", what: "two pairs of calls, during a resize", shape: []int{2, 2}, resizing: true, subjects: everySubject, allowed: calls, limit: 1_000_000, bound: 2, long: true},
	{name: "4x1", what: "four calls", shape: []int{1, 1, 1, 1}, subjects: everySubject, allowed: calls, limit: 10_000_000, bound: 2, long: true},
	{name: "3-1", what: "three calls against one", shape: []int{3, 1}, subjects: everySubject, allowed: calls, long: true},
	{name: "2-1-1", what: "two calls against two", shape: []int{2, 1, 1}, subjects: everySubject, allowed: calls, limit: 10_000_000, bound: 2, long: true},
}
