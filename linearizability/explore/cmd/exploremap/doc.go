// Command exploremap runs the shipped map under the explorer. It generates
// clients. A client is a small concurrent program: a few goroutines, each with a
// few calls, on two or three keys that collide. The command makes every
// execution of each client, or every one with few preemptions. It checks in each
// that the history is linearizable and leads to the content found afterwards,
// that the invariants hold, that nothing deadlocks, and that no plain access
// races.
//
//	go run -tags explore ./linearizability/explore/cmd/exploremap [flags]
//
// [RESULTS.md] has what a run of all default suites covers, how long it takes,
// and what the long suites have covered; -markdown writes it. The results of long
// suites are stored in long.json, to which -results adds. [coverage.md] argues why
// no client reaches the rest of the code.
//
// A default suite has every execution of its clients made, except for the order of
// steps that commute: of every two calls, also during a grow or a shrink; of every
// three, except those that resize for nothing; of two helpers and a reader; of
// calls that meet a hasher which panics, or the goroutine that allocates a large
// table; and of two goroutines with two calls each, of a few kinds. Calls that
// others cover are left out where that is shown (suites covers and attempts).
//
// The build tag makes the map take its atomics from the explorer, and its
// geometry tiny: a bucket has two slots. In the suites whose names begin with roomy
// it has three, so that an update of a large value, which takes the spare slot,
// leaves its own to another key. Without the tag the command says so and exits
// with status 2. It exits with status 1 on a violation, with the smallest client
// and the steps of an execution with the fewest preemptions.
//
// [RESULTS.md]: https://github.com/flatmap-go/flatmap/blob/main/linearizability/explore/cmd/exploremap/RESULTS.md
// [coverage.md]: https://github.com/flatmap-go/flatmap/blob/main/linearizability/explore/cmd/exploremap/coverage.md
package main
