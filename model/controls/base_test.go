package controls_test

import (
	"hash/maphash"
	"testing"

	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/model/controls"
)

func TestNoneModel(t *testing.T) {
	sound := controls.Break[int, int](controls.None)
	t.Run("int", func(t *testing.T) { model.Test(t, sound.New) })
	t.Run("constant hash", func(t *testing.T) {
		model.Test(t, func() model.Map[int, int] { return sound.Hashed(func(maphash.Seed, int) uint64 { return 1 }) })
	})
	t.Run("float64", func(t *testing.T) { model.Test(t, controls.Break[float64, string](controls.None).New) })
	t.Run("any", func(t *testing.T) { model.Test(t, controls.Break[any, any](controls.None).New) })
	t.Run("uncomparable", func(t *testing.T) { model.Test(t, controls.Break[string, []int](controls.None).New) })
}
