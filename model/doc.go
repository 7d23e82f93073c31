// Package model says what a concurrent map must do when one goroutine uses it,
// in a form that programs can run.
//
// It holds the one vocabulary that every verification layer speaks:
//
//   - [Map] and its companions ([Lener], [Computer], ...) are what a map under
//     test implements. The least is sync.Map's methods, typed; more is found by
//     interface assertion ([Supports]).
//   - [Op] is a call as data: a [Kind], its arguments, and what its callbacks
//     decide, call in turn, and how they end. [Apply] runs one against a map and
//     returns the [Result]. A [Program] is a sequence of them.
//   - [State] is the sequential specification: a plain Go map, and
//     [State.Step], which judges the result of an operation and moves on.
//   - [Operations] and [Programs] generate all of it with rapid.
//   - [Mutex] and [SyncMap] are two maps known to be right.
//
// [Test] puts them together and verifies any map in a few lines:
//
//	func TestMap(t *testing.T) {
//		model.Test(t, func() model.Map[string, int] { return mymap.New[string, int]() })
//	}
//
// A failing program is shrunk and printed as a Go test function to paste, which
// replays it through [Replay].
//
// # What is specified
//
// Every method does what its namesake on Go's own map or on sync.Map does.
// Beyond that:
//
//   - Keys compare with ==. A NaN key is stored again each time and never found,
//     but iterated, edited by Retain, and cleared; +0 and -0 are one key, and
//     which of the two is iterated is left open. A key that is an interface
//     holding an uncomparable value panics and leaves the map usable.
//   - Values come back as they went in: NaN payloads, signs of zero, nil and
//     empty slices differ (see [Same]). CompareAndSwap and
//     CompareAndDelete compare with ==, and panic if V is not comparable.
//   - A missing value is the zero V.
//   - Callbacks run exactly once per decision, and see the zero V if there is no
//     entry. A panic or [runtime.Goexit] in one leaves its entry as it was,
//     comes out of the method, and leaves the map usable. Loads inside of a
//     callback work; the callback of an iteration may call any method.
//   - Compute returns the value and true if its key is present afterwards, and
//     the zero V and false if not.
//   - An iteration yields the content, each key once. If its callback changes
//     the map, then a key present throughout is yielded exactly once, any other
//     at most once, and a value is one that the key had since the iteration
//     began. After a false, a break or a panic the callback is not called again.
//   - Retain shows each entry to its function exactly once.
package model
