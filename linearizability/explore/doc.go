// Package explore runs concurrent code under every interleaving of its atomic
// steps, and checks each execution.
//
// [Test] explores ordinary tests of ordinary code: the command
//
//	go tool explore test ./...
//
// rewrites packages while they are compiled, so that they use this package. [Map]
// explores all small clients of a map. The rest of this page is about the engine below
// them, which can also be used directly.
//
// The code under test then uses the types of this package in place of those of
// sync/atomic and sync: [Uint64], [Pointer], [Mutex] and the others have the same
// methods, sizes (except [Cond] and [SyncMap]) and zero values. Aliases in one file,
// switched by a build tag, are therefore enough to explore the code that ships. A
// [Program] says what a few goroutines do with it. [Explore] executes the program repeatedly, each time in
// another order, until it has covered all orders that differ. It returns a
// [Report], which has a [Failure] if an execution is wrong: one with the fewest
// preemptions, shown step by step.
//
// # What you may rely on
//
// Go's atomics are sequentially consistent: every execution behaves as if all
// goroutines made their atomic steps one after the other in some order. Suppose that
// all communication between goroutines goes through this package. Then an exhausted
// exploration without a failure means that no order of steps
//
//   - makes Check reject the history of calls or the final state,
//   - lets two accesses race of which one is announced as plain ([PlainRead],
//     [PlainWrite]), by the rules of Go's memory model,
//   - accesses a word as a pointer and as a number ([LoadPointer],
//     [LoadUintptr]), which hides pointers from the garbage collector,
//   - leaves goroutines waiting for each other, or waiting when all goroutines of the
//     program have ended, or takes over Options.MaxSteps,
//   - panics.
//
// It says nothing about other programs: fewer calls, other arguments, more
// goroutines. It does not see accesses that are not announced; use the race detector
// for plain memory, or the command, which lets the compiler announce it. Report.Silent
// has the calls that announced nothing, and Report.Unseen what was noted by [Unseen].
//
// A failure has a short string with which [Replay] reproduces it. Failure.Fewest
// reports that no failing execution has fewer preemptions, for the searches that can
// know it.
//
// # How to write a program
//
// A Program must be deterministic except for the schedule; see there. A
// [Nondeterminism] failure, with the first step that differs, reports that an
// execution repeats a schedule but announces another step than the first time, or
// that a failure does not repeat. No other nondeterminism is detected. A goroutine
// of a plain go statement is not scheduled, so its interleavings are not explored. A
// map iteration that accesses new words in another order looks the same, because
// words are identified by the order in which they are first announced. A real
// sync.Mutex is forbidden: the engine does not know that a goroutine waits for it,
// and Explore hangs.
//
// A Program must end under every schedule. A loop that only reads until another
// goroutine acts must call [Spin] in each iteration. A lock that is a bit in a word
// should wait by [Uint64.LockBits] or [Uint64.WaitClear] where it would park, or park
// by a [Cond] to have the parking explored too. A loop that retries because a
// CompareAndSwap failed needs nothing, since another goroutine has made progress.
//
// The engine knows the goroutine that it runs. For all others, such as those that a
// package starts when it is initialized, and in Setup and Check, the types are the real
// ones, on the same words. While an exploration runs, other goroutines must not change
// what the program uses: that is not deterministic.
//
// Code that starts goroutines calls [Go] in place of the go statement. [Chan] and [Select]
// stand in for channels and the select statement.
//
// [Name] gives words names for the tables of failures. [Minimize] drops the calls
// that a failure does not need. Program.Park stops a goroutine permanently after some
// steps, to check that the others do not depend on it.
//
// To use all cores, or several machines, run one process for each with
// Options.Shard. The parts do not overlap, and together they are complete.
//
// # How it works
//
// The goroutines of the program are coroutines (iter.Pull) of one goroutine. Before
// every access a coroutine announces it to the engine, which decides which coroutine
// continues. Often it is the same one, and there is no switch. The engine stores only
// the trail of an execution: the sequence of choices, each with the choices left to
// try. The next execution repeats the trail up to the last choice with an
// alternative, and takes the alternative there.
//
// Two executions that differ only in the order of independent steps are one trace,
// and one of them is enough. Two steps are dependent if they are of one goroutine, or
// if they access one location and one of them changes its value. Linearizability
// depends on one more thing: the order in which calls return and others are invoked.
// The last step of a call and the first step of a call of another goroutine are
// therefore dependent as well. (Returns commute with returns, and invocations with
// invocations.) Merging the invocation with the first access, and the return with the
// last, loses nothing: calls become as short as they can be, and a history that is
// linearizable with short calls is also linearizable with longer ones. By the same
// argument, attempts that fail and are repeated need not be explored, if the code
// calls [Retry].
//
// [Exhaustive] is dynamic partial-order reduction with source sets and sleep sets
// (Abdulla, Aronis, Jonsson and Sagonas 2014): dpor.go. It is exact: the number of
// complete executions is the number of traces. The simpler rule of other tools, which
// remember only the last access to each object, is not enough. The engine also treats
// steps that wait, which the paper sets aside: it reverses the order of two critical
// sections at their Locks, not where the Unlock of one meets the Lock of the other.
// [Bounded] makes all choices within a bound on preemptions but enters no state
// twice: bounded.go. Iterative context bounding is due to Musuvathi and Qadeer.
//
// Programs that are too large are sampled: sample.go. [SURW] is the selectively uniform
// random walk of Zhao, Wolff, Mathur and Roychoudhury (2025), [POS] the partial order
// sampling of Yuan, Yang and Gu (2018), [PCT] the probabilistic concurrency testing of
// Burckhardt, Kothari, Musuvathi and Nagarakatte (2010). [Iterative] samples by SURW, and
// removes preemptions from the failures that it finds so.
//
// Vector clocks find data races, as in FastTrack (Flanagan and Freund 2009):
// datarace.go.
//
// Addresses differ from execution to execution, so a location is identified by when
// it was first announced. The engine keeps locations allocated until the execution
// ends, so that no address is used for two of them.
//
// # How it is verified
//
// The tests generate 1,500 random programs (10,000 with the build tag long, which
// .ci/run sets) over a few words, locks, a condition
// variable, loops that spin and goroutines that start others. For each program, a
// separate interpreter enumerates all interleavings, and the traces that they belong
// to by the definition of dependence. The engine must make exactly one execution of
// each trace, and for each bound exactly one of each trace that has an interleaving
// within it; the shards together must make the same executions. Versions of the
// engine with a broken rule must fail these tests, and do.
//
// # Cost
//
// The engine takes about 100 ns per step, and allocates no memory for steps or
// executions. BenchmarkExecutions measures it. The number of executions grows
// exponentially with the number of dependent steps of different goroutines: two
// goroutines with two calls of 5 to 15 steps each have hundreds to thousands.
package explore
