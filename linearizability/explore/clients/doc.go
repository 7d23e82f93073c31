// Command clients runs the shipped map under the explorer: it generates
// clients, a few goroutines with a few calls each on two or three keys that
// collide, and makes every execution of each, or every one with few
// preemptions. All are checked: the history is linearizable and leads to the
// content found afterwards, the invariants hold, nothing deadlocks, and no plain
// access races.
//
//	go run -tags explore ./linearizability/explore/clients [flags]
//
// The build tag makes the map take its atomics from the explorer, and its
// geometry tiny. Without it the command says so and exits with status 2. It
// exits with status 1 on a violation, with the smallest client and the steps of
// an execution with the fewest preemptions.
package main
