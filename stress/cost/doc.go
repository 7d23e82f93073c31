// Package cost finds operations of a map that become slower the more entries there are,
// where their contract says that they do not.
//
//	func TestMap(t *testing.T) {
//		cost.Test(t, func() model.Map[int, int] { return mymap.New[int, int]() })
//	}
//
// It runs patterns that have been slow in maps: [Patterns] lists them. Each one does the
// same kind of step in maps of growing sizes. For every size it measures the processor
// time and the allocated bytes of a step. The time is divided by that of a yardstick,
// which loads and stores keys of a Go map of the same size, so that caches and the speed
// of the machine do not matter. If a step with 256 times as many entries costs more than
// [WithFactor] times as much, that is a violation.
//
// # Busy machines
//
// Where the system says how much processor time a thread has used, other processes do
// not count. A pattern that seems too slow is measured up to three more times, and the
// smallest cost of each size counts. A map whose steps are linear fails all the same.
package cost
