package explore

import (
	"fmt"
	"time"
)

// A Search says which executions are made.
type Search uint8

const (
	// Exhaustive makes one execution of every trace. A trace is all executions
	// that are equal except for the order of independent steps. After a failure
	// it looks for one with the fewest preemptions, by Bounded searches.
	Exhaustive Search = iota
	// Bounded makes one execution of every trace that has an execution with
	// at most Options.Bound preemptions.
	Bounded
	// Iterative is Exhaustive if 1,000 executions suffice for that. If not, it is
	// Bounded with bounds 0, 1, ... Options.Bound, and then Exhaustive. In programs
	// that are too large to exhaust, it finds failures that need few preemptions
	// early. Others, and failures of programs for which even a bound is too large,
	// it finds by SURW: before each of these searches it makes as many such
	// executions as it has made others.
	Iterative
	// PCT makes Options.Executions executions with random priorities and
	// Options.Bound random changes of priority in each: probabilistic
	// concurrency testing. It finds a failure that needs d ordering
	// constraints, in a program of n goroutines and k steps, with probability
	// at least 1/(n*k^(d-1)) per execution if Bound is d-1.
	PCT
	// Random makes Options.Executions executions with uniformly random
	// choices.
	Random
	// POS makes Options.Executions executions with random priorities of steps: partial
	// order sampling. It makes every order of k steps with probability at least 1/k!.
	POS
	// SURW makes Options.Executions executions in which the order of the accesses to
	// one random location is uniformly random, as far as it can tell from the
	// execution before: a selectively uniform random walk. Of the random searches it
	// needs the fewest executions for nearly all failures that this repository has.
	SURW
)

// random reports whether s makes random executions only.
func (s Search) random() bool { return s >= PCT }

// Options control an exploration. The zero Options exhaust the program.
type Options struct {
	Search Search
	// Bound is a number of preemptions (Bounded, Iterative) or of changes of
	// priority (PCT).
	Bound int
	// Seed determines the random executions (PCT, Random, POS, SURW, and those of
	// Iterative).
	Seed uint64

	// Executions is the number of executions that the random searches make; 0 means
	// 10,000. The other searches give up after so many; 0 means no limit.
	Executions uint64
	// MaxSteps is the number of steps after which an execution counts as a
	// livelock. 0 means 10,000.
	MaxSteps int

	// Shard i of Shards n explores the i-th of n disjoint parts of the
	// executions, counted from 0. Together the parts are complete. Exhaustive
	// divides traces; each shard repeats a small common part of the work without
	// counting it. The random searches divide executions, and PCT and SURW learn from
	// those of the shard. A Bounded search cannot be divided: shard 0 alone does it,
	// and for Iterative shard k mod n does bound k. 0 Shards mean one.
	Shard, Shards int
	// SplitDepth is the number of steps after which Exhaustive divides the work.
	// A larger depth makes the parts more even, but repeats more work. 0 means
	// 12.
	SplitDepth int

	// Progress, if not nil, is called about every ProgressEvery, or every
	// second if that is 0.
	Progress      func(Progress)
	ProgressEvery time.Duration

	// SpinAfter, if it is not 0, is the number of equal rounds after which a loop that
	// only rereads is taken to spin, as if it called [Spin]. This is for code that
	// was not written for the explorer. It can hide executions in which such a loop
	// gives up: see Report.Spins.
	SpinAfter int

	// AllAttempts makes [Retry] do nothing, so that attempts that fail are
	// explored too.
	AllAttempts bool

	// EachTrace, if not nil, is called with the identity of the trace of every
	// execution that Check judges, right before Check.
	EachTrace func(Trace)

	// EachAccess, if not nil, is called after every access of every execution, also of
	// those that are cut off, in the order in which they are made. Program.Setup, whose
	// own accesses are not reported, runs before each execution.
	EachAccess func(*Access)

	// Coverage, if not nil, collects the places of accesses.
	Coverage *Coverage
	// Wrappers are suffixes of the paths of source files that wrap this package's
	// atomics. A step is attributed to the caller of such a file.
	Wrappers []string

	// sourceNames says that words are named after expressions in the source, and that
	// the compiler announces plain accesses.
	sourceNames bool
}

