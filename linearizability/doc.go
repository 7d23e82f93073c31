// Package linearizability checks that a concurrent map keeps its promises when
// many goroutines use it at the same time. It runs workloads that provoke
// faults, records when each call was made and returned, and uses porcupine to
// look for an order of the calls that explains their results.
//
// [Test] verifies any map in a few lines:
//
//	func TestMap(t *testing.T) {
//		linearizability.Test(t, func() model.Map[int, int] { return mymap.New[int, int]() })
//	}
//
// To make keys collide, call Test again with a constructor that gives the map a
// poor hash function. [Run] does the same outside of tests. A [Recorder] records
// any other use of a map. [Check] judges a history from any source: [Event]
// marshals as JSON.
//
// # What is checked
//
// A history is a set of events. An event is a call with its arguments, its
// results and two stamps, which are taken from one atomic counter right before
// the call and right after the return. (Stamps from a clock cause false alarms
// on machines with a weak memory order.) An event expands into acts on single
// keys. An act is an interval, a condition on what it found, and what it left.
// For every key there must be one order of all its acts in which each act lies
// in its interval and finds what the previous act left.
//
//   - An operation on a single key is one act. If its callback changed the entry,
//     the act begins when the callback returns, since the decision cannot take
//     effect earlier. If it did not change the entry, the act ends when the
//     callback is called.
//   - Clear is an act on every key, at the same moment.
//   - An iteration is, for a key that it yields, an act that finds the value (in
//     Keys: any value) between the start of the iteration and the yield. For a
//     key that it does not yield, unless it was ended early, it is an act that
//     finds nothing, within the whole iteration. So a key that is present
//     throughout must be yielded. No key may be yielded twice.
//   - Retain is, for an entry that it shows, an act that finds the value and
//     leaves what the function decides. A key that it does not show must be
//     absent at some moment. If it shows a key twice, another operation must
//     have changed the entry in between: it must never show the same unchanged
//     entry twice.
//   - Insert stores each pair before it asks for the next one.
//   - Len is not an act on one key; it is checked as a count. If no write
//     overlaps it, it must be the number of entries. Otherwise the entries are
//     counted at the moment of its call, in the order of acts, and every write
//     that overlaps it may be counted or not, wherever that write is in the
//     order. So a key that is only inserted during the Len, or only removed, adds
//     one or nothing. If insertions and removals of one key overlap the Len, it
//     may count some of them and not others, so that the key adds anything from
//     minus the number of removals up to one plus the number of insertions. A
//     Clear that overlaps the Len is a removal of every key. Len is never
//     negative.
//   - Callbacks run exactly once per decision, and the results of a method agree
//     with them.
//
// Acts are checked key by key. The acts of a key are cut where none of them is in
// flight. That is complete for everything except Clear and Len, which concern
// many keys. So each stretch with a Clear or a Len, between two moments at which
// nothing is in flight and the content is known, is checked once more with the
// content of the whole map as the state. (A search with that content as one
// state, the way porcupine searches one key, takes time exponential
// in the number of keys. Instead, Clears are tried in the gaps between stamps one
// by one, and each key is searched separately, given where the Clears are.)
//
// The acts of a key are decided in time O(n log n) if each value is written once
// and no act needs just any value or another value; porcupine searches the others.
// For why that is right, see the type monitor.
//
// A failing history is made as small as possible and printed as a table, together
// with what overlaps its writes and with what each order of it contradicts. [Test]
// also writes porcupine's picture of it. A check that does not finish in time
// fails.
package linearizability
