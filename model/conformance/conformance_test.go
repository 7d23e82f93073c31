package conformance_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/model/conformance"
	"github.com/flatmap-go/flatmap/model/controls"
)

func TestFlatmap(t *testing.T) {
	conformance.Test(t, func() model.Map[int, int] { return flatmap.New[int, int]() },
		conformance.WithParkedWriters(), conformance.WithSeed(7))
}

// Every layer reports what it finds.
func TestRejected(t *testing.T) {
	b := controls.Break[int, int](controls.DroppedClear)
	defer b.Close()
	err := conformance.Run(t.Context(), b.New, conformance.WithBudget(time.Second))
	for _, layer := range []string{"model: ", "\nlinearizability: workload ", "\nstress: workload "} {
		require.ErrorContains(t, err, layer)
	}
}

// Options reach every layer: with them, maps pass that are wrong only in what they allow.
func TestOptions(t *testing.T) {
	type allowed struct {
		fault  controls.Fault
		option conformance.Option
	}
	list := []allowed{
		{controls.ComputedTwice, conformance.WithRepeatedCallbacks()},
		{controls.DroppedClear, conformance.WithoutMethods(model.Clear)},
		{controls.PiecemealClear, conformance.WithoutConcurrentMethods(model.Clear)},
		{controls.LockLeaked, conformance.WithPlainCallbacks()},
	}
	for _, a := range effort.Brief(list[:1], list) {
		t.Run(a.fault.String(), func(t *testing.T) {
			b := controls.Break[int, int](a.fault)
			defer b.Close()
			require.NoError(t, conformance.Run(t.Context(), b.New, a.option))
		})
	}
}