// Progress is the state of an exploration that runs.
type Progress struct {
	Executions uint64 // complete ones
	Redundant  uint64 // those cut off
	Steps      uint64
	Depth      int // steps of the last execution
	Bound      int // preemptions allowed now, or -1
	Elapsed    time.Duration
}

// Rate returns the executions per second, complete and redundant.
func (p Progress) Rate() float64 {
	return float64(p.Executions+p.Redundant) / max(p.Elapsed.Seconds(), 1e-9)
}

// String returns p in one line.
func (p Progress) String() string {
	s := fmt.Sprintf("%d executions, %.0f/s, depth %d", p.Executions, p.Rate(), p.Depth)
	if p.Bound >= 0 {
		s += fmt.Sprintf(", at most %d preemptions", p.Bound)
	}
	return s
}

// A Report is what an exploration found.
type Report struct {
	// Failure is nil if all executions were right.
	Failure *Failure
	// Exhausted reports that all executions are covered (of this shard, if there
	// are several): those of the whole program for Exhaustive and Iterative,
	// those within the bound for Bounded. Executions is then the number of traces
	// in an Exhaustive search without shards.
	Exhausted bool

	Executions uint64 // complete ones, all judged by Check
	// Redundant is the number of executions that were cut off, or not judged,
	// because others cover them.
	Redundant uint64
	Steps     uint64
	MaxDepth  int // steps of the longest execution
	Elapsed   time.Duration

	// Spins are the places of loops that were taken to spin, because of
	// Options.SpinAfter, and how often. If such a loop can give up after some rounds,
	// its giving up is not explored in every execution.
	Spins []SiteCount

	// Silent are the calls that announced no access in any execution: the explorer
	// did not see what they do.
	Silent []string
	// Unseen is what goroutines of the program did that is not explored: see [Unseen].
	Unseen []string

	// Passes are the searches that the exploration consists of.
	Passes []Pass
}

// A Pass is one of the searches that make up an exploration.
type Pass struct {
	Search     Search
	Bound      int // -1 if there is none
	Executions uint64
	Redundant  uint64
	Exhausted  bool
	Elapsed    time.Duration
}

// String returns r in one line, and the failure in the lines that follow. It says
// whether a search without a failure was exhausted.
func (r *Report) String() string {
	s := fmt.Sprintf("%d executions (and %d redundant) of up to %d steps in %v",
		r.Executions, r.Redundant, r.MaxDepth, r.Elapsed.Round(time.Millisecond))
	switch {
	case r.Failure != nil:
		s += "\n" + r.Failure.Error()
	case r.Exhausted:
		s += ", exhausted"
	default: // not a pass
		s += ", not exhausted"
	}
	return s
}

// setDefaults panics if o is not valid.
func (o *Options) setDefaults() {
	if o.Search > SURW {
		panic(fmt.Sprintf("explore: Options.Search: unknown search %d", o.Search))
	}
	for _, option := range []struct {
		name  string
		value int64
	}{
		{"Bound", int64(o.Bound)}, {"MaxSteps", int64(o.MaxSteps)}, {"Shards", int64(o.Shards)},
		{"SplitDepth", int64(o.SplitDepth)}, {"SpinAfter", int64(o.SpinAfter)}, {"ProgressEvery", int64(o.ProgressEvery)},
	} {
		if option.value < 0 {
			panic(fmt.Sprintf("explore: Options.%s is negative: %d", option.name, option.value))
		}
	}
	if o.MaxSteps == 0 {
		o.MaxSteps = 10_000
	}
	if o.Shards == 0 {
		o.Shards = 1
	}
	if o.Shard < 0 || o.Shard >= o.Shards {
		panic(fmt.Sprintf("explore: Options.Shard is %d, want 0 to %d", o.Shard, o.Shards-1))
	}
	if o.SplitDepth == 0 {
		o.SplitDepth = 12
	}
	if o.ProgressEvery == 0 {
		o.ProgressEvery = time.Second
	}
	if o.Executions == 0 && o.Search.random() {
		o.Executions = 10_000
	}
}
