package controls_test

import (
	"fmt"
	"time"

	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/model/controls"
)

// A verifier shows that it can fail by rejecting a map that is broken, because
// of what is broken.
func ExampleBreak() {
	fault := controls.DroppedClear
	broken := controls.Break[int, [2]string](fault)
	defer broken.Close()
	err := model.Check(broken.New, model.WithBudget(time.Minute)) // until it is rejected
	fmt.Println(fault, "-", fault.Breaks())
	fmt.Println("rejected:", err != nil, "because of it:", broken.Fired() > 0)
	// Output:
	// dropped Clear - Clear does nothing while a resize is in progress.
	// rejected: true because of it: true
}
