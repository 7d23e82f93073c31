package stress_test

import (
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/stress"
)

// To verify your own map, replace the constructor.
func Example() {
	TestMyMap := func(t *testing.T) {
		newMap := func() model.Map[int, int] { return flatmap.New[int, int]() }
		model.Test(t, newMap)           // one goroutine, against the specification
		linearizability.Test(t, newMap) // many goroutines, histories checked
		stress.Test(t, newMap)          // long and rough
	}
	_ = TestMyMap
}
