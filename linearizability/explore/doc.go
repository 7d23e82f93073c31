// Package explore runs concurrent code under every interleaving of its atomic
// steps, and checks each execution.
//
// The code under test uses the types of this package in place of those of
// sync/atomic and sync: [Uint64], [Pointer], [Mutex] and the others have the
// same methods, sizes and zero values, so aliases in one file, switched by a
// build tag, are enough to explore the code that ships. A [Program] says what a
// few goroutines do with it. [Explore] executes the program again and again,
// each time in another order, until it has covered all orders that differ, and
// returns a [Report]: with nothing to report, or with a [Failure], an execution
// of the fewest preemptions that is wrong, shown step by step.
//
// # What you may rely on
//
// Go's atomics are sequentially consistent: every execution behaves as if the
// atomic steps of all goroutines were made one after the other in some order.
// If all communication between goroutines goes through this package, an
// exhausted exploration without a failure means that no order of steps
//
//   - makes Check reject the history of calls or the final state,
//   - lets two accesses race of which one is announced as plain ([PlainRead],
//     [PlainWrite]), by the rules of Go's memory model,
//   - accesses a word as a pointer and as a number ([LoadPointer],
//     [LoadUintptr]), which hides pointers from the garbage collector,
//   - leaves goroutines waiting for each other, or takes over Options.MaxSteps,
//   - panics.
//
// It says nothing about other programs: fewer calls, other arguments, more
// goroutines. Nor does it see accesses that are not announced; for plain memory
// that is what the race detector is for.
//
// A failure comes with a short string that makes [Replay] reproduce it. If the
// search was one that can know, Failure.Fewest tells that no failing execution
// has fewer preemptions.
//
// # How to write a program
//
// A Program must be deterministic but for the schedule; see there. If an
// execution repeats a schedule and announces another step than the first time,
// or a failure does not repeat, that is reported as [Nondeterminism] with the
// first differing step. Nothing else is found out. A goroutine of a plain go
// statement is not scheduled, so its interleavings are not explored. A map
// iteration that accesses new words in another order looks the same, since words
// are known by when they are first announced. A real sync.Mutex is forbidden: if
// a goroutine waits for one, the engine does not know, and Explore hangs.
//
// A Program must end under every schedule: a loop that only reads until another
// goroutine acts must call [Spin] in each iteration, and a lock that is a bit in
// a word should wait by [Uint64.LockBits] or [Uint64.WaitClear] where it would
// park, or park by a [Cond] to have that explored too. A loop that retries
// because a CompareAndSwap failed needs nothing, since somebody else has made
// progress.
//
// While an exploration runs, nothing else in the process may use this package's
// types: not other tests in parallel, and no cleanup functions or finalizers.
// At all other times, and in Setup and Check, the types are the real atomics.
//
// Code that starts goroutines calls [Go] in place of the go statement.
//
// Call [Name] on interesting words to have them named in tables. [Minimize]
// drops the calls that a failure does not need. Program.Park stops a goroutine
// for good after some steps, to check that the others do not depend on it.
//
// To use all cores, or machines, run one process for each with
// Options.Shard. The parts do not overlap and leave nothing out.
//
// # How it works
//
// The goroutines of the program are coroutines (iter.Pull) of one goroutine.
// Before every access a coroutine announces it to the engine, which decides who
// goes on; often that is the same coroutine, and no switch takes place. Nothing
// is stored of an execution but its trail: the sequence of choices, each with
// the choices left to try. The next execution repeats the trail up to the last
// of these and takes another turn there.
//
// Two executions that differ only in the order of independent steps are one
// trace, and one of them is enough. Steps are dependent if they are of one
// goroutine, or access one location and one of them changes its value.
// Linearizability depends on one more thing, the order in which calls return and
// others are invoked, so the last step of a call and the first one of another
// goroutine's are dependent as well (returns commute with returns, invocations
// with invocations). To take the invocation for one with the first access and
// the return for one with the last loses nothing: it makes calls as short as they
// can be, and a history that is linearizable with short calls is so with longer
// ones. By the same argument attempts that fail and are made again need not be
// explored, if the code calls [Retry].
//
// [Exhaustive] is dynamic partial-order reduction with source sets and sleep
// sets (Abdulla, Aronis, Jonsson and Sagonas 2014): dpor.go. It is exact: the
// number of complete executions is the number of traces. The simpler rules of
// other tools, to remember only the last access to each object, are not enough.
// Steps that wait, which the paper sets aside, are treated there too: the order
// of two critical sections is reversed at their Locks, not where the Unlock of
// one meets the Lock of the other. [Bounded] makes all choices within a bound on
// preemptions but enters no state twice: bounded.go. Iterative context bounding
// is due to Musuvathi and Qadeer, [PCT] to Burckhardt and others.
//
// Data races are found by vector clocks as in FastTrack (Flanagan and Freund
// 2009): datarace.go.
//
// Addresses differ from execution to execution, so a location is known by when
// it was first announced. Locations are kept from being freed, and hence from
// being allocated again as something else, until the execution ends.
//
// # How it is verified
//
// The tests generate 10,000 random programs over a few words, locks, a condition
// variable, loops that spin and goroutines that start others. For each, an
// interpreter of its own enumerates all interleavings and the traces they fall
// into by the definition of dependence. The engine must make exactly one
// execution of each trace, for each bound exactly one of each trace that has an
// interleaving within it, and in shards the same. Versions of the engine with a
// rule broken must fail these tests, and do.
//
// # Cost
//
// A step takes about 100 ns of the engine's time, and no memory is allocated
// for steps or executions. BenchmarkExecutions measures it. The number of
// executions grows exponentially with the number of dependent steps of
// different goroutines: two goroutines with two calls of 5 to 15 steps each have
// hundreds to thousands.
package explore
