// Package stress puts a concurrent map under as much load as possible and checks
// what must hold under any load.
//
// [Test] verifies any map in a few lines, best under the race detector:
//
//	func TestMap(t *testing.T) {
//		stress.Test(t, func() model.Map[string, []byte] { return mymap.New[string, []byte]() })
//	}
//
// [Run] does the same outside of tests, for as long as [WithBudget] says.
// [Workloads] lists the workloads. They run with more goroutines than processors,
// with GOMAXPROCS at one, two and four times the number of cores, with the
// garbage collector at GOGC=100 and at GOGC=1, while other goroutines make the
// map grow and shrink. They check:
//
//   - A key that only one goroutine writes behaves as in a private map, whatever
//     the other goroutines do. That holds for every result of every operation,
//     including callbacks that read the map, panic or call [runtime.Goexit],
//     iterations, and Retain. The judge is [model.State].
//   - Every value has the number of its key in all of its parts. So a value that
//     is torn, stale, freed too early, or another key's is detected.
//   - Nothing is lost or duplicated when many goroutines write one key: increments,
//     swapped values and deleted values are counted.
//   - An entry that was stored before a Clear began is absent after it.
//   - Values and keys that were deleted, overwritten or cleared are collected,
//     also from tables that were replaced.
//   - A key that stays is found by every lookup, while the keys next to it come and go.
//   - Iterations yield every key that stays, and no key twice, while other keys
//     come and go.
//   - A map of a million entries has all of them, or of as many as it can store in 20
//     times the burst of a workload, and those that stay when the others are deleted.
//   - No goroutine is left, and nothing hangs.
//   - With [WithParkedWriters]: a parked writer blocks no reader.
//
// All of these checks take less time than the operations, so the load stays close
// to the maximum. Package linearizability checks the order of operations.
package stress
