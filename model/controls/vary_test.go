package controls_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/fuzz"
	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/model/controls"
	"github.com/flatmap-go/flatmap/stress"
)

// The options that every layer has make maps pass that are wrong only in what these
// allow: with a Clear in many steps, and with a Compute that calls its function again.
func TestAllowed(t *testing.T) {
	for _, test := range []struct {
		fault           controls.Fault
		model           model.Option
		linearizability linearizability.Option
		stress          stress.Option
		fuzz            fuzz.Option
	}{
		{controls.PiecemealClear, model.WithoutMethods(model.Clear), linearizability.WithoutMethods(model.Clear),
			stress.WithoutMethods(model.Clear), fuzz.WithoutMethods(model.Clear)},
		{controls.ComputedTwice, model.WithRepeatedCallbacks(), linearizability.WithRepeatedCallbacks(),
			stress.WithRepeatedCallbacks(), fuzz.WithRepeatedCallbacks()},
	} {
		t.Run(test.fault.String(), func(t *testing.T) {
			b := controls.Break[int, pair](test.fault)
			defer b.Close()
			require.NoError(t, model.Check(b.New, test.model))
			_, err := linearizability.Run(t.Context(), b.New, test.linearizability, linearizability.WithValues(numbered), linearizability.WithRounds(1))
			require.NoError(t, err)
			_, err = stress.Run(t.Context(), b.New, test.stress, stress.WithBurst(5*time.Millisecond))
			require.NoError(t, err)
			newMap := func(fuzz.Config) model.Map[int, pair] { return b.New() }
			values := fuzz.WithValues(func(n uint16) pair { return numbered(int(n) + 1) })
			for _, data := range fuzz.ConcurrentSeeds() {
				require.NoError(t, fuzz.CheckConcurrent(newMap, data, test.fuzz, values, fuzz.WithRepeats(2)))
			}
			if test.fault == controls.ComputedTwice {
				require.NotZero(t, b.Fired(), "the functions have not been called again")
			} else {
				require.Zero(t, b.Fired(), "Clear has been called")
			}
		})
	}
}
