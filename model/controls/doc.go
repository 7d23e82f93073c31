// Package controls holds concurrent maps that are broken on purpose, each in
// one way, to show that what verifies maps can fail.
//
//	broken := controls.Break[int, int](controls.DroppedClear)
//	defer broken.Close()
//	err := model.Check(broken.New) // must not be nil
//	n := broken.Fired()            // must not be 0, or err is about nothing
//
// Every [Fault] breaks the same map, which with the fault [None] is right: it
// hashes into buckets and is resized one bucket at a time, as the maps are
// whose bugs these are modelled on. A fault is identified by its name, what it breaks,
// and the verification layers that are expected to reject it. The broken maps
// are broken in what they do, not in how: they have no data races.
//
// The tests of this package run the layers on all of them. The table of what each
// layer finds, and how fast, is written to a file by
//
//	go test -tags long ./model/controls -run TestControls -table "$PWD/controls.md"
package controls
