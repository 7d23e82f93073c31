// Package linearizability checks that a concurrent map keeps its promises when
// many goroutines use it at once: it runs workloads that aim at trouble, records
// what was called and returned when, and has porcupine look for an order of
// the calls that explains the results.
//
// [Test] verifies any map in a few lines:
//
//	func TestMap(t *testing.T) {
//		linearizability.Test(t, func() model.Map[int, int] { return mymap.New[int, int]() })
//	}
//
// To make keys collide, call Test again with a constructor that gives the map a
// poor hash function. [Run] is the same for programs that are no tests. A
// [Recorder] records any other use of a map, and [Check] judges a history from
// anywhere: [Event] marshals as JSON.
//
// # What is checked
//
// A history is a set of events: calls with arguments, results, and two stamps
// from one atomic counter, taken right before the call and right after the
// return. (Stamps from a clock give false alarms on machines whose cores order
// their memory weakly.) An event expands into acts on single keys. An act is
// an interval, what it found and what it left; there must be one order of
// all acts of a key in which each lies in its interval and finds what the one
// before has left.
//
//   - An operation on a single key is one act. That of a callback that changed
//     the entry begins when the callback returns, since its decision cannot take
//     effect before; one that did not change it ends when the callback is called.
//   - Clear is an act on every key at once.
//   - An iteration is, for a key it yields, an act that finds the value (or, in
//     Keys, any) between the start of the iteration and the yield. For a key it
//     does not yield, unless it was ended early, it is an act that finds nothing,
//     within the whole iteration: so a key that is present throughout must be
//     yielded. No key may be yielded twice.
//   - Retain is, for an entry it shows, an act that finds the value and leaves
//     what the function decides. A key it does not show must be absent at some
//     moment. If it shows a key twice, some other operation must have changed the
//     entry in between: never the same unchanged entry.
//   - Insert stores each pair before it asks for the next.
//   - Len is no act but a count. If no write overlaps it, it must be the number
//     of entries. Otherwise it is taken at the moment of its call, in the order
//     of acts, and every write that overlaps it may be counted or not, wherever
//     it is in that order: a key that is only inserted meanwhile, or only
//     removed, adds one or nothing. If insertions and removals of one key
//     overlap the Len, it may count the one and not the other, so that the key
//     adds anything from minus the removals up to one plus the insertions. A
//     Clear that overlaps is a removal of everything. Len is never negative.
//   - Callbacks run exactly once per decision, and the results of a method agree
//     with them.
//
// Acts are checked key by key, each key's history cut where nothing is in flight.
// That is complete for everything but Clear and Len, which concern many keys.
// So each stretch with one of these, between two moments at which nothing is in
// flight and the content is known, is checked once more with the content of the
// whole map as the state. (A search over the content as one state, as porcupine
// does it for one key, takes time exponential in the number of keys. So Clears
// are tried in the gaps between stamps one by one, and each key is searched by
// itself, given where they are.)
//
// A failing history is made as small as possible and printed as a table; [Test]
// also writes porcupine's picture of it. A check that does not finish in time has
// failed.
package linearizability
