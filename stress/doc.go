// Package stress drives a concurrent map as hard as it can and watches what
// must hold in spite of it.
//
// [Test] verifies any map in a few lines, best under the race detector:
//
//	func TestMap(t *testing.T) {
//		stress.Test(t, func() model.Map[string, []byte] { return mymap.New[string, []byte]() })
//	}
//
// [Run] is the same for programs that are no tests, and goes on for as long as
// WithBudget says. [Workloads] lists what is run: more goroutines than
// processors, with GOMAXPROCS at one, two and four times the cores, with the
// garbage collector as it is and at GOGC=1, while other goroutines make the
// map grow and shrink. What is watched:
//
//   - A key that only one goroutine writes behaves as in a map of its own,
//     whatever the others do: every result of every operation, callbacks that
//     read the map, panic or call [runtime.Goexit] included, iterations and
//     Retain too. The judge is [model.State].
//   - Every value carries the number of its key in all of its parts. So a
//     value that is torn, stale, freed too early or some other key's shows.
//   - Nothing is lost and nothing comes twice where many goroutines write one
//     key: increments, swapped values, deleted values are counted.
//   - What was stored before a Clear began is gone after it.
//   - Values and keys that were deleted, overwritten or cleared are collected,
//     from tables that were replaced as well.
//   - Iterations yield every key that stays, and none twice, while others come
//     and go.
//   - No goroutine is left, and nothing hangs.
//   - If asked: a writer that is parked stops no reader.
//
// None of this takes as long to check as it takes to do, so the load is close to
// what the map can bear; the order of operations is checked by package
// linearizability.
package stress
