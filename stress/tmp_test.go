package stress_test

import (
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/model/controls"
	"github.com/flatmap-go/flatmap/stress"
)

func TestTmp(t *testing.T) {
	t.Run("mutex", func(t *testing.T) {
		stress.Test(t, func() model.Map[int, int] { return model.NewMutex[int, int]() }, stress.WithParkedWriters())
	})
	t.Run("mutex ptr", func(t *testing.T) {
		stress.Test(t, func() model.Map[string, *string] { return model.NewMutex[string, *string]() }, stress.WithParkedWriters())
	})
	t.Run("syncmap", func(t *testing.T) {
		stress.Test(t, func() model.Map[string, []byte] { return model.NewSyncMap[string, []byte]() }, stress.WithParkedWriters())
	})
	t.Run("none", func(t *testing.T) {
		stress.Test(t, controls.Break[string, any](controls.None).New, stress.WithParkedWriters())
	})
	t.Run("flatmap", func(t *testing.T) {
		stress.Test(t, func() model.Map[int, int] { return flatmap.New[int, int]() }, stress.WithParkedWriters())
	})
	t.Run("flatmap any", func(t *testing.T) {
		stress.Test(t, func() model.Map[any, any] { return flatmap.New[any, any]() }, stress.WithParkedWriters())
	})
	t.Run("flatmap ptr", func(t *testing.T) {
		stress.Test(t, func() model.Map[*string, []string] { return flatmap.New[*string, []string]() }, stress.WithParkedWriters())
	})
}
