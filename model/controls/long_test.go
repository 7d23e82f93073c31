//go:build long

package controls_test

import (
	"testing"

	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/model/controls"
)

// The base does as the model says with odd types, too. It does not look at how
// keys and values are laid out: types differ in their ==, which may find a key
// unequal to itself, may panic, or may not exist.
func TestNoneModel(t *testing.T) {
	model.Test(t, controls.Break[float64, any](controls.None).New)
	model.Test(t, controls.Break[any, []int](controls.None).New)
}
