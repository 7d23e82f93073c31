package main

import (
	"fmt"
	"time"
)

// A layer is one way of verifying the map.
type layer struct {
	name   string
	what   string
	unit   string  // of what it counts
	weight float64 // its part of the budget
	verify func(config) result
}

// A config is what a layer is told.
type config struct {
	budget   time.Duration
	seed     uint64
	corpus   string
	progress func(done int, detail string) // may be called from any goroutine
}

// A result is what a layer has to say.
type result struct {
	done   int    // in the layer's unit
	detail string // what else it did
	err    error  // a violation, or couldNot
}

// couldNot is the error of a layer that could not do its work.
type couldNot struct{ error }

func (e couldNot) Unwrap() error { return e.error }

func failed(format string, args ...any) result {
	return result{err: couldNot{fmt.Errorf(format, args...)}}
}

var layers = []layer{
	{name: "model", what: "random programs against the sequential model", unit: "programs", weight: 4, verify: verifyModel},
	{name: "linearizability", what: "concurrent histories checked by porcupine", unit: "histories", weight: 4, verify: verifyLinearizability},
	{name: "explore", what: "interleavings of small clients of the shipped code", unit: "executions", weight: 4.5, verify: verifyExplore},
	{name: "corpus", what: "words of a real corpus counted by 4 goroutines", unit: "words", weight: 1, verify: verifyCorpus},
}
